// Headers and numbers from seeds: the same on every machine, item by item.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "pp/forge/series.hpp"
#include "pp/wire/draft.hpp"

namespace pp::forge {

/// splitmix64: small, fast, and every (seed, item) a stream of its own.
class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t item) noexcept : state_(mix(seed + 0x9e3779b97f4a7c15U) ^ mix(item * 0xd1b54a32d192ed03U + 1)) {}

  std::uint64_t next() noexcept { return mix(state_ += 0x9e3779b97f4a7c15U); }
  /// 0..n-1 for n from 1 to 2^32. Its slight unevenness does not matter here; a division would.
  std::uint64_t below(std::uint64_t n) noexcept { return (next() >> 32U) * n >> 32U; }
  bool one_in(std::uint64_t n) noexcept { return below(n) == 0; }
  std::uint8_t byte() noexcept { return static_cast<std::uint8_t>(next()); }

 private:
  static constexpr std::uint64_t mix(std::uint64_t z) noexcept {
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }
  std::uint64_t state_;
};

/// As long as a header can be: 16 and a length of 65,535.
inline constexpr std::size_t largest_header = 65551;

/// Item `item` of the series of `seed`: a valid header, of either version, every command, family, transport and TLV type
/// that `series` lists, and every size. Depends on (series, seed, item) alone. Returns how many bytes it has; the rest of
/// `out` is unspecified.
std::size_t random_header(std::uint64_t seed, std::uint64_t item, std::span<std::uint8_t, largest_header> out,
                          const Series& series = newest_series());

/// The same header as a draft, for edits.
Draft random_draft(std::uint64_t seed, std::uint64_t item, const Series& series = newest_series());

}  // namespace pp::forge
