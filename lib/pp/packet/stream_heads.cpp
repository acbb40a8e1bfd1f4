#include "pp/packet/stream_heads.hpp"

#include <algorithm>
#include <optional>

namespace pp::packet {
namespace {

constexpr std::uint32_t max_segment = 1U << 30U;  // so that sequence arithmetic stays within half its range

HeadOptions checked(HeadOptions options) {
  options.max_flows = std::max(options.max_flows, 1U);
  return options;
}

}  // namespace

StreamHeads::StreamHeads(const HeadOptions& options, const HeadCallbacks& callbacks)
    : options_(checked(options)),
      callbacks_(callbacks),
      queue_(options_, callbacks_, counters_),
      connections_(options_, counters_),
      reactions_(options_, callbacks_, counters_, connections_.table(), queue_),
      assembler_(options_, callbacks_, counters_, connections_.table(), queue_, reactions_),
      datagrams_(options_, callbacks_, counters_, queue_) {}

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

/// `whole`: the datagram that was put together from fragments, else nullptr.
void StreamHeads::take(const Packet& packet, const Segment& segment, const Datagram* whole) {
  if (segment.flow.protocol == Protocol::udp) {
    datagrams_.datagram(packet, segment, whole);
    keep_limits();
    return;
  }
  const bool ends = (segment.flags & (tcp_fin | tcp_rst)) != 0;
  const bool opens = (segment.flags & tcp_syn) != 0;
  const FlowPlace place = place_flow(segment.flow, options_.hash_key);
  const bool bare = !ends && !opens && segment.payload_length == 0 && assembler_.holes() == 0;
  if (bare && connections_.is_numbered_lately(place.hash)) return;
  const bool resembles = segment.payload.size() >= 4 && begins_like_header(segment.payload.data());
  if (!opens && !resembles && connections_.is_recent(place, ends)) return;
  tcp(packet, segment, place);
}

void StreamHeads::plain_tcp(const Packet& packet, const FlowPlace& place) {
  const unsigned flags = packet.data[plain_tcp_at + 13];
  if ((flags & tcp_syn) == 0 && (flags & (tcp_fin | tcp_rst)) != 0 && connections_.is_recent(place, false)) {
    connections_.end_recent(place);
    return;
  }
  Segment segment;
  decode(packet, segment);
  tcp(packet, segment, place);
}

void StreamHeads::tcp(const Packet& packet, const Segment& segment, const FlowPlace& place) {
  std::uint32_t index = connections_.find(segment.flow, place);
  const bool syn = (segment.flags & tcp_syn) != 0;
  if (syn) {
    index = open(packet, segment, place, index);
  } else {
    connections_.number(index, place.hash);
    if (index == no_index) index = unopened(segment, place);
  }
  if (index == no_index) {
    if (!syn) later_of_finished(packet, segment, place);
    return;
  }
  if (!syn) connections_.prefetch(place);  // this segment may finish the connection
  if (!syn && connections_.table()[index].start_disputed) connections_.settle_start(index, place.side, segment);
  const Arrival arrival{packet, segment, index, place.side, segment.seq + (syn ? 1U : 0U), std::min(segment.payload_length, max_segment)};
  if ((segment.flags & tcp_ack) != 0 && assembler_.holes() > 0) assembler_.acknowledge(arrival);
  if (arrival.length > 0) on_data(arrival);
  if ((segment.flags & tcp_fin) != 0) on_fin(arrival);
  if ((segment.flags & tcp_rst) != 0) on_rst(arrival);
  tidy(index);
  keep_limits();
}

/// A SYN: the connection it belongs to, which may be new. no_index when it repeats that of a finished one.
std::uint32_t StreamHeads::open(const Packet& packet, const Segment& segment, const FlowPlace& place, std::uint32_t index) {
  const std::uint32_t start = segment.seq + 1;
  const bool answers = (segment.flags & tcp_ack) != 0;
  std::optional<std::uint64_t> number;
  if (index == no_index) {
    if (connections_.repeats_finished(place, start)) return no_index;
  } else if (answers && connections_.opens_another(index, place.side, start) &&
             connections_.answers_again(index, place.side, segment, start)) {
    return index;
  } else if (!answers && connections_.tries_again(index, place.side)) {
    reactions_.forget(connections_.table()[index]);
    connections_.table()[index].reset = false;
  } else if (connections_.opens_another(index, place.side, start)) {
    // Another SYN with an ACK answers the same SYN again.
    if (answers) number = connections_.table()[index].number;
    abandon(index);
    index = no_index;
  }
  if (index == no_index) {
    make_room();
    index = connections_.create(segment.flow, place);
    connections_.number_opened(index, number);
  }
  connections_.note_syn(index, place.side, packet, answers, start);
  assembler_.note_syn(connections_.table()[index]);
  return index;
}

/// A segment without a SYN, of a connection that is not in the table: one that is finished, or one whose start is not in the
/// capture.
std::uint32_t StreamHeads::unopened(const Segment& segment, const FlowPlace& place) {
  if (connections_.has_sent(segment, place) || segment.payload_length == 0) return no_index;
  if (!assembler_.looks_like_start(segment.payload, segment.flow)) {
    connections_.skip(place);
    return no_index;
  }
  const bool other_has_sent = connections_.side_has_sent(place.hash, 1 - place.side);
  make_room();
  const std::uint32_t index = connections_.create(segment.flow, place);
  connections_.number_joined(index);
  Connection& c = connections_.table()[index];
  c.sides[place.side].anchor(segment.seq);
  if (other_has_sent) c.sides[1 - place.side].state = Direction::State::done;
  return index;
}

void StreamHeads::on_data(const Arrival& arrival) {
  Connection& c = connections_.table()[arrival.connection];
  Direction& d = c.sides[arrival.side];
  const Bytes payload = arrival.segment.payload;
  if (!d.anchored) {
    // The connection is known and this side's SYN is not.
    d.anchor(arrival.seq);
    if (d.state == Direction::State::silent && !assembler_.looks_like_start(payload, arrival.segment.flow)) {
      d.state = Direction::State::done;
      ++counters_.streams_without_start;
    }
  }
  const auto seen_before = d.advance(arrival.seq, arrival.length);
  if (seen_before && reactions_.listens_for(c.sides[1 - arrival.side])) {
    const Bytes fresh = payload.subspan(std::min<std::size_t>(*seen_before, payload.size()));
    reactions_.data(arrival.connection, arrival.side, arrival.packet.time_ns, fresh);
  }
  const bool over = d.state == Direction::State::done;
  if (!over) assembler_.data(arrival);
  if (over && seen_before == 0U && c.client != 1 - arrival.side)
    later(arrival.packet, arrival.segment, {arrival.seq - d.start, c.client, c.number}, &d);
}

void StreamHeads::on_fin(const Arrival& arrival) {
  Direction& d = connections_.table()[arrival.connection].sides[arrival.side];
  const std::uint32_t fin_seq = arrival.seq + arrival.length;
  reactions_.fin(arrival.connection, arrival.side, fin_seq, arrival.packet.time_ns);
  if (d.state == Direction::State::silent && (!d.anchored || fin_seq == d.start)) {
    assembler_.report_silent(arrival.connection, arrival.side, End::closed, Reaction::By::sender, arrival.packet.time_ns);
    d.state = Direction::State::done;
  }
  if (d.state == Direction::State::pending) assembler_.fin(arrival);
}

void StreamHeads::on_rst(const Arrival& arrival) {
  connections_.table()[arrival.connection].reset = true;
  reset_side(arrival, 1 - arrival.side, Reaction::By::receiver);
  reset_side(arrival, arrival.side, Reaction::By::sender);
}

void StreamHeads::reset_side(const Arrival& arrival, unsigned side, Reaction::By by) {
  Connection& c = connections_.table()[arrival.connection];
  Direction& d = c.sides[side];
  const std::int64_t time_ns = arrival.packet.time_ns;
  switch (d.state) {
    case Direction::State::silent: {
      // Only a client's first bytes are worth waiting for after the RST, and not when its own RST says that there are none.
      const bool nothing_sent = by == Reaction::By::sender && d.anchored && arrival.seq == d.start;
      const bool scanned = nothing_sent && c.client == side && c.sides[1 - side].syn_seen && (arrival.segment.flags & tcp_ack) == 0;
      if (scanned) ++counters_.connections_given_up;
      if (c.client != side || nothing_sent || !d.anchored) {
        assembler_.report_silent(arrival.connection, side, End::reset, by, time_ns);
        d.state = Direction::State::done;
      } else if (by == Reaction::By::receiver) {
        reactions_.early_rst(arrival.connection, side, time_ns);
      }
      return;
    }
    case Direction::State::pending: assembler_.reset(d.head, by, time_ns); return;
    case Direction::State::waiting: reactions_.rst(arrival.connection, side, by, time_ns); return;
    case Direction::State::done: return;
  }
}

/// The connection's endpoints belong to another one from now on.
void StreamHeads::abandon(std::uint32_t index) {
  Connection& c = connections_.table()[index];
  for (const unsigned side : {0U, 1U}) {
    if (c.sides[side].head != no_index) assembler_.end_as_known(c.sides[side].head);
    assembler_.report_silent(index, side, End::open, Reaction::By::sender, c.sides[side].syn_time_ns);
  }
  // Release after both heads ended: each side's early responses are used by the other side's head.
  reactions_.forget(c);
  connections_.remove(index);
}

}  // namespace pp::packet
