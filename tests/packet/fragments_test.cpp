// Headers that come in IP fragments, and datagrams that come twice.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "heads_harness.hpp"

namespace {
using namespace pp::test;
using pp::Bytes;
using pp::packet::FragmentTable;

/// Fragments of an IP payload, `size` bytes each (a multiple of 8), in order.
std::vector<Frame> split(const Frame& payload, std::size_t size, bool v6, unsigned protocol, unsigned id) {
  std::vector<Frame> out;
  for (std::size_t at = 0; at < payload.size(); at += size) {
    const std::size_t n = std::min(size, payload.size() - at);
    const bool more = at + n < payload.size();
    const Frame part(payload.begin() + static_cast<std::ptrdiff_t>(at), payload.begin() + static_cast<std::ptrdiff_t>(at + n));
    const auto place = static_cast<unsigned>(at);
    if (v6) {
      Frame header = fragment_header(protocol, place | (more ? 1U : 0U));
      header[7] = static_cast<std::uint8_t>(id);
      out.push_back(ethernet(0x86dd, ipv6(44, header + part)));
    } else {
      Frame frame = ethernet(0x0800, ipv4({.protocol = protocol, .fragment = place / 8 | (more ? 0x2000U : 0U)}, part));
      frame[18] = static_cast<std::uint8_t>(id >> 8U);
      frame[19] = static_cast<std::uint8_t>(id);
      out.push_back(frame);
    }
  }
  return out;
}

const std::string header = "<" + std::string(90, 'h') + ">";
const std::string text = header + "payload";

std::vector<Frame> of_udp(bool v6 = false, unsigned id = 7, std::size_t size = 32) {
  return split(udp(40000, 9999, bytes_of(text)), size, v6, 17, id);
}

struct Script : Wire {
  using Wire::Wire;
  Script& all(const std::vector<Frame>& frames) {
    for (const Frame& f : frames) after(1000).feed(f);
    return *this;
  }
};

TEST(Fragments, InAnyOrderTheyAreOneDatagram) {
  for (const bool v6 : {false, true}) {
    std::vector<Frame> frames = of_udp(v6);
    ASSERT_EQ(frames.size(), 4U);
    std::vector<std::size_t> order{0, 1, 2, 3};
    do {
      Script run;
      for (const std::size_t i : order) run.after(1000).feed(frames[i]);
      const auto heads = run.finish();
      ASSERT_EQ(heads.size(), 1U);
      EXPECT_EQ(heads[0].bytes, text);
      EXPECT_EQ(heads[0].end, End::complete);
      EXPECT_EQ(heads[0].frame, 4U);
      EXPECT_EQ(heads[0].segments, 1U);
      EXPECT_EQ(run.counters().reassembled, 1U);
      EXPECT_EQ(run.counters().fragments_incomplete, 0U);
    } while (std::next_permutation(order.begin(), order.end()));
  }
}

TEST(Fragments, OfTcpAreOneSegment) {
  Script run;
  run.handshake();
  run.all(split(tcp({40000, 9999, 1001, 0, ack, 0}, bytes_of(text)), 40, false, 6, 9));
  const auto heads = run.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].bytes, text);
  EXPECT_EQ(heads[0].segments, 1U);
  EXPECT_TRUE(heads[0].start_seen);
}

TEST(Fragments, EachTwiceCountOnce) {
  for (const bool v6 : {false, true}) {
    Script run;
    for (const Frame& f : of_udp(v6)) run.all({f, f});
    EXPECT_EQ(run.finish().size(), 1U);
    EXPECT_EQ(run.counters().reassembled, 1U);
    EXPECT_EQ(run.counters().fragments_incomplete, 0U);
    EXPECT_EQ(run.counters().fragments_overlapping, 0U);
    Script behind;  // the copy as a whole behind the first
    behind.all(of_udp(v6)).all(of_udp(v6));
    EXPECT_EQ(behind.finish().size(), 1U);
  }
}

TEST(Fragments, TheNumberIsUsedAgainLater) {
  Script run;
  run.all(of_udp()).after(2'000'000'000);
  run.all(of_udp());
  EXPECT_EQ(run.finish().size(), 2U);
  EXPECT_EQ(run.counters().reassembled, 2U);
}

TEST(Fragments, WithoutTheRestTheFrontIsJudged) {
  for (const bool v6 : {false, true}) {
    const std::vector<Frame> frames = of_udp(v6, 7, 48);
    Script first;  // as under a filter for a port
    first.all({frames[0]});
    auto heads = first.finish();
    ASSERT_EQ(heads.size(), 1U);
    EXPECT_EQ(heads[0].end, End::gap);
    EXPECT_EQ(heads[0].bytes, text.substr(0, 40));
    EXPECT_EQ(first.counters().fragments_incomplete, 1U);
    Script last_missing;
    last_missing.all({frames[1], frames[0]});
    heads = last_missing.finish();
    ASSERT_EQ(heads.size(), 1U);
    EXPECT_EQ(heads[0].bytes, text.substr(0, 88));
    Script first_missing;
    first_missing.all({frames[1], frames[2]});
    EXPECT_EQ(first_missing.finish().size(), 0U);
    EXPECT_EQ(first_missing.counters().fragments_incomplete, 1U);
  }
}

TEST(Fragments, TimeIsUpByTheCapturesClock) {
  Script run;
  run.all({of_udp()[0]}).after(FragmentTable::patience_ns + 1).other_traffic();
  ASSERT_EQ(run.heads.size(), 1U) << "not only at the end";
  EXPECT_EQ(run.heads[0].frame, 1U);
  EXPECT_EQ(run.counters().fragments_evicted, 0U);
}

TEST(Fragments, WhatOverlapsIsDropped) {
  const Frame whole = udp(40000, 9999, bytes_of(text));
  for (const bool v6 : {false, true}) {
    std::vector<Frame> frames = of_udp(v6);
    const std::vector<Frame> other = split(whole, 40, v6, 17, 7);
    Script run;
    run.all({frames[0], frames[1], other[1], frames[2], frames[3]});
    EXPECT_EQ(run.finish().size(), 0U);
    EXPECT_EQ(run.counters().fragments_overlapping, 1U);
    Script two_ends;
    const Frame shorter(whole.begin(), whole.begin() + 96);
    two_ends.all({split(shorter, 32, v6, 17, 7)[2], frames[3], frames[0], frames[1]});
    EXPECT_EQ(two_ends.finish().size(), 0U);
    EXPECT_EQ(two_ends.counters().fragments_overlapping, 1U);
  }
}

TEST(Fragments, CutBySnaplenIsCut) {
  std::vector<Frame> frames = of_udp();
  Script run;
  run.feed(frames[0]);
  run.feed(frames[1], 10);
  run.feed(frames[2]);
  run.feed(frames[3]);
  const auto heads = run.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].end, End::cut);
  EXPECT_EQ(heads[0].bytes, text.substr(0, 32 - 8 + 22));
}

TEST(Fragments, OfATunnelAndInATunnel) {
  const Frame inner = ethernet(0x0800, ipv4({.protocol = 17}, udp(40000, 9999, bytes_of(text))));
  Script of_tunnel;
  of_tunnel.all(split(udp(5, 4789, vxlan(0x08000000, inner)), 64, false, 17, 11));
  EXPECT_EQ(of_tunnel.finish().size(), 1U);
  Script in_tunnel;  // fragments of the inner datagram, and the second of them in fragments itself
  const std::vector<Frame> parts = of_udp(false, 12, 64);
  in_tunnel.feed(ethernet(0x0800, ipv4({.protocol = 17}, udp(5, 4789, vxlan(0x08000000, parts[0])))));
  in_tunnel.all(split(udp(5, 4789, vxlan(0x08000000, parts[1])), 48, false, 17, 13));
  const auto heads = in_tunnel.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].bytes, text);
}

/// A datagram in two fragments, of which the second travels in another datagram of two fragments, and so on.
struct Nest {
  std::vector<Frame> fronts;
  Frame last;  // without the link layer

  explicit Nest(unsigned levels) : last(udp(40000, 9999, bytes_of("<" + std::string(40, 'n') + ">"))) {
    for (unsigned level = 0; level < levels; ++level) {
      const std::vector<Frame> parts = split(last, (last.size() - 1) / 8 * 8, false, level == 0 ? 17 : 4, 100 + level);
      fronts.push_back(parts.at(0));
      last.assign(parts.at(1).begin() + 14, parts.at(1).end());
    }
  }
};

TEST(Fragments, InFragmentsDownToADepth) {
  for (const unsigned levels : {1U, 2U, 4U, 5U}) {
    const Nest nest(levels);
    Script run;
    run.all(nest.fronts);
    run.feed(ethernet(0x0800, nest.last));
    EXPECT_EQ(run.heads.size(), levels <= 4 ? 1U : 0U) << levels;
    for (const std::uint64_t wrapped : run.counters().wrapped) EXPECT_EQ(wrapped, 0U);
    EXPECT_EQ(run.counters().reassembled, levels);
  }
}

/// An incomplete datagram whose front holds all of the fragment that another lacks.
TEST(Fragments, TheFrontOfATunnelIsNotTakenFurther) {
  const Nest nest(1);
  Script run;
  Frame padded = nest.last;
  padded.resize((padded.size() + 7) / 8 * 8, 0);
  run.feed(ethernet(0x0800, ipv4({.source = 0x0a000009, .protocol = 4, .fragment = 0x2000}, padded)));
  run.after(1'000'000'000).feed(nest.fronts[0]);
  run.after(29'500'000'000).other_traffic();
  EXPECT_EQ(run.counters().fragments_incomplete, 1U) << "the time of the outer one is up";
  EXPECT_EQ(run.finish().size(), 1U);
  EXPECT_EQ(run.heads[0].end, End::gap);
  EXPECT_EQ(run.counters().reassembled, 0U);
  EXPECT_EQ(run.counters().fragments_incomplete, 2U);
}

TEST(Fragments, AndWhatIsNone) {
  using pp::packet::Wrapper;
  Script run;
  run.other_traffic();
  run.feed(ethernet(0x0800, Frame(20, 0)));
  EXPECT_EQ(run.counters().reassembled, 0U);
  run.feed(ethernet(0x0800, ipv4({.protocol = 50}, Frame(40, 1))));
  EXPECT_EQ(run.counters().wrapped[static_cast<std::size_t>(Wrapper::esp)], 1U);
  run.all(split(Frame(40, 1), 16, false, 50, 21));
  EXPECT_EQ(run.counters().wrapped[static_cast<std::size_t>(Wrapper::esp)], 2U);
  EXPECT_EQ(run.counters().reassembled, 1U);
  run.all(split(Frame(40, 1), 16, false, 1, 22));
  EXPECT_EQ(run.counters().reassembled, 2U) << "ICMP is looked at, and no more";
  EXPECT_EQ(run.counters().wrapped[0], 0U);
  EXPECT_EQ(run.counters().fragments_incomplete, 0U);
}

TEST(Fragments, AtTheEndOfTime) {
  Script run;
  run.now = std::numeric_limits<std::int64_t>::max() - 1000;
  run.feed(of_udp()[0]);
  EXPECT_EQ(run.finish().size(), 1U);
}

TEST(Fragments, KeepTheUnitOfTheirTimes) {
  for (const bool fine : {false, true}) {
    Script run;
    run.nanoseconds = fine;
    run.all(of_udp());
    EXPECT_EQ(run.finish().at(0).nanoseconds, fine);
  }
}

// Law: whatever comes, memory is bounded, and what had to make room is counted.
TEST(Fragments, Bounded) {
  Script run;
  for (unsigned id = 0; id < 3000; ++id) run.after(1000).feed(of_udp(false, id)[0]);
  EXPECT_EQ(run.counters().fragments_evicted, 3000 - FragmentTable::max_datagrams);
  EXPECT_EQ(run.finish().size(), 3000U);
  Script large;  // the last eight bytes of the largest datagrams
  for (unsigned id = 0; id < 200; ++id) {
    Frame frame = ethernet(0x0800, ipv4({.protocol = 17, .fragment = 65520 / 8}, Frame(8, 1)));
    frame[19] = static_cast<std::uint8_t>(id);
    large.after(1000).feed(frame);
  }
  EXPECT_GE(large.counters().fragments_evicted, 200 - FragmentTable::max_bytes / 65528 - 1);
  Script beyond;
  beyond.feed(ethernet(0x0800, ipv4({.protocol = 17, .fragment = 0x1fff}, Frame(800, 1))));
  EXPECT_EQ(beyond.counters().fragments_overlapping, 1U);
}

Frame udp_frame(unsigned id, unsigned ttl, const std::vector<unsigned>& tags = {}) {
  Frame ip = ipv4({.protocol = 17}, udp(40000, 9999, bytes_of(text)));
  ip[4] = static_cast<std::uint8_t>(id >> 8U);
  ip[5] = static_cast<std::uint8_t>(id);
  ip[8] = static_cast<std::uint8_t>(ttl);
  return ethernet(0x0800, ip, tags);
}

TEST(Repeats, TheSameDatagramOnAnotherInterfaceIsNoSecondOne) {
  struct {
    const char* what;
    Frame first, second;
    std::int64_t later_ns;
    std::size_t heads;
  } const rows[] = {
      {"same number", udp_frame(5, 64), udp_frame(5, 64), 1000, 1},
      {"same number, routed and tagged", udp_frame(5, 64), udp_frame(5, 63, {0x8100}), 1000, 1},
      {"no number, tagged", udp_frame(0, 64), udp_frame(0, 64, {0x8100}), 1000, 1},
      {"no number, nothing differs: sent twice", udp_frame(0, 64), udp_frame(0, 64), 1000, 2},
      {"another number: sent twice", udp_frame(5, 64), udp_frame(6, 64), 1000, 2},
      {"much later", udp_frame(5, 64), udp_frame(5, 63), 60'000'000, 2},
  };
  for (const auto& row : rows) {
    Script run;
    run.feed(row.first);
    run.after(row.later_ns).feed(row.second);
    EXPECT_EQ(run.finish().size(), row.heads) << row.what;
    EXPECT_EQ(run.counters().repeated_datagrams, 2 - row.heads) << row.what;
  }
}

TEST(Repeats, CapturedBeforeAndAfterItWasFragmented) {
  for (const unsigned id : {5U, 6U}) {
    Script run;
    run.feed(udp_frame(5, 64));
    run.all(of_udp(false, id));
    EXPECT_EQ(run.finish().size(), id == 5 ? 1U : 2U);
    EXPECT_EQ(run.counters().repeated_datagrams, id == 5 ? 1U : 0U);
  }
}

TEST(Repeats, TcpSegmentsCapturedTwiceChangeNothing) {
  const auto script = [](Script& run, bool twice) {
    const auto packet = [&](bool client, unsigned flags, std::uint32_t seq, std::string_view bytes) {
      run.after(1000).raw(client, flags, seq, bytes);
      if (!twice) return;
      const TcpFields f{client ? run.port : 9999U, client ? 9999U : run.port, seq, 0, flags, 0};
      run.feed(ethernet(0x0800, ipv4({client ? 0x0a000001U : 0x0a000002U, client ? 0x0a000002U : 0x0a000001U}, tcp(f, bytes_of(bytes))),
                        {0x8100}));
    };
    packet(true, syn, 1000, "");
    packet(false, syn | ack, 9000, "");
    packet(true, ack, 1001, text.substr(0, 30));
    packet(true, ack, 1031, text.substr(30));
    packet(false, ack, 9001, "answer");
    packet(true, fin | ack, 1001 + static_cast<std::uint32_t>(text.size()), "");
    packet(false, fin | ack, 9007, "");
  };
  Script once;
  script(once, false);
  Script twice;
  script(twice, true);
  const auto a = once.finish();
  const auto b = twice.finish();
  ASSERT_EQ(a.size(), 1U);
  ASSERT_EQ(b.size(), 1U);
  EXPECT_EQ(b[0].segments, a[0].segments);
  EXPECT_EQ(b[0].bytes, a[0].bytes);
  EXPECT_EQ(b[0].reaction.after_ns, a[0].reaction.after_ns);
  EXPECT_EQ(twice.counters().tcp_streams, once.counters().tcp_streams);
}

}  // namespace
