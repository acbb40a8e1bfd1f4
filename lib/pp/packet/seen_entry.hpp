// What is remembered of a connection that left the table, in 64 bits.
#pragma once

#include <cstdint>

#include "pp/packet/flow_table.hpp"

namespace pp::packet::seen_entry {

inline constexpr std::uint64_t closed = 4;    // FIN or RST seen: forgetting it changes no count
inline constexpr std::uint64_t replaced = 8;  // a newer connection has the same endpoints: as good as not there

constexpr std::uint64_t side_bit(unsigned side) noexcept { return std::uint64_t{1} << side; }

/// The low 30 bits of where each side's data started, to know a repeated SYN by.
constexpr std::uint64_t start_bits(std::uint32_t start, unsigned side) noexcept {
  return std::uint64_t{start & 0x3fffffffU} << (4 + 30 * side);
}
constexpr bool same_start(std::uint64_t entry, std::uint32_t start, unsigned side) noexcept {
  return (entry & start_bits(0x3fffffffU, side)) == start_bits(start, side);
}

inline std::uint64_t of(const Connection& c) noexcept {
  return side_bit(0) | side_bit(1) | (c.reset ? closed : 0) | start_bits(c.sides[0].start, 0) | start_bits(c.sides[1].start, 1);
}

}  // namespace pp::packet::seen_entry
