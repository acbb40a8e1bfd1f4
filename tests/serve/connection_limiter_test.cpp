// Who is let in: loopback without a cap of its own, others by address, IPv6 by /64.
#include "pp/serve/connection_limiter.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace {
using namespace pp;
using namespace pp::serve;

IpAddress ip(const char* text) { return parse_ip(text).value(); }

TEST(ConnectionLimiter, LoopbackAndUnixAreLocal) {
  for (const char* text : {"127.0.0.1", "127.255.255.254", "::1"}) EXPECT_TRUE(is_local_sender(ip(text))) << text;
  for (const char* text : {"128.0.0.1", "126.0.0.1", "10.0.0.1", "::2", "1::1", "fe80::1", "::ffff:127.0.0.1"})
    EXPECT_FALSE(is_local_sender(ip(text))) << text;
  EXPECT_TRUE(is_local_sender(IpAddress{}));
}

TEST(ConnectionLimiter, EachSenderHasItsOwnCap) {
  ConnectionLimiter count;
  for (const char* text : {"192.0.2.1", "192.0.2.2", "2001:db8::1"}) {
    EXPECT_TRUE(count.enter(ip(text), 2));
    EXPECT_TRUE(count.enter(ip(text), 2));
    EXPECT_FALSE(count.enter(ip(text), 2)) << text;
  }
  EXPECT_EQ(count.senders(), 3U);
  EXPECT_FALSE(count.enter(ip("2001:db8::ffff:1"), 2));  // the same /64
  EXPECT_TRUE(count.enter(ip("2001:db8:0:1::1"), 2));    // the next
}

TEST(ConnectionLimiter, LeavingMakesRoomAndForgetsTheSender) {
  ConnectionLimiter count;
  EXPECT_TRUE(count.enter(ip("192.0.2.1"), 1));
  EXPECT_FALSE(count.enter(ip("192.0.2.1"), 1));
  count.leave(ip("192.0.2.1"));
  EXPECT_EQ(count.senders(), 0U);
  EXPECT_TRUE(count.enter(ip("192.0.2.1"), 1));
  count.leave(ip("192.0.2.9"));  // was never there
  EXPECT_EQ(count.senders(), 1U);
}

TEST(ConnectionLimiter, DescriptorsAreKeptForTheProgramItself) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const std::size_t most = most_connections();
  rlimit now{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &now), 0);
  EXPECT_LE(most, 16384U);
  EXPECT_LE(most + 64, now.rlim_cur);
  EXPECT_EQ(now.rlim_max, before.rlim_max);
  rlimit few = now;
  few.rlim_cur = few.rlim_max = 100;
  if (before.rlim_max <= few.rlim_max || setrlimit(RLIMIT_NOFILE, &few) != 0) return;
  EXPECT_EQ(most_connections(), 36U);
}

}  // namespace
