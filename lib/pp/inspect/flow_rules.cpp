#include "pp/inspect/flow_rules.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "pp/base/ip.hpp"
#include "pp/lint/sentences.hpp"

namespace pp::inspect {
namespace {

namespace says = lint::says;
using namespace lint::argument;
using lint::Argument;
using lint::make_finding;
using lint::Rule;

Argument bytes(std::size_t n) { return of(Argument::Kind::bytes, n); }
Argument duration(std::int64_t us) { return of(Argument::Kind::duration, us); }

void chained(Record& r) {
  if (r.chain == 0 && r.stream_offset > 0) r.findings.push_back(make_finding(Rule::header_after_data, 0, 0, {number(r.stream_offset)}));
  if (r.chain != 1) return;
  r.findings.push_back(make_finding(Rule::header_chained, 0, 0, {number(r.stream_offset)}));
}

void delivery(Record& r) {
  if (r.flow.segments > 1) {
    r.findings.push_back(
        make_finding(Rule::header_split, 0, 0, r.flow.listened ? says::in_pieces : says::in_segments, {number(r.flow.segments)}));
  }
  if (!r.flow.start_seen && !r.flow.udp) {
    r.findings.push_back(make_finding(Rule::start_not_seen, 0, 0));
  }
  if (r.flow.from_server) {
    r.findings.push_back(make_finding(Rule::header_direction, 0, 0));
  }
}

/// How long after accept the last byte of the header came; only a listener knows.
void lateness(Record& r) {
  constexpr std::int64_t late_us = 3'000'000;  // 2: "at least 3 seconds" is what a receiver waits
  constexpr std::int64_t delayed_us = 200'000;
  const std::int64_t us = r.flow.settled_us;
  if (!r.complete || us < delayed_us) return;
  r.findings.push_back(
      make_finding(us < late_us ? Rule::header_delayed : Rule::header_late, 0, 0, {duration(us), duration(r.flow.first_byte_us)}));
}

/// As the number of v2's family.
Argument family(Addresses a) { return of(Argument::Kind::family, a == Addresses::inet ? 1 : a == Addresses::inet6 ? 2 : 3); }

/// Families that say different things: of the connection and of the header, and of the header's two addresses.
void families(Record& r, const Header& h) {
  if (h.addresses == Addresses::none) return;
  if (h.addresses == Addresses::inet6 && is_ipv4_mapped(h.source) != is_ipv4_mapped(h.destination)) {
    r.findings.push_back(make_finding(Rule::family_differs, 0, 0, says::one_mapped));
  }
  const Addresses own = r.flow.unix_socket ? Addresses::unix_socket : r.flow.source.is_v6() ? Addresses::inet6 : Addresses::inet;
  if (own == h.addresses || r.flow.unix_socket) return;
  r.findings.push_back(make_finding(Rule::family_differs, h.version == 2 ? 13 : 0, h.version == 2 ? 1 : 0,
                                    h.addresses == Addresses::unix_socket ? says::paths_over : says::addresses_over,
                                    {family(h.addresses), family(own)}));
}

/// Addresses that no client on the Internet has.
struct Reserved {
  std::string_view network;
  std::uint8_t sentence;  // of source_reserved
};
constexpr std::array<Reserved, 13> reserved = {{{"127.0.0.0/8", says::loopback},
                                                {"::1/128", says::loopback},
                                                {"0.0.0.0/8", says::unspecified},
                                                {"::/128", says::unspecified},
                                                {"192.0.2.0/24", says::documentation},
                                                {"198.51.100.0/24", says::documentation},
                                                {"203.0.113.0/24", says::documentation},
                                                {"2001:db8::/32", says::documentation},
                                                {"3fff::/20", says::documentation},
                                                {"224.0.0.0/4", says::multicast},
                                                {"ff00::/8", says::multicast},
                                                {"255.255.255.255/32", says::multicast},
                                                {tor_circuits, says::onion_circuit}}};
/// Neither these nor private or link-local ones are public.
constexpr std::array<std::string_view, 7> private_networks = {"10.0.0.0/8",     "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10",
                                                              "169.254.0.0/16", "fc00::/7",      "fe80::/10"};

/// First bytes of the reserved networks: most addresses have none of them.
bool may_be_reserved(const IpAddress& a) {
  constexpr std::array<std::uint8_t, 5> of_v4 = {0, 127, 192, 198, 203}, of_v6 = {0, 0x20, 0x3f, 0xff, 0xfc};
  const std::uint8_t first = a.bytes[0];
  const auto& firsts = a.is_v4() ? of_v4 : of_v6;
  return (a.is_v4() && first >= 224) || std::find(firsts.begin(), firsts.end(), first) != firsts.end();
}

template <class Rows, class Text>
std::vector<Cidr> networks_of(const Rows& rows, Text text) {
  std::vector<Cidr> out;
  for (const auto& row : rows) out.push_back(*parse_cidr(text(row)));
  return out;
}

IpAddress unmapped(const IpAddress& address) {
  if (!is_ipv4_mapped(address)) return address;
  IpAddress out;
  out.size = 4;
  std::copy(address.bytes.begin() + 12, address.bytes.end(), out.bytes.begin());
  return out;
}

std::optional<std::uint8_t> reserved_as(const IpAddress& address) {
  if (!may_be_reserved(address)) return std::nullopt;
  static const std::vector<Cidr> networks = networks_of(reserved, [](const Reserved& r) { return r.network; });
  for (std::size_t i = 0; i < networks.size(); ++i) {
    if (networks[i].contains(address)) return reserved[i].sentence;
  }
  return std::nullopt;
}

bool is_public(const IpAddress& address) {
  static const std::vector<Cidr> networks = networks_of(private_networks, [](std::string_view n) { return n; });
  if (address.size == 0 || reserved_as(address)) return false;
  return std::none_of(networks.begin(), networks.end(), [&](const Cidr& n) { return n.contains(address); });
}

/// What the addresses say beside what they are: notes, since each can be meant so.
void announced(Record& r, const Header& h) {
  if (r.flow.udp && h.version == 1) r.findings.push_back(make_finding(Rule::v1_in_datagram, 0, 0));
  if (h.is_local() || (h.addresses != Addresses::inet && h.addresses != Addresses::inet6) || r.flow.unix_socket) return;
  const IpAddress source = unmapped(h.source), sender = unmapped(r.flow.source);
  const bool source_is_sender = source == sender && h.source_port == r.flow.source_port;
  if (source_is_sender && unmapped(h.destination) == unmapped(r.flow.destination) && h.destination_port == r.flow.destination_port)
    r.findings.push_back(make_finding(Rule::own_endpoints, 0, 0));
  if (const auto as = reserved_as(source); as && (*as == says::onion_circuit || is_public(sender)))
    r.findings.push_back(make_finding(Rule::source_reserved, 0, 0, *as));
  if (h.source_port == 0 || h.destination_port == 0) {
    const auto which = h.source_port != 0 ? says::destination_port : h.destination_port != 0 ? says::source_port : says::both_ports;
    r.findings.push_back(make_finding(Rule::port_zero, 0, 0, which));
  }
}

std::uint8_t how_it_ended(const Record& r) {
  switch (r.mark) {
    case Mark::stopped: return says::listening_ended;
    case Mark::evicted: return says::evicted;
    default: return r.flow.listened ? says::wait_over : says::capture_ended;
  }
}

/// Nobody's fault but the capture's, or the clock's.
void unsettled(Record& r) {
  const auto at = static_cast<std::uint32_t>(r.bytes.size());
  const Argument seen = bytes(r.bytes.size());
  switch (r.outcome) {
    case Outcome::cut: r.findings.push_back(make_finding(Rule::header_cut, at, 0, {seen})); return;
    case Outcome::gap: r.findings.push_back(make_finding(Rule::header_gap, at, 0, {seen})); return;
    case Outcome::incomplete:
      r.findings.push_back(make_finding(Rule::header_incomplete, at, 0, how_it_ended(r), {seen, duration(r.flow.settled_us)}));
      return;
    default: return;
  }
}

void transport(Record& r, const Header& h) {
  if (h.version != 2 || h.addresses == Addresses::none) return;
  const bool dgram = h.transport() == static_cast<unsigned>(Transport::dgram);
  if (dgram == r.flow.udp) return;
  r.findings.push_back(make_finding(Rule::v2_transport_mismatch, 13, 1, dgram ? says::dgram_over_tcp : says::stream_over_udp));
}

bool has_error(const Record& r) {
  return std::any_of(r.findings.begin(), r.findings.end(), [](const lint::Finding& f) { return f.level == lint::Level::error; });
}

/// A header without a client behind it: closing the connection is how such a check ends, unless a payload followed.
bool is_check(const Record& r, const Header& h) { return h.is_local() && r.payload_bytes == 0; }

/// The receiver gave up before the header was complete.
bool gave_up_before(const Record& r) {
  const BeforeHeader& b = r.reaction.before;
  return b.by == Side::receiver && (b.kind == ReactionKind::fin || b.kind == ReactionKind::rst);
}

/// The receiver answered a valid header with a reset, an error, or a close without a byte.
bool refused(const Record& r, const Header& h) {
  if (!r.flow.captured || r.chain > 0 || !r.complete || r.flow.from_server) return false;
  if (gave_up_before(r)) return true;
  switch (r.reaction.kind) {
    case ReactionKind::rst:
    case ReactionKind::fin: return r.reaction.by == Side::receiver && !is_check(r, h);
    case ReactionKind::data: return r.reaction.is_refusal();
    default: return false;
  }
}

lint::Finding refusal(const Record& r) {
  const Reaction& reaction = r.reaction;
  if (gave_up_before(r)) {
    const bool reset = reaction.before.kind == ReactionKind::rst;
    return make_finding(Rule::header_refused, 0, 0, reset ? says::reset_before : says::closed_before,
                        {bytes(reaction.before.bytes), number(r.bytes.size())});
  }
  const bool alert = reaction.kind == ReactionKind::data && reaction.answer == AnswerClass::tls_alert;
  const std::uint8_t sentence = reaction.kind == ReactionKind::rst   ? says::reset
                                : reaction.kind == ReactionKind::fin ? says::closed
                                : alert                              ? says::sent_alert
                                                                     : says::answered_error;
  return make_finding(Rule::header_refused, 0, 0, sentence, {duration(reaction.after_us), of(Argument::Kind::tls_alert, reaction.code)});
}

void answer_missing(Record& r) {
  if (r.reaction.answer_missing && r.chain == 0) r.findings.push_back(make_finding(Rule::answer_missing, 0, 0));
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
  r.findings.push_back(make_finding(Rule::capture_incomplete, 0, 0));
}

/// With the verdict of the bytes in the record's outcome; true when the receiver is seen to refuse them.
bool add_findings_of_a_captured_flow(Record& r, const Parsed& parsed) {
  const bool seen_live = r.flow.captured || r.flow.listened;
  if (seen_live && r.chain == 0 && parsed.verdict.status == Status::done) announced(r, parsed.header);
  if (!r.flow.captured || parsed.header.version == 0) return false;
  if (r.chain == 0) delivery(r);
  answer_missing(r);
  if (parsed.verdict.status != Status::done) return false;
  transport(r, parsed.header);
  if (r.flow.listened && r.chain == 0) {
    lateness(r);
    families(r, parsed.header);
  }
  if (has_error(r) || !refused(r, parsed.header)) return false;
  r.findings.push_back(refusal(r));
  return true;
}

}  // namespace

void add_flow_findings(Record& r, const Parsed& parsed) {
  chained(r);
  unsettled(r);
  if (r.flow.first_datagram_only) {
    r.findings.push_back(make_finding(Rule::udp_first_only, 0, 0));
  }
  losses(r, add_findings_of_a_captured_flow(r, parsed));
}

void add_simple_findings(Record& r, const Parsed& parsed, Bytes seen) {
  if (parsed.verdict.status == Status::done) {
    r.findings.push_back(make_finding(Rule::simple_proxy, 0, 2));
    return;
  }
  r.findings.push_back(
      make_finding(Rule::simple_short, static_cast<std::uint32_t>(seen.size()), 0, {number(seen.size()), number(simple_bytes)}));
}

}  // namespace pp::inspect
