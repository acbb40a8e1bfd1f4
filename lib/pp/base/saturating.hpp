// Sums that stop at the largest number.
#pragma once

#include <cstdint>
#include <limits>

namespace pp {

/// a + b, or the largest number: counters that are read from files may be anything.
constexpr std::uint64_t saturating_add(std::uint64_t a, std::uint64_t b) noexcept {
  return b > std::numeric_limits<std::uint64_t>::max() - a ? std::numeric_limits<std::uint64_t>::max() : a + b;
}

}  // namespace pp
