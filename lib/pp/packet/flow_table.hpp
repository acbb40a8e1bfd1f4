// The connections that still matter, in a slab with a hash index, and the order in which they were created. Connections that
// are finished leave the table, so that it stays in the cache.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "pp/base/hash_index.hpp"
#include "pp/packet/flow_key.hpp"

namespace pp::packet {

inline constexpr std::uint32_t no_index = HashIndex::none;

/// One direction of a connection: what this side sends.
struct Direction {
  enum class State : std::uint8_t {
    silent,   // no byte yet
    pending,  // the head is incomplete, or its end waits to be certain
    waiting,  // the head is settled, the other side's reaction is not known
    done,     // nothing that it sends can matter as a head
  };
  std::int64_t syn_time_ns = 0;
  std::uint64_t syn_frame = 0;
  std::uint32_t start = 0;         // sequence number of the first byte, when anchored
  std::uint32_t high = 0;          // behind the highest byte seen, when anchored
  std::uint32_t head = no_index;   // in the pool of heads, while pending or waiting
  std::uint32_t notes = no_index;  // in the pool of notes; may have been taken away since
  State state = State::silent;
  bool syn_seen = false;
  bool anchored = false;
};

struct Connection {
  ConnectionKey key;
  std::uint8_t client = 2;  // the side that sent the SYN; 2 while unknown
  bool reset = false;
  std::uint64_t hash = 0;
  std::uint64_t serial = 0;  // generation number: detects stale references after the slot is reused
  std::uint32_t older = no_index;
  std::uint32_t newer = no_index;
  Direction sides[2];
};

class FlowTable {
 public:
  /// The connection of a segment, or no_index.
  std::uint32_t find(const FlowKey& flow, const FlowPlace& place) const noexcept {
    return index_.find(place.hash,
                       [&](std::uint32_t i) { return connections_[i].hash == place.hash && is_of(connections_[i].key, flow, place.side); });
  }

  /// Must not be there yet. References to connections do not survive it.
  std::uint32_t create(const ConnectionKey& key, std::uint64_t hash);
  void remove(std::uint32_t index) noexcept;

  Connection& operator[](std::uint32_t index) noexcept { return connections_[index]; }
  const Connection& operator[](std::uint32_t index) const noexcept { return connections_[index]; }
  std::uint32_t size() const noexcept { return used_; }
  std::uint32_t oldest() const noexcept { return oldest_; }
  std::uint64_t next_serial() const noexcept { return next_serial_; }

 private:
  HashIndex index_{512};
  std::vector<Connection> connections_;
  std::uint32_t free_ = no_index;  // chained through `newer`
  std::uint32_t used_ = 0;
  std::uint32_t oldest_ = no_index;
  std::uint32_t newest_ = no_index;
  std::uint64_t next_serial_ = 0;
};

}  // namespace pp::packet
