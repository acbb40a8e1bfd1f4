// StreamHeads by the flags: SYN, FIN and RST in each state of a side, holes and who acknowledges them, and what is remembered.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "heads_harness.hpp"

namespace {

using namespace pp::test;

TEST(HeadSyn, TheFirstOneCounts) {
  Wire w;
  const std::int64_t t = w.now;
  w.handshake();
  w.after(5 * ms).raw(true, syn, w.client_isn, "");
  w.client("<ab>");
  EXPECT_EQ(w.finish().at(0).syn_time_ns, t);
}

/// SYN proxies answer a SYN a second time, with another number: the client's acknowledgement says which answer counts.
TEST(HeadSyn, OfTwoAnswersTheAcknowledgedOneCounts) {
  for (const bool first : {true, false}) {
    for (const bool bare : {true, false}) {
      Wire w;
      w.handshake();
      w.raw(false, syn | ack, 16'000'000, "", w.client_seq);
      const std::uint32_t real = first ? 9001U : 16'000'001U;
      if (bare) w.raw(true, ack, w.client_seq, "", real);
      w.raw(true, ack, w.client_seq, "<ab>", real);
      w.raw(false, ack, real, "200 OK", w.client_seq + 4);
      w.raw(false, fin | ack, real + 6, "", w.client_seq + 4);
      const auto heads = w.finish();
      ASSERT_EQ(heads.size(), 1U);
      EXPECT_EQ(heads[0].bytes, "<ab>");
      EXPECT_TRUE(heads[0].start_seen);
      EXPECT_EQ(heads[0].reaction.kind, Kind::data);
      EXPECT_EQ(heads[0].first, "200 OK");
      EXPECT_EQ(w.counters().tcp_connections, 1U);
    }
  }
}

/// A SYN that was refused and is sent again, with the same number: the RST is not of the attempt that succeeds.
TEST(HeadSyn, RefusedAndTriedAgain) {
  Wire w;
  w.raw(true, syn, w.client_isn, "");
  w.raw(false, rst | ack, 0, "", w.client_isn + 1);
  w.after(500 * ms).raw(true, syn, w.client_isn, "");
  w.raw(false, syn | ack, w.server_isn, "", w.client_isn + 1);
  w.client("<ab>");
  w.after(ms).server("ok");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].before.kind, Kind::unknown);
  EXPECT_EQ(heads[0].reaction.kind, Kind::data);
  EXPECT_EQ(heads[0].first, "ok");
  EXPECT_EQ(w.counters().tcp_connections, 1U);
}

TEST(HeadSyn, BehindTheFirstBytes) {
  Wire w;
  w.client("<ab>");
  w.after(ms).raw(true, syn, w.client_isn, "");
  SeenHead head = w.finish().at(0);
  EXPECT_EQ(head.syn_time_ns, w.now);
  EXPECT_EQ(head.from_client, Client::yes);
  Wire of_server;
  of_server.server("<srv>");
  of_server.raw(true, syn, of_server.client_isn, "");
  head = of_server.finish().at(0);
  EXPECT_EQ(head.from_client, Client::no);
  EXPECT_FALSE(head.start_seen);
}

TEST(HeadSyn, BehindTheFirstBytesMakesThemNoNewOnes) {
  Wire w;
  w.server("<s");
  w.client("<ab>");
  w.raw(false, syn | ack, w.server_isn, "");
  w.raw(false, ack, w.server_isn + 1, "<s");  // again
  EXPECT_TRUE(w.heads.empty());
  w.server("ok");
  ASSERT_EQ(w.heads.size(), 1U);
  EXPECT_EQ(w.heads[0].bytes, "<ab>");
  EXPECT_EQ(w.heads[0].first, "ok");
}

/// In the upper half of the sequence numbers, with and without the SYN.
TEST(HeadSyn, HighSequenceNumbers) {
  for (const bool server_syn : {true, false}) {
    Wire w;
    w.server_isn = 0x90000000;
    w.handshake();
    if (!server_syn) {
      w.port = 40001;
      w.raw(true, syn, w.client_isn, "");
    }
    w.client("<ab>");
    w.server("ok");
    ASSERT_EQ(w.heads.size(), 1U) << server_syn;
    EXPECT_EQ(w.heads[0].first, "ok");
  }
  Wire neither;
  neither.at(0x90000001).client("<ab>");
  neither.server("<srv>");
  const auto heads = neither.finish();
  ASSERT_EQ(heads.size(), 2U);
  EXPECT_EQ(heads[0].first, "<srv>");
  EXPECT_EQ(heads[1].greeting, "<ab>");
}

TEST(HeadSyn, StartsThatAreZero) {
  Wire w;
  w.server("middle");
  w.client_isn = 0xffffffff;
  w.handshake();
  w.client("<ab>");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_TRUE(heads[0].start_seen);
}

/// The server opens: the side with the greater address.
struct Upside : Wire {
  Upside() { report_silent = true; }
  void open() {
    raw(false, syn, server_isn, "");
    raw(true, syn | ack, client_isn, "");
  }
};

TEST(HeadSyn, FromTheOtherEnd) {
  Upside closed;
  closed.open();
  closed.raw(true, ack, closed.client_seq, "220");
  closed.server_flags(fin | ack);
  ASSERT_EQ(closed.heads.size(), 1U);
  EXPECT_EQ(closed.heads[0].source, "10.0.0.2:9999");
  EXPECT_EQ(closed.heads[0].end, End::closed);
  EXPECT_EQ(closed.heads[0].greeting, "220");
  Upside reset;
  reset.open();
  reset.after(ms).raw(true, rst | ack, reset.client_seq, "");
  ASSERT_EQ(reset.finish().size(), 1U);
  EXPECT_EQ(reset.heads[0].end, End::reset);
  EXPECT_EQ(reset.heads[0].reaction.by, By::receiver);
  Upside incomplete;
  incomplete.open();
  incomplete.server("<h");
  incomplete.after(ms).client("400");
  ASSERT_EQ(incomplete.finish().size(), 1U);
  EXPECT_EQ(incomplete.heads[0].reaction.kind, Kind::data);
  EXPECT_EQ(incomplete.heads[0].first, "400");
  Upside header;
  header.open();
  header.server("<h>");
  header.client("ok");
  EXPECT_EQ(header.heads.size(), 1U);
  EXPECT_EQ(header.heads_of.pending_flows(), 0U);
  header.raw(false, syn, header.server_isn, "");
  EXPECT_EQ(header.heads_of.pending_flows(), 0U) << "repeats what is known";
  header.raw(false, syn, header.server_isn + (1U << 27U), "");
  EXPECT_EQ(header.heads_of.pending_flows(), 1U);
}

TEST(HeadSyn, SilenceNeedsBothOfThem) {
  Wire answer_alone;
  answer_alone.report_silent = true;
  answer_alone.raw(false, syn | ack, answer_alone.server_isn, "");
  EXPECT_TRUE(answer_alone.finish().empty());
  Wire nobody_asks({}, [](HeadCallbacks& c) { c.silent = nullptr; });
  nobody_asks.handshake();
  nobody_asks.raw(true, fin | ack, nobody_asks.client_seq, "");
  EXPECT_TRUE(nobody_asks.finish().empty());
}

TEST(HeadStart, OfWhichTheOtherSideWasCountedBefore) {
  for (const bool of_client : {true, false}) {
    Wire w;
    of_client ? w.server("middle") : w.client("middle");
    of_client ? w.client("<h>") : w.server("<h>");
    of_client ? w.server("more") : w.client("more");
    EXPECT_EQ(w.counters().streams_without_start, 1U);
    EXPECT_EQ(w.counters().tcp_streams, 1U);
    ASSERT_EQ(w.heads.size(), 1U);
    EXPECT_EQ(w.heads[0].first, "more");
  }
  Wire w;
  w.raw(true, syn, w.client_isn, "");
  w.client("<ab>");
  w.server("answer");
  w.server("more");
  EXPECT_EQ(w.counters().streams_without_start, 1U);
  EXPECT_EQ(w.counters().tcp_streams, 1U);
}

TEST(HeadStart, NothingIsNone) {
  Wire w({}, [](HeadCallbacks& c) { c.looks_like_start = [](void*, pp::Bytes) { return true; }; });
  w.raw(true, fin | ack, w.client_seq, "");
  EXPECT_EQ(w.counters().streams_without_start, 0U) << "a FIN of a connection that is not known";
  EXPECT_EQ(w.heads_of.pending_flows(), 0U);
  w.raw(true, ack, w.client_seq, "<ab>", 0, 4);  // nothing of it captured
  EXPECT_EQ(w.counters().streams_without_start, 1U);
  EXPECT_TRUE(w.finish().empty());
}

TEST(HeadHoles, BytesInFrontAndBehind) {
  Wire front;
  front.handshake();
  front.raw(true, ack, front.client_seq - 2, "ZZ<a");
  front.at(front.client_seq + 2).client("b>");
  const SeenHead head = front.finish().at(0);
  EXPECT_EQ(head.bytes, "<ab>");
  EXPECT_EQ(head.end, End::complete);
  Wire answer;
  answer.handshake();
  answer.client("<ab>");
  answer.raw(false, ack, answer.server_seq + 3, "later");
  ASSERT_EQ(answer.heads.size(), 1U) << "the answer, of which three bytes are missing";
  EXPECT_EQ(answer.heads[0].first, "later");
  Wire cut;
  cut.handshake();
  cut.raw(true, ack, cut.client_seq, "<ab>", 0, 4);
  ASSERT_EQ(cut.heads.size(), 1U);
  EXPECT_EQ(cut.heads[0].segments, 0U);
  EXPECT_TRUE(cut.heads[0].frames.empty());
}

/// "<on", five bytes that are missing, "rest".
struct Hole : Wire {
  std::uint32_t hole = 0;
  explicit Hole(const std::vector<unsigned>& vlans = {}) {
    tags = vlans;
    handshake();
    client("<on");
    hole = client_seq;
    at(hole + 5).client("rest");
  }
  void acknowledged(std::uint32_t to) { raw(false, ack, server_seq, "", to); }
};

TEST(HeadHoles, AFillThatIsLateIsAFill) {
  Hole w;
  w.acknowledged(w.hole + 5);
  w.after(1200 * ms).at(w.hole).client("e two");
  EXPECT_TRUE(w.heads.empty());
  w.at(w.hole + 9).client(">");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].bytes, "<one tworest>");
  EXPECT_EQ(heads[0].end, End::complete);
}

TEST(HeadHoles, AreKnownFromTheirFirstSign) {
  Hole data;
  data.acknowledged(data.hole + 5);
  data.after(500 * ms).at(data.hole + 9).client("more");
  data.after(501 * ms);
  data.acknowledged(data.hole + 5);
  ASSERT_EQ(data.heads.size(), 1U);
  EXPECT_EQ(data.heads[0].end, End::gap);
  Hole closed;
  closed.acknowledged(closed.hole + 5);
  closed.after(900 * ms).raw(true, fin | ack, closed.hole + 20, "");
  closed.after(101 * ms);
  closed.acknowledged(closed.hole + 5);
  EXPECT_EQ(closed.heads.size(), 1U);
  Hole no_ack;
  no_ack.raw(false, 0, no_ack.server_seq, "", no_ack.hole + 5);  // the number of a segment that acknowledges nothing
  no_ack.after(1100 * ms);
  no_ack.acknowledged(no_ack.hole + 5);
  EXPECT_TRUE(no_ack.heads.empty());
  Wire by_fin;
  by_fin.handshake();
  by_fin.client("<on");
  by_fin.raw(true, fin | ack, by_fin.client_seq + 5, "");
  by_fin.raw(false, ack, by_fin.server_seq, "", by_fin.client_seq + 6);
  EXPECT_TRUE(by_fin.heads.empty());
  by_fin.after(1001 * ms).raw(false, ack, by_fin.server_seq, "", by_fin.client_seq + 6);
  EXPECT_EQ(by_fin.heads.size(), 1U);
}

TEST(HeadHoles, OfOneConnectionAreNotAnothers) {
  Hole w;
  w.port = 40001;
  w.handshake();
  w.client("<on");
  w.raw(false, ack, w.server_seq, "", w.client_seq + 10);  // more than the capture has, and no hole yet
  w.after(1500 * ms).at(w.client_seq + 5).client("rest");
  EXPECT_TRUE(w.heads.empty());
}

TEST(HeadHoles, AtTheVeryFront) {
  Wire w;
  w.handshake();
  w.at(w.client_seq + 5).client("rest>");
  w.raw(false, ack, w.server_seq, "", w.client_seq);
  w.after(1100 * ms).raw(false, ack, w.server_seq, "", w.client_seq);
  ASSERT_EQ(w.heads.size(), 1U);
  EXPECT_EQ(w.heads[0].end, End::gap);
  EXPECT_EQ(w.heads[0].bytes, "");
}

TEST(HeadFin, WhereItStands) {
  Wire first_byte;  // a FIN that says there is no byte, of a stream that has one
  first_byte.handshake();
  const std::uint32_t start = first_byte.client_seq;
  first_byte.at(start + 1).client("b");
  first_byte.raw(true, fin | ack, start, "");
  ASSERT_EQ(first_byte.heads.size(), 1U);
  EXPECT_EQ(first_byte.heads[0].end, End::closed);
  EXPECT_EQ(first_byte.heads[0].bytes, "");
  Wire ahead;
  ahead.report_silent = true;
  ahead.handshake();
  ahead.raw(true, fin | ack, start + 4, "");
  ahead.client("<ab>");
  ahead.server("ok");
  ASSERT_EQ(ahead.finish().size(), 1U);
  EXPECT_EQ(ahead.heads[0].bytes, "<ab>");
  EXPECT_EQ(ahead.heads[0].first, "ok");
  Wire old;
  old.handshake();
  old.client("<a");
  old.raw(true, fin | ack, start - 6, "");
  EXPECT_TRUE(old.heads.empty()) << "of an older connection";
  old.raw(true, fin | ack, start + 2, "");
  EXPECT_EQ(old.heads.size(), 1U);
  Wire two;
  two.handshake();
  two.client("<a");
  two.raw(true, fin | ack, start + 5, "");
  two.raw(true, fin | ack, start + 2, "");
  EXPECT_TRUE(two.heads.empty()) << "the first one counts";
  two.client("bcd");
  ASSERT_EQ(two.heads.size(), 1U);
  EXPECT_EQ(two.heads[0].bytes, "<abcd");
}

TEST(HeadFin, OfTheReceiverIsTheReaction) {
  for (const char* greeting : {"", "220"}) {
    Wire w;
    w.handshake();
    if (greeting[0] != 0) w.server(greeting);
    w.client("<ab>");
    w.after(ms).server_flags(fin | ack);
    ASSERT_EQ(w.heads.size(), 1U) << "at once";
    EXPECT_EQ(w.heads[0].reaction.kind, Kind::fin);
    EXPECT_EQ(w.heads[0].reaction.by, By::receiver);
  }
  Wire w;  // whose SYN is not in the capture
  w.raw(true, syn, w.client_isn, "");
  w.client("<ab>");
  w.server_flags(fin | ack);
  EXPECT_EQ(w.heads.size(), 1U);
  EXPECT_EQ(w.heads_of.pending_flows(), 0U);
}

TEST(HeadFin, TheEarlierOneOfAnIncompleteHeader) {
  for (const bool data : {true, false}) {
    for (const std::int64_t receiver : {1, 2, 3}) {
      Wire w;
      w.handshake();
      w.client("<a");
      const std::int64_t t = w.now;
      w.now = t + receiver * ms;
      data ? w.server("400") : w.server_flags(fin | ack);
      w.now = t + 2 * ms;
      w.raw(true, fin | ack, w.client_seq, "");
      ASSERT_EQ(w.heads.size(), 1U);
      const bool first = receiver < 2;
      EXPECT_EQ(w.heads[0].reaction.by, first ? By::receiver : By::sender) << receiver;
      EXPECT_EQ(w.heads[0].reaction.kind, first && data ? Kind::data : Kind::fin);
      EXPECT_EQ(w.heads[0].reaction.after_ns, (first ? 1 : 2) * ms);
    }
  }
  Wire greeted;
  greeted.handshake();
  greeted.server("220");
  greeted.client("<a");
  greeted.after(ms).raw(true, fin | ack, greeted.client_seq, "");
  EXPECT_EQ(greeted.heads.at(0).reaction.by, By::sender);
  Wire twice;
  twice.handshake();
  twice.client("<a");
  twice.after(ms).server_flags(fin | ack);
  twice.after(2 * ms).server_flags(fin | ack);
  EXPECT_EQ(twice.finish().at(0).reaction.after_ns, ms);
}

TEST(HeadRst, InFrontOfTheHeaderInTheFile) {
  Wire w;
  w.handshake();
  const std::int64_t t = w.now;
  w.after(ms).server_flags(rst | ack);
  w.after(ms).server_flags(rst | ack);
  w.now = t;
  w.client("<ab>");
  ASSERT_EQ(w.heads.size(), 1U);
  EXPECT_EQ(w.heads[0].reaction.kind, Kind::rst);
  EXPECT_EQ(w.heads[0].reaction.by, By::receiver);
  EXPECT_EQ(w.heads[0].reaction.after_ns, ms);
  Wire own;
  own.handshake();
  own.raw(true, rst | ack, own.client_seq + 4, "");
  own.client("<ab>");
  const SeenHead head = own.finish().at(0);
  EXPECT_FALSE(head.reaction.kind == Kind::rst && head.reaction.by == By::receiver) << "it was the sender's";
}

TEST(HeadRst, TheClientsSynIsMissing) {
  Wire w;
  w.raw(false, syn | ack, w.server_isn, "");
  w.server_flags(rst | ack);
  EXPECT_EQ(w.heads_of.pending_flows(), 0U) << "nothing of it is waited for";
}

TEST(HeadRst, AtTheTimeOfTheFin) {
  Wire w;
  w.handshake();
  w.client("<ab>");
  w.after(ms).raw(true, fin | ack, w.client_seq, "");
  w.server_flags(rst | ack);
  const SeenHead head = w.finish().at(0);
  EXPECT_EQ(head.reaction.kind, Kind::fin);
  EXPECT_EQ(head.reaction.by, By::sender);
}

TEST(HeadGreetings, TheFirstOneStays) {
  Wire w;
  w.handshake();
  const std::int64_t t = w.now;
  w.now = t + 3 * ms;
  w.client("<ab>");
  w.now = t + ms;
  w.server("hello");
  w.now = t + 2 * ms;
  w.server("again");
  w.now = t + 4 * ms;
  w.server("ok");
  ASSERT_EQ(w.heads.size(), 1U);
  EXPECT_EQ(w.heads[0].greeting, "hello");
  EXPECT_EQ(w.heads[0].first, "ok");
}

TEST(HeadGreetings, BytesThatWereNotCapturedAreNone) {
  Wire w({}, [](HeadCallbacks& c) { c.greeting = [](void*, pp::Bytes bytes) { return bytes.size(); }; });
  w.handshake();
  w.client("<ab>");
  w.raw(false, ack, w.server_seq, "220 hi", 0, 6);
  ASSERT_FALSE(w.heads.empty());
  EXPECT_EQ(w.heads[0].bytes, "<ab>");
  EXPECT_EQ(w.heads[0].reaction.kind, Kind::data);
  EXPECT_EQ(w.heads[0].first, "");
}

/// Frames of other kinds than the commonest take another way, to the same end.
TEST(HeadTags, ChangeNothing) {
  for (const std::vector<unsigned>& tags : {std::vector<unsigned>{}, std::vector<unsigned>{0x8100}}) {
    Wire w;
    w.tags = tags;
    w.handshake();
    w.client("<on");
    w.raw(true, fin | ack, w.client_seq, "");
    ASSERT_EQ(w.heads.size(), 1U);
    EXPECT_EQ(w.heads[0].end, End::closed);
    EXPECT_TRUE(w.heads[0].start_seen);
    EXPECT_EQ(w.heads[0].from_client, Client::yes);
    Hole hole(tags);
    hole.acknowledged(hole.hole + 5);
    hole.after(1100 * ms);
    hole.acknowledged(hole.hole + 5);
    EXPECT_EQ(hole.heads.size(), 1U);
    Wire again;
    again.tags = tags;
    for (const char* text : {"<one>", "<two>"}) {
      again.client_isn += 100000;
      again.server_isn += 100000;
      again.handshake();
      again.client(text);
      again.server("ok");
      EXPECT_EQ(again.heads_of.pending_flows(), 0U);
    }
    ASSERT_EQ(again.heads.size(), 2U);
    EXPECT_TRUE(again.heads[1].start_seen);
    again.raw(true, syn, again.client_isn, "");
    EXPECT_EQ(again.heads_of.pending_flows(), 0U) << "repeats the second";
    again.raw(true, syn | fin, again.client_isn + 5000, "");
    EXPECT_EQ(again.heads_of.pending_flows(), 1U) << "opens another";
  }
}

/// What is forgotten without a loss: what ended, or what another has replaced.
TEST(HeadMemory, WhatMayBeForgotten) {
  HeadOptions options;
  options.max_seen = 1;
  const auto whole = [](Wire& w, unsigned port, unsigned flags) {
    w.port = port;
    w.handshake();
    w.client("<h>");
    flags == 0 ? w.server("ok") : w.server_flags(flags | ack);
  };
  Wire live(options), reset(options), replaced(options);
  for (const unsigned port : {1U, 2U}) {
    whole(live, port, 0);
    whole(reset, port, rst);
  }
  EXPECT_FALSE(live.counters().streams_exact);
  EXPECT_TRUE(reset.counters().streams_exact);
  whole(replaced, 1, 0);
  replaced.client_isn += 5000;
  replaced.handshake();
  whole(replaced, 2, 0);
  EXPECT_TRUE(replaced.counters().streams_exact);
  for (const bool closes : {true, false}) {  // streams without a start
    Wire w(options);
    w.client("middle");
    closes ? w.server_flags(fin | ack) : w.server("middle");
    w.port = 40001;
    w.client("middle");
    EXPECT_EQ(w.counters().streams_exact, closes);
  }
}

TEST(HeadMemory, ManyEndLater) {
  HeadOptions options;
  options.max_seen = 200;
  Wire w(options);
  // Far enough from a regular series that some fall on the same set of the latest.
  const auto of_all = [&](unsigned first, const auto& what) {
    for (unsigned i = 0; i < 200; ++i) {
      w.port = first + i * (i + 1) / 2;
      what();
    }
  };
  const auto whole = [&] {
    w.handshake();
    w.client("<h>");
    w.server("ok");
  };
  of_all(1000, whole);
  of_all(1000, [&] { w.raw(true, fin | ack, w.client_seq, ""); });
  of_all(30000, whole);
  EXPECT_TRUE(w.counters().streams_exact) << "all that was forgotten had ended";
  w.port = 60000;
  whole();
  EXPECT_FALSE(w.counters().streams_exact);
}

}  // namespace
