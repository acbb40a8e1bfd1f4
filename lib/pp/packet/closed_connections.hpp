// What is remembered of connections that are not in the flow table: those that are finished, and those whose start is not in
// the capture. So late segments and retransmissions are not taken for new streams.
//
// Invariant: find() gives the latest state. A FIN or RST may still be pending, as a prefetched hash in pending_, and is written
// before anybody reads or evicts an entry. recent_ is a cache of the entries that sent last, never ahead of them: an entry that
// is evicted leaves it, so that results do not depend on the random hash key.
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "pp/packet/fifo_map.hpp"
#include "pp/packet/flow_table.hpp"

namespace pp::packet {

/// 64 bits about a connection.
namespace closed_entry {

inline constexpr std::uint64_t ended = 4;       // FIN or RST seen: may be evicted without losing accuracy
inline constexpr std::uint64_t superseded = 8;  // by a newer connection with the same endpoints: ignore

/// The side has sent.
constexpr std::uint64_t side_bit(unsigned side) noexcept { return std::uint64_t{1} << side; }

inline constexpr std::uint32_t start_mask = 0x1fffffff;

/// The low 29 bits of each side's first sequence number, by which a repeated SYN is recognised.
constexpr std::uint64_t start_bits(std::uint32_t start, unsigned side) noexcept {
  return std::uint64_t{start & start_mask} << (4 + 29 * side);
}
constexpr bool same_start(std::uint64_t entry, std::uint32_t start, unsigned side) noexcept {
  return (entry & start_bits(start_mask, side)) == start_bits(start, side);
}
/// How far a segment is into what its side has sent, as far as the bits go.
constexpr std::uint32_t offset_of(std::uint64_t entry, std::uint32_t seq, unsigned side) noexcept {
  return (seq - static_cast<std::uint32_t>(entry >> (4 + 29 * side))) & start_mask;
}

/// The side that sent the SYN, 2 while unknown; 3 when the starts are not known either.
constexpr std::uint64_t client_bits(unsigned client) noexcept { return std::uint64_t{client} << 62U; }
constexpr unsigned client_of(std::uint64_t entry) noexcept { return static_cast<unsigned>(entry >> 62U); }
inline constexpr unsigned no_starts = 3;

inline std::uint64_t of(const Connection& c) noexcept {
  return side_bit(0) | side_bit(1) | (c.reset ? ended : 0) | start_bits(c.sides[0].start, 0) | start_bits(c.sides[1].start, 1) |
         client_bits(c.client);
}

}  // namespace closed_entry

class ClosedConnections {
 public:
  explicit ClosedConnections(std::uint32_t capacity) : entries_(capacity) {}

  /// A segment that changes nothing: its side is known to have sent and, when the segment ends the connection, so is its end.
  bool is_recent(const FlowPlace& place, bool ends) const noexcept {
    const std::uint64_t bits = std::uint64_t{1} << place.side | (ends ? recent_ended : 0);
    const std::uint64_t wanted = (place.hash & recent_hash) | bits;
    bool found = false;
    for (const std::uint64_t entry : set_of(place.hash)) found |= ((entry ^ wanted) & (recent_hash | bits)) == 0;
    return found;
  }

  /// nullptr when nothing is known of the connection; else valid until remember().
  std::uint64_t* find(std::uint64_t hash) noexcept {
    std::uint64_t* const entry = entries_.find(hash);
    if (entry != nullptr) write_pending();
    return entry;
  }
  /// Prefetches the slot that find() or remember() will use.
  void prefetch(std::uint64_t hash) const noexcept { entries_.prefetch(hash); }

  /// Sets the entry, and the connection's number. False when another one, whose connection may go on, was evicted for it.
  bool remember(std::uint64_t hash, std::uint64_t entry, std::uint64_t number);
  /// Of an entry that is there.
  std::uint64_t number(std::uint64_t hash) const noexcept { return numbers_[entries_.position(hash)]; }
  /// The FIN or RST of a connection that is in the recent cache.
  void end_recent(std::uint64_t hash) noexcept;
  /// Puts an entry in the recent cache.
  void touch(std::uint64_t hash, std::uint64_t entry) noexcept;
  /// Drops it from the recent cache, since a connection with this hash is about to enter the flow table.
  void forget_recent(std::uint64_t hash) noexcept;

 private:
  static constexpr std::size_t recent_ways = 4;
  static constexpr std::size_t recent_sets = 2048;

  // Layout of a recent_ entry: hash in the high bits; low bits: side 0 sent, side 1 sent, FIN/RST seen.
  static constexpr std::uint64_t recent_ended = 4;
  static constexpr std::uint64_t recent_hash = ~std::uint64_t{7};
  static_assert(recent_ended == closed_entry::ended && closed_entry::side_bit(1) == 2);
  using RecentSet = std::array<std::uint64_t, recent_ways>;  // the latest first

  RecentSet& set_of(std::uint64_t hash) noexcept { return recent_[(hash >> 20U) & (recent_sets - 1)]; }
  const RecentSet& set_of(std::uint64_t hash) const noexcept { return recent_[(hash >> 20U) & (recent_sets - 1)]; }
  void write_pending() noexcept;

  FifoMap entries_;
  std::vector<std::uint32_t> numbers_;  // of the entries, by their position
  // Pending FIN/RST updates to entries_: hashes prefetched now and written a few packets later.
  std::array<std::uint64_t, 8> pending_{};
  std::size_t pending_count_ = 0;
  // Most packets of a capture belong to few connections, and entries_ is too large for the first two cache levels.
  std::array<RecentSet, recent_sets> recent_{};
};

}  // namespace pp::packet
