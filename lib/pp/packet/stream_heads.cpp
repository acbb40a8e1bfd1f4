#include "pp/packet/stream_heads.hpp"

#include <algorithm>
#include <utility>

#include "pp/packet/seen_entry.hpp"

namespace pp::packet {
namespace {

constexpr std::uint32_t max_segment = 1U << 30U;  // so that sequence arithmetic stays within half its range

}  // namespace

StreamHeads::StreamHeads(const HeadOptions& options, const HeadCallbacks& callbacks)
    : options_(options), callbacks_(callbacks), queue_(heads_), told_(heads_), seen_(options.max_seen), udp_(options.max_udp_flows) {
  options_.max_flows = std::max(options_.max_flows, 1U);
}

Decoded StreamHeads::look_at(const Packet& packet) {
  Segment segment;
  const Decoded decoded = decode(packet, segment);
  ++counters_.decoded[static_cast<std::size_t>(decoded)];
  if (decoded == Decoded::segment) {
    take(packet, segment, nullptr);
  } else {
    other(packet, decoded);
  }
  return decoded;
}

void StreamHeads::take(const Packet& packet, const Segment& segment, const Datagram* whole) {
  if (segment.flow.protocol == Protocol::udp) {
    datagram(packet, segment, whole);
    return;
  }
  const bool ends = (segment.flags & (tcp_fin | tcp_rst)) != 0;
  const bool opens = (segment.flags & tcp_syn) != 0;
  if (!ends && !opens && segment.payload_length == 0 && holes_ == 0) return;
  const FlowPlace place = place_flow(segment.flow, options_.hash_key);
  if (!opens && is_recent(place, ends)) return;
  tcp(packet, segment, place);
}

void StreamHeads::plain_tcp(const Packet& packet, const FlowPlace& place) {
  const unsigned flags = packet.data[plain_tcp_at + 13];
  if ((flags & tcp_syn) == 0 && (flags & (tcp_fin | tcp_rst)) != 0 && is_recent(place, false)) return close_recent(place.hash);
  Segment segment;
  decode(packet, segment);
  tcp(packet, segment, place);
}

/// The end of a connection that is known to be settled.
void StreamHeads::close_recent(std::uint64_t hash) {
  for (std::uint64_t& recent : recent_set(hash)) {
    if (((recent ^ hash) & recent_hash) == 0) recent |= recent_closed;
  }
  if (closed_count_ == closed_.size()) write_closed();
  closed_[closed_count_++] = hash;
  seen_.prefetch(hash);
}

void StreamHeads::write_closed() noexcept {
  for (std::size_t i = 0; i < closed_count_; ++i) {
    if (std::uint64_t* entry = seen_.find(closed_[i])) *entry |= seen_entry::closed;
  }
  closed_count_ = 0;
}

void StreamHeads::tcp(const Packet& packet, const Segment& segment, const FlowPlace& place) {
  std::uint32_t index = flows_.find(segment.flow, place);
  const bool syn = (segment.flags & tcp_syn) != 0;
  if (syn) {
    index = open(packet, segment, place, index);
  } else if (index == no_index) {
    index = unopened(segment, place);
  }
  if (index == no_index) return;
  // It may be settled now, and then that is where it goes.
  if (!syn) seen_.prefetch(place.hash);
  const Arrival arrival{packet, segment, index, place.side, segment.seq + (syn ? 1U : 0U), std::min(segment.payload_length, max_segment)};
  if ((segment.flags & tcp_ack) != 0 && holes_ > 0) acknowledge(arrival);
  if (arrival.length > 0) on_data(arrival);
  if ((segment.flags & tcp_fin) != 0) on_fin(arrival);
  if ((segment.flags & tcp_rst) != 0) on_rst(arrival);
  tidy(index);
  keep_caps();
}

/// A SYN: the connection it belongs to, which may have to be made. no_index when it repeats that of a settled one.
std::uint32_t StreamHeads::open(const Packet& packet, const Segment& segment, const FlowPlace& place, std::uint32_t index) {
  const std::uint32_t start = segment.seq + 1;
  if (index != no_index) {
    const Direction& known = flows_[index].sides[place.side];
    if (known.anchored && known.start != start) {
      abandon(index);
      index = no_index;
    }
  } else if (std::uint64_t* entry = seen_.find(place.hash); entry != nullptr && (*entry & seen_entry::replaced) == 0) {
    write_closed();
    if ((*entry & seen_entry::side_bit(place.side)) != 0 && seen_entry::same_start(*entry, start, place.side)) return no_index;
    *entry |= seen_entry::replaced;
  }
  if (index == no_index) index = create(segment.flow, place);
  Connection& c = flows_[index];
  c.client = static_cast<std::uint8_t>((segment.flags & tcp_ack) != 0 ? 1 - place.side : place.side);
  Direction& d = c.sides[place.side];
  if (!d.syn_seen) {
    d.syn_seen = true;
    d.syn_time_ns = packet.time_ns;
    d.syn_frame = packet.frame;
    if (!d.anchored) {
      d.anchored = true;
      d.start = start;
      d.high = start;
    }
  }
  for (unsigned side = 0; side < 2; ++side) {
    const Direction& with_head = c.sides[side];
    if (with_head.head == no_index) continue;
    Head& head = heads_[with_head.head].head;
    head.from_client = c.client == side ? Client::yes : Client::no;
    head.start_seen = with_head.syn_seen;
    head.syn_time_ns = with_head.syn_time_ns;
  }
  return index;
}

/// A segment of no connection in the table: one that was settled, or one whose start is not in the capture.
std::uint32_t StreamHeads::unopened(const Segment& segment, const FlowPlace& place) {
  write_closed();
  std::uint64_t* entry = seen_.find(place.hash);
  if (entry != nullptr && (*entry & seen_entry::replaced) != 0) *entry = 0;
  if (entry != nullptr) {
    if ((segment.flags & (tcp_fin | tcp_rst)) != 0) *entry |= seen_entry::closed;
    if ((*entry & seen_entry::side_bit(place.side)) != 0) {
      note_recent(place.hash, *entry);
      return no_index;
    }
  }
  if (segment.payload_length == 0) return no_index;
  if (looks_like_start(segment.payload, segment.flow)) {
    const bool other_known = entry != nullptr && (*entry & seen_entry::side_bit(1 - place.side)) != 0;
    const std::uint32_t index = create(segment.flow, place);
    Connection& c = flows_[index];
    c.sides[place.side].anchored = true;
    c.sides[place.side].start = segment.seq;
    c.sides[place.side].high = segment.seq;
    if (other_known) c.sides[1 - place.side].state = Direction::State::done;
    return index;
  }
  ++counters_.streams_without_start;
  if (entry != nullptr) {
    *entry |= seen_entry::side_bit(place.side);
  } else {
    remember(place.hash, seen_entry::side_bit(place.side));
  }
  return no_index;
}

std::uint32_t StreamHeads::create(const FlowKey& flow, const FlowPlace& place) {
  make_room();
  forget_recent(place.hash);
  const std::uint32_t index = flows_.create(connection_of(flow, place.side), place.hash);
  counters_.flows_peak = std::max<std::uint64_t>(counters_.flows_peak, flows_.size());
  return index;
}

bool StreamHeads::looks_like_start(Bytes bytes, const FlowKey& flow) const {
  if (bytes.empty()) return false;
  if (callbacks_.looks_like_start != nullptr) return callbacks_.looks_like_start(callbacks_.context, bytes);
  const Settle settle = callbacks_.settle(callbacks_.context, bytes, flow);
  return settle.kind == Settle::Kind::done || (settle.kind == Settle::Kind::need && bytes.size() >= 8);
}

void StreamHeads::on_fin(const Arrival& arrival) {
  Connection& c = flows_[arrival.index];
  Direction& d = c.sides[arrival.side];
  const std::uint32_t fin_seq = arrival.seq + arrival.length;
  const std::int64_t time_ns = arrival.packet.time_ns;
  // Data before the FIN that is not in the capture yet may still come.
  const bool last_word = !d.anchored || static_cast<std::int32_t>(fin_seq - d.high) <= 0;
  if (const std::uint32_t other = c.sides[1 - arrival.side].head; c.sides[1 - arrival.side].state == Direction::State::waiting) {
    react_fin(other, Reaction::By::receiver, time_ns, last_word);
  } else if (c.sides[1 - arrival.side].state != Direction::State::done && options_.reactions) {
    SideNotes& notes = notes_.get(c, arrival.side, counters_.greetings_forgotten);
    if (!notes.fin) notes.fin_time_ns = time_ns;
    notes.fin = true;
  }
  if (d.state == Direction::State::silent && (!d.anchored || fin_seq == d.start)) {
    report_silent(arrival.index, arrival.side, End::closed, Reaction::By::sender, time_ns);
    d.state = Direction::State::done;
  }
  if (d.state == Direction::State::waiting) react_fin(d.head, Reaction::By::sender, time_ns, false);
  if (d.state != Direction::State::pending) return;
  const auto fin_at = static_cast<std::int32_t>(fin_seq - d.start);
  HeadNode& node = heads_[d.head];
  if (fin_at < 0 || node.fin_at != UINT32_MAX) return;
  node.fin_at = static_cast<std::uint32_t>(fin_at);
  node.fin_time_ns = time_ns;
  node.buffer.reaches(node.fin_at);
  if (node.buffer.size() >= node.fin_at) {
    end_head(d.head, End::closed);
    return;
  }
  count_hole(node, true);
  if (!node.hole_known) node.hole_since_ns = time_ns;
  node.hole_known = true;
}

void StreamHeads::on_rst(const Arrival& arrival) {
  flows_[arrival.index].reset = true;
  reset_side(arrival, 1 - arrival.side, Reaction::By::receiver);
  reset_side(arrival, arrival.side, Reaction::By::sender);
}

void StreamHeads::reset_side(const Arrival& arrival, unsigned side, Reaction::By by) {
  constexpr std::int64_t grace_ns = 100'000'000;
  Connection& c = flows_[arrival.index];
  Direction& d = c.sides[side];
  const std::int64_t time_ns = arrival.packet.time_ns;
  if (d.state == Direction::State::silent) {
    // Only a client's first bytes are worth waiting for behind the RST, and not when its own RST says that there are none.
    const bool nothing_sent = by == Reaction::By::sender && d.anchored && arrival.seq == d.start;
    if (c.client != side || nothing_sent || !d.anchored) {
      report_silent(arrival.index, side, End::reset, by, time_ns);
      d.state = Direction::State::done;
    } else if (by == Reaction::By::receiver && options_.reactions) {
      SideNotes& notes = notes_.get(c, 1 - side, counters_.greetings_forgotten);
      if (!notes.rst) notes.rst_time_ns = time_ns;
      notes.rst = true;
    }
  } else if (d.state == Direction::State::waiting) {
    react_rst(d.head, by, time_ns);
  } else if (d.state == Direction::State::pending) {
    HeadNode& node = heads_[d.head];
    if (node.closing) return;
    node.closing = true;
    node.reset_by = by;
    node.reset_time_ns = time_ns;
    node.deadline_ns = time_after(time_ns, grace_ns);
    queue_.push(d.head);
    drain();
  }
}

/// Its endpoints belong to another connection from now on.
void StreamHeads::abandon(std::uint32_t index) {
  Connection& c = flows_[index];
  for (unsigned side = 0; side < 2; ++side) {
    if (c.sides[side].head != no_index) end_as_known(c.sides[side].head);
    report_silent(index, side, End::open, Reaction::By::sender, c.sides[side].syn_time_ns);
  }
  // Only now: what one side said belongs to the other side's head.
  for (unsigned side = 0; side < 2; ++side) notes_.release(c, side);
  flows_.remove(index);
}

/// A connection of which nothing more is wanted leaves the table.
void StreamHeads::settle_connection(std::uint32_t index) {
  Connection& c = flows_[index];
  remember(c.hash, seen_entry::of(c));
  notes_.release(c, 0);
  notes_.release(c, 1);
  flows_.remove(index);
}

void StreamHeads::remember(std::uint64_t hash, std::uint64_t entry) {
  write_closed();
  note_recent(hash, entry);
  if (std::uint64_t* old = seen_.find(hash)) {
    *old = entry;
    return;
  }
  FifoMap::Entry evicted;
  if (!seen_.insert(hash, entry, evicted)) return;
  if ((evicted.value & (seen_entry::closed | seen_entry::replaced)) == 0) counters_.streams_exact = false;
  // Or it would be known for as long as nothing else falls on its place, which the key of the hash decides.
  forget_recent(evicted.hash);
}

void StreamHeads::note_recent(std::uint64_t hash, std::uint64_t entry) noexcept {
  static_assert(recent_closed == seen_entry::closed && seen_entry::side_bit(1) == 2);
  std::uint64_t moved = (hash & recent_hash) | (entry & ~recent_hash);
  for (std::uint64_t& place : recent_set(hash)) {
    std::swap(place, moved);
    if (((moved ^ hash) & recent_hash) == 0) return;
  }
}

void StreamHeads::forget_recent(std::uint64_t hash) noexcept {
  for (std::uint64_t& recent : recent_set(hash)) {
    if (((recent ^ hash) & recent_hash) == 0) recent = 0;
  }
}

}  // namespace pp::packet
