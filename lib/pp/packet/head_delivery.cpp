// StreamHeads: heads on their way to the sink, and the caps that hold whatever the capture is.
#include <algorithm>
#include <vector>

#include "pp/packet/stream_heads.hpp"

namespace pp::packet {

/// All is known that will be: the head leaves its connection and waits for its turn only.
void StreamHeads::conclude(std::uint32_t at) {
  HeadNode& node = heads_[at];
  Connection& c = flows_[node.connection];
  Direction& d = c.sides[node.side];
  d.state = Direction::State::done;
  d.head = no_index;
  notes_.release(c, 1 - node.side);
  count_hole(node, false);
  node.connection = no_index;
  if (node.head.told) {
    if (node.queued) told_.remove(at);
    emit(at);
    watch_clock();
    return;
  }
  if (!node.queued && queue_.size() == 0) {
    emit(at);
    return;
  }
  if (!node.queued) queue_.push(at);
  queue_.mark_ready(at);
  if (queue_.front() == at) drain();  // or it waits behind one that is not ready, which alone has the clock
}

/// Delivers what nothing stands in front of, and watches the clock of the one that waits.
void StreamHeads::drain() {
  while (queue_.front() != no_index && heads_[queue_.front()].ready) {
    const std::uint32_t at = queue_.front();
    // What has waited long is no longer in the cache.
    if (heads_[at].behind != no_index) heads_.prefetch(heads_[at].behind);
    __builtin_prefetch(heads_[at].buffer.contiguous().data());
    emit_queued(at);
  }
  watch_clock();
}

void StreamHeads::watch_clock() noexcept {
  deadline_ns_ = fragments_.deadline();
  for (const std::uint32_t front : {queue_.front(), told_.front()}) {
    if (front != no_index) deadline_ns_ = std::min(deadline_ns_, heads_[front].deadline_ns);
  }
}

void StreamHeads::emit_queued(std::uint32_t at) {
  queue_.remove(at);
  emit(at);
}

void StreamHeads::give(std::uint32_t at) {
  HeadNode& node = heads_[at];
  const Bytes bytes = node.buffer.contiguous();
  node.head.bytes = bytes.first(std::min<std::size_t>(bytes.size(), node.limit));
  node.head.frames = node.frames;
  if (node.frames.empty() && node.head.segments == 1) node.head.frames = std::span(&node.head.frame, 1);  // of take_whole
  if (!node.head.told) ++counters_.heads;
  callbacks_.sink(callbacks_.context, node.head);
}

void StreamHeads::emit(std::uint32_t at) {
  give(at);
  pending_bytes_ -= heads_[at].cost;
  heads_.release(at);
}

/// The wait is over without an answer.
void StreamHeads::give_up(std::uint32_t at) {
  Head& head = heads_[at].head;
  if (head.reaction.kind == Reaction::Kind::unknown) {
    head.reaction.kind = Reaction::Kind::none;
    head.reaction.after_ns = options_.reaction_wait_ns;
  }
  conclude(at);
}

void StreamHeads::expire(std::int64_t now_ns) {
  if (fragments_.deadline() < now_ns) end_fragments(now_ns, 0, false);
  while (queue_.front() != no_index && heads_[queue_.front()].deadline_ns < now_ns) {
    const std::uint32_t at = queue_.front();
    const std::uint32_t connection = heads_[at].connection;
    if (flows_[connection].sides[heads_[at].side].state == Direction::State::waiting) {
      give_up(at);
    } else {
      end_as_known(at);
    }
    tidy(connection);
  }
  while (told_.front() != no_index && heads_[told_.front()].deadline_ns < now_ns) {
    const std::uint32_t connection = heads_[told_.front()].connection;
    give_up(told_.front());
    tidy(connection);
  }
  drain();
}

void StreamHeads::go_below_caps() {
  while (above_caps()) {
    if (queue_.oldest_ready() != no_index) {
      emit_queued(queue_.oldest_ready());
      continue;
    }
    const bool too_many = queue_.size() + told_.size() > options_.max_queue;
    const std::uint32_t at = !too_many ? heads_.oldest() : told_.size() > 0 ? told_.front() : queue_.front();
    const std::uint32_t connection = heads_[at].connection;
    ++counters_.evicted;
    if (flows_[connection].sides[heads_[at].side].state == Direction::State::waiting || heads_[at].closing) {
      end_as_known(at);
    } else if (heads_[at].buffer.size() == 0) {
      drop_head(at);
    } else {
      end_head(at, End::evicted);
    }
    tidy(connection);
  }
}

/// For one more connection.
void StreamHeads::make_room() {
  while (flows_.size() >= options_.max_flows) {
    const std::uint32_t index = flows_.oldest();
    // What a RST has ended stays only for bytes that may turn up late.
    if (!flows_[index].reset) ++counters_.evicted;
    for (unsigned side = 0; side < 2; ++side) {
      Direction& d = flows_[index].sides[side];
      if (d.head == no_index) {
        d.state = Direction::State::done;
      } else if (d.state == Direction::State::waiting || heads_[d.head].closing) {
        end_as_known(d.head);
      } else if (heads_[d.head].buffer.size() == 0) {
        drop_head(d.head);
      } else {
        end_head(d.head, End::evicted);
      }
    }
    tidy(index);
  }
}

void StreamHeads::tell_before(std::uint64_t mark) {
  for (std::uint32_t at = queue_.front(); at != no_index && heads_[at].order < mark; at = queue_.front()) {
    if (heads_[at].ready) {
      emit_queued(at);
      continue;
    }
    const std::uint32_t connection = heads_[at].connection;
    if (flows_[connection].sides[heads_[at].side].state == Direction::State::waiting) {
      queue_.remove(at);
      give(at);
      heads_[at].head.told = true;
      told_.push(at);
    } else {
      end_as_known(at);  // a RST ended it, and what was sent before has had its time
      tidy(connection);
    }
  }
  drain();
  keep_caps();
}

/// The side that opened the connection has sent nothing, and will not: for callers that expect a header from it. A
/// connection that was refused never got that far.
void StreamHeads::report_silent(std::uint32_t index, unsigned side, End end, Reaction::By by, std::int64_t time_ns) {
  if (callbacks_.silent == nullptr) return;
  const Connection& c = flows_[index];
  const Direction& d = c.sides[side];
  if (c.client != side || d.state != Direction::State::silent || !d.syn_seen || !c.sides[1 - side].syn_seen) return;
  Head head;
  head.flow = flow_of(c.key, side);
  if (!callbacks_.silent(callbacks_.context, head.flow)) return;
  head.stream = next_stream_++;
  ++counters_.tcp_streams;
  head.settle.kind = Settle::Kind::not_header;
  head.time_ns = d.syn_time_ns;
  head.frame = d.syn_frame;
  head.first_time_ns = d.syn_time_ns;
  head.syn_time_ns = d.syn_time_ns;
  head.start_seen = true;
  head.from_client = Client::yes;
  head.end = end;
  if (end != End::open) {
    head.reaction.kind = end == End::closed ? Reaction::Kind::fin : Reaction::Kind::rst;
    head.reaction.by = by;
    head.reaction.after_ns = time_between(d.syn_time_ns, time_ns);
  }
  // The receiver may have lost its patience first.
  if (const SideNotes* notes = notes_.find(c, 1 - side)) {
    if (notes->first.set) head.greeting = notes->first.excerpt;
    if (notes->fin || notes->rst) {
      head.reaction.kind = notes->rst ? Reaction::Kind::rst : Reaction::Kind::fin;
      head.reaction.by = Reaction::By::receiver;
      head.reaction.after_ns = time_between(d.syn_time_ns, notes->rst ? notes->rst_time_ns : notes->fin_time_ns);
      if (end == End::open) head.end = notes->rst ? End::reset : End::open;
    }
  }
  deliver(head, {});
}

void StreamHeads::finish() {
  end_fragments(std::numeric_limits<std::int64_t>::max(), 0, true);
  // Everything that still waits becomes ready, but leaves in the order of the streams.
  std::vector<std::uint32_t> rest;
  for (std::uint32_t at = heads_.oldest(); at != no_index; at = heads_[at].newer) rest.push_back(at);
  std::sort(rest.begin(), rest.end(), [this](std::uint32_t a, std::uint32_t b) {
    const Head& x = heads_[a].head;
    const Head& y = heads_[b].head;
    return x.stream != y.stream ? x.stream < y.stream : x.frame < y.frame;
  });
  for (const std::uint32_t at : rest) {
    if (heads_[at].queued) (heads_[at].head.told ? told_ : queue_).remove(at);
  }
  for (const std::uint32_t at : rest) {
    if (heads_[at].connection == no_index) {
      emit(at);
    } else {
      end_as_known(at);  // the queue is empty, so that this delivers it
    }
  }
  while (flows_.oldest() != no_index) abandon(flows_.oldest());
  deadline_ns_ = std::numeric_limits<std::int64_t>::max();
}

void StreamHeads::datagram(const Packet& packet, const Segment& segment, const Datagram* whole) {
  ++counters_.datagrams;
  if (segment.payload_length == 0) return;
  const FlowPlace place = place_flow(segment.flow, options_.hash_key);
  const std::uint64_t hash = place.hash ^ (place.side == 0 ? 0 : 0x9e3779b97f4a7c16);
  std::uint64_t stream = 0;
  if (const std::uint64_t* known = udp_.find(hash)) {
    stream = *known;
  } else {
    stream = next_stream_++;
    ++counters_.udp_streams;
    FifoMap::Entry evicted;
    if (udp_.insert(hash, stream, evicted)) counters_.streams_exact = false;
  }
  if (segment.payload.empty()) return;
  const Settle settle = callbacks_.settle(callbacks_.context, segment.payload, segment.flow);
  if ((settle.kind == Settle::Kind::not_header && settle.keep == 0) || is_repeated(packet, segment, whole)) return;

  Head head;
  head.stream = stream;
  head.flow = segment.flow;
  head.time_ns = packet.time_ns;
  head.first_time_ns = packet.time_ns;
  head.frame = packet.frame;
  head.nanoseconds = packet.nanoseconds;
  head.segments = 1;
  head.settle = settle;
  head.start_seen = true;
  std::uint64_t limit = max_head_bytes;
  if (settle.kind == Settle::Kind::need) {
    head.end = segment.fragmented ? End::gap : segment.payload.size() < segment.payload_length ? End::cut : End::datagram;
  } else {
    head.settle.n = static_cast<std::uint32_t>(std::min<std::size_t>(settle.n, segment.payload.size()));
    limit = std::uint64_t{head.settle.n} + std::min(settle.keep, max_kept_payload);
  }
  deliver(head, segment.payload.first(std::min<std::size_t>(segment.payload.size(), limit)));
}

/// A head of one frame, when nothing waits in front of it.
void StreamHeads::deliver_now(Head& head, Bytes bytes) {
  head.frames = std::span(&head.frame, 1);
  head.bytes = bytes;
  ++counters_.heads;
  callbacks_.sink(callbacks_.context, head);
}

/// A head of one frame, which is complete as it is.
void StreamHeads::deliver(const Head& whole, Bytes bytes) {
  if (queue_.size() == 0) {
    Head head = whole;
    deliver_now(head, bytes);
    return;
  }
  const std::uint32_t at = heads_.take();
  HeadNode& node = heads_[at];
  node.head = whole;
  node.frames.assign(1, whole.frame);
  node.buffer.add(0, bytes, static_cast<std::uint32_t>(bytes.size()), max_head_bytes, whole.frame, whole.time_ns);
  recount(node);
  queue_.push(at);
  queue_.mark_ready(at);
  drain();
  keep_caps();
}

}  // namespace pp::packet
