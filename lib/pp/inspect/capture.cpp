#include "pp/inspect/capture.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "pp/inspect/answer.hpp"
#include "pp/wire/parse.hpp"
#include "pp/wire/simple.hpp"

namespace pp::inspect {
namespace {

constexpr std::size_t most_udp_flows = 256;
constexpr std::size_t shown_answer = packet::min_answer_bytes;

/// The most common answers that accept what was sent, by their first bytes: a TLS handshake, and HTTP 1xx to 3xx. The rest of
/// them explains nothing. Asked for nearly every connection, so it is cheap.
bool is_plainly_good(Bytes answer) {
  constexpr std::string_view http = "HTTP/1.1 200";
  if (answer.size() < http.size()) return false;
  if (answer[0] == 0x16) return true;
  return std::memcmp(answer.data(), http.data(), 7) == 0 && answer[8] == ' ' && answer[9] >= '1' && answer[9] <= '3';
}

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

Side side_of(packet::Reaction::By by) { return by == packet::Reaction::By::receiver ? Side::receiver : Side::sender; }

ReactionKind kind_of(packet::Reaction::Kind kind) {
  switch (kind) {
    case packet::Reaction::Kind::unknown: return ReactionKind::unknown;
    case packet::Reaction::Kind::none: return ReactionKind::none;
    case packet::Reaction::Kind::data: return ReactionKind::data;
    case packet::Reaction::Kind::fin: return ReactionKind::fin;
    case packet::Reaction::Kind::rst: return ReactionKind::rst;
  }
  return ReactionKind::unknown;
}

/// What the receiver had said before it ended the connection, or before the header was complete, may be a refusal.
void before_of(const packet::Head& head, BeforeHeader& out) {
  if (head.start_seen) {
    const std::int64_t first_ns = packet::time_between(head.syn_time_ns, head.first_time_ns);
    const std::int64_t start_ns = packet::time_after(first_ns, head.before.after_first_ns);
    if (start_ns < 0) return;  // before the connection began: the capture's clock went back, and proves no order
    out.since_start_us = start_ns / 1000;
  }
  out.kind = kind_of(head.before.kind);
  out.by = side_of(head.before.by);
  out.after_first_us = head.before.after_first_ns / 1000;
  out.bytes = head.before.bytes;
}

void reaction_of(const packet::Head& head, Reaction& out) {
  const packet::Reaction& in = head.reaction;
  out.reset();
  out.kind = kind_of(in.kind);
  out.answer_missing = in.answer_missing;
  const Bytes greeting = head.greeting.view();
  if (head.before.kind != packet::Reaction::Kind::unknown) before_of(head, out.before);
  if (!greeting.empty() && greeting_size(greeting) == 0) {
    classify_answer(greeting, out);
    out.before.answer = out.error ? out.answer : AnswerClass::ok;
    out.before.code = out.code;
    if (out.error) out.before.text = out.text;
    classify_answer(Bytes{}, out);
  }
  if (in.kind == packet::Reaction::Kind::unknown || in.kind == packet::Reaction::Kind::none) return;
  out.after_us = in.after_ns / 1000;
  if (in.kind != packet::Reaction::Kind::data) {
    out.by = side_of(in.by);
    return;
  }
  const bool done = head.detection.kind == packet::Detection::Kind::header;
  const std::size_t size = std::min<std::size_t>(done ? head.detection.n : head.bytes.size(), head.bytes.size());
  classify_answer(Heard{in.answer, greeting, head.bytes.first(size), head.bytes.subspan(size)}, out);
}

/// Of a connection to a receiver of headers: a header, or something else from a client that is known to have begun with it. A
/// client that has sent nothing has to have ended as well: it may not have come to it.
bool is_worth_assuming(const packet::Head& head) {
  if (head.detection.kind != packet::Detection::Kind::not_header) return true;
  if (head.from_client == packet::Client::no || !head.start_seen) return false;
  return !head.bytes.empty() || head.end == packet::End::closed || head.end == packet::End::reset;
}

/// The size of the header that the bytes begin with; 0 when it is not whole.
std::size_t whole_header(Bytes bytes) {
  Parsed parsed;
  parse_into(bytes, parsed);
  return parsed.verdict.status == Status::done ? parsed.verdict.size : 0;
}

/// CR LF once or twice and nothing after it keeps a connection of SIP alive (RFC 5626, 3.5.1). The signature begins so too, but
/// nobody stops there.
bool is_keep_alive(const packet::Head& head) {
  constexpr std::string_view line_ends = "\r\n\r\n";
  const Bytes bytes = head.bytes;
  const bool lost = head.end == packet::End::gap || head.end == packet::End::cut;
  if (!head.incomplete() || lost || (bytes.size() != 2 && bytes.size() != 4)) return false;
  return std::memcmp(bytes.data(), line_ends.data(), bytes.size()) == 0;
}

/// The capture has lost or left out the very first byte: whether it began a header is not known.
bool is_unseen(const packet::Head& head) {
  const bool lost = head.end == packet::End::cut || head.end == packet::End::gap;
  return lost && head.bytes.empty();
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
                                [](void*, Bytes bytes) { return greeting_size(bytes); },
                                [](void*, Bytes bytes) { return whole_header(bytes); },
                                [](void*, Bytes bytes) { return is_plainly_good(bytes) ? shown_answer : bytes.size(); }}) {
  chunk_.input = input;
  chunk_.flow.captured = true;
  if (options.expect_where_seen && !options.expected) seen_.emplace(options.hash_key);
  if (options_.packets != nullptr) options_.packets->begin_capture(options_.hash_key);
}

/// True when the capture lost packets after the flow began. Not asked for datagrams, which are independent of each other, and
/// for flows that ended well.
bool CaptureInspector::lossy(const packet::Head& head) const {
  if (!options_.lost_until || head.protocol() == packet::Protocol::udp) return false;
  const Reaction& r = chunk_.reaction;
  const bool ended = r.kind == ReactionKind::fin || r.kind == ReactionKind::rst || (r.kind == ReactionKind::data && r.error);
  const bool good = head.detection.kind == packet::Detection::Kind::header && !head.incomplete() && !ended;
  return !good && options_.lost_until() >= (head.start_seen ? head.syn_time_ns : head.first_time_ns);
}

bool CaptureInspector::expects(const packet::FlowKey& flow) {
  if (seen_) return flow.protocol == packet::Protocol::tcp && seen_->wants(flow);
  return options_.expected && options_.expected(flow.destination_port);
}

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
    return {Kind::not_header, 0, pass(bytes, flow) ? 0 : std::uint32_t{missing_kept}};
  Parsed parsed;
  parse_into(bytes, parsed);
  const Verdict& v = parsed.verdict;
  switch (v.status) {
    case Status::need_more: return {Kind::need, v.size, 0};
    case Status::done:
      if (seen_ && flow.protocol == packet::Protocol::tcp) seen_->note_header(flow);
      return {Kind::header, v.size, payload_kept};
    // The rest of a wrong line or block is collected like payload, to be shown in the diagnostic.
    case Status::malformed: return {Kind::header, std::min(v.offset + v.span, static_cast<std::uint32_t>(bytes.size())), payload_kept};
    case Status::missing:
    case Status::truncated: break;
  }
  const bool udp = flow.protocol == packet::Protocol::udp;
  const bool expected = options_.expected && expects(flow);
  if (udp && begins_simple(bytes) && (expected || looks_simple(bytes))) {
    const std::uint32_t size = parse_simple(bytes).verdict.size;
    return is_simple(bytes) ? packet::Detection{Kind::header, size, payload_kept} : packet::Detection{Kind::need, size, 0};
  }
  if (expected || (!udp && !pass(bytes, flow))) return {Kind::not_header, 0, missing_kept};
  const bool lapsed = udp && std::find(udp_headers_.begin(), udp_headers_.end(), flow) != udp_headers_.end();
  return {Kind::not_header, 0, lapsed ? std::uint32_t{missing_shown} : 0U};
}

void CaptureInspector::head(const packet::Head& head) {
  packet::FlowPackets* const packets = options_.packets;
  if (packets != nullptr) packets->begin();
  judge(head);
  if (packets == nullptr) return;
  if (head.offset > 0) {
    packets->skip_later();
  } else {
    packets->end(head);
  }
}

void CaptureInspector::judge(const packet::Head& head) {
  Flow& f = chunk_.flow;
  f.expected = expects(head.flow);
  f.assumed = f.expected && seen_.has_value();
  if (f.assumed && (!head.established || !is_worth_assuming(head))) return;
  if (options_.expected && !f.expected) return;
  if (is_unseen(head)) {
    if (f.expected) ++unseen_;
    return;
  }
  if (head.bytes.empty() && !f.expected) return;
  // What a server answers may go to a port that is expected as well: only clients send headers.
  if (f.expected && !f.assumed && head.from_client == packet::Client::no && head.detection.kind == packet::Detection::Kind::not_header)
    return;
  if (is_keep_alive(head) && (f.assumed || !f.expected)) return;
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
  f.established = head.established;
  f.undelivered = head.undelivered;
  f.from_server = !f.udp && head.from_client == packet::Client::no;
  f.segments = head.segments;
  f.connection = head.connection;
  f.frame = head.frame;
  f.frames.assign(head.frames.begin(), head.frames.end());
  f.time_ns = head.time_ns;
  f.since_start_us = head.start_seen && !f.udp && head.offset == 0
                         ? std::max<std::int64_t>(packet::time_between(head.syn_time_ns, head.time_ns), 0) / 1000
                         : -1;
  const packet::Endpoint source = head.source();
  const packet::Endpoint destination = head.destination();
  f.source = source.address;
  f.source_port = source.port;
  f.destination = destination.address;
  f.destination_port = destination.port;
  chunk_.bytes = head.bytes;
  chunk_.offset = head.offset;
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
