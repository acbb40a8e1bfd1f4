// Headers and numbers from seeds: the same on every machine, item by item.
#pragma once

#include <cstdint>

#include "pp/wire/draft.hpp"

namespace pp::forge {

/// splitmix64: small, fast, and every (seed, item) a stream of its own.
class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t item) noexcept : state_(mix(seed + 0x9e3779b97f4a7c15U) ^ mix(item * 0xd1b54a32d192ed03U + 1)) {}

  std::uint64_t next() noexcept { return mix(state_ += 0x9e3779b97f4a7c15U); }
  /// 0..n-1; n > 0. The slight unevenness of a 64-bit remainder does not matter here.
  std::uint64_t below(std::uint64_t n) noexcept { return next() % n; }
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

/// Item `item` of the series of `seed`: a valid header, of either version, every command, family, transport and TLV type
/// that the specification defines, and every size. Depends on (seed, item) alone.
Draft random_draft(std::uint64_t seed, std::uint64_t item);

}  // namespace pp::forge
