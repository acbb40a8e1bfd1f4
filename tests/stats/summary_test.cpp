#include <gtest/gtest.h>

#include <map>
#include <random>

#include "pp/stats/delays.hpp"
#include "pp/inspect/header_kind.hpp"
#include "pp/stats/summary.hpp"
#include "pp/stats/top_table.hpp"

namespace {

using namespace pp;
using namespace pp::inspect;
using namespace pp::stats;

struct Row {
  std::uint64_t count = 0;
  std::uint64_t missed = 0;
  std::uint64_t weight = 0;
  void fold(const Row& o) { weight += o.weight; }
};
std::uint64_t hash(const unsigned& key, const HashKey& secret) { return key * secret.first; }
using Table = TopTable<unsigned, Row, hash>;

TEST(TopTable, ExactUntilItIsFull) {
  Table t(4);
  for (unsigned key : {1U, 2U, 3U, 4U, 1U, 1U, 3U}) t.count(key).weight += 10;
  EXPECT_TRUE(t.exact());
  const auto rows = t.sorted();
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0]->first, 1U);
  EXPECT_EQ(rows[0]->second.count, 3U);
  EXPECT_EQ(rows[1]->first, 3U);
  EXPECT_EQ(rows[2]->first, 2U);  // equal counts: by key
  t.count(5);
  EXPECT_FALSE(t.exact());
  EXPECT_EQ(t.others().count, 2U);
  EXPECT_EQ(t.others().weight, 20U);
  EXPECT_EQ(t.find(5)->missed, 1U);
}

/// The whole is always there, and a row's count is too low by no more than it says.
TEST(TopTable, KeepsThePromiseOfItsBounds) {
  std::mt19937 engine(20261125);
  const auto random = [&engine] { return static_cast<unsigned>(engine()); };
  for (int round = 0; round < 50; ++round) {
    Table t(16);
    std::map<unsigned, std::uint64_t> truth;
    const unsigned keys = 4 + random() % 200;
    for (unsigned i = 0; i < 2000; ++i) {
      const unsigned key = random() % 3 == 0 ? random() % 4 : random() % keys;
      ++truth[key];
      t.count(key).weight += 1;
    }
    std::uint64_t sum = t.others().count, most_missed = 0;
    for (const auto* entry : t.sorted()) {
      sum += entry->second.count;
      EXPECT_EQ(entry->second.weight, entry->second.count);
      EXPECT_LE(entry->second.count, truth[entry->first]);
      EXPECT_GE(entry->second.count + entry->second.missed, truth[entry->first]);
      most_missed = std::max(most_missed, entry->second.missed);
    }
    EXPECT_EQ(sum, 2000U);
    EXPECT_LE(t.size(), 16U);
    EXPECT_EQ(t.exact(), truth.size() <= 16);
    for (unsigned key = 0; key < 4; ++key) EXPECT_NE(t.find(key), nullptr) << "a key that is a twelfth of all";
  }
}

TEST(TopTable, TheSecretChangesNothingThatIsSeen) {
  Table a(8, {3, 5}), b(8, {1234567, 7});
  for (unsigned i = 0; i < 500; ++i) {
    a.count(i * i % 37);
    b.count(i * i % 37);
  }
  const auto x = a.sorted(), y = b.sorted();
  ASSERT_EQ(x.size(), y.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_EQ(x[i]->first, y[i]->first);
    EXPECT_EQ(x[i]->second.count, y[i]->second.count);
  }
}

TEST(Delays, BucketsArePowersOfTwo) {
  Delays d;
  for (std::int64_t us : {0, 1, 2, 3, 4, 1023, 1024}) d.add(us);
  d.add(-5);
  d.add(INT64_MAX);
  EXPECT_EQ(d.count, 9U);
  EXPECT_EQ(d.buckets[0], 2U);  // below 1 us; times that run backwards too
  EXPECT_EQ(d.buckets[1], 1U);
  EXPECT_EQ(d.buckets[2], 2U);
  EXPECT_EQ(d.buckets[3], 1U);
  EXPECT_EQ(d.buckets[10], 1U);
  EXPECT_EQ(d.buckets[11], 1U);
  EXPECT_EQ(d.buckets[Delays::bucket_count - 1], 1U);
  EXPECT_EQ(d.max_us, INT64_MAX);
}

TEST(Delays, Percentiles) {
  Delays d;
  for (int i = 0; i < 99; ++i) d.add(100);
  d.add(5000);
  EXPECT_EQ(Delays::below(d.percentile(50)), 128);
  EXPECT_EQ(Delays::below(d.percentile(99)), 128);
  EXPECT_EQ(Delays::below(d.percentile(100)), 8192);
  Delays one;
  one.add(7);
  EXPECT_EQ(Delays::below(one.percentile(50)), 8);
}

TEST(HeaderKind, EveryKindHasItsHeader) {
  const auto kind = [](std::uint8_t version, std::uint8_t command, std::uint8_t family, bool complete = true) {
    Header h;
    h.version = version;
    h.version_command = command;
    h.family_transport = family;
    return std::string(header_kinds[header_kind(h, complete)].title);
  };
  EXPECT_EQ(kind(1, 0x11, 0x11), "v1 TCP4");
  EXPECT_EQ(kind(1, 0x11, 0x21), "v1 TCP6");
  EXPECT_EQ(kind(1, 0x10, 0), "v1 UNKNOWN");
  EXPECT_EQ(kind(1, 0x11, 0x11, false), "v1, not understood");
  EXPECT_EQ(kind(2, 0x20, 0x11), "v2 LOCAL");
  EXPECT_EQ(kind(2, 0x21, 0), "v2 UNSPEC");
  EXPECT_EQ(kind(2, 0x21, 0x10), "v2 UNSPEC");
  EXPECT_EQ(kind(2, 0x21, 0x11), "v2 TCP4");
  EXPECT_EQ(kind(2, 0x21, 0x12), "v2 UDP4");
  EXPECT_EQ(kind(2, 0x21, 0x21), "v2 TCP6");
  EXPECT_EQ(kind(2, 0x21, 0x22), "v2 UDP6");
  EXPECT_EQ(kind(2, 0x21, 0x31), "v2 UNIX");
  EXPECT_EQ(kind(2, 0x21, 0x32), "v2 UNIX-DGRAM");
  EXPECT_EQ(kind(2, 0x21, 0x41), "v2, not understood");
  EXPECT_EQ(kind(2, 0x21, 0x11, false), "v2, not understood");
  EXPECT_EQ(kind(0, 0, 0, false), "neither version yet");
}

}  // namespace
