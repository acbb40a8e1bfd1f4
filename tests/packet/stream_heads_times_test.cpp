// StreamHeads by the clock: when each thing was, where waits end, and what is known of connections that ended long ago.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "heads_harness.hpp"

namespace {

using namespace pp::test;

constexpr std::int64_t wait_ns = 5000 * ms;

TEST(HeadTimes, OfAHeaderInPieces) {
  Wire w;
  const std::int64_t t = w.now;
  w.handshake();
  const std::uint32_t start = w.client_seq;
  w.now = t + 30 * ms;
  w.at(start + 2).client("b");  // the second piece, captured first
  w.now = t + 10 * ms;
  w.at(start).client("<a");
  w.now = t + 20 * ms;
  w.at(start + 3).client(">");
  w.now = t + 40 * ms;
  w.client("payload");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].syn_time_ns, t);
  EXPECT_EQ(heads[0].first_time_ns, t + 10 * ms);
  EXPECT_EQ(heads[0].time_ns, t + 30 * ms) << "the latest that carried bytes of it";
  EXPECT_EQ(heads[0].frame, 3U);
  EXPECT_EQ(heads[0].frames, (std::vector<std::uint64_t>{3, 4, 5}));
  EXPECT_EQ(heads[0].segments, 3U);
  EXPECT_TRUE(heads[0].frames_complete);
  EXPECT_EQ(heads[0].bytes, "<ab>payload");
}

TEST(HeadTimes, OfEqualTimesTheLaterFrame) {
  Wire w;
  w.handshake();
  const std::uint32_t start = w.client_seq;
  w.at(start + 1).client("a>");
  w.at(start).client("<");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].frame, 4U);
  EXPECT_EQ(heads[0].first_time_ns, heads[0].time_ns);
}

TEST(HeadTimes, OfMoreSegmentsThanAreListed) {
  Wire w;
  const std::int64_t t = w.now;
  w.handshake();
  w.after(ms).client("<");
  for (int i = 0; i < 70; ++i) w.after(ms).client("x");
  w.after(ms).client(">");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].segments, 72U);
  EXPECT_FALSE(heads[0].frames_complete);
  EXPECT_EQ(heads[0].frames.size(), 64U);
  EXPECT_EQ(heads[0].first_time_ns, t + ms);
  EXPECT_EQ(heads[0].time_ns, t + 72 * ms);
  EXPECT_EQ(heads[0].frame, 74U);
}

TEST(HeadTimes, PayloadSegmentsAreNotTheHeaders) {
  Wire w;
  w.handshake();
  const std::uint32_t start = w.client_seq;
  w.at(start + 4).client("pay");
  w.after(ms).at(start).client("<ab>");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].segments, 1U);
  EXPECT_EQ(heads[0].frame, 4U);
  EXPECT_EQ(heads[0].bytes, "<ab>pay");
}

TEST(HeadTimes, PayloadThatCameEarlierIsNoPartOfIt) {
  for (const std::int64_t later : {-5, 5}) {
    Wire w;
    w.handshake();
    const std::uint32_t start = w.client_seq;
    const std::int64_t t = w.now + 100 * ms;
    w.now = t + later * ms;
    w.at(start + 4).client("pay");
    w.now = t;
    w.at(start).client("<ab>");
    const auto heads = w.finish();
    ASSERT_EQ(heads.size(), 1U);
    EXPECT_EQ(heads[0].first_time_ns, t);
    EXPECT_EQ(heads[0].time_ns, t);
  }
}

/// The side whose SYN is not in the capture, of a connection that is known.
TEST(HeadTimes, OneSynIsMissing) {
  const auto script = [](const std::vector<std::string>& answers) {
    Wire w;
    w.raw(true, syn, w.client_isn, "");
    w.client("<ab>");
    for (const std::string& text : answers) w.after(ms).server(text);
    const auto heads = w.finish();
    return std::pair(heads, w.counters().streams_without_start);
  };
  auto [heads, without_start] = script({"answer", "more"});
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].first, "answer");
  EXPECT_EQ(without_start, 1U);
  std::tie(heads, without_start) = script({"<s", "rv>x"});
  ASSERT_EQ(heads.size(), 2U);
  EXPECT_EQ(heads[0].first, "<s");
  EXPECT_EQ(heads[1].bytes, "<srv>x");
  EXPECT_FALSE(heads[1].start_seen);
  EXPECT_EQ(without_start, 0U);
}

TEST(HeadTimes, OnlyNewBytesAreAnAnswer) {
  Wire w;
  w.handshake();
  w.server("220");
  w.client("<ab>");
  w.raw(false, ack, w.server_seq - 3, "220");                   // again
  w.raw(false, ack, w.server_seq + 0x50000000, "other times");  // further ahead than any window
  EXPECT_TRUE(w.heads.empty());
  w.raw(false, ack, w.server_seq - 3, "220 ok");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].greeting, "220");
  EXPECT_EQ(heads[0].first, " ok");
}

TEST(HeadTimes, BytesInFrontOfTheFirstAreNotTheStreams) {
  Wire w;
  w.handshake();
  w.raw(true, ack, w.client_seq - 3, "ZZZ");
  EXPECT_EQ(w.counters().tcp_streams, 0U);
  w.raw(true, ack, w.client_seq - 2, "ZZ<ab>pay");
  w.at(w.client_seq + 7).client("load");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].bytes, "<ab>payload");
  EXPECT_EQ(heads[0].detection.n, 4U);
  EXPECT_EQ(w.counters().tcp_streams, 1U);
  Wire cut;
  cut.handshake();
  cut.raw(true, ack, cut.client_seq - 2, "ZZ<ab>pay", 0, 8);  // of which the first byte was captured
  const auto cuts = cut.finish();
  ASSERT_EQ(cuts.size(), 1U);
  EXPECT_EQ(cuts[0].end, End::cut);
  EXPECT_EQ(cuts[0].bytes, "");
}

TEST(HeadTimes, HowFarBeyondAHoleDataMayBe) {
  for (const std::uint32_t more : {0U, 1U}) {
    Wire w;
    w.handshake();
    w.client("<on");
    const std::uint32_t hole = w.client_seq;
    w.at(hole + (256U << 10U) + more).client("far");
    EXPECT_EQ(w.heads.size(), more);
    if (more == 0) {
      w.at(hole).client("e>");
      EXPECT_EQ(w.finish().at(0).end, End::complete);
    }
  }
  // A head that waits for its reaction has no holes.
  Wire w;
  w.handshake();
  w.client("<ab>");
  w.at(w.client_seq + 300000).client("far");
  EXPECT_TRUE(w.heads.empty());
  w.server("ok");
  ASSERT_EQ(w.heads.size(), 1U);
  EXPECT_EQ(w.heads[0].end, End::complete);
  EXPECT_EQ(w.heads[0].first, "ok");
}

TEST(HeadTimes, WhatTurnsOutToBeOfNoInterestIsForgotten) {
  Wire w;
  w.handshake();
  const std::uint32_t start = w.client_seq;
  w.at(start + 1).client("ET /");
  EXPECT_GT(w.heads_of.pending_bytes(), 0U);
  w.at(start).client("G");
  EXPECT_EQ(w.heads_of.pending_bytes(), 0U);
  w.server("<srv>");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].bytes, "<srv>");
  EXPECT_EQ(heads[0].stream, 1U);
}

TEST(HeadTimes, AHoleThatIsFilledBehindAFin) {
  Wire w;
  w.handshake();
  const std::uint32_t start = w.client_seq;
  w.at(start).client("<");
  w.raw(true, fin | ack, start + 2, "b");
  EXPECT_TRUE(w.heads.empty());
  w.at(start + 1).client("a");
  ASSERT_EQ(w.heads.size(), 1U);
  EXPECT_EQ(w.heads[0].end, End::closed);
  EXPECT_EQ(w.heads[0].bytes, "<ab");
}

TEST(HeadTimes, SegmentsOfWhatIsNoHeader) {
  Wire w;
  w.handshake();
  w.client("?what");
  w.client("ever");
  w.server("ok");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].segments, 1U);
  EXPECT_EQ(heads[0].frames, std::vector<std::uint64_t>{3});
  EXPECT_EQ(heads[0].bytes, "?whatever");
}

/// A FIN that is not the last word: the answer before it is still to come.
TEST(HeadTimes, AFinAheadOfTheAnswerInTheFile) {
  Wire w;
  w.handshake();
  w.client("<ab>");
  const std::int64_t t = w.now;
  w.now = t + 2 * ms;
  w.raw(false, fin | ack, w.server_seq + 6, "");
  EXPECT_TRUE(w.heads.empty());
  w.now = t + ms;
  w.server("answer");
  ASSERT_EQ(w.heads.size(), 1U);
  EXPECT_EQ(w.heads[0].reaction.kind, Kind::data);
  EXPECT_EQ(w.heads[0].first, "answer");
  EXPECT_EQ(w.heads[0].reaction.after_ns, ms);
}

TEST(HeadTimes, TheEarlierOfTwoEndsCounts) {
  for (const bool fin_first : {true, false}) {
    Wire w;
    w.handshake();
    w.client("<ab>");
    const std::int64_t t = w.now;
    w.now = t + (fin_first ? 1 : 3) * ms;
    w.raw(true, fin | ack, w.client_seq, "");
    w.now = t + 2 * ms;
    w.server_flags(rst | ack);
    const auto heads = w.finish();
    ASSERT_EQ(heads.size(), 1U);
    EXPECT_EQ(heads[0].reaction.kind, fin_first ? Kind::fin : Kind::rst);
    EXPECT_EQ(heads[0].reaction.by, fin_first ? By::sender : By::receiver);
    EXPECT_EQ(heads[0].reaction.after_ns, (fin_first ? 1 : 2) * ms);
  }
}

/// What a side says before anything is known of the other: as many as have room, the oldest given up.
TEST(EarlyResponses, BoundedAndCounted) {
  using pp::packet::EarlyResponsePool;
  using pp::packet::EarlyResponses;
  EarlyResponsePool pool;
  std::vector<pp::packet::Connection> connections(EarlyResponsePool::capacity + 2);
  std::uint64_t taken = 0;
  for (std::size_t i = 0; i < connections.size(); ++i) connections[i].serial = i;
  for (std::size_t i = 0; i < EarlyResponsePool::capacity; ++i) pool.get(connections[i], i % 2, taken).fin = true;
  EXPECT_EQ(taken, 0U);
  for (std::size_t i = 0; i < EarlyResponsePool::capacity; ++i) {
    ASSERT_NE(pool.find(connections[i], i % 2), nullptr);
    ASSERT_EQ(pool.find(connections[i], 1 - i % 2), nullptr);
    ASSERT_EQ(&pool.get(connections[i], i % 2, taken), pool.find(connections[i], i % 2)) << "those it has";
  }
  EXPECT_EQ(taken, 0U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_FALSE(pool.get(connections[EarlyResponsePool::capacity + i], 0, taken).fin) << "as new";
    EXPECT_EQ(taken, i + 1);
    EXPECT_EQ(pool.find(connections[i], i % 2), nullptr);
    EXPECT_NE(pool.find(connections[i + 1], (i + 1) % 2), nullptr) << "one for one";
  }
  pool.release(connections[5], 1);
  EXPECT_EQ(pool.find(connections[5], 1), nullptr);
  pool.get(connections[0], 0, taken);
  EXPECT_EQ(taken, 2U) << "there was room";
  EXPECT_NE(pool.find(connections[0], 0), nullptr);
  EXPECT_NE(pool.find(connections[2], 0), nullptr);
  for (std::size_t i = 0; i < EarlyResponsePool::capacity; ++i) {
    pp::packet::Connection other;
    other.serial = 100000 + i;
    pool.get(other, 0, taken);
  }
  EXPECT_EQ(taken, 2U + EarlyResponsePool::capacity);
  EXPECT_EQ(pool.find(connections[4], 0), nullptr);
}

TEST(EarlyResponses, APlaceThatWasGivenBackIsTakenAgain) {
  pp::packet::EarlyResponsePool pool;
  pp::packet::Connection a, b, c;
  a.serial = 1;
  b.serial = 2;
  c.serial = 3;
  std::uint64_t taken = 0;
  pool.get(a, 0, taken).fin = true;
  pool.get(b, 0, taken);
  pool.release(b, 0);
  pool.get(c, 0, taken);
  ASSERT_NE(pool.find(a, 0), nullptr) << "not another's";
  EXPECT_TRUE(pool.find(a, 0)->fin);
  EXPECT_EQ(taken, 0U);
}

TEST(EarlyResponses, OfEqualTimesTheFirst) {
  pp::packet::EarlyResponses notes;
  EXPECT_EQ(notes.after(-1), nullptr) << "nothing was said";
  notes.add_data(10, bytes_of("first"));
  notes.add_data(10, bytes_of("second"));
  ASSERT_NE(notes.after(9), nullptr);
  EXPECT_EQ(text_of(notes.after(9)->excerpt.view()), "first");
}

TEST(EarlyResponses, TheEarliestThatIsLater) {
  pp::packet::EarlyResponses notes;
  EXPECT_EQ(notes.after(0), nullptr);
  const auto said = [&](std::int64_t time, const char* text) { notes.add_data(time, bytes_of(text)); };
  const auto later_than = [&](std::int64_t time) {
    const auto* note = notes.after(time);
    return note == nullptr ? "" : text_of(note->excerpt.view());
  };
  said(10, "first");
  EXPECT_EQ(later_than(9), "first");
  EXPECT_EQ(later_than(10), "");
  said(30, "second");
  said(20, "third");
  EXPECT_EQ(later_than(0), "first");
  EXPECT_EQ(later_than(10), "third");
  EXPECT_EQ(later_than(20), "second");
  said(40, "fourth");  // in the place of the second
  EXPECT_EQ(later_than(20), "fourth");
  EXPECT_EQ(later_than(10), "third");
  said(50, "fifth");
  EXPECT_EQ(later_than(10), "fourth");
  EXPECT_EQ(later_than(40), "fifth");
}

TEST(HeadTimes, TheWaitEndsBehindItsLastNanosecond) {
  for (const std::int64_t late : {0, 1}) {
    for (const unsigned flags : {0U, fin, rst}) {
      Wire w;
      w.handshake();
      w.client("<ab>");
      w.now += wait_ns + late;
      flags == 0 ? w.server("answer") : w.server_flags(flags | ack);
      const auto heads = w.finish();
      ASSERT_EQ(heads.size(), 1U);
      const Kind expected = late != 0 ? Kind::none : flags == 0 ? Kind::data : flags == fin ? Kind::fin : Kind::rst;
      EXPECT_EQ(heads[0].reaction.kind, expected) << flags << " " << late;
      EXPECT_EQ(heads[0].reaction.after_ns, wait_ns);
    }
  }
}

/// The same when it precedes the header's last byte in the file.
TEST(HeadTimes, TheWaitHoldsForWhatCameEarlierInTheFile) {
  for (const std::int64_t late : {0, 1}) {
    for (const unsigned what : {0U, fin, rst, fin + 8U}) {
      Wire w;
      w.handshake();
      const std::uint32_t start = w.client_seq;
      const std::int64_t t = w.now;
      w.at(start + 1).client("ab>");
      w.now = t + wait_ns + late;
      if (what == 0) w.server("answer");
      if (what == fin) w.server_flags(fin | ack);
      if (what == rst) w.server_flags(rst | ack);
      if (what == fin + 8U) w.raw(true, fin | ack, start + 4, "");
      w.now = t;
      w.at(start).client("<");
      const auto heads = w.finish();
      ASSERT_EQ(heads.size(), 1U);
      EXPECT_EQ(heads[0].bytes, "<ab>");
      if (late != 0) {
        EXPECT_TRUE(heads[0].reaction.kind == Kind::none || (what == fin + 8U && heads[0].reaction.kind == Kind::unknown)) << what;
        continue;
      }
      EXPECT_EQ(heads[0].reaction.kind, what == 0 ? Kind::data : what == rst ? Kind::rst : Kind::fin) << what;
      EXPECT_EQ(heads[0].reaction.by, what == fin + 8U ? By::sender : By::receiver);
      EXPECT_EQ(heads[0].reaction.after_ns, wait_ns);
    }
  }
}

TEST(HeadTimes, AnIncompleteHeaderAndWhatTheReceiverDid) {
  struct Row {
    const char* id;
    unsigned receiver;  // flags, 0: data, 99: nothing
    unsigned sender;
    End end;
    Kind kind;
    By by;
    std::int64_t after;
  };
  for (const Row& row : {Row{"sender closes", 99, fin, End::closed, Kind::fin, By::sender, 2},
                         Row{"receiver answers first", 0, fin, End::closed, Kind::data, By::receiver, 1},
                         Row{"receiver closes first", fin, fin, End::closed, Kind::fin, By::receiver, 1},
                         Row{"receiver resets", rst, 99, End::reset, Kind::rst, By::receiver, 1},
                         Row{"sender resets", 99, rst, End::reset, Kind::rst, By::sender, 2},
                         Row{"receiver answers, sender resets", 0, rst, End::reset, Kind::data, By::receiver, 1},
                         Row{"receiver closes, sender resets", fin, rst, End::reset, Kind::fin, By::receiver, 1},
                         Row{"receiver answers, nobody ends it", 0, 99, End::open, Kind::data, By::receiver, 1},
                         Row{"receiver closes, the sender does not", fin, 99, End::open, Kind::fin, By::receiver, 1}}) {
    SCOPED_TRACE(row.id);
    Wire w;
    w.handshake();
    w.client("<a");
    const std::int64_t t = w.now;
    const std::uint64_t sender_at = w.client_seq;
    w.now = t + ms;
    if (row.receiver == 0) w.server("400");
    if (row.receiver == fin || row.receiver == rst) w.server_flags(row.receiver | ack);
    w.now = t + 2 * ms;
    if (row.sender != 99) w.raw(true, row.sender | ack, static_cast<std::uint32_t>(sender_at), "");
    w.now = t + 300 * ms;
    w.other_traffic();
    const auto heads = w.finish();
    ASSERT_EQ(heads.size(), 1U);
    EXPECT_EQ(heads[0].end, row.end);
    EXPECT_EQ(heads[0].reaction.kind, row.kind);
    EXPECT_EQ(heads[0].reaction.by, row.by);
    EXPECT_EQ(heads[0].reaction.after_ns, row.after * ms);
    EXPECT_EQ(heads[0].first, row.kind == Kind::data ? "400" : "");
  }
}

TEST(HeadTimes, AHoleHasASecondFromItsFirstAcknowledgement) {
  for (const std::int64_t late : {0, 1}) {
    for (const bool data : {false, true}) {
      Wire w;
      w.handshake();
      w.client("<on");
      const std::uint32_t hole = w.client_seq;
      w.at(hole + 5).client("rest>");
      const std::int64_t t = w.now;
      w.raw(false, ack, w.server_seq, "", hole);  // nothing of the hole yet
      w.now = t + 100 * ms;
      w.raw(false, ack, w.server_seq, "", hole + 1);
      w.now = t + 1100 * ms + late;
      data ? w.client("more") : w.raw(false, ack, w.server_seq, "", hole + 5);
      EXPECT_EQ(w.heads.size(), static_cast<std::size_t>(late)) << data;
      if (late != 0) {
        EXPECT_EQ(w.heads[0].end, End::gap);
        continue;
      }
      w.at(hole).client("e two");
      const auto heads = w.finish();
      ASSERT_EQ(heads.size(), 1U);
      EXPECT_EQ(heads[0].bytes.substr(0, 13), "<one tworest>");
    }
  }
}

/// The hole that is filled is forgotten, and the next one has a second of its own.
TEST(HeadTimes, TheNextHoleIsAnother) {
  Wire w;
  w.handshake();
  w.client("<on");
  const std::uint32_t first = w.client_seq;
  w.at(first + 1).client("x");
  w.raw(false, ack, w.server_seq, "", first + 2);
  w.after(900 * ms).at(first).client("e");
  w.at(first + 3).client("y>");
  w.after(200 * ms).raw(false, ack, w.server_seq, "", first + 4);
  EXPECT_TRUE(w.heads.empty());
  w.at(first + 2).client("z");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].bytes, "<onexzy>");
}

TEST(HeadTimes, WhereAStreamMayStart) {
  // Without looks_like_start, detect decides: a header, or 8 bytes that may become one.
  for (const auto& [text, head] : std::vector<std::pair<std::string, bool>>{
           {"<ab>", true}, {"<abcdef", false}, {"<abcdefg", true}, {"?what is this", false}, {"GET /", false}}) {
    Wire w({}, [](HeadCallbacks& c) { c.looks_like_start = nullptr; });
    w.client(text);
    w.client("further text");
    EXPECT_EQ(w.finish().size(), head ? 1U : 0U) << text;
    EXPECT_EQ(w.counters().streams_without_start, head ? 0U : 1U);
  }
  for (const bool own : {true, false}) {
    Wire w(
        {}, own ? [](HeadCallbacks&) {} : [](HeadCallbacks& c) { c.looks_like_start = nullptr; });
    w.raw(true, ack, w.client_seq, "<ab>", 0, 4);  // nothing of it captured
    EXPECT_TRUE(w.finish().empty());
    EXPECT_EQ(w.counters().streams_without_start, 1U);
  }
}

TEST(HeadTimes, GreetingsAreNoAnswer) {
  const auto with_greeting = [](HeadCallbacks& c) {
    c.greeting = [](void*, pp::Bytes bytes) -> std::size_t {
      return bytes.size() >= 3 && bytes[0] == '2' && bytes[1] == '2' && bytes[2] == '0' ? 3 : 0;
    };
  };
  const auto script = [&](const std::vector<std::string>& answers, bool reordered = false) {
    Wire w({}, with_greeting);
    w.handshake();
    const std::uint32_t start = w.client_seq;
    const std::int64_t t = w.now;
    if (!reordered) w.client("<ab>");
    for (const std::string& answer : answers) w.after(ms).server(answer);
    if (reordered) {
      w.now = t;
      w.at(start).client("<ab>");
    }
    return w.finish().at(0);
  };
  for (const bool reordered : {false, true}) {
    SeenHead h = script({"220", "400 no"}, reordered);
    EXPECT_EQ(h.greeting, "220");
    EXPECT_EQ(h.reaction.kind, Kind::data);
    EXPECT_EQ(h.first, "400 no");
    EXPECT_EQ(h.reaction.after_ns, 2 * ms);
    h = script({"220 and more"}, reordered);
    EXPECT_EQ(h.greeting, "220");
    EXPECT_EQ(h.first, " and more");
    EXPECT_EQ(h.reaction.after_ns, ms);
    h = script({"400 no"}, reordered);
    EXPECT_EQ(h.greeting, "");
    EXPECT_EQ(h.first, "400 no");
    h = script({"220"}, reordered);
    EXPECT_EQ(h.greeting, "220");
    EXPECT_EQ(h.reaction.kind, Kind::unknown);
    h = script({"220", "220"}, reordered);
    EXPECT_EQ(h.first, "220") << "one greeting is enough";
  }
}

TEST(HeadTimes, DatagramsKeepWhatIsAskedFor) {
  Wire w;
  w.keep = 5;
  w.datagram("<ab>0123456789");
  w.datagram("");
  w.datagram("?no header");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 2U);
  EXPECT_EQ(heads[0].bytes, "<ab>01234");
  EXPECT_EQ(heads[0].detection.n, 4U);
  EXPECT_EQ(heads[0].frames, std::vector<std::uint64_t>{1});
  EXPECT_EQ(heads[0].first_time_ns, w.now);
  EXPECT_TRUE(heads[0].start_seen);
  EXPECT_EQ(heads[1].bytes, "?no header");
  EXPECT_EQ(w.counters().datagrams, 3U);
  EXPECT_EQ(w.counters().udp_streams, 1U);
}

TEST(HeadTimes, DatagramsBothWaysAreTwoStreams) {
  Wire w;
  const auto send = [&](bool from_client, const char* text) {
    const Ipv4Fields ip{from_client ? 0x0a000001U : 0x0a000002U, from_client ? 0x0a000002U : 0x0a000001U, 17};
    w.feed(ethernet(0x0800, ipv4(ip, from_client ? udp(7, 9, bytes_of(text)) : udp(9, 7, bytes_of(text)))));
  };
  send(true, "<a>");
  send(false, "<b>");
  send(true, "<c>");
  send(false, "<d>");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(heads[i].stream, i % 2);
  EXPECT_EQ(w.counters().udp_streams, 2U);
  EXPECT_TRUE(w.counters().streams_exact);
}

TEST(HeadTimes, SilenceAndWhoEndedIt) {
  struct Row {
    const char* id;
    unsigned receiver;
    unsigned sender;
    End end;
    Kind kind;
    By by;
    std::int64_t after;
  };
  for (const Row& row : {Row{"receiver resets", rst, 99, End::reset, Kind::rst, By::receiver, 1},
                         Row{"receiver closes, sender resets", fin, rst, End::reset, Kind::fin, By::receiver, 1},
                         Row{"receiver closes, nobody else", fin, 99, End::open, Kind::fin, By::receiver, 1},
                         Row{"sender resets", 99, rst, End::reset, Kind::rst, By::sender, 2},
                         Row{"nobody", 99, 99, End::open, Kind::unknown, By::receiver, 0}}) {
    SCOPED_TRACE(row.id);
    Wire w;
    w.report_silent = true;
    const std::int64_t t = w.now;
    w.handshake();
    w.now = t + ms;
    if (row.receiver != 99) w.server_flags(row.receiver | ack);
    w.now = t + 2 * ms;
    if (row.sender != 99) w.raw(true, row.sender | ack, w.client_seq, "");
    const auto heads = w.finish();
    ASSERT_EQ(heads.size(), 1U);
    EXPECT_EQ(heads[0].end, row.end);
    EXPECT_EQ(heads[0].reaction.kind, row.kind);
    EXPECT_EQ(heads[0].reaction.by, row.by);
    EXPECT_EQ(heads[0].reaction.after_ns, row.after * ms);
    EXPECT_EQ(heads[0].syn_time_ns, t);
    EXPECT_EQ(heads[0].time_ns, t);
    EXPECT_TRUE(heads[0].start_seen);
  }
}

TEST(HeadTimes, ConnectionsThatAreOverAreKnown) {
  Wire w;
  const auto whole = [&](unsigned port) {
    w.port = port;
    w.handshake();
    w.client("<h>");
    w.server("ok");
  };
  for (unsigned port = 1; port <= 20; ++port) {
    whole(port);
    w.raw(true, fin | ack, w.client_seq, "");
    w.raw(false, fin | ack, w.server_seq, "");
  }
  const std::uint64_t streams = w.counters().tcp_streams;
  EXPECT_EQ(streams, 40U);
  EXPECT_EQ(w.heads_of.pending_flows(), 0U);
  for (unsigned port = 1; port <= 20; ++port) {
    w.port = port;
    w.raw(true, ack, w.client_seq, "<h>");
    w.raw(false, ack, w.server_seq, "late");
    w.raw(true, syn, w.client_isn, "");  // both repeat what is known
    w.raw(false, syn | ack, w.server_isn, "");
    w.raw(true, rst, w.client_seq, "");
  }
  EXPECT_EQ(w.heads_of.pending_flows(), 0U);
  EXPECT_EQ(w.counters().tcp_streams, streams);
  EXPECT_EQ(w.counters().streams_without_start, 0U);
  EXPECT_TRUE(w.counters().streams_exact);
  w.client_isn += 1000;
  w.server_isn += 1000;
  for (unsigned port = 1; port <= 20; ++port) whole(port);
  EXPECT_EQ(w.finish().size(), 40U);
  EXPECT_EQ(w.counters().tcp_streams, 80U);
}

/// Forgetting a connection that has ended changes no count; one that may go on does.
TEST(HeadTimes, WhatIsForgottenIsSaid) {
  for (const unsigned ending : {0U, fin, rst}) {
    HeadOptions options;
    options.max_seen = 4;
    Wire w(options);
    for (unsigned port = 1; port <= 30; ++port) {
      w.port = port;
      w.handshake();
      w.client("<h>");
      w.server("ok");
      if (ending != 0) w.raw(true, ending | ack, w.client_seq, "");
    }
    EXPECT_EQ(w.counters().streams_exact, ending != 0) << ending;
    w.port = 1;
    w.server("more");
    EXPECT_EQ(w.counters().streams_without_start, 1U) << "it is no longer known";
  }
}

TEST(HeadTimes, FollowsWhatMayStillMatter) {
  Wire w;
  pp::packet::FlowKey flow;
  flow.source = {0, 0x0a000001};
  flow.destination = {0, 0x0a000002};
  flow.source_port = 40000;
  flow.destination_port = 9999;
  flow.address_size = 4;
  EXPECT_FALSE(w.heads_of.follows(flow));
  w.handshake();
  EXPECT_TRUE(w.heads_of.follows(flow));
  w.client("<ab>");
  EXPECT_TRUE(w.heads_of.follows(flow));
  w.server("ok");
  EXPECT_FALSE(w.heads_of.follows(flow));
}

}  // namespace
