// Values counted in buckets that are at most a 64th of their value wide, as HdrHistogram has them: real percentiles in fixed
// memory, and two histograms add up to exactly the one of both.
//
//   value   0 1 2 ... 63 | 64 65 ... 127 | 128 130 ... 254 | 256 260 ... 508 | ...
//   width   1            | 1             | 2               | 4               | doubles
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "pp/base/saturating.hpp"

namespace pp::stats {

class Histogram {
 public:
  static constexpr unsigned precision_bits = 6;
  static constexpr std::size_t buckets_per_octave = std::size_t{1} << precision_bits;
  static constexpr std::size_t bucket_count = (64 - precision_bits + 1) * buckets_per_octave;

  /// The bucket that holds `value`.
  static constexpr std::size_t bucket_of(std::uint64_t value) noexcept {
    if (value < buckets_per_octave) return static_cast<std::size_t>(value);
    const auto octave = static_cast<unsigned>(std::bit_width(value)) - 1 - precision_bits;
    return (std::size_t{octave} << precision_bits) + static_cast<std::size_t>(value >> octave);
  }
  /// The least and the greatest value in a bucket.
  static constexpr std::uint64_t lowest(std::size_t bucket) noexcept {
    if (bucket < buckets_per_octave) return bucket;
    const auto octave = static_cast<unsigned>(bucket >> precision_bits) - 1;
    return std::uint64_t{buckets_per_octave + bucket % buckets_per_octave} << octave;
  }
  static constexpr std::uint64_t highest(std::size_t bucket) noexcept {
    return bucket + 1 < bucket_count ? lowest(bucket + 1) - 1 : std::numeric_limits<std::uint64_t>::max();
  }

  void add(std::uint64_t value, std::uint64_t times = 1) noexcept {
    add_to_bucket(bucket_of(value), times);
    max_ = times > 0 ? std::max(max_, value) : max_;
  }
  /// For buckets that were written out: the greatest value is not known better than highest(bucket), so raise_max() follows.
  void add_to_bucket(std::size_t bucket, std::uint64_t times) noexcept {
    buckets_[bucket] = saturating_add(buckets_[bucket], times);
    count_ = saturating_add(count_, times);
  }
  void raise_max(std::uint64_t value) noexcept { max_ = std::max(max_, value); }

  /// Order and grouping of merges change nothing.
  void merge(const Histogram& other) noexcept {
    for (std::size_t i = 0; i < bucket_count; ++i) buckets_[i] = saturating_add(buckets_[i], other.buckets_[i]);
    count_ = saturating_add(count_, other.count_);
    max_ = std::max(max_, other.max_);
  }

  /// A value that at least `per_mille` thousandths of all do not exceed, above the true one by less than a 64th of it. 0
  /// without values.
  std::uint64_t percentile(unsigned per_mille) const noexcept {
    const std::uint64_t wanted = std::max<std::uint64_t>((count_ / 1000) * per_mille + ((count_ % 1000) * per_mille + 999) / 1000, 1);
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < bucket_count; ++i) {
      seen = saturating_add(seen, buckets_[i]);
      if (seen >= wanted) return std::min(highest(i), max_);
    }
    return max_;
  }

  std::uint64_t count() const noexcept { return count_; }
  std::uint64_t max() const noexcept { return max_; }
  std::uint64_t in_bucket(std::size_t bucket) const noexcept { return buckets_[bucket]; }

  bool operator==(const Histogram&) const = default;

 private:
  std::array<std::uint64_t, bucket_count> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace pp::stats
