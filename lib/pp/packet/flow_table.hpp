// The connections that still matter: a small open-addressing index over a slab of them, and their order of arrival.
// It holds pending connections alone, so that it stays in the cache and a look-up that misses costs one line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "pp/packet/flow_key.hpp"

namespace pp::packet {

inline constexpr std::uint32_t no_index = UINT32_MAX;

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
  std::uint64_t serial = 0;  // distinguishes the connections that used one place
  std::uint32_t older = no_index;
  std::uint32_t newer = no_index;
  Direction sides[2];
};

class FlowTable {
 public:
  FlowTable() : slots_(first_slots) {}

  /// Of a segment: its connection, or no_index.
  std::uint32_t find(const FlowKey& flow, const FlowPlace& place) const noexcept {
    const std::size_t mask = slots_.size() - 1;
    const auto tag = static_cast<std::uint32_t>(place.hash >> 32U);
    for (std::size_t i = place.hash & mask;; i = (i + 1) & mask) {
      const Slot& slot = slots_[i];
      if (slot.index == no_index) return no_index;
      // The connection is looked at only where it is most likely the right one.
      if (slot.tag == tag && connections_[slot.index].hash == place.hash && is_of(connections_[slot.index].key, flow, place.side))
        return slot.index;
    }
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
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t index = no_index;
  };
  static constexpr std::size_t first_slots = 512;

  void place_slot(std::uint32_t index) noexcept;
  void grow();

  std::vector<Slot> slots_;
  std::vector<Connection> connections_;
  std::uint32_t free_ = no_index;  // chained through `newer`
  std::uint32_t used_ = 0;
  std::uint32_t oldest_ = no_index;
  std::uint32_t newest_ = no_index;
  std::uint64_t next_serial_ = 0;
};

}  // namespace pp::packet
