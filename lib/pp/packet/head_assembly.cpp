// StreamHeads: payload into heads.
#include <algorithm>

#include "pp/packet/stream_heads.hpp"

namespace pp::packet {
namespace {

// No sender gets this far beyond a byte that was never acknowledged at the start of a stream.
constexpr std::uint32_t far_beyond = 256U << 10U;
// A sequence number further ahead than any window belongs to another connection.
constexpr std::int32_t max_window = 1 << 30;
constexpr std::int64_t hole_patience_ns = 1'000'000'000;

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

void StreamHeads::on_data(const Arrival& arrival) {
  Connection& c = flows_[arrival.index];
  Direction& d = c.sides[arrival.side];
  if (!d.anchored) {
    // The connection is known and this side's SYN is not.
    d.anchored = true;
    d.start = arrival.seq;
    d.high = arrival.seq;
    if (d.state == Direction::State::silent && !looks_like_start(arrival.segment.payload, arrival.segment.flow)) {
      d.state = Direction::State::done;
      ++counters_.streams_without_start;
    }
  }
  const std::uint32_t end = arrival.seq + arrival.length;
  const auto ahead = static_cast<std::int32_t>(end - d.high);
  if (ahead > 0 && ahead <= max_window) {
    const auto old = static_cast<std::int32_t>(d.high - arrival.seq);
    const std::size_t skip = std::min<std::size_t>(old > 0 ? static_cast<std::size_t>(old) : 0, arrival.segment.payload.size());
    d.high = end;
    if (options_.reactions && c.sides[1 - arrival.side].state != Direction::State::done)
      heard(arrival, arrival.segment.payload.subspan(skip));
  }
  if (d.state != Direction::State::done) head_data(arrival);
}

void StreamHeads::head_data(const Arrival& arrival) {
  Direction& d = flows_[arrival.index].sides[arrival.side];
  Bytes bytes = arrival.segment.payload;
  auto offset = static_cast<std::int32_t>(arrival.seq - d.start);
  std::uint32_t length = arrival.length;
  if (offset < 0) {
    // Keep-alive garbage or bytes of an older connection in front of the first byte.
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
  ++counters_.tcp_streams;
  const std::uint64_t stream = next_stream_++;
  Settle settle;
  const bool settled = offset == 0 && !bytes.empty();
  if (settled) {
    settle = callbacks_.settle(callbacks_.context, bytes, arrival.segment.flow);
    if (settle.kind == Settle::Kind::not_header && settle.keep == 0) {
      d.state = Direction::State::done;
      return;
    }
  }
  if (settled && settle.kind == Settle::Kind::done && bytes.size() == length) {
    take_whole(arrival, bytes, settle, stream);
    return;
  }
  const std::uint32_t at = begin_head(arrival);
  heads_[at].head.stream = stream;
  offer(at, static_cast<std::uint32_t>(offset), bytes, length, arrival.packet, settled ? &settle : nullptr);
}

/// What is known of a head by its first packet.
void StreamHeads::introduce(const Arrival& arrival, Head& head) const {
  const Connection& c = flows_[arrival.index];
  const Direction& d = c.sides[arrival.side];
  head.flow = arrival.segment.flow;
  head.start_seen = d.syn_seen;
  head.syn_time_ns = d.syn_time_ns;
  head.time_ns = arrival.packet.time_ns;
  head.first_time_ns = arrival.packet.time_ns;
  head.frame = arrival.packet.frame;
  if (c.client < 2) head.from_client = c.client == arrival.side ? Client::yes : Client::no;
}

/// Nearly every head: all of it stands in the stream's first segment, and the settle function has said so. The same as
/// begin_head and offer come to, without a buffer that is prepared for more.
void StreamHeads::take_whole(const Arrival& arrival, Bytes bytes, const Settle& settle, std::uint64_t stream) {
  Direction& d = flows_[arrival.index].sides[arrival.side];
  const auto size = static_cast<std::uint32_t>(bytes.size());
  const std::uint32_t header = std::min(settle.n, size);
  const std::uint32_t limit = header + std::min(settle.keep, max_kept_payload);
  const auto fill = [&](Head& head) {
    introduce(arrival, head);
    head.stream = stream;
    head.nanoseconds = arrival.packet.nanoseconds;
    head.segments = 1;
    head.settle = settle;
    head.settle.n = header;
  };
  if (!options_.reactions && queue_.size() == 0) {
    Head head;
    fill(head);
    d.state = Direction::State::done;
    deliver_now(head, bytes.first(std::min(size, limit)));
    return;
  }
  const std::uint32_t at = heads_.take();
  HeadNode& node = heads_[at];
  node.connection = arrival.index;
  node.side = arrival.side;
  fill(node.head);
  d.head = at;
  node.buffer.begin(bytes.first(std::min(size, limit)), size);
  node.limit = limit;
  recount(node);
  await_reaction(at);
}

std::uint32_t StreamHeads::begin_head(const Arrival& arrival) {
  Direction& d = flows_[arrival.index].sides[arrival.side];
  const std::uint32_t at = heads_.take();
  HeadNode& node = heads_[at];
  node.connection = arrival.index;
  node.side = arrival.side;
  introduce(arrival, node.head);
  d.state = Direction::State::pending;
  d.head = at;
  return at;
}

/// Bytes for a head that is pending or waiting. `settled` is what settle said about just these bytes, if it was asked.
void StreamHeads::offer(std::uint32_t at, std::uint32_t offset, Bytes bytes, std::uint32_t length, const Packet& packet,
                        const Settle* settled) {
  HeadNode& node = heads_[at];
  const bool pending = flows_[node.connection].sides[node.side].state == Direction::State::pending;
  if (pending && offset > node.buffer.size() + far_beyond) {
    end_head(at, End::gap);
    return;
  }
  const bool grew = node.buffer.add(offset, bytes, length, node.limit, packet.frame, packet.time_ns);
  recount(node);
  if (!pending) return;
  node.head.nanoseconds = packet.nanoseconds;
  if (grew) {
    node.head.settle = settled != nullptr && node.buffer.size() == bytes.size()
                           ? *settled
                           : callbacks_.settle(callbacks_.context, node.buffer.contiguous(), node.head.flow);
    if (node.head.settle.kind == Settle::Kind::not_header && node.head.settle.keep == 0) {
      drop_head(at);
      return;
    }
    if (node.head.settle.kind != Settle::Kind::need) {
      complete(at);
      return;
    }
  }
  if (node.buffer.cut_here()) {
    end_head(at, End::cut);
  } else if (node.buffer.size() >= node.fin_at) {
    end_head(at, End::closed);
  } else if (node.hole_known && node.buffer.has_hole() && time_between(node.hole_since_ns, packet.time_ns) > hole_patience_ns) {
    end_head(at, End::gap);
  } else {
    count_hole(node, node.buffer.has_hole());
    if (!node.hole) node.hole_known = false;
  }
}

/// The other side's hole, in the light of what this side acknowledges.
void StreamHeads::acknowledge(const Arrival& arrival) {
  const Direction& d = flows_[arrival.index].sides[1 - arrival.side];
  if (d.state != Direction::State::pending) return;
  HeadNode& node = heads_[d.head];
  if (!node.hole || static_cast<std::int32_t>(arrival.segment.ack - (d.start + node.buffer.size())) <= 0) return;
  if (!node.hole_known) {
    node.hole_known = true;
    node.hole_since_ns = arrival.packet.time_ns;
  } else if (time_between(node.hole_since_ns, arrival.packet.time_ns) > hole_patience_ns) {
    end_head(d.head, End::gap);
  }
}

/// The settle function has decided: what follows is the other side's turn.
void StreamHeads::complete(std::uint32_t at) {
  HeadNode& node = heads_[at];
  const bool header = node.head.settle.kind == Settle::Kind::done;
  node.head.settle.n = std::min(node.head.settle.n, node.buffer.size());
  summarize(node, header ? node.head.settle.n : node.buffer.size());
  node.head.end = End::settled;
  node.limit = node.head.settle.n + std::min(node.head.settle.keep, max_kept_payload);
  node.buffer.trim(node.limit);
  recount(node);
  count_hole(node, false);
  await_reaction(at);
}

/// The head is known, and leaves when the reaction is.
void StreamHeads::await_reaction(std::uint32_t at) {
  HeadNode& node = heads_[at];
  flows_[node.connection].sides[node.side].state = Direction::State::waiting;
  if (!options_.reactions) {
    conclude(at);
    return;
  }
  node.deadline_ns = time_after(node.head.time_ns, options_.reaction_wait_ns);
  if (!node.queued) queue_.push(at);
  if (queue_.front() == at) watch_clock();
  recall(at);
}

/// Nobody is interested in it.
void StreamHeads::drop_head(std::uint32_t at) {
  HeadNode& node = heads_[at];
  Direction& d = flows_[node.connection].sides[node.side];
  d.state = Direction::State::done;
  d.head = no_index;
  count_hole(node, false);
  const bool queued = node.queued;
  if (queued) queue_.remove(at);
  pending_bytes_ -= node.cost;
  heads_.release(at);
  if (queued) drain();
}

/// The stream ended before its header did.
void StreamHeads::end_head(std::uint32_t at, End end) {
  HeadNode& node = heads_[at];
  Connection& c = flows_[node.connection];
  summarize(node, max_head_bytes);
  node.head.end = end;
  node.limit = max_head_bytes;
  Head& head = node.head;
  std::int64_t ended_ns = std::numeric_limits<std::int64_t>::max();
  if (end == End::closed || end == End::reset) {
    ended_ns = end == End::closed ? node.fin_time_ns : node.reset_time_ns;
    head.reaction.kind = end == End::closed ? Reaction::Kind::fin : Reaction::Kind::rst;
    head.reaction.by = end == End::closed ? Reaction::By::sender : node.reset_by;
    head.reaction.after_ns = time_between(head.time_ns, ended_ns);
  }
  // The end was the receiver's decision when it answered or closed first.
  if (const SideNotes* notes = notes_.find(c, 1 - node.side)) {
    Bytes bytes;
    const SideNotes::Note* answer = answer_in(*notes, head, bytes);
    if (answer != nullptr && answer->time_ns < ended_ns) {
      head.reaction = {Reaction::Kind::data, Reaction::By::receiver, time_between(head.time_ns, answer->time_ns), {}};
      head.reaction.first.assign(bytes);
    } else if (notes->fin && notes->fin_time_ns < ended_ns) {
      head.reaction = {Reaction::Kind::fin, Reaction::By::receiver, time_between(head.time_ns, notes->fin_time_ns), {}};
    }
  }
  conclude(at);
}

/// Nothing more will come for this head.
void StreamHeads::end_as_known(std::uint32_t at) {
  HeadNode& node = heads_[at];
  if (flows_[node.connection].sides[node.side].state == Direction::State::waiting) {
    conclude(at);
  } else {
    end_head(at, node.closing ? End::reset : node.buffer.has_hole() ? End::gap : End::open);
  }
}

void StreamHeads::recount(HeadNode& node) noexcept {
  const std::uint64_t now = sizeof(HeadNode) + node.buffer.cost();
  pending_bytes_ += now - node.cost;
  node.cost = now;
  counters_.pending_bytes_peak = std::max(counters_.pending_bytes_peak, pending_bytes_);
}

}  // namespace pp::packet
