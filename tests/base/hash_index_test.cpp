// HashIndex: probes by hand, and any schedule against std::unordered_map. Hashes fall on few slots, so that probes are long,
// wrap around the end and are moved by deletions.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "pp/base/hash_index.hpp"
#include "pp/base/keyed_hash.hpp"

namespace {
using namespace pp;

const auto any = [](std::uint32_t) { return true; };

TEST(HashIndex, EmptyIndexFindsNothing) {
  const HashIndex index;
  EXPECT_EQ(index.find(0, any), HashIndex::none);
  EXPECT_EQ(index.find(~std::uint64_t{0}, any), HashIndex::none);
  EXPECT_EQ(index.size(), 0U);
}

/// In 16 slots: the hashes by insertion, the entry (its number in that list) that is erased, and what a look-up that asks every
/// candidate of a hash finds afterwards.
TEST(HashIndex, BackwardShift) {
  struct Row {
    const char* id;
    std::vector<std::uint64_t> hashes;
    std::uint32_t erased;
    std::vector<std::uint32_t> expected;  // by the list of hashes
  };
  constexpr std::uint32_t none = HashIndex::none;
  for (const Row& row :
       {Row{"alone", {5}, 0, {none}}, Row{"two of one slot, the first goes", {5, 0x105}, 0, {none, 1}},
        Row{"two of one slot, the second goes", {5, 0x105}, 1, {0, none}}, Row{"the neighbour is at home and stays", {5, 6}, 0, {none, 1}},
        Row{"over a neighbour that is at home", {5, 6, 0x105}, 0, {none, 1, 2}},
        Row{"a chain moves up", {5, 0x105, 0x205, 0x305}, 1, {0, none, 2, 3}},
        Row{"a gap ends the shift", {5, 0x105, 8, 0x108}, 0, {none, 1, 2, 3}},
        Row{"around the end", {15, 0x10f, 0, 0x20f}, 0, {none, 1, 2, 3}},
        Row{"around the end, from its middle", {14, 15, 0x10e, 0x10f, 1}, 1, {0, none, 2, 3, 4}}}) {
    SCOPED_TRACE(row.id);
    HashIndex index(16);
    for (std::uint32_t i = 0; i < row.hashes.size(); ++i) index.insert(row.hashes[i], i);
    ASSERT_EQ(index.slots(), 16U);
    index.erase(row.hashes[row.erased], row.erased);
    EXPECT_EQ(index.size(), row.hashes.size() - 1);
    for (std::size_t i = 0; i < row.hashes.size(); ++i) EXPECT_EQ(index.find(row.hashes[i], any), row.expected[i]) << i;
  }
}

/// Only the low half of a hash is kept; the rest is up to `match`.
TEST(HashIndex, MatchTellsEqualTagsApart) {
  HashIndex index;
  index.insert(7, 0);
  index.insert(std::uint64_t{1} << 32U | 7U, 1);
  std::vector<std::uint32_t> asked;
  const std::uint32_t found = index.find(7, [&asked](std::uint32_t entry) {
    asked.push_back(entry);
    return entry == 1;
  });
  EXPECT_EQ(found, 1U);
  EXPECT_EQ(asked, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(index.find(7 + 16, any), HashIndex::none) << "the same slot, another tag: not asked";
}

TEST(HashIndex, GrowsWhenItWouldBeMoreThanHalfFull) {
  HashIndex index(16);
  for (std::uint32_t i = 0; i < 8; ++i) index.insert(i * 16, i);
  EXPECT_EQ(index.slots(), 16U);
  index.insert(8 * 16, 8);
  EXPECT_EQ(index.slots(), 32U);
  for (std::uint32_t i = 0; i < 9; ++i) EXPECT_EQ(index.find(i * 16, any), i);
  index.clear();
  EXPECT_EQ(index.size(), 0U);
  EXPECT_EQ(index.slots(), 32U);
  for (std::uint32_t i = 0; i < 9; ++i) EXPECT_EQ(index.find(i * 16, any), HashIndex::none);
  index.insert(3, 1);
  EXPECT_EQ(index.find(3, any), 1U);
}

RC_GTEST_PROP(HashIndexProperty, IsAnUnorderedMap, ()) {
  HashIndex index(*rc::gen::element<std::size_t>(2, 16, 64));
  std::unordered_map<std::uint64_t, std::uint32_t> model;
  std::vector<std::uint64_t> hash_of;  // by entry
  // Three slots at the start, three at the end and one between, each for many hashes.
  const auto hash = [] {
    const std::uint64_t home = *rc::gen::element<std::uint64_t>(0, 1, 2, 29, 0xffffffffU, 0xfffffffeU, 0xfffffffdU);
    return home ^ std::uint64_t{*rc::gen::inRange<std::uint8_t>(0, 6)} << *rc::gen::element(8U, 31U, 32U, 60U);
  };
  const auto find = [&](std::uint64_t h) { return index.find(h, [&](std::uint32_t entry) { return hash_of[entry] == h; }); };
  const int steps = *rc::gen::inRange(0, 60);
  for (int step = 0; step < steps; ++step) {
    const std::uint64_t h = hash();
    const auto known = model.find(h);
    RC_ASSERT(find(h) == (known == model.end() ? HashIndex::none : known->second));
    if (known == model.end()) {
      const auto entry = static_cast<std::uint32_t>(hash_of.size());
      hash_of.push_back(h);
      index.insert(h, entry);
      model.emplace(h, entry);
    } else {
      index.erase(h, known->second);
      model.erase(known);
    }
    RC_ASSERT(index.size() == model.size());
    RC_ASSERT(2 * index.size() <= index.slots());
    for (std::uint32_t entry = 0; entry < hash_of.size(); ++entry) {
      const auto in_model = model.find(hash_of[entry]);
      RC_ASSERT(find(hash_of[entry]) == (in_model == model.end() ? HashIndex::none : in_model->second));
    }
  }
}

/// Every byte counts, and so do how many there are, the seed and both halves of the key.
TEST(KeyedHash, OfAllBytes) {
  const HashKey key;
  std::vector<std::uint8_t> bytes(21, 'x');
  std::vector<std::uint64_t> hashes;
  for (std::size_t n = 0; n <= bytes.size(); ++n) hashes.push_back(hash_bytes(Bytes(bytes).first(n), 1, key));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::vector<std::uint8_t> changed = bytes;
    changed[at] = 'y';
    hashes.push_back(hash_bytes(changed, 1, key));
  }
  hashes.push_back(hash_bytes(bytes, 2, key));
  hashes.push_back(hash_bytes(bytes, 1, HashKey{1, key.second}));
  hashes.push_back(hash_bytes(bytes, 1, HashKey{key.first, 2}));
  std::sort(hashes.begin(), hashes.end());
  EXPECT_EQ(std::adjacent_find(hashes.begin(), hashes.end()), hashes.end());
}

TEST(KeyedHash, OfAnAddress) {
  IpAddress v4;
  v4.size = 4;
  v4.bytes[0] = 10;
  IpAddress v6 = v4;
  v6.size = 16;
  IpAddress end = v6;
  end.bytes[15] = 1;
  const HashKey key;
  std::vector<std::uint64_t> hashes = {hash_address(v4, 0, key), hash_address(v6, 0, key), hash_address(end, 0, key),
                                       hash_address(v4, 1, key), hash_address(v4, 0, HashKey{1, 2})};
  std::sort(hashes.begin(), hashes.end());
  EXPECT_EQ(std::adjacent_find(hashes.begin(), hashes.end()), hashes.end());
}

}  // namespace
