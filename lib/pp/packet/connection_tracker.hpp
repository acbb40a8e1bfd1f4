// Which TCP connection a segment belongs to.
//
// Invariant: a connection is in the table from its SYN, or from a first segment that looks like a start, until neither of its
// sides can matter as a head. After that 64 bits of it are remembered (closed_connections.hpp), so that what arrives late is
// not a new stream. A SYN with another initial sequence number is a new connection; one with the same number is a repetition.
#pragma once

#include <cstdint>
#include <optional>

#include "pp/packet/arrival.hpp"
#include "pp/packet/closed_connections.hpp"
#include "pp/packet/connection_numbers.hpp"
#include "pp/packet/flow_table.hpp"
#include "pp/packet/head.hpp"

namespace pp::packet {

class ConnectionTracker {
 public:
  ConnectionTracker(const HeadOptions& options, HeadCounters& counters)
      : counters_(counters), closed_(options.max_seen), numbers_(options.max_seen) {}

  FlowTable& table() noexcept { return table_; }
  const FlowTable& table() const noexcept { return table_; }

  std::uint32_t find(const FlowKey& flow, const FlowPlace& place) const noexcept { return table_.find(flow, place); }

  /// A segment without a SYN that changes nothing, of a connection that is finished.
  bool is_recent(const FlowPlace& place, bool ends) const noexcept { return closed_.is_recent(place, ends); }
  /// Prefetches what finish() will write.
  void prefetch(const FlowPlace& place) const noexcept { closed_.prefetch(place.hash); }
  /// The FIN or RST of a finished connection for which is_recent(place, false).
  void end_recent(const FlowPlace& place) noexcept { closed_.end_recent(place.hash); }

  /// A SYN of a connection in the table: true when it opens another one with the same endpoints.
  bool opens_another(std::uint32_t index, unsigned side, std::uint32_t start) const noexcept {
    const Direction& d = table_[index].sides[side];
    return d.anchored && d.start != start;
  }
  /// A SYN with an ACK that has another first byte than the one before: true when both answer the same SYN, and the server has
  /// not sent yet. Which of them counts is the client's choice (settle_start).
  bool answers_again(std::uint32_t index, unsigned side, const Segment& segment, std::uint32_t start) noexcept {
    Connection& c = table_[index];
    const Direction& server = c.sides[side];
    const Direction& client = c.sides[1 - side];
    if (c.client != 1 - side || !client.syn_seen || segment.ack != client.start || server.high != server.start) return false;
    c.start_disputed = true;
    c.other_start = start;
    return true;
  }
  /// A later segment of such a connection: the client acknowledges one of the two, or the server sends from it on.
  void settle_start(std::uint32_t index, unsigned side, const Segment& segment) noexcept {
    Connection& c = table_[index];
    Direction& server = c.sides[1 - c.client];
    const std::uint32_t named = side == c.client ? segment.ack : segment.seq;
    if (named != c.other_start && named != server.start) return;
    if (named == c.other_start) server.anchor(c.other_start);
    c.start_disputed = false;
  }
  /// A SYN of a connection in the table whose earlier SYN was refused: the client tries again.
  bool tries_again(std::uint32_t index, unsigned side) const noexcept {
    const Connection& c = table_[index];
    return c.reset && c.client == side && c.sides[side].state == Direction::State::silent && !c.sides[1 - side].syn_seen;
  }

  /// A SYN of a connection that is not in the table: true when it repeats that of a finished one, which is superseded otherwise.
  bool repeats_finished(const FlowPlace& place, std::uint32_t start) noexcept;
  /// A segment without a SYN, of a connection that is not in the table: true when its side is known to have sent.
  bool has_sent(const Segment& segment, const FlowPlace& place) noexcept;
  /// The same question about either side, which changes nothing.
  bool side_has_sent(std::uint64_t hash, unsigned side) noexcept;

  /// A segment of a finished connection: where it is in what its side has sent, when that is known.
  struct Place {
    std::uint32_t offset = 0;
    unsigned client = 2;
    std::uint64_t number = 0;
  };
  std::optional<Place> place_in_finished(const Segment& segment, const FlowPlace& place) noexcept;

  /// Adds a connection that is not in the table. Invalidates references to connections.
  std::uint32_t create(const FlowKey& flow, const FlowPlace& place);
  /// What a SYN of this connection says. `start`: sequence number of the first byte.
  void note_syn(std::uint32_t index, unsigned side, const Packet& packet, bool answers, std::uint32_t start) noexcept {
    Connection& c = table_[index];
    c.client = static_cast<std::uint8_t>(answers ? 1 - side : side);
    Direction& d = c.sides[side];
    if (d.syn_seen) {
      constexpr std::int64_t retransmission_ns = 500'000'000;
      c.syn_repeated = c.syn_repeated || (!answers && time_between(d.syn_time_ns, packet.time_ns) >= retransmission_ns);
      return;
    }
    d.syn_seen = true;
    d.syn_time_ns = packet.time_ns;
    d.syn_frame = packet.frame;
    if (!d.anchored) d.anchor(start);
  }
  /// Counts a stream whose start is not in the capture, and remembers that this side has sent.
  void skip(const FlowPlace& place);

  /// True when the connection of a packet that is nothing else than an acknowledgement surely has its number.
  bool is_numbered_lately(std::uint64_t hash) const noexcept { return numbers_.is_recent(hash); }
  /// A packet without a SYN, of the connection at `index` or of none in the table.
  void number(std::uint32_t index, std::uint64_t hash);
  /// A connection that was just created for a SYN, with a number of its own unless one is given; and one that was created for
  /// another packet.
  void number_opened(std::uint32_t index, std::optional<std::uint64_t> number) {
    number_new(index, number ? *number : numbers_.begin(table_[index].hash));
  }
  void number_joined(std::uint32_t index) { number_new(index, numbers_.join(table_[index].hash)); }

  bool is_finished(std::uint32_t index) const noexcept {
    const Connection& c = table_[index];
    return c.sides[0].state == Direction::State::done && c.sides[1].state == Direction::State::done;
  }
  /// The connection is finished: it leaves the table and is remembered.
  void finish(std::uint32_t index);
  /// The connection leaves the table and is forgotten: its endpoints belong to another one.
  void remove(std::uint32_t index) noexcept { table_.remove(index); }

 private:
  void number_new(std::uint32_t index, std::uint64_t number) {
    table_[index].number = number;
    counters_.tcp_connections = numbers_.count();
  }
  void remember(std::uint64_t hash, std::uint64_t entry, std::uint64_t number) {
    if (!closed_.remember(hash, entry, number)) counters_.streams_exact = false;
  }

  HeadCounters& counters_;
  FlowTable table_;
  ClosedConnections closed_;
  ConnectionNumbers numbers_;
};

}  // namespace pp::packet
