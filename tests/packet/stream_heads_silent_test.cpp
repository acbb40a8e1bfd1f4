// Connections whose client never sends a byte: reported only when the caller expects a header there.
#include <gtest/gtest.h>

#include "heads_harness.hpp"

namespace {

using namespace pp::test;

struct SilentWire : Wire {
  SilentWire() { report_silent = true; }
};

TEST(SilentClient, ClosesWithoutAByte) {
  SilentWire w;
  w.handshake();
  w.after(20 * ms).raw(true, fin | ack, w.client_seq, "");
  w.raw(false, fin | ack, w.server_seq, "");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].bytes, "");
  EXPECT_EQ(heads[0].source, "10.0.0.1:40000");
  EXPECT_EQ(heads[0].frame, 1U);  // the SYN
  EXPECT_EQ(heads[0].end, End::closed);
  EXPECT_EQ(heads[0].from_client, Client::yes);
  EXPECT_EQ(heads[0].reaction.kind, Kind::fin);
  EXPECT_EQ(heads[0].reaction.by, By::sender);
  EXPECT_EQ(heads[0].reaction.after_ns, 20 * ms);
}

TEST(SilentClient, IsGivenUpByTheReceiver) {
  SilentWire w;
  w.handshake();
  w.after(3000 * ms).raw(false, fin | ack, w.server_seq, "");
  w.after(ms).raw(true, fin | ack, w.client_seq, "");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].reaction.kind, Kind::fin);
  EXPECT_EQ(heads[0].reaction.by, By::receiver);
  EXPECT_EQ(heads[0].reaction.after_ns, 3000 * ms);
}

TEST(SilentClient, ResetsAfterTheHandshake) {
  SilentWire w;
  w.handshake();
  w.raw(true, ack, w.client_seq, "");
  w.raw(true, rst | ack, w.client_seq, "");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].end, End::reset);
  EXPECT_EQ(heads[0].reaction.kind, Kind::rst);
  EXPECT_EQ(heads[0].reaction.by, By::sender);
}

TEST(SilentClient, IsStillSilentAtTheEndOfTheCapture) {
  SilentWire w;
  w.handshake();
  w.server("220 ready\r\n");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].end, End::open);
  EXPECT_EQ(heads[0].greeting, "220 ready\r\n");
  EXPECT_EQ(heads[0].reaction.kind, Kind::unknown);
}

TEST(SilentClient, WaitsItsTurnBehindAHeader) {
  SilentWire w;
  w.handshake();
  w.client("<ab>");
  w.port = 40001;
  w.handshake();
  w.raw(true, fin | ack, w.client_seq, "");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 2U);
  EXPECT_EQ(heads[0].bytes, "<ab>");
  EXPECT_EQ(heads[1].source, "10.0.0.1:40001");
}

TEST(SilentClient, RefusedIsNeverEstablished) {
  SilentWire w;
  w.raw(true, syn, 1000, "");
  w.raw(false, rst | ack, 0, "", 1001);
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_FALSE(heads[0].established);
  EXPECT_EQ(heads[0].reaction.kind, Kind::rst);
  EXPECT_EQ(heads[0].reaction.by, By::receiver);
}

TEST(SilentClient, UnansweredIsNeverEstablished) {
  SilentWire w;
  w.raw(true, syn, 1000, "");
  w.after(1000 * ms).raw(true, syn, 1000, "");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_FALSE(heads[0].established);
  EXPECT_EQ(heads[0].reaction.kind, Kind::unknown);
}

TEST(SilentClient, HalfOpenIsNotSilence) {
  SilentWire w;
  w.raw(true, syn, 1000, "");  // once: the answer may be on its way, or captured elsewhere
  w.port = 40001;
  w.raw(true, syn, 1000, "");
  w.raw(true, syn, 1000, "");  // the same packet, captured twice
  w.port = 40002;
  w.raw(true, syn, 1000, "");
  w.raw(true, rst, 1001, "");
  EXPECT_TRUE(w.finish().empty());
}

TEST(SilentClient, IsNotToldOfWhenNobodyAsks) {
  Wire w;
  w.handshake();
  w.raw(true, fin | ack, w.client_seq, "");
  EXPECT_TRUE(w.finish().empty());
}

TEST(SilentClient, OneThatSpokeIsNotSilent) {
  SilentWire w;
  w.handshake();
  w.client("hello");
  w.raw(true, fin | ack, w.client_seq, "");
  EXPECT_TRUE(w.finish().empty());
}

}  // namespace
