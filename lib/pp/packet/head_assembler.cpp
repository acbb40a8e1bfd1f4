#include "pp/packet/head_assembler.hpp"

#include <algorithm>

namespace pp::packet {
namespace {

// No sender gets this far beyond a byte that was never acknowledged at the start of a stream.
constexpr std::uint32_t far_beyond = 256U << 10U;
constexpr std::int64_t hole_patience_ns = 1'000'000'000;
constexpr std::int64_t reset_grace_ns = 100'000'000;

/// What the segments that carried bytes below `length` say about the head: how many, which frames, when.
void summarize(HeadNode& node, std::uint32_t length) {
  Head& head = node.head;
  node.frames.clear();
  head.segments = node.buffer.further_contributions();
  head.frames_complete = head.segments == 0;
  bool first = true;
  const auto take = [&](const Contribution& part) {
    if (first || part.time_ns < head.first_time_ns) head.first_time_ns = part.time_ns;
    if (first || part.time_ns > head.time_ns || (part.time_ns == head.time_ns && part.frame > head.frame)) {
      head.time_ns = part.time_ns;
      head.frame = part.frame;
    }
    first = false;
  };
  for (const Contribution& part : node.buffer.contributions()) {
    if (part.offset >= length) continue;
    take(part);
    ++head.segments;
    node.frames.push_back(part.frame);
  }
  if (node.buffer.further_contributions() > 0) take(node.buffer.latest_further());
  std::sort(node.frames.begin(), node.frames.end());
  node.frames.erase(std::unique(node.frames.begin(), node.frames.end()), node.frames.end());
}

}  // namespace

bool HeadAssembler::looks_like_start(Bytes bytes, const FlowKey& flow) const {
  if (bytes.empty()) return false;
  if (callbacks_.looks_like_start != nullptr) return callbacks_.looks_like_start(callbacks_.context, bytes);
  const Detection detection = callbacks_.detect(callbacks_.context, bytes, flow);
  return detection.kind == Detection::Kind::header || (detection.kind == Detection::Kind::need && bytes.size() >= 8);
}

void HeadAssembler::data(const Arrival& arrival) {
  Direction& d = connections_[arrival.connection].sides[arrival.side];
  Bytes bytes = arrival.segment.payload;
  auto offset = static_cast<std::int32_t>(arrival.seq - d.start);
  std::uint32_t length = arrival.length;
  if (offset < 0) {
    // Keep-alive garbage or bytes of an older connection before the first byte.
    const std::uint32_t before = 0U - static_cast<std::uint32_t>(offset);
    if (before >= length) return;
    bytes = bytes.subspan(std::min<std::size_t>(before, bytes.size()));
    length -= before;
    offset = 0;
  }
  if (d.state != Direction::State::silent) {
    offer(d.head, static_cast<std::uint32_t>(offset), bytes, length, arrival.packet, nullptr);
    return;
  }
  const std::uint64_t stream = counters_.next_stream();
  ++counters_.tcp_streams;
  Detection detection;
  const bool asked = offset == 0 && !bytes.empty();
  if (asked) {
    detection = callbacks_.detect(callbacks_.context, bytes, arrival.segment.flow);
    if (detection.kind == Detection::Kind::not_header && detection.keep == 0) {
      d.state = Direction::State::done;
      return;
    }
  }
  if (asked && detection.kind == Detection::Kind::header && bytes.size() == length) {
    take_whole(arrival, bytes, detection, stream);
    return;
  }
  const std::uint32_t at = begin_head(arrival);
  queue_[at].head.stream = stream;
  offer(at, static_cast<std::uint32_t>(offset), bytes, length, arrival.packet, asked ? &detection : nullptr);
}

/// What is known of a head by its first packet.
void HeadAssembler::introduce(const Arrival& arrival, Head& head) const {
  const Connection& c = connections_[arrival.connection];
  const Direction& d = c.sides[arrival.side];
  head.flow = arrival.segment.flow;
  head.connection = c.number;
  head.start_seen = d.syn_seen;
  head.syn_time_ns = d.syn_time_ns;
  head.time_ns = arrival.packet.time_ns;
  head.first_time_ns = arrival.packet.time_ns;
  head.frame = arrival.packet.frame;
  if (c.client < 2) head.from_client = c.client == arrival.side ? Client::yes : Client::no;
}

void HeadAssembler::introduce_syn(const Connection& connection, unsigned side) {
  const Direction& d = connection.sides[side];
  Head& head = queue_[d.head].head;
  head.from_client = connection.client == side ? Client::yes : Client::no;
  head.start_seen = d.syn_seen;
  head.syn_time_ns = d.syn_time_ns;
}

/// Fast path for the common case, a header complete in the first segment: equivalent to begin_head() and offer() without
/// setting up a reassembly buffer.
void HeadAssembler::take_whole(const Arrival& arrival, Bytes bytes, const Detection& detection, std::uint64_t stream) {
  Direction& d = connections_[arrival.connection].sides[arrival.side];
  const auto size = static_cast<std::uint32_t>(bytes.size());
  const std::uint32_t header = std::min(detection.n, size);
  const std::uint32_t limit = header + std::min(detection.keep, max_kept_payload);
  const auto fill = [&](Head& head) {
    introduce(arrival, head);
    head.stream = stream;
    head.nanoseconds = arrival.packet.nanoseconds;
    head.segments = 1;
    head.detection = detection;
    head.detection.n = header;
  };
  if (!options_.reactions && queue_.empty()) {
    Head head;
    fill(head);
    d.state = Direction::State::done;
    queue_.deliver_now(head, bytes.first(std::min(size, limit)));
    return;
  }
  const std::uint32_t at = queue_.take(arrival.connection, arrival.side);
  HeadNode& node = queue_[at];
  fill(node.head);
  d.head = at;
  node.buffer.begin(bytes.first(std::min(size, limit)), size);
  node.limit = limit;
  queue_.recount(node);
  reactions_.wait(at);
}

std::uint32_t HeadAssembler::begin_head(const Arrival& arrival) {
  Direction& d = connections_[arrival.connection].sides[arrival.side];
  const std::uint32_t at = queue_.take(arrival.connection, arrival.side);
  introduce(arrival, queue_[at].head);
  d.state = Direction::State::pending;
  d.head = at;
  return at;
}

/// Bytes for a head that is pending or waiting. `known`: what detect said about exactly these bytes, when it was asked.
void HeadAssembler::offer(std::uint32_t at, std::uint32_t offset, Bytes bytes, std::uint32_t length, const Packet& packet,
                          const Detection* known) {
  HeadNode& node = queue_[at];
  const bool pending = connections_[node.connection].sides[node.side].state == Direction::State::pending;
  if (pending && offset > node.buffer.size() + far_beyond) {
    end(at, End::gap);
    return;
  }
  const bool grew = node.buffer.add(offset, bytes, length, node.limit, packet.frame, packet.time_ns);
  queue_.recount(node);
  if (!pending) return;
  node.head.nanoseconds = packet.nanoseconds;
  if (grew) {
    node.head.detection = known != nullptr && node.buffer.size() == bytes.size()
                              ? *known
                              : callbacks_.detect(callbacks_.context, node.buffer.contiguous(), node.head.flow);
    if (node.head.detection.kind == Detection::Kind::not_header && node.head.detection.keep == 0) {
      drop(at);
      return;
    }
    if (node.head.detection.kind != Detection::Kind::need) {
      complete(at);
      return;
    }
  }
  if (node.buffer.cut_here()) {
    end(at, End::cut);
  } else if (node.buffer.size() >= node.fin_at) {
    end(at, End::closed);
  } else if (node.hole_known && node.buffer.has_hole() && time_between(node.hole_since_ns, packet.time_ns) > hole_patience_ns) {
    end(at, End::gap);
  } else {
    count_hole(node, node.buffer.has_hole());
    if (!node.hole) node.hole_known = false;
  }
}

void HeadAssembler::acknowledge(const Arrival& arrival) {
  const Direction& d = connections_[arrival.connection].sides[1 - arrival.side];
  if (d.state != Direction::State::pending) return;
  HeadNode& node = queue_[d.head];
  if (!node.hole || static_cast<std::int32_t>(arrival.segment.ack - (d.start + node.buffer.size())) <= 0) return;
  if (!node.hole_known) {
    node.hole_known = true;
    node.hole_since_ns = arrival.packet.time_ns;
  } else if (time_between(node.hole_since_ns, arrival.packet.time_ns) > hole_patience_ns) {
    end(d.head, End::gap);
  }
}

void HeadAssembler::fin(const Arrival& arrival) {
  const Direction& d = connections_[arrival.connection].sides[arrival.side];
  const auto fin_at = static_cast<std::int32_t>(arrival.seq + arrival.length - d.start);
  HeadNode& node = queue_[d.head];
  if (fin_at < 0 || node.fin_at != UINT32_MAX) return;
  node.fin_at = static_cast<std::uint32_t>(fin_at);
  node.fin_time_ns = arrival.packet.time_ns;
  node.buffer.reaches(node.fin_at);
  if (node.buffer.size() >= node.fin_at) {
    end(d.head, End::closed);
    return;
  }
  count_hole(node, true);
  if (!node.hole_known) node.hole_since_ns = arrival.packet.time_ns;
  node.hole_known = true;
}

void HeadAssembler::reset(std::uint32_t at, Reaction::By by, std::int64_t time_ns) {
  HeadNode& node = queue_[at];
  if (node.closing) return;
  node.closing = true;
  node.reset_by = by;
  node.reset_time_ns = time_ns;
  node.deadline_ns = time_after(time_ns, reset_grace_ns);
  queue_.push(at);
}

/// The detect function is certain: what follows is the other side's turn.
void HeadAssembler::complete(std::uint32_t at) {
  HeadNode& node = queue_[at];
  const bool header = node.head.detection.kind == Detection::Kind::header;
  node.head.detection.n = std::min(node.head.detection.n, node.buffer.size());
  summarize(node, header ? node.head.detection.n : node.buffer.size());
  node.head.end = End::complete;
  node.limit = node.head.detection.n + std::min(node.head.detection.keep, max_kept_payload);
  node.buffer.trim(node.limit);
  queue_.recount(node);
  count_hole(node, false);
  reactions_.wait(at);
}

/// Nobody is interested in it.
void HeadAssembler::drop(std::uint32_t at) {
  HeadNode& node = queue_[at];
  Direction& d = connections_[node.connection].sides[node.side];
  d.state = Direction::State::done;
  d.head = no_index;
  count_hole(node, false);
  queue_.drop(at);
}

/// The stream ended before its header did.
void HeadAssembler::end(std::uint32_t at, End how) {
  HeadNode& node = queue_[at];
  summarize(node, max_head_bytes);
  node.head.end = how;
  node.limit = max_head_bytes;
  count_hole(node, false);
  reactions_.judge_incomplete(at);
  reactions_.finish(at);
}

void HeadAssembler::end_as_known(std::uint32_t at) {
  const HeadNode& node = queue_[at];
  if (connections_[node.connection].sides[node.side].state == Direction::State::waiting) {
    reactions_.finish(at);
  } else {
    end(at, node.closing ? End::reset : node.buffer.has_hole() ? End::gap : End::open);
  }
}

void HeadAssembler::evict(std::uint32_t at) {
  const HeadNode& node = queue_[at];
  if (connections_[node.connection].sides[node.side].state == Direction::State::waiting || node.closing) {
    end_as_known(at);
  } else if (node.buffer.size() == 0) {
    drop(at);
  } else {
    end(at, End::evicted);
  }
}

void HeadAssembler::count_never_established(const Connection& c, unsigned side) noexcept {
  const Direction& d = c.sides[side];
  const Direction& other = c.sides[1 - side];
  if (c.client != side || d.state != Direction::State::silent || !d.syn_seen || other.syn_seen || other.anchored) return;
  ++(c.reset ? counters_.connections_refused : counters_.connections_unanswered);
}

/// A connection that was refused never got that far.
void HeadAssembler::report_silent(std::uint32_t connection, unsigned side, End how, Reaction::By by, std::int64_t time_ns) {
  count_never_established(connections_[connection], side);
  if (callbacks_.silent == nullptr) return;
  const Connection& c = connections_[connection];
  const Direction& d = c.sides[side];
  if (c.client != side || d.state != Direction::State::silent || !d.syn_seen) return;
  const bool answered = c.sides[1 - side].syn_seen;
  if (!answered && (c.sides[1 - side].anchored || !(c.reset || c.syn_repeated || c.undelivered != Undelivered::none))) return;
  Head head;
  head.flow = flow_of(c.key, side);
  if (!callbacks_.silent(callbacks_.context, head.flow)) return;
  head.connection = c.number;
  head.established = answered;
  head.undelivered = answered ? Undelivered::none : c.undelivered;
  head.detection.kind = Detection::Kind::not_header;
  head.time_ns = d.syn_time_ns;
  head.frame = d.syn_frame;
  head.first_time_ns = d.syn_time_ns;
  head.syn_time_ns = d.syn_time_ns;
  head.start_seen = true;
  head.from_client = Client::yes;
  head.end = how;
  reactions_.judge_silent(c, side, by, time_ns, head);
  // Who reset it is known of the receiver alone: a client may just have changed its mind.
  const bool refused = head.reaction.kind == Reaction::Kind::rst && head.reaction.by == Reaction::By::receiver;
  if (!answered && c.reset && !refused) return;
  head.stream = counters_.next_stream();
  ++counters_.tcp_streams;
  queue_.deliver(head, {});
}

}  // namespace pp::packet
