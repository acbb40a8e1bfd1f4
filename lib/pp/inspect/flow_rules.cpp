#include "pp/inspect/flow_rules.hpp"

#include <algorithm>
#include <string>

namespace pp::inspect {
namespace {

using lint::make_finding;
using lint::Rule;

void chained(Record& r) {
  if (r.chain != 1) return;
  r.findings.push_back(make_finding(Rule::header_chained, 0, 0,
                                    "a header right behind another, at byte " + std::to_string(r.stream_offset) +
                                        " of the connection: for the receiver it is application data"));
}

void delivery(Record& r) {
  if (r.flow.segments > 1) {
    r.findings.push_back(make_finding(Rule::header_split, 0, 0,
                                      r.flow.listened ? "arrived in " + std::to_string(r.flow.segments) + " pieces"
                                                      : "delivered in " + std::to_string(r.flow.segments) + " segments"));
  }
  if (!r.flow.start_seen && !r.flow.udp) {
    r.findings.push_back(make_finding(Rule::start_not_seen, 0, 0, "start of the connection not seen: its SYN is not in the capture"));
  }
  if (r.flow.from_server) {
    r.findings.push_back(make_finding(Rule::header_direction, 0, 0, "sent by the side that accepted the connection"));
  }
}

/// How long after accept the last byte of the header came; only a listener knows.
void lateness(Record& r) {
  constexpr std::int64_t late_us = 3'000'000;  // 2: "at least 3 seconds" is what a receiver waits
  constexpr std::int64_t delayed_us = 200'000;
  const std::int64_t us = r.flow.settled_us;
  if (!r.complete || us < delayed_us) return;
  r.findings.push_back(make_finding(us < late_us ? Rule::header_delayed : Rule::header_late, 0, 0,
                                    "the header was complete " + duration_text(us) +
                                        " after the connection was accepted, its first byte came after " +
                                        duration_text(r.flow.first_byte_us)));
}

std::string_view family_name(Addresses a) { return a == Addresses::inet ? "IPv4" : a == Addresses::inet6 ? "IPv6" : "UNIX"; }

/// Families that say different things: of the connection and of the header, and of the header's two addresses.
void families(Record& r, const Header& h) {
  if (h.addresses == Addresses::none) return;
  if (h.addresses == Addresses::inet6 && is_ipv4_mapped(h.source) != is_ipv4_mapped(h.destination)) {
    r.findings.push_back(make_finding(Rule::family_differs, 0, 0, "one of the two addresses is an IPv4-mapped one, the other is IPv6"));
  }
  const Addresses own = r.flow.unix_socket ? Addresses::unix_socket : r.flow.source.is_v6() ? Addresses::inet6 : Addresses::inet;
  if (own == h.addresses || r.flow.unix_socket) return;
  const std::string addresses = h.addresses == Addresses::unix_socket ? " paths" : " addresses";
  r.findings.push_back(
      make_finding(Rule::family_differs, h.version == 2 ? 13 : 0, h.version == 2 ? 1 : 0,
                   std::string(family_name(h.addresses)) + addresses + " announced over a connection of " + std::string(family_name(own))));
}

std::string end_words(const Record& r) {
  switch (r.mark) {
    case Mark::stopped: return "when listening was ended";
    case Mark::evicted: return "when the connection was closed for want of memory";
    default:
      return r.flow.listened ? "when the wait was over, " + duration_text(r.flow.settled_us) + " after accept" : "when the capture ended";
  }
}

/// Nobody's fault but the capture's, or the clock's.
void unsettled(Record& r) {
  if (r.outcome != Outcome::cut && r.outcome != Outcome::gap && r.outcome != Outcome::incomplete) return;
  const auto at = static_cast<std::uint32_t>(r.bytes.size());
  const std::string seen = std::to_string(r.bytes.size()) + (r.bytes.size() == 1 ? " byte" : " bytes");
  switch (r.outcome) {
    case Outcome::cut:
      r.findings.push_back(make_finding(Rule::header_cut, at, 0,
                                        "the capture kept " + seen + " of the header: capture with a larger snaplen (tcpdump -s 0)"));
      return;
    case Outcome::gap:
      r.findings.push_back(make_finding(Rule::header_gap, at, 0, "a segment is not in the capture: " + seen + " of the header are known"));
      return;
    case Outcome::incomplete:
      r.findings.push_back(make_finding(Rule::header_incomplete, at, 0, seen + " of the header had come " + end_words(r)));
      return;
    default: return;
  }
}

void transport(Record& r, const Header& h) {
  if (h.version != 2 || h.addresses == Addresses::none) return;
  const bool dgram = h.transport() == static_cast<unsigned>(Transport::dgram);
  if (dgram == r.flow.udp) return;
  r.findings.push_back(
      make_finding(Rule::v2_transport_mismatch, 13, 1,
                   dgram ? "transport DGRAM announced over a TCP connection" : "transport STREAM announced in a UDP datagram"));
}

bool has_error(const Record& r) {
  return std::any_of(r.findings.begin(), r.findings.end(), [](const lint::Finding& f) { return f.level == lint::Level::error; });
}

/// The receiver answered a valid header with a reset, an error, or a close without a byte.
bool refused(const Record& r, const Header& h) {
  if (!r.flow.captured || r.chain > 0 || !r.complete || r.flow.from_server) return false;
  switch (r.reaction.kind) {
    // A LOCAL connection has no client to answer: closing it is how a check ends.
    case ReactionKind::rst: return r.reaction.by == Side::receiver && !h.is_local();
    case ReactionKind::fin: return r.reaction.by == Side::receiver && !h.is_local();
    case ReactionKind::data: return is_error(r.reaction.answer);
    default: return false;
  }
}

std::string refusal(const Reaction& reaction) {
  const std::string after = " " + duration_text(reaction.after_us) + " after the header";
  switch (reaction.kind) {
    case ReactionKind::rst: return "the receiver reset the connection" + after;
    case ReactionKind::fin: return "the receiver closed without a byte" + after;
    default:
      if (reaction.answer == AnswerClass::tls_alert) return "the receiver sent TLS alert " + tls_alert_name(reaction.code) + after;
      return "the receiver answered with an error" + after;
  }
}

/// What a lost packet could explain: bytes that never came, and an answer that was not seen before the connection ended.
/// The first bytes of a connection whose SYN was seen are what they are, and a FIN's number says that there were no more.
bool explained_by_loss(const Record& r, bool is_refused) {
  switch (r.outcome) {
    case Outcome::gap:
    case Outcome::incomplete: return true;
    case Outcome::truncated: return r.mark != Mark::fin;
    case Outcome::missing: return !r.flow.start_seen || (r.bytes.empty() && r.mark != Mark::fin);
    default: return is_refused;
  }
}

void losses(Record& r, bool is_refused) {
  if (!r.flow.lossy || r.chain > 0 || !explained_by_loss(r, is_refused)) return;
  r.findings.push_back(make_finding(Rule::capture_incomplete, 0, 0,
                                    "packets were lost while this connection was watched: what is missed may have been among them"));
}

/// With the verdict of the bytes in the record's outcome; true when the receiver is seen to refuse them.
bool add_findings_of_a_captured_flow(Record& r, const Parsed& parsed) {
  if (!r.flow.captured || parsed.header.version == 0) return false;
  if (r.chain == 0) delivery(r);
  if (parsed.verdict.status != Status::done) return false;
  transport(r, parsed.header);
  if (r.flow.listened && r.chain == 0) {
    lateness(r);
    families(r, parsed.header);
  }
  if (has_error(r) || !refused(r, parsed.header)) return false;
  r.findings.push_back(make_finding(Rule::header_refused, 0, 0, refusal(r.reaction)));
  return true;
}

}  // namespace

void add_flow_findings(Record& r, const Parsed& parsed) {
  chained(r);
  unsettled(r);
  if (r.flow.first_datagram_only) {
    r.findings.push_back(make_finding(Rule::udp_first_only, 0, 0, "a datagram without a header on a flow whose earlier datagram had one"));
  }
  losses(r, add_findings_of_a_captured_flow(r, parsed));
}

void add_simple_findings(Record& r, const Parsed& parsed, Bytes seen) {
  if (parsed.verdict.status == Status::done) {
    r.findings.push_back(
        make_finding(Rule::simple_proxy, 0, 2, "Simple Proxy Protocol: receivers of PROXY v1 and v2 do not understand it"));
    return;
  }
  r.findings.push_back(make_finding(Rule::simple_short, static_cast<std::uint32_t>(seen.size()), 0,
                                    "Simple Proxy Protocol: the datagram ends after " + std::to_string(seen.size()) + " of the header's " +
                                        std::to_string(simple_bytes) + " bytes"));
}

}  // namespace pp::inspect
