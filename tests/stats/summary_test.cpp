#include <gtest/gtest.h>

#include <map>
#include <random>

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

/// Two tables that each kept their promise keep it for the sum of what they counted.
TEST(TopTable, MergeKeepsThePromiseOfItsBounds) {
  std::mt19937 engine(20261201);
  const auto random = [&engine] { return static_cast<unsigned>(engine()); };
  for (int round = 0; round < 50; ++round) {
    Table tables[2] = {Table(16), Table(16)};
    std::map<unsigned, std::uint64_t> truth;
    for (Table& t : tables) {
      const unsigned keys = 4 + random() % 60;
      for (unsigned i = 0; i < 500; ++i) {
        const unsigned key = random() % 3 == 0 ? random() % 4 : random() % keys;
        ++truth[key];
        t.count(key).weight += 1;
      }
    }
    const bool exact = tables[0].exact() && tables[1].exact();
    Table& t = tables[0];
    t.merge(tables[1]);
    std::uint64_t sum = t.others().count, weight = t.others().weight;
    for (const auto* entry : t.sorted()) {
      sum += entry->second.count;
      weight += entry->second.weight;
      EXPECT_LE(entry->second.count, truth[entry->first]);
      EXPECT_GE(entry->second.count + entry->second.missed, truth[entry->first]);
    }
    EXPECT_EQ(sum, 1000U);
    EXPECT_EQ(weight, 1000U);
    EXPECT_LE(t.size(), 16U);
    if (exact && truth.size() <= 16) {
      EXPECT_TRUE(t.exact());
    }
    for (const auto& [key, count] : truth) {
      if (t.find(key) == nullptr) {
        EXPECT_LE(count, t.lost_at_most()) << "a key without a row";
      }
    }
    // Counting goes on in the sum.
    for (unsigned i = 0; i < 200; ++i) t.count(random() % 100);
    EXPECT_LE(t.size(), 16U);
  }
}

TEST(TopTable, RestoresOnlyWhatATableCanHaveWritten) {
  Table t(4);
  t.restore_others(5, 7, {});
  EXPECT_NE(t.restore(1, 3, 2), nullptr);
  EXPECT_EQ(t.restore(1, 3, 2), nullptr);  // a second time
  EXPECT_EQ(t.restore(2, 9, 6), nullptr);  // missed more than was lost
  EXPECT_EQ(t.restore(2, 1, 1), nullptr);  // would have been folded away
  EXPECT_NE(t.restore(2, 5, 0), nullptr);
  EXPECT_NE(t.restore(3, 5, 0), nullptr);
  EXPECT_NE(t.restore(4, 5, 0), nullptr);
  EXPECT_EQ(t.restore(5, 5, 0), nullptr);  // full
  EXPECT_EQ(t.lost_at_most(), 5U);
  EXPECT_EQ(t.others().count, 7U);
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
