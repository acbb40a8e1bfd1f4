// A histogram of times whose buckets are powers of two: two of them add up to the one of both.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace pp::stats {

struct Delays {
  /// Bucket i holds the delays below 2^i microseconds that are in no lower one; the last one all the rest.
  static constexpr std::size_t bucket_count = 48;
  std::array<std::uint64_t, bucket_count> buckets{};
  std::uint64_t count = 0;
  std::int64_t max_us = 0;

  void add(std::int64_t us) noexcept {
    us = std::max<std::int64_t>(us, 0);
    ++buckets[std::min<std::size_t>(static_cast<std::size_t>(std::bit_width(static_cast<std::uint64_t>(us))), bucket_count - 1)];
    ++count;
    max_us = std::max(max_us, us);
  }
  static constexpr std::int64_t below(std::size_t bucket) noexcept { return std::int64_t{1} << bucket; }

  /// The bucket in which the delay stands that `percent` of all do not exceed. Only with count > 0.
  std::size_t percentile(unsigned percent) const noexcept {
    const std::uint64_t wanted = std::max<std::uint64_t>((count / 100) * percent + ((count % 100) * percent + 99) / 100, 1);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < bucket_count; ++i) {
      seen += buckets[i];
      if (seen >= wanted) return i;
    }
    return bucket_count - 1;
  }
};

}  // namespace pp::stats
