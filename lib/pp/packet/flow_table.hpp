// The connections that still matter, in a slab with a hash index, and the order in which they were created. Connections that
// are finished leave the table, so that it stays in the cache.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "pp/base/hash_index.hpp"
#include "pp/packet/decode.hpp"
#include "pp/packet/flow_key.hpp"
#include "pp/packet/index_list.hpp"

namespace pp::packet {

static_assert(no_index == HashIndex::none);

/// One direction of a connection: what this side sends.
struct Direction {
  enum class State : std::uint8_t {
    silent,   // no byte yet
    pending,  // the head is incomplete, or its end is not certain yet
    waiting,  // the head is complete, the other side's reaction is not known
    done,     // nothing that it sends can matter as a head
  };
  std::int64_t syn_time_ns = 0;
  std::uint64_t syn_frame = 0;
  std::uint32_t start = 0;         // sequence number of the first byte, when anchored
  std::uint32_t high = 0;          // sequence number after the highest byte seen, when anchored
  std::uint32_t head = no_index;   // in the pool of heads, while pending or waiting
  std::uint32_t early = no_index;  // in the pool of early responses; may have been evicted there
  State state = State::silent;
  bool syn_seen = false;
  bool anchored = false;

  void anchor(std::uint32_t first_byte) noexcept {
    anchored = true;
    start = first_byte;
    high = first_byte;
  }

  /// A segment of `length` bytes at `seq`: moves `high` to its end and returns how many of its bytes were seen before. Nothing
  /// when all were, or when it is further ahead than any window, so that it belongs to another connection.
  std::optional<std::uint32_t> advance(std::uint32_t seq, std::uint32_t length) noexcept {
    constexpr std::int32_t max_window = 1 << 30;
    const auto ahead = static_cast<std::int32_t>(seq + length - high);
    if (ahead <= 0 || ahead > max_window) return std::nullopt;
    const auto old = static_cast<std::int32_t>(high - seq);
    high = seq + length;
    return old > 0 ? static_cast<std::uint32_t>(old) : 0U;
  }
};

struct Connection {
  ConnectionKey key;
  std::uint8_t client = 2;  // the side that sent the SYN; 2 while unknown
  bool reset = false;
  Undelivered undelivered = Undelivered::none;  // an ICMP message said so of the client's SYN
  bool syn_repeated = false;                    // half a second later or more: nobody had answered the first
  bool start_disputed = false;                  // two SYNs with an ACK answer one SYN, as a SYN proxy or cookies make it
  std::uint32_t other_start = 0;                // the server's first byte by the later of them, while disputed
  std::uint64_t hash = 0;
  std::uint64_t number = 0;  // connection_numbers.hpp
  std::uint64_t serial = 0;  // generation number: detects stale references after the slot is reused
  IndexLinks order;          // next is also the chain of free slots
  Direction sides[2];
};

class FlowTable {
 public:
  /// The connection of a segment, or no_index.
  std::uint32_t find(const FlowKey& flow, const FlowPlace& place) const noexcept {
    return index_.find(place.hash,
                       [&](std::uint32_t i) { return connections_[i].hash == place.hash && is_of(connections_[i].key, flow, place.side); });
  }

  /// Must not be there yet. Invalidates references to connections.
  std::uint32_t create(const ConnectionKey& key, std::uint64_t hash);
  void remove(std::uint32_t index) noexcept;

  Connection& operator[](std::uint32_t index) noexcept { return connections_[index]; }
  const Connection& operator[](std::uint32_t index) const noexcept { return connections_[index]; }
  std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(index_.size()); }
  std::uint32_t oldest() const noexcept { return order_.front(); }
  std::uint64_t next_serial() const noexcept { return next_serial_; }

 private:
  HashIndex index_{512};
  std::vector<Connection> connections_;
  IndexList order_;
  std::uint32_t free_ = no_index;
  std::uint64_t next_serial_ = 0;
};

}  // namespace pp::packet
