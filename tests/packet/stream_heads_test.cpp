// Heads out of segments: a case at a time, then the laws that hold for any schedule of segments.
#include "pp/packet/stream_heads.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "heads_harness.hpp"

namespace {

using namespace pp::test;

TEST(StreamHeads, HeaderThenResponse) {
  Wire w;
  w.handshake();
  w.client("<ab>GET /");
  w.after(3 * ms).server("HTTP/1.1 200 OK");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  const SeenHead& h = heads[0];
  EXPECT_EQ(h.stream, 0U);
  EXPECT_EQ(h.bytes, "<ab>GET /");
  EXPECT_EQ(h.detection.n, 4U);
  EXPECT_EQ(h.end, End::complete);
  EXPECT_TRUE(h.start_seen);
  EXPECT_EQ(h.from_client, Client::yes);
  EXPECT_EQ(h.frame, 3U);
  EXPECT_EQ(h.frames, std::vector<std::uint64_t>{3});
  EXPECT_EQ(h.segments, 1U);
  EXPECT_EQ(h.reaction.kind, Kind::data);
  EXPECT_EQ(h.reaction.by, By::receiver);
  EXPECT_EQ(h.reaction.after_ns, 3 * ms);
  EXPECT_EQ(h.first, "HTTP/1.1 200 OK");
  EXPECT_EQ(h.source, "10.0.0.1:40000");
  EXPECT_EQ(h.destination, "10.0.0.2:9999");
  EXPECT_EQ(w.counters().tcp_streams, 2U);
  EXPECT_EQ(w.counters().streams_without_start, 0U);
}

TEST(StreamHeads, SplitHeaderNamesItsFrames) {
  Wire w;
  w.handshake();
  w.client("<a");
  w.client("b");
  w.client(">xyz");
  w.client("more");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].bytes, "<ab>xyzmore");
  EXPECT_EQ(heads[0].frames, (std::vector<std::uint64_t>{3, 4, 5}));
  EXPECT_EQ(heads[0].segments, 3U);
  EXPECT_EQ(heads[0].frame, 5U);
  EXPECT_EQ(heads[0].reaction.kind, Kind::unknown);
}

TEST(StreamHeads, KeepBoundsThePayload) {
  Wire w;
  w.keep = 3;
  w.handshake();
  w.client("<ab>0123456789");
  w.client("abc");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].bytes, "<ab>012");
}

TEST(StreamHeads, UninterestingStreamsAreNotReported) {
  Wire w;
  w.handshake();
  w.client("GET / HTTP/1.1");
  w.server("<no, this is a header>");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].stream, 1U);
  EXPECT_EQ(heads[0].from_client, Client::no);
  EXPECT_EQ(heads[0].greeting, "GET / HTTP/1.1");
  EXPECT_EQ(w.counters().tcp_streams, 2U);
}

TEST(StreamHeads, InterestingWithoutAHeader) {
  Wire w;
  w.handshake();
  w.client("?what is this");
  w.after(ms).server_flags(fin | ack);
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].detection.kind, pp::packet::Detection::Kind::not_header);
  EXPECT_EQ(heads[0].bytes, "?what is this");
  EXPECT_EQ(heads[0].reaction.kind, Kind::fin);
}

TEST(StreamHeads, Reorder) {
  Wire w;
  w.handshake();
  const auto start = w.client_seq;
  w.at(start + 3).client(">pay");
  w.at(start + 1).client("ab");
  EXPECT_TRUE(w.heads.empty());
  w.at(start).client("<");
  w.server("ok");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].bytes, "<ab>pay");
  EXPECT_EQ(heads[0].segments, 3U);
}

TEST(StreamHeads, FirstByteReceivedWins) {
  Wire w;
  w.handshake();
  const auto start = w.client_seq;
  w.at(start).client("<ab");
  w.at(start + 1).client("XYz>");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].bytes, "<abz>");
}

TEST(StreamHeads, SequenceWraps) {
  Wire w;
  w.client_isn = 0xfffffffd;
  w.handshake();
  w.client("<");
  w.client("abcd");
  w.client("efg>");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].bytes, "<abcdefg>");
}

TEST(StreamHeads, DataInTheSyn) {
  Wire w;
  w.raw(true, syn, w.client_isn, "<a");
  w.client_seq = w.client_isn + 3;
  w.raw(false, syn | ack, w.server_isn, "");
  w.client("b>");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].bytes, "<ab>");
}

TEST(StreamHeads, KeepAliveGarbage) {
  Wire w;
  w.handshake();
  w.raw(true, ack, w.client_isn, "Z");
  w.client("<ab");
  w.raw(true, ack, w.client_seq - 1, "Z");
  w.client(">");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].bytes, "<ab>");
  EXPECT_EQ(heads[0].segments, 2U);
}

TEST(StreamHeads, ReusedTupleAndRepeatedSyn) {
  Wire w;
  w.handshake();
  w.client("<one>");
  w.server("ok");
  w.raw(true, syn, w.client_isn, "");  // late repetition
  w.at(w.client_isn + 1).client("<one>");
  w.client_isn += 100000;
  w.server_isn += 7;
  w.handshake();
  w.raw(true, syn, w.client_isn, "");  // early repetition
  w.client("<two>");
  w.server("ok");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 2U);
  EXPECT_EQ(heads[0].bytes, "<one>");
  EXPECT_EQ(heads[1].bytes, "<two>");
  EXPECT_EQ(heads[0].stream, 0U);
  EXPECT_EQ(heads[1].stream, 2U);
  EXPECT_EQ(w.counters().tcp_streams, 4U);
}

TEST(StreamHeads, ReusedTupleEndsAPendingHead) {
  Wire w;
  w.handshake();
  w.client("<on");
  w.client_isn += 100000;
  w.handshake();
  w.client("<two>");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 2U);
  EXPECT_EQ(heads[0].bytes, "<on");
  EXPECT_EQ(heads[0].end, End::open);
  EXPECT_EQ(heads[1].bytes, "<two>");
}

TEST(StreamHeads, ClosedInsideTheHeader) {
  Wire w;
  w.handshake();
  w.client("<on");
  w.after(ms).raw(true, fin | ack, w.client_seq, "");
  EXPECT_EQ(w.heads.size(), 1U);
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].end, End::closed);
  EXPECT_EQ(heads[0].bytes, "<on");
  EXPECT_EQ(heads[0].reaction.kind, Kind::fin);
  EXPECT_EQ(heads[0].reaction.by, By::sender);
  EXPECT_EQ(heads[0].reaction.after_ns, ms);
}

TEST(StreamHeads, ResetInsideTheHeader) {
  Wire w;
  w.handshake();
  w.client("<on");
  w.after(ms).server_flags(rst | ack);
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].end, End::reset);
  EXPECT_EQ(heads[0].reaction.kind, Kind::rst);
  EXPECT_EQ(heads[0].reaction.by, By::receiver);
}

TEST(StreamHeads, ResetGraceEndsByTime) {
  Wire w;
  w.handshake();
  w.client("<on");
  w.server_flags(rst);
  EXPECT_TRUE(w.heads.empty());
  w.after(200 * ms).other_traffic();
  ASSERT_EQ(w.heads.size(), 1U);
  EXPECT_EQ(w.heads[0].end, End::reset);
}

TEST(StreamHeads, RestArrivesBehindTheReset) {
  Wire w;
  w.handshake();
  w.client("<on");
  const auto t = w.now;
  w.after(2 * ms).server_flags(rst);
  w.now = t;
  w.after(ms).client("e>");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].end, End::complete);
  EXPECT_EQ(heads[0].bytes, "<one>");
  EXPECT_EQ(heads[0].reaction.kind, Kind::rst);
  EXPECT_EQ(heads[0].reaction.after_ns, ms);
}

TEST(StreamHeads, OpenAtTheEndOfTheCapture) {
  Wire w;
  w.handshake();
  w.client("<on");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].end, End::open);
  EXPECT_EQ(heads[0].detection.kind, pp::packet::Detection::Kind::need);
}

TEST(StreamHeads, GapAtTheEnd) {
  Wire w;
  w.handshake();
  w.client("<on");
  w.at(w.client_seq + 5).client("rest>");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].end, End::gap);
  EXPECT_EQ(heads[0].bytes, "<on");
}

TEST(StreamHeads, AcknowledgedHoleIsAGapAfterASecond) {
  Wire w;
  w.handshake();
  w.client("<on");
  w.at(w.client_seq + 5).client("rest>");
  w.raw(false, ack, w.server_seq, "", w.client_seq);
  EXPECT_TRUE(w.heads.empty());
  w.after(500 * ms).raw(false, ack, w.server_seq, "", w.client_seq);
  EXPECT_TRUE(w.heads.empty());
  w.after(600 * ms).raw(false, ack, w.server_seq, "", w.client_seq);
  ASSERT_EQ(w.heads.size(), 1U);
  EXPECT_EQ(w.heads[0].end, End::gap);
}

TEST(StreamHeads, DataFarBeyondIsAGap) {
  Wire w;
  w.handshake();
  w.client("<on");
  w.at(w.client_seq + 300000).client("rest>");
  ASSERT_EQ(w.heads.size(), 1U);
  EXPECT_EQ(w.heads[0].end, End::gap);
}

TEST(StreamHeads, FinBehindAHoleWaitsForIt) {
  Wire w;
  w.handshake();
  const auto start = w.client_seq;
  w.at(start + 3).raw(true, fin | ack, start + 3, "b>");
  w.at(start).client("<on");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].bytes, "<onb>");
  EXPECT_EQ(heads[0].end, End::complete);
  EXPECT_EQ(heads[0].reaction.kind, Kind::fin);
  EXPECT_EQ(heads[0].reaction.by, By::sender);
}

// Law: cutting the captured bytes of a header's segment anywhere inside the header gives cut, with the bytes before it.
TEST(StreamHeads, EverySnaplenCut) {
  const std::string header = "<abcdef>pay";
  for (std::size_t captured = 0; captured <= header.size(); ++captured) {
    Wire w;
    w.handshake();
    w.raw(true, ack, w.client_seq, header, 0, header.size() - captured);
    const auto heads = w.finish();
    ASSERT_EQ(heads.size(), 1U) << captured;
    EXPECT_EQ(heads[0].end, captured < 8 ? End::cut : End::complete) << captured;
    EXPECT_EQ(heads[0].bytes, header.substr(0, captured));
  }
}

TEST(StreamHeads, WithoutItsSyn) {
  Wire w;
  w.client_seq = 777;
  w.client("<ab>x");
  w.client("<cd>y");
  w.server("response");
  w.server("response");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].bytes, "<ab>x<cd>y");
  EXPECT_FALSE(heads[0].start_seen);
  EXPECT_EQ(heads[0].from_client, Client::unknown);
  EXPECT_EQ(heads[0].reaction.kind, Kind::data);
  EXPECT_EQ(w.counters().streams_without_start, 1U);
}

TEST(StreamHeads, StreamsWithoutStartCountOnce) {
  Wire w;
  for (int i = 0; i < 5; ++i) {
    w.client("middle");
    w.server("middle");
  }
  w.client("<ab>");
  EXPECT_TRUE(w.finish().empty());
  EXPECT_EQ(w.counters().streams_without_start, 2U);
  EXPECT_EQ(w.counters().tcp_streams, 0U);
  EXPECT_TRUE(w.counters().streams_exact);
}

TEST(StreamHeads, SynBehindItsFirstSegment) {
  Wire w;
  w.at(w.client_isn + 1).client("<ab>");
  w.raw(true, syn, w.client_isn, "");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_TRUE(heads[0].start_seen);
  EXPECT_EQ(heads[0].from_client, Client::yes);
}

TEST(StreamHeads, RetransmittedHeaderIsNoSecondHead) {
  Wire w;
  w.handshake();
  const auto start = w.client_seq;
  w.client("<ab>");
  w.at(start).client("<ab>");
  w.server("ok");
  w.at(start).client("<ab>");
  w.at(start).client("<ab>");
  EXPECT_EQ(w.finish().size(), 1U);
}

TEST(StreamHeads, GreetingIsNoReaction) {
  Wire w;
  w.handshake();
  w.server("220 mail");
  w.after(ms).client("<ab>");
  w.at_server(w.server_seq - 8).server("220 mail");  // repeated
  EXPECT_TRUE(w.heads.empty());
  w.after(ms).server("250 ok");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].greeting, "220 mail");
  EXPECT_EQ(heads[0].first, "250 ok");
  EXPECT_EQ(heads[0].reaction.after_ns, ms);
}

TEST(StreamHeads, ResponseEarlierInTheFileThanTheHeader) {
  Wire w;
  w.handshake();
  w.server("220 mail");
  const auto t = w.now;
  w.now = t + 5 * ms;
  w.server("250 ok");
  w.now = t + 3 * ms;
  w.client("<ab>");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].greeting, "220 mail");
  EXPECT_EQ(heads[0].first, "250 ok");
  EXPECT_EQ(heads[0].reaction.after_ns, 2 * ms);
}

TEST(StreamHeads, ResponseLaterInTheFileButEarlierInTime) {
  Wire w;
  w.handshake();
  const auto t = w.now;
  w.now = t + 3 * ms;
  w.client("<ab>");
  w.now = t + ms;
  w.server("hello");
  EXPECT_TRUE(w.heads.empty());
  w.now = t + 4 * ms;
  w.server("answer");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].greeting, "hello");
  EXPECT_EQ(heads[0].first, "answer");
}

struct CloseRow {
  const char* id;
  std::vector<std::pair<bool, unsigned>> steps;  // from the client, flags (0: data)
  Kind kind;
  By by;
  std::int64_t after;
};

TEST(StreamHeads, WhoClosed) {
  const std::vector<CloseRow> rows = {
      {"receiver-fin", {{false, fin}}, Kind::fin, By::receiver, 1},
      {"receiver-rst", {{false, rst}}, Kind::rst, By::receiver, 1},
      {"sender-rst", {{true, rst}}, Kind::rst, By::sender, 1},
      {"sender-fin-answered", {{true, fin}, {false, fin}}, Kind::fin, By::sender, 1},
      {"sender-fin-reset", {{true, fin}, {false, rst}}, Kind::fin, By::sender, 1},
      {"sender-half-close", {{true, fin}, {false, 0}}, Kind::data, By::receiver, 2},
      {"sender-fin-alone", {{true, fin}}, Kind::fin, By::sender, 1},
      {"answer-then-fin", {{false, 0}, {false, fin}}, Kind::data, By::receiver, 1},
  };
  for (const CloseRow& row : rows) {
    SCOPED_TRACE(row.id);
    Wire w;
    w.handshake();
    w.client("<ab>");
    for (const auto& [client, flags] : row.steps) {
      w.after(ms);
      if (flags == 0) {
        client ? w.client("data") : w.server("data");
      } else {
        w.raw(client, flags | ack, client ? w.client_seq : w.server_seq, "");
      }
    }
    const auto heads = w.finish();
    ASSERT_EQ(heads.size(), 1U);
    EXPECT_EQ(heads[0].reaction.kind, row.kind);
    EXPECT_EQ(heads[0].reaction.by, row.by);
    EXPECT_EQ(heads[0].reaction.after_ns, row.after * ms);
  }
}

TEST(StreamHeads, NoReactionInFiveSeconds) {
  Wire w;
  w.handshake();
  w.client("<ab>");
  w.after(5000 * ms).other_traffic();
  EXPECT_TRUE(w.heads.empty());
  w.after(1).other_traffic();
  ASSERT_EQ(w.heads.size(), 1U);
  EXPECT_EQ(w.heads[0].reaction.kind, Kind::none);
  EXPECT_EQ(w.heads[0].reaction.after_ns, 5000 * ms);
}

TEST(StreamHeads, WhatWaitsIsToldOfAndItsReactionLater) {
  Wire w;
  w.handshake();
  w.client("<ab>");
  const std::uint64_t before = w.heads_of.mark();
  w.port = 40001;
  w.handshake();
  w.client("<cd>");
  EXPECT_EQ(w.heads_of.waiting(), 2U);
  w.heads_of.report_before(before);
  ASSERT_EQ(w.heads.size(), 1U);
  EXPECT_EQ(w.heads[0].bytes, "<ab>");
  EXPECT_EQ(w.heads[0].reaction.kind, Kind::unknown);
  EXPECT_EQ(w.heads_of.waiting(), 1U);
  w.heads_of.report_before(before);
  EXPECT_EQ(w.heads.size(), 1U) << "once is enough";
  w.port = 40000;
  w.after(ms).server("late");
  EXPECT_EQ(w.reported_twice, 1U);
  EXPECT_EQ(w.heads[0].reaction.kind, Kind::data);
  EXPECT_EQ(w.heads[0].first, "late");
  EXPECT_GE(w.heads[0].reaction.after_ns, ms);
  w.server("and more");
  EXPECT_EQ(w.finish().size(), 2U);
  EXPECT_EQ(w.reported_twice, 1U);
  EXPECT_TRUE(w.consistent);
  EXPECT_EQ(w.counters().heads, 2U);
  EXPECT_EQ(w.heads_of.pending_bytes(), 0U);
}

TEST(StreamHeads, ToldHeadsEndAsOthersDo) {
  Wire w;
  for (unsigned port : {1U, 2U, 3U, 4U}) {
    w.port = port;
    w.reset_server();
    w.handshake();
    w.client("<h>");
  }
  w.heads_of.report_before(w.heads_of.mark());
  ASSERT_EQ(w.heads.size(), 4U);
  w.port = 1;
  w.raw(false, rst | ack, w.server_seq, "");
  EXPECT_EQ(w.heads[0].reaction.kind, Kind::rst);
  w.port = 2;
  w.handshake();  // its endpoints belong to another connection
  EXPECT_EQ(w.heads[1].reaction.kind, Kind::unknown);
  w.after(6000 * ms).other_traffic();
  EXPECT_EQ(w.heads[2].reaction.kind, Kind::none);
  EXPECT_EQ(w.heads[3].reaction.kind, Kind::none);
  EXPECT_EQ(w.finish().size(), 4U);
  EXPECT_TRUE(w.consistent);
}

TEST(StreamHeads, ToldHeadsCountAgainstTheCaps) {
  HeadOptions options;
  options.max_queue = 3;
  Wire w(options);
  for (unsigned port = 1; port <= 6; ++port) {
    w.port = port;
    w.reset_server();
    w.handshake();
    w.client("<h>");
    w.heads_of.report_before(w.heads_of.mark());
  }
  EXPECT_EQ(w.heads.size(), 6U);
  EXPECT_EQ(w.counters().evicted, 3U);
  w.port = 1;
  w.server("too late");
  EXPECT_EQ(w.heads[0].reaction.kind, Kind::unknown);
  w.port = 6;
  w.server("in time");
  EXPECT_EQ(w.heads[5].reaction.kind, Kind::data);
}

TEST(StreamHeads, OrderIsThatOfCompletion) {
  Wire w;
  w.handshake();
  w.client("<first>");
  w.port = 40001;
  w.handshake();
  w.after(ms).client("<second>");
  w.server("ok");
  EXPECT_TRUE(w.heads.empty()) << "the second waits behind the first";
  w.port = 40000;
  w.reset_server();
  w.server("ok");
  ASSERT_EQ(w.heads.size(), 2U);
  EXPECT_EQ(w.heads[0].bytes, "<first>");
  EXPECT_EQ(w.heads[1].bytes, "<second>");
}

TEST(StreamHeads, WithoutReactionsAtOnce) {
  HeadOptions options;
  options.reactions = false;
  Wire w(options);
  w.handshake();
  w.client("<ab>pay");
  ASSERT_EQ(w.heads.size(), 1U);
  EXPECT_EQ(w.heads[0].bytes, "<ab>pay");
  w.server("220");
  EXPECT_EQ(w.finish().size(), 1U);
}

TEST(StreamHeads, DatagramsStandAlone) {
  Wire w;
  w.datagram("<a>one");
  w.datagram("two");
  w.datagram("<b");
  w.port = 40001;
  w.datagram("<c>");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 3U);
  EXPECT_EQ(heads[0].bytes, "<a>one");
  EXPECT_EQ(heads[0].stream, 0U);
  EXPECT_EQ(heads[1].end, End::datagram);
  EXPECT_EQ(heads[1].stream, 0U);
  EXPECT_EQ(heads[2].stream, 1U);
  EXPECT_EQ(w.counters().udp_streams, 2U);
  EXPECT_EQ(w.counters().datagrams, 4U);
}

TEST(StreamHeads, ProbesAreNoStreams) {
  Wire w;
  w.handshake();
  w.raw(true, rst | ack, w.client_seq, "");
  EXPECT_EQ(w.heads_of.pending_flows(), 0U);
  w.port = 40001;
  w.handshake();
  w.raw(true, fin | ack, w.client_seq, "");
  w.raw(false, fin | ack, w.server_seq, "");
  EXPECT_EQ(w.heads_of.pending_flows(), 0U);
  EXPECT_TRUE(w.finish().empty());
  EXPECT_EQ(w.counters().tcp_streams, 0U);
}

}  // namespace
