// Which connection of the capture a TCP packet is of, counted as Wireshark counts its tcp.stream: from 0, every pair of endpoints
// that a packet names, in the order of the packets; and one more when a SYN reuses the endpoints of another connection.
//
// Invariant: a connection has one number for as long as the flow table, the finished connections or early_ know it. When one of
// those has forgotten a connection that goes on, its next packet counts as another: numbers are Wireshark's until then.
#pragma once

#include <array>
#include <cstdint>

#include "pp/packet/fifo_map.hpp"

namespace pp::packet {

class ConnectionNumbers {
 public:
  explicit ConnectionNumbers(std::uint32_t capacity) : early_(capacity) {}

  /// A connection whose packets came lately, so that it has its number: one load, for every bare acknowledgement.
  bool is_recent(std::uint64_t hash) const noexcept { return recent_[slot(hash)] == hash; }
  void touch(std::uint64_t hash) noexcept { recent_[slot(hash)] = hash; }

  /// A connection begins with this packet.
  std::uint64_t begin(std::uint64_t hash) noexcept {
    touch(hash);
    return count_++;
  }
  /// A packet without a SYN, of a connection that neither the flow table nor the finished connections know.
  std::uint64_t join(std::uint64_t hash) {
    touch(hash);
    if (const std::uint64_t* known = early_.find(hash)) return *known;
    FifoMap::Entry evicted;
    early_.insert(hash, count_, evicted);
    return count_++;
  }

  std::uint64_t count() const noexcept { return count_; }

 private:
  static std::size_t slot(std::uint64_t hash) noexcept { return static_cast<std::size_t>(hash >> 52U); }

  FifoMap early_;  // seen first without a SYN, and in no other table when they were
  std::array<std::uint64_t, 4096> recent_{};
  std::uint64_t count_ = 0;
};

}  // namespace pp::packet
