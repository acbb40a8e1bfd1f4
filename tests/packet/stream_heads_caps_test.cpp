// StreamHeads at its limits: what goes first when there is no room, in which order heads leave, and what a wait or a pool holds.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "heads_harness.hpp"

namespace {

using namespace pp::test;
using Texts = std::vector<std::string>;

/// Connections by their ports.
struct Crowd : Wire {
  using Wire::Wire;
  void open(unsigned of) {
    port = of;
    handshake();
  }
  void say(unsigned of, std::string_view text, std::uint32_t offset = 0) {
    port = of;
    at(client_isn + 1 + offset).client(text);
  }
  void answer(unsigned of, std::string_view text = "ok") {
    port = of;
    at_server(server_isn + 1).server(text);
  }
  void reset(unsigned of) {
    port = of;
    raw(false, rst | ack, server_isn + 1, "");
  }
  void close(unsigned of, std::uint32_t offset) {
    port = of;
    raw(true, fin | ack, client_isn + 1 + offset, "");
  }
  Texts texts() const {
    Texts out;
    for (const SeenHead& head : heads) out.push_back(head.bytes);
    return out;
  }
  bool is_empty() const { return heads_of.waiting() == 0 && heads_of.pending_bytes() == 0 && heads_of.pending_flows() == 0; }
};

HeadOptions queue_of(std::uint32_t n) {
  HeadOptions options;
  options.max_queue = n;
  return options;
}
HeadOptions flows_of(std::uint32_t n) {
  HeadOptions options;
  options.max_flows = n;
  return options;
}
HeadOptions without_reactions() {
  HeadOptions options;
  options.reactions = false;
  return options;
}

TEST(HeadCaps, OfTheQueueWhatIsReadyGoesFirst) {
  Crowd w(queue_of(2));
  for (const unsigned port : {1U, 2U, 3U}) w.open(port);
  w.say(1, "<a>");
  w.say(2, "<b>");
  w.answer(2);
  EXPECT_TRUE(w.heads.empty());
  w.say(3, "<c>");
  EXPECT_EQ(w.texts(), Texts{"<b>"});
  EXPECT_EQ(w.counters().evicted, 0U);
  w.answer(1);
  EXPECT_EQ(w.texts(), (Texts{"<b>", "<a>"}));
  EXPECT_EQ(w.heads[1].reaction.kind, Kind::data);
}

TEST(HeadCaps, OfTheQueueTheFrontGoesNext) {
  Crowd w(queue_of(1));
  for (const unsigned port : {1U, 2U, 3U}) w.open(port);
  w.say(1, "<a");  // older, but in no queue
  w.say(2, "<b>");
  EXPECT_EQ(w.counters().evicted, 0U);
  w.say(3, "<c>");
  EXPECT_EQ(w.counters().evicted, 1U);
  ASSERT_EQ(w.texts(), Texts{"<b>"});
  EXPECT_EQ(w.heads[0].end, End::complete);
  EXPECT_EQ(w.heads[0].reaction.kind, Kind::unknown);
  w.finish();
  ASSERT_EQ(w.texts(), (Texts{"<b>", "<a", "<c>"}));
  EXPECT_EQ(w.heads[1].end, End::open);
}

TEST(HeadCaps, WhatWasToldOfGoesBeforeWhatWasNot) {
  Crowd w(queue_of(1));
  for (const unsigned port : {1U, 2U, 3U}) w.open(port);
  w.say(1, "<a");
  w.say(2, "<b>");
  w.heads_of.report_before(w.heads_of.mark());
  w.say(3, "<c>");
  EXPECT_EQ(w.texts(), Texts{"<b>"});
  EXPECT_EQ(w.reported_twice, 1U);
  EXPECT_EQ(w.counters().evicted, 1U);
  w.answer(3);
  EXPECT_EQ(w.heads.at(1).reaction.kind, Kind::data);
  w.finish();
  EXPECT_EQ(w.heads.at(2).end, End::open);
}

TEST(HeadCaps, WhatAResetEndedIsSaidToBeSo) {
  Crowd w(queue_of(1));
  w.open(1);
  w.open(2);
  w.say(1, "<a");
  w.reset(1);
  w.say(2, "<b>");
  ASSERT_EQ(w.texts(), Texts{"<a"});
  EXPECT_EQ(w.heads[0].end, End::reset);
  EXPECT_EQ(w.heads[0].reaction.kind, Kind::rst);
  EXPECT_EQ(w.heads_of.pending_flows(), 1U) << "nothing more is wanted of the first";
}

/// Two heads, the first incomplete: its bytes and where they stand are the caller's.
std::uint64_t two_heads(Crowd& w, std::string_view text, std::uint32_t offset) {
  w.open(1);
  w.open(2);
  w.say(1, text, offset);
  w.say(2, "<b>");
  return w.heads_of.pending_bytes();
}

TEST(HeadCaps, OfTheBytesTheOldestHeadGoes) {
  Crowd probe;
  HeadOptions options = queue_of(1);
  options.max_pending_bytes = two_heads(probe, "<a", 0);
  Crowd enough(options);
  two_heads(enough, "<a", 0);
  EXPECT_EQ(enough.counters().evicted, 0U);
  EXPECT_TRUE(enough.heads.empty());
  --options.max_pending_bytes;
  Crowd w(options);
  two_heads(w, "<a", 0);
  EXPECT_EQ(w.counters().evicted, 1U);
  ASSERT_EQ(w.texts(), Texts{"<a"});
  EXPECT_EQ(w.heads[0].end, End::evicted);
  w.answer(2);
  EXPECT_EQ(w.heads.at(1).reaction.kind, Kind::data);
}

TEST(HeadCaps, WhatHasNoFirstByteIsForgottenInSilence) {
  Crowd probe;
  HeadOptions options;
  options.max_pending_bytes = two_heads(probe, "a", 1) - 1;
  Crowd w(options);
  two_heads(w, "a", 1);
  EXPECT_EQ(w.counters().evicted, 1U);
  w.finish();
  EXPECT_EQ(w.texts(), Texts{"<b>"});
  EXPECT_EQ(w.counters().tcp_streams, 2U);
}

TEST(HeadCaps, AConnectionMakesWayForAnother) {
  struct Row {
    const char* id;
    const char* text;
    std::uint32_t offset;
    bool reset;
    std::uint64_t evicted;
    Texts texts;
    End end;
  };
  const std::vector<Row> rows = {
      {"silent", "", 0, false, 1, {}, End::open},
      {"incomplete", "<a", 0, false, 1, {"<a"}, End::evicted},
      {"reset", "<a", 0, true, 0, {"<a"}, End::reset},
      {"without its first byte", "a", 1, false, 1, {}, End::open},
      {"waits for its answer", "<a>", 0, false, 1, {"<a>"}, End::complete},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.id);
    Crowd w(flows_of(1));
    w.open(1);
    if (row.text[0] != 0) w.say(1, row.text, row.offset);
    if (row.reset) w.reset(1);
    w.open(2);
    EXPECT_EQ(w.counters().evicted, row.evicted);
    ASSERT_EQ(w.texts(), row.texts);
    EXPECT_EQ(row.texts.empty() ? row.end : w.heads[0].end, row.end);
    EXPECT_EQ(w.heads_of.pending_flows(), 1U);
  }
}

TEST(HeadOrder, AnIncompleteOneWaitsItsTurn) {
  Crowd w;
  w.open(1);
  w.open(2);
  w.say(1, "<a>");
  w.say(2, "<b");
  w.close(2, 2);
  EXPECT_TRUE(w.heads.empty());
  w.answer(1);
  EXPECT_EQ(w.texts(), (Texts{"<a>", "<b"}));
}

TEST(HeadOrder, WhatIsDroppedHoldsUpNobody) {
  Crowd w;
  for (const unsigned port : {1U, 2U, 3U}) w.open(port);
  w.say(1, "ET /", 1);
  w.reset(1);
  w.say(2, "<b>");
  w.answer(2);
  EXPECT_TRUE(w.heads.empty()) << "bytes that were sent before the RST may still come";
  w.say(1, "G");
  EXPECT_EQ(w.texts(), Texts{"<b>"});
  EXPECT_EQ(w.heads_of.waiting(), 0U);
  w.say(3, "<c>");
  w.answer(3);
  EXPECT_EQ(w.texts(), (Texts{"<b>", "<c>"}));
}

TEST(HeadOrder, TheEndOfTheCaptureGoesByStreams) {
  Crowd incomplete;
  incomplete.open(2);
  incomplete.open(1);
  incomplete.say(1, "<a");
  incomplete.say(2, "<b>");
  incomplete.finish();
  EXPECT_EQ(incomplete.texts(), (Texts{"<a", "<b>"}));
  EXPECT_TRUE(incomplete.is_empty());
  Crowd completed;
  completed.open(1);
  completed.open(2);
  completed.say(1, "<");
  completed.say(2, "<b>");
  completed.say(1, "a>", 1);
  completed.finish();
  EXPECT_EQ(completed.texts(), (Texts{"<a>", "<b>"}));
  Crowd datagrams;
  datagrams.open(1);
  datagrams.say(1, "<a>");
  for (char c = '0'; c < '0' + 60; ++c) datagrams.datagram(std::string("<") + c + "]>");
  EXPECT_TRUE(datagrams.heads.empty()) << "all wait for the header before them";
  datagrams.finish();
  ASSERT_EQ(datagrams.heads.size(), 61U);
  for (std::size_t i = 1; i <= 60; ++i) {
    EXPECT_EQ(datagrams.heads[i].stream, 1U);
    EXPECT_EQ(datagrams.heads[i].frame, 3 + i);
  }
}

TEST(HeadOrder, AnotherCaptureMayFollowTheEndOfOne) {
  Crowd w;
  w.open(1);
  w.open(2);
  w.say(1, "<a>");
  w.heads_of.report_before(w.heads_of.mark());
  w.say(2, "<b>");
  w.finish();
  EXPECT_EQ(w.reported_twice, 1U);
  EXPECT_TRUE(w.is_empty());
  w.open(3);
  w.say(3, "<c>");
  w.answer(3);
  EXPECT_EQ(w.texts(), (Texts{"<a>", "<b>", "<c>"}));
  EXPECT_EQ(w.counters().evicted, 0U);
}

/// A head that is final waits for an earlier one alone: it goes as soon as that has been reported.
TEST(HeadOrder, ReadyHeadsFollowAnEarlyReport) {
  Crowd w;
  for (const unsigned port : {1U, 2U, 3U}) w.open(port);
  w.say(1, "<a>");
  const std::uint64_t mark = w.heads_of.mark();
  w.say(2, "<b>");
  w.answer(2);
  w.say(3, "<c>");
  w.answer(3);
  EXPECT_TRUE(w.heads.empty());
  w.heads_of.report_before(mark);
  EXPECT_EQ(w.texts(), (Texts{"<a>", "<b>", "<c>"}));
  EXPECT_EQ(w.heads_of.waiting(), 0U);
  w.answer(1);
  EXPECT_EQ(w.reported_twice, 1U);
}

TEST(HeadWaits, EachHasItsOwn) {
  for (const bool early : {false, true}) {
    Crowd w;
    w.open(1);
    w.open(2);
    w.say(1, "<a>");
    w.after(ms);
    w.say(2, "<b>");
    if (early) w.heads_of.report_before(w.heads_of.mark());
    w.after(5000 * ms).other_traffic();  // behind the first wait, the last moment of the second
    EXPECT_EQ(w.heads.size(), early ? 2U : 1U);
    w.answer(2);
    ASSERT_EQ(w.heads.size(), 2U);
    EXPECT_EQ(w.heads[0].reaction.kind, Kind::none);
    EXPECT_EQ(w.heads[1].reaction.kind, Kind::data);
    EXPECT_EQ(w.heads[1].reaction.after_ns, 5000 * ms);
  }
}

TEST(HeadWaits, EndWithTheConnection) {
  for (const bool early : {false, true}) {
    Crowd w;
    w.open(1);
    w.answer(1, "220");
    w.say(1, "<a>");
    if (early) w.heads_of.report_before(w.heads_of.mark());
    EXPECT_EQ(w.heads_of.pending_flows(), 1U);
    w.after(5001 * ms).other_traffic();
    EXPECT_EQ(w.heads_of.pending_flows(), 0U) << "neither side is waited for";
  }
  Crowd w;
  w.open(1);
  w.say(1, "<a");
  w.reset(1);
  w.heads_of.report_before(w.heads_of.mark());
  EXPECT_EQ(w.texts(), Texts{"<a"});
  EXPECT_EQ(w.heads_of.pending_flows(), 0U);
}

TEST(HeadWaits, TheSendersFinStandsWhenNoAnswerComes) {
  Crowd w;
  w.open(1);
  w.say(1, "<a>");
  w.after(ms);
  w.close(1, 3);
  w.after(5001 * ms).other_traffic();
  ASSERT_EQ(w.heads.size(), 1U);
  EXPECT_EQ(w.heads[0].reaction.kind, Kind::fin);
  EXPECT_EQ(w.heads[0].reaction.by, By::sender);
  EXPECT_EQ(w.heads[0].reaction.after_ns, ms);
}

TEST(WithoutReactions, HeadsLeaveAtOnceAndInOrder) {
  Crowd w(without_reactions());
  for (const unsigned port : {1U, 2U, 3U}) w.open(port);
  w.say(1, "<");
  w.say(1, "a>", 1);
  EXPECT_EQ(w.texts(), Texts{"<a>"});
  w.say(2, "<on");
  w.reset(2);
  w.say(3, "<two>");
  EXPECT_EQ(w.texts(), Texts{"<a>"}) << "the RST leaves bytes that were sent before it some time";
  w.after(200 * ms).other_traffic();
  EXPECT_EQ(w.texts(), (Texts{"<a>", "<on", "<two>"}));
  w.open(4);
  w.say(4, "<whole>");
  w.say(4, "<more>", 7);
  EXPECT_EQ(w.heads.size(), 4U);
  EXPECT_EQ(w.counters().tcp_streams, 4U);
}

TEST(WithoutReactions, TheOtherSideIsNotListenedTo) {
  Crowd w(without_reactions());
  w.open(1);
  w.answer(1, "220");
  w.after(ms);
  w.say(1, "<a");
  w.close(1, 2);
  w.open(2);
  w.raw(false, fin | ack, w.server_seq, "");
  w.after(ms);
  w.say(2, "<a");
  w.close(2, 2);
  ASSERT_EQ(w.heads.size(), 2U);
  for (const SeenHead& head : w.heads) {
    EXPECT_EQ(head.greeting, "");
    EXPECT_EQ(head.reaction.kind, Kind::fin);
    EXPECT_EQ(head.reaction.by, By::sender);
  }
  Crowd silent(without_reactions());
  silent.report_silent = true;
  silent.open(1);
  silent.reset(1);
  silent.finish();
  ASSERT_EQ(silent.heads.size(), 1U);
  EXPECT_EQ(silent.heads[0].end, End::open);
  EXPECT_EQ(silent.heads[0].reaction.kind, Kind::unknown);
}

/// The pool of notes has 8192 places: two for each of these connections would be two too many.
void speak_without_interest(bool header_of_client) {
  Crowd w;
  for (unsigned port = 20000; port < 24097; ++port) {
    w.open(port);
    header_of_client ? w.server("x") : w.client("x");  // of no interest, and then nothing of that side is
    header_of_client ? w.client("<a") : w.server("<a");
    w.raw(header_of_client, fin | ack, (header_of_client ? w.client_seq : w.server_seq) + 5, "");
  }
  EXPECT_EQ(w.counters().greetings_forgotten, 0U);
  EXPECT_EQ(w.counters().evicted, 0U);
  EXPECT_EQ(w.heads_of.pending_flows(), 4097U);
}
TEST(HeadNotes, OfAClientAreTakenForWhatMayMatterAlone) { speak_without_interest(true); }
TEST(HeadNotes, OfAServerAreTakenForWhatMayMatterAlone) { speak_without_interest(false); }

TEST(HeadNotes, GoWithTheConnectionThatIsReplaced) {
  Crowd w;
  for (int i = 0; i < 8200; ++i) {
    w.client_isn += 1000;
    w.open(1);
    w.server("x");
  }
  EXPECT_EQ(w.counters().greetings_forgotten, 0U);
}

/// The place of notes that were given back holds what they said.
TEST(HeadNotes, OfOthersAreNotShown) {
  for (const bool silent : {true, false}) {
    Crowd w;
    w.report_silent = true;
    w.open(1);
    w.answer(1, "220");
    w.close(1, 0);
    ASSERT_EQ(w.heads.size(), 1U);
    EXPECT_EQ(w.heads[0].greeting, "220");
    w.open(2);
    w.after(ms).server_flags(fin | ack);
    w.after(-ms);
    silent ? w.close(2, 0) : w.say(2, "<ab>");
    w.finish();
    ASSERT_EQ(w.heads.size(), 2U);
    EXPECT_EQ(w.heads[1].greeting, "");
  }
}

TEST(Datagrams, WithoutBytesOrBeyondTheTable) {
  Wire empty;
  empty.datagram("");
  EXPECT_EQ(empty.counters().datagrams, 1U);
  EXPECT_EQ(empty.counters().udp_streams, 0U);
  Wire cut;
  cut.feed(ethernet(0x0800, ipv4({.protocol = 17}, udp(1, 2, bytes_of("<a>")))), 3);
  EXPECT_TRUE(cut.finish().empty());
  EXPECT_EQ(cut.counters().udp_streams, 1U);
  HeadOptions options;
  options.max_udp_flows = 1;
  Wire two(options);
  two.datagram("x");
  EXPECT_TRUE(two.counters().streams_exact);
  two.port = 40001;
  two.datagram("x");
  EXPECT_FALSE(two.counters().streams_exact);
  EXPECT_EQ(two.counters().udp_streams, 2U);
}

TEST(Heads, AHeaderIsNoLongerThanItsBytes) {
  Wire w({}, [](HeadCallbacks& c) {
    c.detect = [](void*, pp::Bytes, const pp::packet::FlowKey&) {
      return pp::packet::Detection{pp::packet::Detection::Kind::header, 1000, 0};
    };
  });
  w.datagram("abc");
  w.handshake();
  w.client("abcd");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 2U);
  EXPECT_EQ(heads[0].detection.n, 3U);
  EXPECT_EQ(heads[1].detection.n, 4U);
}

TEST(Heads, SayHowFineTheirTimesAre) {
  for (const bool fine : {false, true}) {
    Crowd w;
    w.nanoseconds = fine;
    w.datagram("<d>");
    w.open(1);
    w.open(2);
    w.say(1, "<a>");
    w.say(2, "<");
    w.say(2, "b>", 1);
    ASSERT_EQ(w.finish().size(), 3U);
    for (const SeenHead& head : w.heads) EXPECT_EQ(head.nanoseconds, fine) << head.bytes;
  }
}

/// Bytes that nothing makes sense of may hold a header all the same: the frame is named.
TEST(Heads, SignaturesInUndecodedBytesAreNoted) {
  const std::string v2("\x0d\x0a\x0d\x0a\x00\x0d\x0a\x51\x55\x49\x54\x0a", 12);
  struct Row {
    const char* id;
    Frame frame;
    std::uint64_t noted;
  };
  const Frame inner = bytes_of("0123456789 PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n");
  const Row rows[] = {
      {"not IP", ethernet(0x88b5, inner), 1},
      {"ESP", ethernet(0x0800, ipv4({.protocol = 50}, bytes_of("01234567" + v2))), 1},
      {"an unknown tunnel", ethernet(0x0800, ipv4({.protocol = 17}, udp(1, 14789, bytes_of("01234567" + v2)))), 1},
      {"the signature's start", ethernet(0x88b5, bytes_of(v2.substr(0, 11))), 0},
      {"another word", ethernet(0x88b5, bytes_of("PROXY TCP5 ")), 0},
      {"nothing", ethernet(0x88b5, Frame(46, 0)), 0},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.id);
    Wire w;
    w.other_traffic();
    w.feed(row.frame);
    EXPECT_EQ(w.counters().undecoded_signatures, row.noted);
    EXPECT_EQ(w.counters().undecoded_signature_frame, row.noted * 2);
  }
}

TEST(Heads, ConnectionsThatNeverCameToBeAreCounted) {
  Wire w;
  w.raw(true, syn, w.client_isn, "");
  w.raw(false, rst | ack, 0, "", w.client_isn + 1);
  w.port = 40001;
  w.raw(true, syn, w.client_isn, "");
  w.port = 40002;
  w.handshake();
  w.raw(true, rst, w.client_isn + 1, "");
  w.port = 40003;
  w.handshake();
  w.raw(true, ack, w.client_isn + 1, "");
  w.raw(true, rst | ack, w.client_isn + 1, "");
  w.finish();
  EXPECT_EQ(w.counters().connections_refused, 1U);
  EXPECT_EQ(w.counters().connections_unanswered, 1U);
  EXPECT_EQ(w.counters().connections_given_up, 1U) << "a check that closes an established connection is none";
}

TEST(Heads, TheDecodersWordIsHandedOn) {
  using pp::packet::Decoded;
  Wire w;
  const Frame plain = ethernet(0x0800, ipv4({}, tcp({}, bytes_of("x"))));
  EXPECT_EQ(w.heads_of.feed(packet_of(plain)), Decoded::segment);
  EXPECT_EQ(w.heads_of.feed(packet_of(ethernet(0x0806, Frame(46, 0)))), Decoded::not_ip);
  EXPECT_EQ(w.counters().decoded[static_cast<std::size_t>(Decoded::segment)], 1U);
  EXPECT_EQ(w.counters().decoded[static_cast<std::size_t>(Decoded::not_ip)], 1U);
  EXPECT_EQ(w.counters().packets, 2U);
}

}  // namespace
