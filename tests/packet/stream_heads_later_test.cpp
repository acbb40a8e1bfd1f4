// StreamHeads: headers that begin a later segment of the client's.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "heads_harness.hpp"

namespace {

using namespace pp::test;

const std::string later = "PROXY >";

HeadCallbacks with_later(HeadCallbacks c) {
  c.later = [](void*, pp::Bytes bytes) -> std::size_t { return text_of(bytes).find('>') + 1; };
  return c;
}
struct LaterWire : Wire {
  LaterWire() : Wire({}, [](HeadCallbacks& c) { c = with_later(c); }) {}
};

TEST(LaterHeaders, AreFoundAtTheBeginningOfASegment) {
  LaterWire w;
  w.handshake();
  w.client("SSLrequ.");
  w.server("N");
  w.client(later + "rest");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].bytes, later + "rest");
  EXPECT_EQ(heads[0].detection.n, later.size());
  EXPECT_EQ(heads[0].frame, 5U);
  EXPECT_EQ(heads[0].from_client, Client::yes);
}

TEST(LaterHeaders, OfAConnectionThatIsStillInTheTable) {
  LaterWire w;
  w.handshake();
  w.client("hello");
  w.client(later);  // the server has not said anything
  EXPECT_EQ(w.finish().size(), 1U);
}

/// A second header on a connection that is kept alive.
TEST(LaterHeaders, AfterAFirstOne) {
  LaterWire w;
  w.handshake();
  w.client("<ab>GET");
  w.server("200");
  w.client(later);
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 2U);
  EXPECT_EQ(heads[1].bytes, later);
}

TEST(LaterHeaders, CountOnceAndOnlyOfClientsNearTheStart) {
  {
    LaterWire w;
    w.handshake();
    w.client("hello");
    w.server("hi");
    w.client(later);
    w.raw(true, ack, w.client_seq - static_cast<std::uint32_t>(later.size()), later);  // again
    EXPECT_EQ(w.finish().size(), 1U);
  }
  {
    LaterWire w;
    w.handshake();
    w.client("hello");
    w.server("hi");
    w.server(later);
    EXPECT_TRUE(w.finish().empty()) << "a server's";
  }
  for (const std::uint32_t offset : {65535U, 65536U}) {
    LaterWire w;
    w.handshake();
    w.client("hello");
    w.server("hi");
    w.at(w.client_isn + 1 + offset).client(later);
    EXPECT_EQ(w.finish().size(), offset < 65536 ? 1U : 0U) << offset;
  }
  {
    LaterWire w;
    w.client("hello");  // its SYN is not in the capture: nobody knows how far in the rest is
    w.server("hi");
    w.client(later);
    EXPECT_TRUE(w.finish().empty());
  }
  {
    LaterWire w;
    w.handshake();
    w.client("hello");
    w.client("and " + later);
    EXPECT_TRUE(w.finish().empty()) << "inside a segment";
  }
}

}  // namespace
