// The tables under StreamHeads, each against a plain model of it: schedules from a fixed seed, with keys that fall on few places.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "pp/packet/fifo_map.hpp"
#include "pp/packet/flow_table.hpp"
#include "pp/packet/head_buffer.hpp"
#include "pp/packet/head_queue.hpp"

namespace {
using namespace pp::packet;

struct Random {
  std::uint64_t state = 20261123;
  std::uint32_t below(std::uint32_t n) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::uint32_t>(state >> 33U) % n;
  }
};

/// Few homes, some of them at the end of the slots, so that probes are long and wrap.
std::uint64_t crowded_hash(Random& random, std::uint64_t number) {
  const std::uint64_t home = (random.below(2) == 0 ? 0x1f0U : 0U) + random.below(16);
  return number << 34U | std::uint64_t{random.below(3)} << 32U | std::uint64_t{random.below(3)} << 20U | home;
}

TEST(FifoMap, ForgetsTheOldestAndNothingElse) {
  for (const std::uint32_t capacity : {1U, 7U, 300U}) {
    Random random;
    FifoMap map(capacity);
    std::deque<std::pair<std::uint64_t, std::uint64_t>> model;
    std::vector<std::uint64_t> gone;
    for (std::uint64_t step = 0; step < 1500; ++step) {
      const std::uint64_t hash = crowded_hash(random, step);
      ASSERT_EQ(map.find(hash), nullptr);
      FifoMap::Entry evicted;
      const bool full = map.insert(hash, step, evicted);
      model.emplace_back(hash, step);
      ASSERT_EQ(full, model.size() > capacity);
      if (full) {
        ASSERT_EQ(evicted.hash, model.front().first);
        ASSERT_EQ(evicted.value, model.front().second);
        gone.push_back(model.front().first);
        model.pop_front();
      }
      ASSERT_EQ(map.size(), model.size());
      auto& changed = model[random.below(static_cast<std::uint32_t>(model.size()))];
      *map.find(changed.first) = changed.second = step * 3;
      if (step % 20 != 0 && step > 20) continue;
      for (const auto& [key, value] : model) {
        const std::uint64_t* const found = map.find(key);
        ASSERT_NE(found, nullptr);
        ASSERT_EQ(*found, value);
      }
      for (std::size_t i = gone.size() - std::min<std::size_t>(gone.size(), 50); i < gone.size(); ++i) {
        ASSERT_EQ(map.find(gone[i]), nullptr);
      }
    }
  }
}

TEST(FifoMap, ACapacityOfNoneIsOne) {
  FifoMap map(0);
  FifoMap::Entry evicted;
  EXPECT_FALSE(map.insert(2, 3, evicted));
  EXPECT_EQ(*map.find(2), 3U);
  EXPECT_TRUE(map.insert(4, 5, evicted));
  EXPECT_EQ(map.find(2), nullptr);
}

FlowKey flow_number(std::uint32_t n) {
  FlowKey flow;
  flow.source = {0, n};
  flow.destination = {0, 0xffffffff};
  flow.source_port = 1;
  flow.destination_port = 2;
  flow.address_size = 4;
  return flow;
}

TEST(FlowTable, HoldsWhatItWasGivenInTheOrderOfArrival) {
  Random random;
  FlowTable table;
  struct Known {
    std::uint32_t number;
    std::uint64_t hash;
    std::uint32_t index;
  };
  std::vector<Known> model;
  const auto find = [&](const Known& known) { return table.find(flow_number(known.number), {known.hash, 0}); };
  for (std::uint32_t step = 0; step < 3000; ++step) {
    // More come than go, up to some 700; then more go.
    if (model.empty() || random.below(10) < (step < 1500 ? 8U : 3U)) {
      // Of every four, two have the same hash, and others the half of it that the index compares.
      const std::uint64_t home = (random.below(2) == 0 ? 0x3f0U : 0U) + random.below(16);
      const std::uint64_t hash = std::uint64_t{random.below(2)} << 32U | std::uint64_t{random.below(2)} << 20U | home;
      Known known{step, hash, 0};
      ASSERT_EQ(find(known), no_index);
      known.index = table.create(connection_of(flow_number(step), 0), hash);
      ASSERT_EQ(table[known.index].hash, hash);
      ASSERT_FALSE(table[known.index].reset) << "as new";
      table[known.index].reset = true;
      model.push_back(known);
    } else {
      const std::size_t at = random.below(static_cast<std::uint32_t>(model.size()));
      table.remove(model[at].index);
      ASSERT_EQ(find(model[at]), no_index);
      model.erase(model.begin() + static_cast<std::ptrdiff_t>(at));
    }
    ASSERT_EQ(table.size(), model.size());
    ASSERT_EQ(table.oldest(), model.empty() ? no_index : model.front().index);
    if (step % 50 != 0) continue;
    std::uint32_t next = table.oldest();
    for (const Known& known : model) {
      ASSERT_EQ(find(known), known.index);
      ASSERT_EQ(next, known.index);
      next = table[next].order.next;
    }
    ASSERT_EQ(next, no_index);
  }
}

/// Slots by hand: 5, 5, 6 and 8 are the homes, and the first that goes leaves a hole for the next two alone.
TEST(FlowTable, AHoleIsClosed) {
  FlowTable table;
  const std::uint64_t homes[] = {5, 5, 6, 8};
  std::vector<std::uint32_t> places;
  for (std::uint32_t i = 0; i < 4; ++i)
    places.push_back(table.create(connection_of(flow_number(i), 0), std::uint64_t{i} << 40U | homes[i]));
  table.remove(places[0]);
  EXPECT_EQ(table.find(flow_number(0), {5, 0}), no_index);
  for (std::uint32_t i = 1; i < 4; ++i) EXPECT_EQ(table.find(flow_number(i), {std::uint64_t{i} << 40U | homes[i], 0}), places[i]) << i;
  EXPECT_EQ(table.find(flow_number(9), {std::uint64_t{1} << 40U | 5U, 0}), no_index) << "another with the same hash";
}

TEST(FlowTable, PlacesAreUsedAgainAndSerialsAreNot) {
  FlowTable table;
  const std::uint32_t first = table.create(connection_of(flow_number(1), 0), 5);
  const std::uint64_t serial = table[first].serial;
  table.remove(first);
  EXPECT_EQ(table.create(connection_of(flow_number(2), 0), 5), first);
  EXPECT_EQ(table[first].serial, serial + 1);
  EXPECT_EQ(table.next_serial(), serial + 2);
}

TEST(Heads, TheQueueKeepsItsOrder) {
  Random random;
  HeadPool pool;
  HeadQueue queue(pool);
  struct Waiting {
    std::uint32_t index;
    std::uint64_t order;
    bool ready;
  };
  std::vector<Waiting> model;
  for (int step = 0; step < 4000; ++step) {
    const std::uint32_t what = random.below(step % 800 < 500 ? 8 : 12);
    if (model.empty() || what < 4) {
      const std::uint32_t index = pool.take();
      const std::uint64_t order = queue.next_order();
      queue.push(index);
      ASSERT_EQ(pool[index].order, order);
      ASSERT_TRUE(pool[index].queued);
      model.push_back({index, order, false});
    } else {
      Waiting& one = model[random.below(static_cast<std::uint32_t>(model.size()))];
      if (what < 7 && !one.ready) {
        queue.mark_ready(one.index);
        one.ready = true;
      } else {
        queue.remove(one.index);
        ASSERT_FALSE(pool[one.index].queued);
        pool.release(one.index);
        model.erase(model.begin() + (&one - model.data()));
      }
    }
    ASSERT_EQ(queue.size(), model.size());
    ASSERT_EQ(pool.in_use(), model.size());
    ASSERT_EQ(queue.front(), model.empty() ? no_index : model.front().index);
    ASSERT_EQ(pool.oldest(), model.empty() ? no_index : model.front().index);
    if (random.below(3) != 0) continue;
    const auto ready = std::find_if(model.begin(), model.end(), [](const Waiting& w) { return w.ready; });
    ASSERT_EQ(queue.oldest_ready(), ready == model.end() ? no_index : ready->index);
    std::uint32_t next = queue.front();
    std::uint32_t before = no_index;
    for (const Waiting& one : model) {
      ASSERT_EQ(next, one.index);
      ASSERT_EQ(pool[next].in_queue.prev, before);
      ASSERT_EQ(pool[next].ready, one.ready);
      before = next;
      next = pool[next].in_queue.next;
    }
    ASSERT_EQ(next, no_index);
  }
}

TEST(Heads, NodesComeBackAsNew) {
  HeadPool pool;
  std::vector<std::uint32_t> taken;
  for (int i = 0; i < 2100; ++i) taken.push_back(pool.take());  // more than are kept ready
  for (const std::uint32_t index : taken) {
    HeadNode& node = pool[index];
    node.side = 1;
    node.hole = true;
    node.head.frame = 7;
    node.frames = {1, 2};
    node.buffer.add(0, std::vector<std::uint8_t>(600, 'x'), 600, 1000, 1, 1);
    node.buffer.reaches(900);
  }
  for (const std::uint32_t index : taken) pool.release(index);
  EXPECT_EQ(pool.in_use(), 0U);
  EXPECT_EQ(pool.oldest(), no_index);
  std::vector<bool> seen(taken.size());
  for (std::size_t i = 0; i < taken.size(); ++i) {
    const std::uint32_t index = pool.take();
    ASSERT_LT(index, seen.size()) << "places are used again";
    ASSERT_FALSE(seen[index]);
    seen[index] = true;
    const HeadNode& node = pool[index];
    ASSERT_EQ(node.side, 0U);
    ASSERT_FALSE(node.hole);
    ASSERT_EQ(node.head.frame, 0U);
    ASSERT_TRUE(node.frames.empty());
    ASSERT_EQ(node.buffer.size(), 0U);
    ASSERT_EQ(node.buffer.reach(), 0U);
    ASSERT_FALSE(node.buffer.has_hole());
    ASSERT_TRUE(node.buffer.contributions().empty());
    ASSERT_LT(node.buffer.cost(), 512U) << "what was large is given back";
  }
}

std::vector<std::uint8_t> bytes_of(std::string_view text) { return {text.begin(), text.end()}; }
std::string text_of(pp::Bytes bytes) { return {bytes.begin(), bytes.end()}; }

TEST(HeadBuffer, TheFirstByteOfAPlaceStays) {
  Random random;
  for (int round = 0; round < 300; ++round) {
    const std::uint32_t limit = 20 + random.below(80);
    HeadBuffer buffer;
    std::vector<std::optional<std::uint8_t>> model(limit);
    std::uint32_t reach = 0;
    std::vector<Contribution> contributions;
    std::size_t before = 0;
    for (std::uint64_t frame = 1; frame <= 60; ++frame) {
      const std::uint32_t offset = random.below(110), length = random.below(12);
      std::vector<std::uint8_t> bytes(length);
      for (auto& b : bytes) b = static_cast<std::uint8_t>('a' + random.below(26));
      std::optional<std::uint32_t> first_new;
      for (std::uint32_t i = 0; i < length && offset + i < limit; ++i) {
        auto& place = model[offset + i];
        if (place) continue;
        place = bytes[i];
        if (!first_new) first_new = offset + i;
      }
      if (first_new) contributions.push_back({frame, static_cast<std::int64_t>(frame), *first_new});
      reach = std::max(reach, offset + length);
      const bool grew = buffer.add(offset, bytes, length, limit, frame, static_cast<std::int64_t>(frame));
      std::string front;
      for (const auto& place : model) {
        if (!place) break;
        front += static_cast<char>(*place);
      }
      ASSERT_EQ(text_of(buffer.contiguous()), front);
      ASSERT_EQ(grew, front.size() > before);
      before = front.size();
      ASSERT_EQ(buffer.reach(), reach);
      ASSERT_EQ(buffer.has_hole(), front.size() < reach);
      ASSERT_FALSE(buffer.cut_here());
      ASSERT_EQ(buffer.further_contributions(), 0U);
      ASSERT_EQ(buffer.contributions().size(), contributions.size());
      for (std::size_t i = 0; i < contributions.size(); ++i) {
        ASSERT_EQ(buffer.contributions()[i].frame, contributions[i].frame);
        ASSERT_EQ(buffer.contributions()[i].time_ns, contributions[i].time_ns);
        ASSERT_EQ(buffer.contributions()[i].offset, contributions[i].offset);
      }
    }
  }
}

TEST(HeadBuffer, ContributionsPastTheListAreCounted) {
  HeadBuffer buffer;
  const std::vector<std::uint8_t> one(1, 'x');
  for (std::uint32_t i = 0; i < HeadBuffer::max_contributions; ++i) buffer.add(i, one, 1, 1000, i, i);
  EXPECT_EQ(buffer.contributions().size(), HeadBuffer::max_contributions);
  EXPECT_EQ(buffer.further_contributions(), 0U);
  const auto further = [&](std::uint32_t count, std::uint64_t latest) {
    EXPECT_EQ(buffer.contributions().size(), HeadBuffer::max_contributions);
    EXPECT_EQ(buffer.further_contributions(), count);
    EXPECT_EQ(buffer.latest_further().frame, latest);
  };
  buffer.add(64, one, 1, 1000, 100, -5);  // the first of them, whatever its time
  further(1, 100);
  buffer.add(65, one, 1, 1000, 101, 50);
  further(2, 101);
  buffer.add(66, one, 1, 1000, 102, 49);  // earlier
  further(3, 101);
  buffer.add(67, one, 1, 1000, 103, 50);  // at the same time, but later in the file
  further(4, 103);
  buffer.add(60, one, 1, 1000, 104, 99);  // nothing new
  further(4, 103);
}

TEST(HeadBuffer, WhatTheSnaplenTookIsKnown) {
  HeadBuffer buffer;
  EXPECT_TRUE(buffer.add(0, bytes_of("abc"), 5, 100, 1, 1));
  EXPECT_TRUE(buffer.cut_here());
  EXPECT_TRUE(buffer.has_hole());
  EXPECT_FALSE(buffer.add(5, bytes_of("fg"), 9, 100, 2, 2)) << "behind the bytes that are not there";
  EXPECT_TRUE(buffer.cut_here()) << "the first cut counts";
  EXPECT_TRUE(buffer.add(0, bytes_of("abcde"), 5, 100, 3, 3)) << "repeated in another size, and whole";
  EXPECT_EQ(text_of(buffer.contiguous()), "abcdefg");
  EXPECT_FALSE(buffer.cut_here());
  EXPECT_FALSE(buffer.add(2, bytes_of("c"), 3, 100, 4, 4));
  EXPECT_FALSE(buffer.cut_here()) << "what was cut is known";
  EXPECT_FALSE(buffer.add(7, {}, 4, 100, 5, 5));
  EXPECT_TRUE(buffer.cut_here()) << "a segment of which nothing was captured";
  EXPECT_EQ(buffer.reach(), 14U) << "the second was longer";
}

TEST(HeadBuffer, ACutBehindWhatIsThere) {
  HeadBuffer buffer;
  buffer.add(0, bytes_of("abcdefghij"), 10, 100, 1, 1);
  buffer.add(10, bytes_of("klm"), 5, 100, 2, 2);
  EXPECT_TRUE(buffer.cut_here());
}

TEST(HeadBuffer, ItsSizeAtATime) {
  HeadBuffer buffer;
  EXPECT_EQ(buffer.size_at(100, 0), 0U);
  buffer.add(4, bytes_of("ef"), 2, 100, 3, 30);
  buffer.add(0, bytes_of("ab"), 2, 100, 1, 10);
  buffer.add(2, bytes_of("cd"), 2, 100, 2, 20);
  for (const auto& [time, frame, size] : std::vector<std::tuple<std::int64_t, std::uint64_t, std::uint32_t>>{
           {9, 0, 0}, {10, 0, 2}, {19, 0, 2}, {20, 0, 4}, {29, 0, 4}, {30, 0, 6}, {30, 3, 4}, {30, 2, 2}, {30, 1, 0}})
    EXPECT_EQ(buffer.size_at(time, frame), size) << time << " without " << frame;
  HeadBuffer whole;
  whole.begin(bytes_of("abc"), 3);
  EXPECT_EQ(whole.size_at(100, 0), 0U) << "its times are not known";
}

TEST(HeadBuffer, ClearedItHoldsNothing) {
  HeadBuffer buffer;
  buffer.add(5, bytes_of("old"), 3, 100, 1, 1);
  buffer.clear();
  buffer.add(0, bytes_of("fresh"), 5, 100, 1, 1);
  EXPECT_EQ(text_of(buffer.contiguous()), "fresh");
  EXPECT_FALSE(buffer.has_hole());
}

TEST(HeadBuffer, TrimLeavesTheFront) {
  HeadBuffer buffer;
  buffer.add(0, bytes_of("abcdef"), 6, 100, 1, 1);
  buffer.add(10, bytes_of("kl"), 2, 100, 2, 2);
  buffer.add(20, bytes_of("uv"), 2, 100, 3, 3);
  buffer.trim(10);
  EXPECT_EQ(text_of(buffer.contiguous()), "abcdef");
  buffer.add(6, bytes_of("ghij"), 4, 100, 4, 4);
  EXPECT_EQ(text_of(buffer.contiguous()), "abcdefghij") << "the piece at the limit is gone";
  buffer.trim(4);
  EXPECT_EQ(text_of(buffer.contiguous()), "abcd");
}

TEST(HeadBuffer, PiecesAreBounded) {
  HeadBuffer buffer;
  const std::vector<std::uint8_t> one(1, 'x');
  const auto odd = [](std::uint32_t i) { return 2 * i + 1; };
  for (std::uint32_t i = 0; i < HeadBuffer::max_pieces; ++i) buffer.add(odd(i), one, 1, 5000, i, i);
  const std::uint32_t last = odd(HeadBuffer::max_pieces - 1);
  buffer.add(last + 10, one, 1, 5000, 1, 1);            // one more is not kept
  buffer.add(last + 1, bytes_of("yy"), 2, 5000, 2, 2);  // as part of a neighbour it is
  for (std::uint32_t i = 0; i < HeadBuffer::max_pieces; ++i) buffer.add(2 * i, bytes_of("z"), 1, 5000, i, i);
  EXPECT_EQ(buffer.size(), last + 3);
  EXPECT_EQ(buffer.reach(), last + 11);
  buffer.add(last + 3, std::vector<std::uint8_t>(7, 'w'), 7, 5000, 3, 3);
  EXPECT_EQ(buffer.size(), last + 10) << "what was not kept is not there";
}

TEST(HeadBuffer, NoRoomInFrontOfTheFirstPieceEither) {
  HeadBuffer buffer;
  const std::vector<std::uint8_t> one(1, 'x');
  for (std::uint32_t i = 0; i < HeadBuffer::max_pieces; ++i) buffer.add(11 + 2 * i, one, 1, 5000, i, i);
  buffer.add(5, one, 1, 5000, 1, 1);
  buffer.add(0, std::vector<std::uint8_t>(5, 'y'), 5, 5000, 2, 2);
  EXPECT_EQ(buffer.size(), 5U) << "what stood at 5 was not kept";
}

/// A byte is counted once, wherever it is.
TEST(HeadBuffer, CostIsWhatIsHeld) {
  HeadBuffer buffer;
  EXPECT_EQ(buffer.cost(), 0U);
  const std::vector<std::uint8_t> large(50000, 'x');
  const std::size_t extra = 4096;
  buffer.add(1, large, 50000, 70000, 1, 1);
  EXPECT_GE(buffer.cost(), 50000U);
  EXPECT_LT(buffer.cost(), 50000 + extra);
  buffer.add(60001, std::vector<std::uint8_t>(9000, 'y'), 9000, 70000, 2, 2);
  EXPECT_GE(buffer.cost(), 59000U);
  buffer.trim(60001);
  EXPECT_LT(buffer.cost(), 50000 + extra);
  buffer.add(0, bytes_of("x"), 1, 70000, 3, 3);
  EXPECT_EQ(buffer.size(), 50001U);
  EXPECT_LT(buffer.cost(), 50001 + extra);
  buffer.clear();
  EXPECT_LE(buffer.cost(), 8 * sizeof(Contribution));
  buffer.add(0, bytes_of("small"), 5, 100, 1, 1);
  const std::size_t small = buffer.cost();
  buffer.clear();
  EXPECT_EQ(buffer.cost(), small) << "little is kept for the next one";
}

}  // namespace
