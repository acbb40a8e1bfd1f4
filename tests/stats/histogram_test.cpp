// Histogram: its layout by hand, and its promises for any values.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "pp/stats/histogram.hpp"

namespace {

using pp::stats::Histogram;
constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();

TEST(Histogram, Layout) {
  struct Row {
    std::uint64_t value;
    std::uint64_t lowest, highest;
  };
  for (const Row& row : {Row{0, 0, 0}, Row{63, 63, 63}, Row{64, 64, 64}, Row{127, 127, 127}, Row{128, 128, 129}, Row{129, 128, 129},
                         Row{255, 254, 255}, Row{256, 256, 259}, Row{3000, 2976, 3007}, Row{700000, 696320, 704511},
                         Row{largest, largest - (std::uint64_t{1} << 57U) + 1, largest}}) {
    const std::size_t bucket = Histogram::bucket_of(row.value);
    ASSERT_LT(bucket, Histogram::bucket_count) << row.value;
    EXPECT_EQ(Histogram::lowest(bucket), row.lowest) << row.value;
    EXPECT_EQ(Histogram::highest(bucket), row.highest) << row.value;
  }
}

TEST(Histogram, BucketsFollowEachOther) {
  for (std::size_t i = 0; i < Histogram::bucket_count; ++i) {
    EXPECT_EQ(Histogram::bucket_of(Histogram::lowest(i)), i);
    EXPECT_EQ(Histogram::bucket_of(Histogram::highest(i)), i);
    // The width that the statement allows: a 64th of the value.
    EXPECT_LE(Histogram::highest(i) - Histogram::lowest(i), Histogram::lowest(i) / 64) << i;
  }
}

TEST(Histogram, PercentilesByHand) {
  Histogram h;
  EXPECT_EQ(h.percentile(500), 0U);
  for (int i = 0; i < 99; ++i) h.add(50);
  h.add(5000);
  EXPECT_EQ(h.percentile(500), 50U);
  EXPECT_EQ(h.percentile(990), 50U);
  EXPECT_EQ(h.percentile(999), 5000U);  // never above the greatest
  EXPECT_EQ(h.count(), 100U);
  EXPECT_EQ(h.max(), 5000U);
}

TEST(Histogram, CountersDoNotWrapAround) {
  Histogram h;
  h.add(1, largest);
  h.add(2, largest);
  EXPECT_EQ(h.count(), largest);
  Histogram twice = h;
  twice.merge(h);
  EXPECT_EQ(twice.in_bucket(1), largest);
}

/// Values of every size: a number of bits first.
std::vector<std::uint64_t> any_values() {
  return *rc::gen::container<std::vector<std::uint64_t>>(
      rc::gen::map(rc::gen::pair(rc::gen::inRange(0, 65), rc::gen::arbitrary<std::uint64_t>()),
                   [](const auto& p) { return p.first == 0 ? 0 : p.second >> static_cast<unsigned>(64 - p.first); }));
}
Histogram of(const std::vector<std::uint64_t>& values) {
  Histogram h;
  for (const std::uint64_t v : values) h.add(v);
  return h;
}
Histogram sum(Histogram a, const Histogram& b) {
  a.merge(b);
  return a;
}

RC_GTEST_PROP(Histogram, MergeIsThatOfAllValues, ()) {
  const auto a = any_values(), b = any_values(), c = any_values();
  const Histogram x = of(a), y = of(b), z = of(c);
  RC_ASSERT(sum(x, y) == sum(y, x));
  RC_ASSERT(sum(sum(x, y), z) == sum(x, sum(y, z)));
  RC_ASSERT(sum(x, Histogram{}) == x);
  std::vector<std::uint64_t> both = a;
  both.insert(both.end(), b.begin(), b.end());
  RC_ASSERT(sum(x, y) == of(both));
}

RC_GTEST_PROP(Histogram, PercentilesAgainstASortedVector, ()) {
  std::vector<std::uint64_t> values = any_values();
  RC_PRE(!values.empty());
  const Histogram h = of(values);
  std::sort(values.begin(), values.end());
  for (const unsigned per_mille : {1U, 500U, 900U, 990U, 999U, 1000U}) {
    const std::size_t rank = std::max<std::size_t>((values.size() * per_mille + 999) / 1000, 1);
    const std::uint64_t exact = values[rank - 1];
    const std::uint64_t found = h.percentile(per_mille);
    RC_ASSERT(found >= exact);
    RC_ASSERT(found - exact <= exact / 64);
  }
}

}  // namespace
