// The small parts of packet, each by itself: flow keys, times, the table of fragments, ticks and bytes of written captures.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "pp/base/hex.hpp"
#include "pp/packet/capture_clock.hpp"
#include "pp/packet/capture_write.hpp"
#include "pp/packet/flow_key.hpp"
#include "pp/packet/fragments.hpp"
#include "pp/packet/head.hpp"
#include "pp/packet/repeats.hpp"

namespace {
using namespace pp::packet;
using Buffer = std::vector<std::uint8_t>;

FlowKey flow(std::uint8_t size, std::uint64_t high1, std::uint64_t low1, std::uint16_t port1, std::uint64_t high2, std::uint64_t low2,
             std::uint16_t port2) {
  FlowKey key;
  key.source = {high1, low1};
  key.destination = {high2, low2};
  key.source_port = port1;
  key.destination_port = port2;
  key.address_size = size;
  return key;
}

TEST(FlowKeys, BothDirectionsAreOneConnection) {
  // Each pair differs in one thing, and the first of it is the smaller.
  const FlowKey pairs[] = {
      flow(4, 0, 0x0a000001, 9, 0, 0x0a000002, 1),
      flow(4, 0, 0x0a000001, 1, 0, 0x0a000001, 2),
      flow(16, 1, 9, 9, 2, 1, 1),
      flow(16, 1, 1, 9, 1, 2, 1),
      flow(16, 1, 1, 1, 1, 1, 2),
      flow(16, 0x20010db800000000, 1, 65535, 0x20010db800000000, 2, 0),
  };
  const pp::HashKey secret;
  std::vector<std::uint64_t> hashes;
  for (const FlowKey& there : pairs) {
    FlowKey back = there;
    std::swap(back.source, back.destination);
    std::swap(back.source_port, back.destination_port);
    const FlowPlace a = place_flow(there, secret), b = place_flow(back, secret);
    EXPECT_EQ(a.side, 0U);
    EXPECT_EQ(b.side, 1U);
    EXPECT_EQ(a.hash, b.hash);
    EXPECT_NE(a.hash, place_flow(there, pp::HashKey{1, 2}).hash) << "the hash is keyed";
    const ConnectionKey connection = connection_of(there, 0);
    EXPECT_EQ(connection, connection_of(back, 1));
    EXPECT_EQ(connection.side0, there.source);
    EXPECT_EQ(connection.side1, there.destination);
    EXPECT_EQ(connection.ports, std::uint32_t{there.source_port} << 16U | there.destination_port);
    EXPECT_EQ(flow_of(connection, 0), there);
    EXPECT_EQ(flow_of(connection, 1), back);
    for (const unsigned side : {0U, 1U}) {
      const FlowKey& sent = side == 0 ? there : back;
      EXPECT_TRUE(is_of(connection, sent, side));
      for (unsigned what = 0; what < 5; ++what) {
        FlowKey other = sent;
        if (what == 0) other.source.low ^= 1U;
        if (what == 1) other.destination.low ^= 1U;
        if (what == 2) ++other.source_port;
        if (what == 3) ++other.destination_port;
        if (what == 4) other.address_size = 6;
        EXPECT_FALSE(is_of(connection, other, side)) << what;
      }
    }
    hashes.push_back(a.hash);
    for (std::uint64_t FlowKey::Address::*part : {&FlowKey::Address::high, &FlowKey::Address::low}) {
      if (there.address_size == 4 && part == &FlowKey::Address::high) continue;
      FlowKey other = there;
      other.source.*part ^= 0x100;
      EXPECT_NE(place_flow(other, secret).hash, a.hash);
      other = there;
      other.destination.*part ^= 0x100;
      EXPECT_NE(place_flow(other, secret).hash, a.hash);
    }
    FlowKey other = there;
    other.source_port ^= 0x10;
    EXPECT_NE(place_flow(other, secret).hash, a.hash);
    other = there;
    other.destination_port ^= 0x10;
    EXPECT_NE(place_flow(other, secret).hash, a.hash);
  }
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) EXPECT_NE(hashes[i], hashes[k]);
  }
  // One that talks to itself is on side 0.
  EXPECT_EQ(place_flow(flow(4, 0, 5, 5, 0, 5, 5), secret).side, 0U);
  EXPECT_EQ(place_flow(flow(16, 5, 5, 5, 5, 5, 5), secret).side, 0U);
}

TEST(Times, NeverOverflow) {
  constexpr auto latest = std::numeric_limits<std::int64_t>::max();
  constexpr auto earliest = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(time_between(3, 10), 7);
  EXPECT_EQ(time_between(10, 3), -7);
  EXPECT_EQ(time_between(earliest, latest), latest);
  EXPECT_EQ(time_between(latest, earliest), earliest);
  EXPECT_EQ(time_between(latest, latest), 0);
  EXPECT_EQ(time_after(3, 10), 13);
  EXPECT_EQ(time_after(latest - 9, 10), latest);
  EXPECT_EQ(time_after(latest - 10, 10), latest);
}

TEST(Excerpts, HoldTheFront) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += static_cast<char>(' ' + i % 90);
  const Buffer bytes(text.begin(), text.end());
  for (const std::size_t size : {0U, 1U, 63U, 64U, 65U, 100U}) {
    Excerpt excerpt;
    excerpt.assign(pp::Bytes(bytes).first(size));
    const pp::Bytes view = excerpt.view();
    EXPECT_EQ(std::string(view.begin(), view.end()), text.substr(0, std::min<std::size_t>(size, 64)));
  }
  Head head;
  EXPECT_FALSE(head.incomplete());
  head.end = End::open;
  EXPECT_TRUE(head.incomplete());
}

/// `bytes` have to outlive it.
Fragment piece(std::uint32_t offset, pp::Bytes bytes, bool more, std::uint32_t id = 7) {
  Fragment f;
  f.source = {0, 1};
  f.destination = {0, 2};
  f.address_size = 4;
  f.protocol = 17;
  f.id = id;
  f.offset = offset;
  f.length = static_cast<std::uint32_t>(bytes.size());
  f.more = more;
  f.bytes = bytes;
  return f;
}

struct Fragments {
  FragmentTable table;
  FragmentTable::Done done;
  std::uint64_t frame = 0;

  bool add(const Fragment& f, std::int64_t time_ns = 0) {
    Packet p;
    p.time_ns = time_ns;
    p.frame = ++frame;
    p.nanoseconds = frame % 2 == 0;
    return table.add(f, p, done);
  }
};

const Buffer ones(66000, 1);
pp::Bytes some(std::size_t n) { return pp::Bytes(ones).first(n); }
const Buffer first8 = {1, 2, 3, 4, 5, 6, 7, 8}, last4 = {9, 10, 11, 12};

TEST(FragmentTable, WhatBelongsTogether) {
  const auto joins = [](auto change, std::uint8_t size = 4) {
    Fragments t;
    Fragment a = piece(0, first8, true), b = piece(8, last4, false);
    a.address_size = b.address_size = size;
    change(b);
    EXPECT_FALSE(t.add(a));
    return t.add(b);
  };
  EXPECT_TRUE(joins([](Fragment&) {}));
  EXPECT_FALSE(joins([](Fragment& f) { f.id = 8; }));
  EXPECT_FALSE(joins([](Fragment& f) { f.source.low = 9; }));
  EXPECT_FALSE(joins([](Fragment& f) { f.source.high = 9; }));
  EXPECT_FALSE(joins([](Fragment& f) { f.destination.low = 9; }));
  EXPECT_FALSE(joins([](Fragment& f) { f.address_size = 16; }));
  EXPECT_FALSE(joins([](Fragment& f) { f.protocol = 6; }));
  EXPECT_TRUE(joins([](Fragment& f) { f.protocol = 6; }, 16)) << "IPv6: the first one says";
}

TEST(FragmentTable, AWholeOneIsHandedOver) {
  Fragments t;
  EXPECT_TRUE(t.table.empty());
  EXPECT_FALSE(t.add(piece(8, last4, false), 100));
  Fragment front = piece(0, first8, true);
  front.protocol = 17;
  EXPECT_TRUE(t.add(front, 200));
  EXPECT_EQ(pp::to_hex(t.done.bytes), "0102030405060708090a0b0c");
  EXPECT_EQ(t.done.datagram.length, 12U);
  EXPECT_TRUE(t.done.datagram.whole);
  EXPECT_EQ(t.done.datagram.protocol, 17U);
  EXPECT_EQ(t.done.datagram.id, 7U);
  EXPECT_EQ(t.done.datagram.address_size, 4U);
  EXPECT_EQ(t.done.time_ns, 200);
  EXPECT_EQ(t.done.frame, 2U);
  EXPECT_TRUE(t.done.nanoseconds);
  EXPECT_EQ(t.done.view().bytes.size(), 12U);
  EXPECT_EQ(t.table.whole(), 1U);
  EXPECT_FALSE(t.table.must_go(200, FragmentTable::max_bytes)) << "nothing is held of it";
  // Within a second a repetition belongs to it, then its number is another datagram's.
  EXPECT_EQ(t.table.deadline(), 200 + FragmentTable::memory_ns);
  EXPECT_FALSE(t.add(piece(0, first8, true), 200 + FragmentTable::memory_ns));
  EXPECT_FALSE(t.add(piece(8, last4, false), 200 + FragmentTable::memory_ns));
  EXPECT_FALSE(t.add(piece(0, first8, true), 201 + FragmentTable::memory_ns));
  EXPECT_EQ(t.table.deadline(), 201 + FragmentTable::memory_ns + FragmentTable::patience_ns) << "the old one is gone";
  EXPECT_TRUE(t.add(piece(8, last4, false), 202 + FragmentTable::memory_ns));
  EXPECT_EQ(t.table.whole(), 2U);
}

TEST(FragmentTable, ContradictionsEndIt) {
  struct Row {
    const char* id;
    std::vector<Fragment> pieces;
    bool dropped;
  };
  const pp::Bytes eight = some(8), sixteen = some(16), four = some(4);
  const Row rows[] = {
      {"repeated", {piece(0, eight, true), piece(0, eight, true)}, false},
      {"the same start, another end", {piece(0, eight, true), piece(0, sixteen, true)}, true},
      {"the same end, another start", {piece(0, sixteen, true), piece(8, eight, true)}, true},
      {"inside of one", {piece(0, some(24), true), piece(8, eight, true)}, true},
      {"touching", {piece(8, eight, true), piece(0, eight, true)}, false},
      {"two ends", {piece(16, eight, false), piece(24, eight, false)}, true},
      {"the same end twice", {piece(16, eight, false), piece(16, eight, false)}, false},
      {"behind the end", {piece(8, eight, false), piece(16, eight, true)}, true},
      {"up to the end", {piece(16, eight, false), piece(8, eight, true)}, false},
      {"an end before what is there", {piece(16, eight, true), piece(8, four, false)}, true},
      {"an end where that is", {piece(8, eight, true), piece(8, eight, false)}, false},
      {"65535 bytes", {piece(65528, some(7), false)}, false},
      {"65536 bytes", {piece(65528, eight, false)}, true},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.id);
    Fragments t;
    for (const Fragment& f : row.pieces) EXPECT_FALSE(t.add(f));
    EXPECT_EQ(t.table.overlapping(), row.dropped ? 1U : 0U);
    EXPECT_FALSE(t.table.must_go(0, row.dropped ? FragmentTable::max_bytes : 0));
    // A dropped one stays so, and is no incomplete one.
    FragmentTable::Done done;
    EXPECT_FALSE(row.dropped && t.add(piece(0, some(65000), false)));
    const bool front = t.table.end_oldest(0, done);
    EXPECT_EQ(t.table.incomplete(), row.dropped ? 0U : 1U);
    EXPECT_EQ(front, !row.dropped && row.pieces.back().offset + row.pieces[0].offset < 16);
  }
}

TEST(FragmentTable, ManyPieces) {
  Fragments t;
  const pp::Bytes eight = some(8);
  for (std::uint32_t i = 0; i < FragmentTable::max_fragments; ++i) EXPECT_FALSE(t.add(piece(8 * i, eight, true)));
  EXPECT_EQ(t.table.overlapping(), 0U);
  EXPECT_FALSE(t.add(piece(8 * FragmentTable::max_fragments, eight, true)));
  EXPECT_EQ(t.table.overlapping(), 1U);
}

TEST(FragmentTable, TheFrontOfAnIncompleteOne) {
  struct Row {
    const char* id;
    std::vector<Fragment> pieces;
    std::uint32_t sent;
    std::size_t captured;
  };
  const pp::Bytes eight = some(8);
  const auto cut = [&](Fragment f) {
    f.bytes = f.bytes.first(3);
    return f;
  };
  const Row rows[] = {
      {"alone", {piece(0, eight, true)}, 8, 8},
      {"two", {piece(8, eight, true), piece(0, eight, true)}, 16, 16},
      {"a hole", {piece(0, eight, true), piece(16, eight, true)}, 8, 8},
      {"the first cut by the capture", {cut(piece(0, eight, true)), piece(8, eight, true)}, 16, 3},
      {"the second cut", {piece(0, eight, true), cut(piece(8, eight, true)), piece(16, eight, true)}, 24, 11},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.id);
    Fragments t;
    std::int64_t time = 1000;
    std::int64_t first_time = 0;
    std::uint64_t first_frame = 0;
    for (const Fragment& f : row.pieces) {
      EXPECT_FALSE(t.add(f, time));
      if (f.offset == 0) {
        first_time = time;
        first_frame = t.frame;
      }
      time += 10;
    }
    ASSERT_TRUE(t.table.end_oldest(50, t.done));
    EXPECT_EQ(t.done.bytes.size(), row.captured);
    EXPECT_EQ(t.done.datagram.length, row.sent);
    EXPECT_FALSE(t.done.datagram.whole);
    EXPECT_EQ(t.done.time_ns, first_time);
    EXPECT_EQ(t.done.frame, first_frame);
    EXPECT_EQ(t.done.nanoseconds, first_frame % 2 == 0);
    EXPECT_EQ(t.table.incomplete(), 1U);
    EXPECT_TRUE(t.table.empty());
  }
  Fragments t;
  EXPECT_FALSE(t.add(piece(8, eight, true)));
  EXPECT_FALSE(t.table.end_oldest(0, t.done)) << "without its first bytes nothing is known";
  EXPECT_EQ(t.table.incomplete(), 1U);
  // IPv6: the protocol of the first fragment counts.
  Fragment later = piece(8, eight, true), first = piece(0, eight, true);
  later.address_size = first.address_size = 16;
  later.protocol = 99;
  first.protocol = 6;
  EXPECT_FALSE(t.add(first));
  EXPECT_FALSE(t.add(later));
  ASSERT_TRUE(t.table.end_oldest(0, t.done));
  EXPECT_EQ(t.done.datagram.protocol, 6U);
  EXPECT_FALSE(t.add(later));
  EXPECT_FALSE(t.add(first));
  ASSERT_TRUE(t.table.end_oldest(0, t.done));
  EXPECT_EQ(t.done.datagram.protocol, 6U);
}

TEST(FragmentTable, TimeAndRoom) {
  Fragments t;
  const pp::Bytes eight = some(8);
  EXPECT_EQ(t.table.deadline(), std::numeric_limits<std::int64_t>::max());
  EXPECT_FALSE(t.table.must_go(std::numeric_limits<std::int64_t>::max(), FragmentTable::max_bytes + 1));
  t.add(piece(0, eight, true, 1), 500);
  const std::int64_t deadline = 500 + FragmentTable::patience_ns;
  EXPECT_EQ(t.table.deadline(), deadline);
  EXPECT_FALSE(t.table.must_go(deadline, 0));
  EXPECT_TRUE(t.table.must_go(deadline + 1, 0));
  EXPECT_FALSE(t.table.must_go(0, FragmentTable::max_bytes - 8));
  EXPECT_TRUE(t.table.must_go(0, FragmentTable::max_bytes - 7));
  t.add(piece(16, eight, true, 1), 500);
  EXPECT_FALSE(t.table.must_go(0, FragmentTable::max_bytes - 24)) << "a hole takes room as well";
  EXPECT_TRUE(t.table.must_go(0, FragmentTable::max_bytes - 23));
  t.add(piece(8, eight, true, 1), 500);
  EXPECT_FALSE(t.table.must_go(0, FragmentTable::max_bytes - 24));
  EXPECT_TRUE(t.table.end_oldest(deadline, t.done));
  EXPECT_EQ(t.table.evicted(), 1U) << "it was still in time";
  t.add(piece(0, eight, true, 2), 500);
  EXPECT_TRUE(t.table.end_oldest(deadline + 1, t.done));
  EXPECT_EQ(t.table.evicted(), 1U);
  for (std::uint32_t id = 0; id < FragmentTable::max_datagrams; ++id) {
    EXPECT_FALSE(t.table.must_go(500, 0)) << id;
    t.add(piece(0, eight, true, id), 500);
  }
  EXPECT_TRUE(t.table.must_go(500, 0));
}

TEST(Repeats, WindowAndRing) {
  constexpr std::int64_t window = RepeatedDatagrams::window_ns;
  const auto second = [](std::uint64_t content, std::uint64_t front, std::uint32_t id, std::int64_t time) {
    RepeatedDatagrams r;
    EXPECT_FALSE(r.seen(1, 2, 3, 1000));
    return r.seen(content, front, id, time);
  };
  EXPECT_TRUE(second(1, 2, 3, 1000));
  EXPECT_TRUE(second(1, 9, 3, 1000 + window));
  EXPECT_TRUE(second(1, 2, 3, 1000 - window));
  EXPECT_FALSE(second(1, 2, 3, 1001 + window));
  EXPECT_FALSE(second(1, 2, 3, 999 - window));
  EXPECT_FALSE(second(8, 2, 3, 1000));
  EXPECT_FALSE(second(1, 2, 4, 1000));
  RepeatedDatagrams r;
  EXPECT_FALSE(r.seen(0, 5, 0, 0)) << "an entry that was never used is none";
  r = {};
  EXPECT_FALSE(r.seen(0, 0, 0, 0));
  EXPECT_FALSE(r.seen(0, 0, 0, 0)) << "the same front and no number: sent twice";
  EXPECT_TRUE(r.seen(0, 1, 0, 0)) << "another front: captured twice";
  for (std::uint64_t i = 1; i < RepeatedDatagrams::size; ++i) EXPECT_FALSE(r.seen(i, i, 7, 0));
  EXPECT_TRUE(r.seen(1, 5, 7, 0));
  EXPECT_TRUE(r.seen(0, 5, 0, 0)) << "the last of the ring is still there";
  EXPECT_FALSE(r.seen(1000, 1, 7, 0));
  EXPECT_FALSE(r.seen(1001, 1, 7, 0));
  EXPECT_FALSE(r.seen(0, 5, 0, 0)) << "and gone when the ring came round";
}

TEST(Clock, TicksOfTimes) {
  constexpr auto latest = std::numeric_limits<std::int64_t>::max();
  constexpr auto earliest = std::numeric_limits<std::int64_t>::min();
  constexpr auto all = std::numeric_limits<std::uint64_t>::max();
  struct Row {
    unsigned resolution;
    std::int64_t offset;
    std::int64_t time_ns;
    std::uint64_t expected;
  };
  for (const Row& row : {Row{6, 0, 1'234'999, 1234},
                         Row{9, 0, 1'234'567, 1'234'567},
                         Row{3, 0, 7'999'999, 7},
                         Row{0, 0, 5'999'999'999, 5},
                         Row{12, 0, 3, 3000},
                         Row{6, 2, 2'000'005'000, 5},
                         Row{6, 2, 2'000'000'000, 0},
                         Row{6, 2, 1'999'999'999, 0},
                         Row{6, 0, -1, 0},
                         Row{9, 0, -1, 0},
                         Row{9, 0, 0, 0},
                         Row{6, -1, 0, 1'000'000},
                         Row{9, earliest, latest, latest},
                         Row{9, latest, earliest, 0},
                         Row{19, 0, 1'844'674'407, 18'446'744'070'000'000'000U},
                         Row{19, 0, 1'844'674'408, all},
                         Row{0x80, 0, 3'999'999'999, 3},
                         Row{0x80 | 1, 0, 1'500'000'000, 3},
                         Row{0x80 | 32, 0, 1'500'000'000, 0x180000000},
                         Row{0x80 | 64, 0, 500'000'000, 0x8000000000000000},
                         Row{0x80 | 64, 0, 1'000'000'000, all},
                         Row{0x80 | 65, 0, 1, all},
                         Row{0x80 | 65, 0, 0, 0}}) {
    SCOPED_TRACE(std::to_string(row.resolution) + " " + std::to_string(row.time_ns));
    CaptureClock clock;
    clock.set_resolution(static_cast<std::uint8_t>(row.resolution));
    clock.set_offset(row.offset);
    EXPECT_EQ(clock.ticks(row.time_ns), row.expected);
  }
  for (const auto& [resolution, finer] :
       std::vector<std::pair<unsigned, bool>>{{6, false}, {7, true}, {0x80 | 19, false}, {0x80 | 20, true}}) {
    CaptureClock clock;
    clock.set_resolution(static_cast<std::uint8_t>(resolution));
    EXPECT_EQ(clock.nanoseconds(), finer) << resolution;
  }
}

TEST(WrittenCaptures, ByteByByte) {
  const Buffer data = {0xaa, 0xbb, 0xcc};
  Packet packet;
  packet.time_ns = 3'000'004'005;
  packet.wire_length = 9;
  packet.data = data;
  const auto hex = [](auto write) {
    CaptureBuffer out;
    write(out);
    return pp::to_hex(out);
  };
  EXPECT_EQ(hex([](auto& out) {
              append_pcap_header(out, {false, false}, 1, 0x40000);
            }),
            "d4c3b2a1020004000000000000000000"
            "0000040001000000");
  EXPECT_EQ(hex([](auto& out) {
              append_pcap_header(out, {true, true}, 113, 65535);
            }),
            "a1b23c4d000200040000000000000000"
            "0000ffff00000071");
  EXPECT_EQ(hex([&](auto& out) {
              append_pcap_record(out, {false, false}, packet);
            }),
            "03000000040000000300000009000000"
            "aabbcc");
  EXPECT_EQ(hex([&](auto& out) {
              append_pcap_record(out, {true, true}, packet);
            }),
            "0000000300000fa50000000300000009"
            "aabbcc");
  packet.time_ns = -1;
  EXPECT_EQ(hex([&](auto& out) {
              append_pcap_record(out, {true, true}, packet);
            }),
            "00000000000000000000000300000009"
            "aabbcc");
  packet.time_ns = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(hex([&](auto& out) {
              append_pcap_record(out, {true, true}, packet);
            }),
            "ffffffff3b9ac9ff0000000300000009"
            "aabbcc");
  EXPECT_EQ(hex([](auto& out) { append_section(out, true); }), "0a0d0d0a0000001c1a2b3c4d00010000ffffffffffffffff0000001c");
  EXPECT_EQ(hex([](auto& out) { append_section(out, false); }), "0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000");
  PcapngInterface interface;
  interface.link_type = 1;
  interface.snaplen = 0x40000;
  EXPECT_EQ(hex([&](auto& out) { append_interface(out, true, interface); }), "0000000100000014000100000004000000000014");
  interface.resolution = 9;
  EXPECT_EQ(hex([&](auto& out) { append_interface(out, true, interface); }),
            "0000000100000020000100000004000000090001090000000000000000000020");
  packet.time_ns = 3'000'004'005;
  EXPECT_EQ(hex([&](auto& out) { append_enhanced_packet(out, true, 5, interface, packet); }),
            "000000060000002400000005"
            "00000000b2d06da5"
            "0000000300000009"
            "aabbcc00"
            "00000024");
  interface.resolution = 6;
  interface.offset_seconds = 2;
  EXPECT_EQ(hex([&](auto& out) { append_interface(out, true, interface); }),
            "0000000100000024000100000004000"
            "0000e000800000000000000020000000000000024");
  EXPECT_EQ(hex([&](auto& out) { append_enhanced_packet(out, false, 5, interface, packet); }),
            "060000002400000005000000"
            "0000000044420f00"
            "0300000009000000"
            "aabbcc00"
            "24000000");
  // A comment of two characters: option 1, its length, padding, the end of the options.
  EXPECT_EQ(hex([&](auto& out) { append_enhanced_packet(out, true, 5, interface, packet, "hi"); }),
            "000000060000003000000005"
            "00000000000f4244"
            "0000000300000009"
            "aabbcc00"
            "0001000268690000"
            "00000000"
            "00000030");
  EXPECT_EQ(hex([&](auto& out) { append_simple_packet(out, true, packet); }), "000000030000001400000009aabbcc0000000014");
}

}  // namespace
