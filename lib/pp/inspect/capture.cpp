#include "pp/inspect/capture.hpp"

#include <algorithm>

#include "pp/wire/parse.hpp"
#include "pp/wire/simple.hpp"

namespace pp::inspect {
namespace {

constexpr std::size_t most_udp_flows = 256;

Mark mark_of(packet::End end) {
  switch (end) {
    case packet::End::closed: return Mark::fin;
    case packet::End::reset: return Mark::reset;
    case packet::End::cut: return Mark::cut;
    case packet::End::gap: return Mark::gap;
    case packet::End::datagram: return Mark::datagram;
    case packet::End::complete:
    case packet::End::open:
    case packet::End::evicted: return Mark::open;
  }
  return Mark::open;
}

/// Reuses `out`'s capacity.
void reaction_of(const packet::Head& head, Reaction& out) {
  using Kind = packet::Reaction::Kind;
  const packet::Reaction& in = head.reaction;
  out.after_us = in.after_ns / 1000;
  out.kind = ReactionKind::unknown;
  out.by = Side::unknown;
  out.answer = AnswerClass::none;
  out.code = 0;
  out.text.clear();
  switch (in.kind) {
    case Kind::unknown: return;
    case Kind::none: out.kind = ReactionKind::none; return;
    case Kind::data:
      out.kind = ReactionKind::data;
      classify_answer(in.answer.first(std::min<std::size_t>(in.answer.size(), 64)), out);
      // Binary data after an SSH banner is the key exchange.
      if (out.answer == AnswerClass::data && out.text.empty() && kind_of(head.greeting.view()) == PayloadKind::ssh)
        out.answer = AnswerClass::ok;
      return;
    case Kind::fin: out.kind = ReactionKind::fin; break;
    case Kind::rst: out.kind = ReactionKind::rst; break;
  }
  out.by = in.by == packet::Reaction::By::receiver ? Side::receiver : Side::sender;
}

}  // namespace

CaptureInspector::CaptureInspector(const CaptureOptions& options, Inspector& inspector, std::string_view input)
    : options_(options),
      inspector_(inspector),
      heads_(
          [&] {
            packet::HeadOptions o;
            o.max_flows = options.max_flows;
            o.reactions = options.reactions;
            o.hash_key = options.hash_key;
            return o;
          }(),
          packet::HeadCallbacks{this,
                                [](void* self, Bytes bytes, const packet::FlowKey& flow) {
                                  return static_cast<CaptureInspector*>(self)->detect(bytes, flow);
                                },
                                [](void* self, const packet::Head& head) { static_cast<CaptureInspector*>(self)->head(head); },
                                [](void*, Bytes bytes) { return begins_header(bytes); },  // of a stream whose SYN is not in the capture
                                [](void* self, const packet::FlowKey& flow) { return static_cast<CaptureInspector*>(self)->expects(flow); },
                                [](void*, Bytes bytes) { return greeting_size(bytes); }}) {
  chunk_.input = input;
  chunk_.flow.captured = true;
  if (options_.packets != nullptr) options_.packets->begin_capture(options_.hash_key);
}

/// True when the capture lost packets after the flow began. Not asked for datagrams, which are independent of each other, and
/// for flows that ended well.
bool CaptureInspector::lossy(const packet::Head& head) const {
  if (!options_.lost_until || head.protocol() == packet::Protocol::udp) return false;
  const Reaction& r = chunk_.reaction;
  const bool ended = r.kind == ReactionKind::fin || r.kind == ReactionKind::rst || (r.kind == ReactionKind::data && is_error(r.answer));
  const bool good = head.detection.kind == packet::Detection::Kind::header && !head.incomplete() && !ended;
  return !good && options_.lost_until() >= (head.start_seen ? head.syn_time_ns : head.first_time_ns);
}

bool CaptureInspector::expects(const packet::FlowKey& flow) const { return options_.expected && options_.expected(flow.destination_port); }

packet::Decoded CaptureInspector::feed_and_hold(const packet::Packet& packet) {
  const std::uint64_t repeated = heads_.counters().repeated_datagrams;
  options_.packets->hold(packet);
  const packet::Decoded decoded = heads_.feed(packet);
  const packet::FlowKey* flow = options_.packets->current();
  if (flow == nullptr) return decoded;
  const bool tcp = flow->protocol == packet::Protocol::tcp;
  options_.packets->judged(tcp ? heads_.follows(*flow) : heads_.counters().repeated_datagrams == repeated);
  return decoded;
}

packet::Detection CaptureInspector::detect(Bytes bytes, const packet::FlowKey& flow) {
  using Kind = packet::Detection::Kind;
  const packet::Detection detection = decide(bytes, flow);
  if (options_.packets != nullptr) {
    const bool none = detection.kind == Kind::not_header && detection.keep == 0;
    options_.packets->candidate(flow, none                           ? packet::Interest::none
                                      : detection.kind == Kind::need ? packet::Interest::incomplete
                                                                     : packet::Interest::complete);
  }
  return detection;
}

packet::Detection CaptureInspector::decide(Bytes bytes, const packet::FlowKey& flow) {
  using Kind = packet::Detection::Kind;
  // What most streams begin with, the answers above all.
  if (flow.protocol == packet::Protocol::tcp && !options_.expected && !bytes.empty() && !may_begin_header(bytes[0]))
    return {Kind::not_header, 0, 0};
  Parsed parsed;
  parse_into(bytes, parsed);
  const Verdict& v = parsed.verdict;
  switch (v.status) {
    case Status::need_more: return {Kind::need, v.size, 0};
    case Status::done: return {Kind::header, v.size, payload_kept};
    // The rest of a wrong line or block is collected like payload, to be shown in the diagnostic.
    case Status::malformed: return {Kind::header, std::min(v.offset + v.span, static_cast<std::uint32_t>(bytes.size())), payload_kept};
    case Status::missing:
    case Status::truncated: break;
  }
  const bool udp = flow.protocol == packet::Protocol::udp;
  const bool expected = expects(flow);
  if (udp && begins_simple(bytes) && (expected || looks_simple(bytes))) {
    const std::uint32_t size = parse_simple(bytes).verdict.size;
    return is_simple(bytes) ? packet::Detection{Kind::header, size, payload_kept} : packet::Detection{Kind::need, size, 0};
  }
  if (expected) return {Kind::not_header, 0, missing_kept};
  const bool lapsed = udp && std::find(udp_headers_.begin(), udp_headers_.end(), flow) != udp_headers_.end();
  return {Kind::not_header, 0, lapsed ? std::uint32_t{missing_shown} : 0U};
}

void CaptureInspector::head(const packet::Head& head) {
  if (options_.packets != nullptr) options_.packets->begin();
  judge(head);
  if (options_.packets != nullptr) options_.packets->end(head);
}

void CaptureInspector::judge(const packet::Head& head) {
  Flow& f = chunk_.flow;
  f.expected = expects(head.flow);
  if (options_.expected && !f.expected) return;
  // The first byte is not in the capture: whether it began a header is known only where there must be one.
  if (head.bytes.empty() && !f.expected) return;
  f.udp = head.protocol() == packet::Protocol::udp;
  f.first_datagram_only = false;
  if (f.udp) {
    const auto known = std::find(udp_headers_.begin(), udp_headers_.end(), head.flow);
    const bool is_header = head.detection.kind != packet::Detection::Kind::not_header;
    if (is_header && known == udp_headers_.end()) {
      if (udp_headers_.size() == most_udp_flows) udp_headers_.erase(udp_headers_.begin());
      udp_headers_.push_back(head.flow);
    } else if (!is_header && known != udp_headers_.end()) {
      udp_headers_.erase(known);  // said once for a flow
      f.first_datagram_only = true;
    }
  }
  f.nanoseconds = head.nanoseconds;
  f.start_seen = head.start_seen;
  f.from_server = head.from_client == packet::Client::no;
  f.segments = head.segments;
  f.stream = head.stream;
  f.frame = head.frame;
  f.frames.assign(head.frames.begin(), head.frames.end());
  f.time_ns = head.time_ns;
  f.since_start_us =
      head.start_seen && !f.udp ? std::max<std::int64_t>(packet::time_between(head.syn_time_ns, head.time_ns), 0) / 1000 : -1;
  const packet::Endpoint source = head.source();
  const packet::Endpoint destination = head.destination();
  f.source = source.address;
  f.source_port = source.port;
  f.destination = destination.address;
  f.destination_port = destination.port;
  chunk_.bytes = head.bytes;
  chunk_.mark = mark_of(head.end);
  reaction_of(head, chunk_.reaction);
  f.lossy = lossy(head);
  if (head.reported) {
    inspector_.amend(chunk_);
  } else {
    inspector_.flow(chunk_);
  }
}

}  // namespace pp::inspect
