// read_header when the peer, the bytes or the system go wrong.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/time.h>

#include <atomic>
#include <cerrno>

#include "connection.hpp"
#include "pp/net/read_header.hpp"

namespace {
using namespace pp;
using namespace pp::test;
using std::chrono::milliseconds;

ReadOptions with_deadline(int ms) {
  ReadOptions options;
  options.deadline = milliseconds(ms);
  return options;
}

TEST(ReadHeaderFaults, CloseAtEveryOffset) {
  for (const std::string& header : golden_headers()) {
    for (std::size_t at = 0; at <= header.size(); ++at) {
      Connection c = local_pair();
      send_all(c.client.get(), header.substr(0, at));
      c.client.reset();
      const ReadResult r = read_header(c.server.get());
      const auto expected = at == 0 ? ReadStatus::closed : at < header.size() ? ReadStatus::truncated : ReadStatus::done;
      ASSERT_EQ(r.status(), expected) << r.message();
      EXPECT_EQ(text(r.bytes()), header.substr(0, at));
    }
  }
}

// One call of on_readable sees the last bytes and the end behind them: edge-triggered events come once for both.
TEST(ReadHeaderFaults, CloseIsSeenInTheSameCall) {
  Connection c = local_pair();
  HeaderReader reader;
  send_all(c.client.get(), "PROXY TCP4 ");
  c.client.reset();
  EXPECT_EQ(reader.on_readable(c.server.get()), ReadStatus::truncated);
}

TEST(ReadHeaderFaults, ResetAtEveryOffset) {
  for (const std::string& header : {golden_headers()[0], golden_headers()[4]}) {
    for (std::size_t at = 0; at <= header.size(); ++at) {
      Connection c = tcp_pair();
      send_all(c.client.get(), header.substr(0, at));
      wait_until_arrived(c.server.get(), at);
      const linger reset{1, 0};
      ASSERT_EQ(::setsockopt(c.client.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset), 0);
      c.client.reset();
      const ReadResult r = read_header(c.server.get());
      const auto expected = at == 0 ? ReadStatus::closed : at < header.size() ? ReadStatus::io : ReadStatus::done;
      ASSERT_EQ(r.status(), expected) << at << r.message();
      EXPECT_EQ(r.error(), at < header.size() ? ECONNRESET : 0);
      EXPECT_EQ(text(r.bytes()), header.substr(0, at));
    }
  }
}

TEST(ReadHeaderFaults, WhatIsNoHeaderStaysInTheSocket) {
  struct Row {
    std::string_view bytes;
    ReadStatus status;
    std::string_view message;
  };
  const Row rows[] = {
      {"GET / HTTP/1.1\r\n\r\n", ReadStatus::missing,
       "no PROXY header: not-proxy at byte 0: the connection starts with the 12-byte signature or with \"PROXY \" (2.2)"},
      {"PRI * HTTP/2.0\r\n\r\n", ReadStatus::missing,
       "no PROXY header: not-proxy at byte 2: the connection starts with the 12-byte signature or with \"PROXY \" (2.2)"},
      {"PROXY TCP4 192.0.2.10 198.51.100.20 99999 443\r\n", ReadStatus::malformed,
       "malformed header: v1-port-range at byte 36: a decimal 0..65535 without leading zeros (2.1)"},
      {"PROXY TCP4 1.2.3.4 1.2.3.4 1 1\n", ReadStatus::malformed,
       "malformed header: v1-line-end at byte 30: the line ends in CR LF, never in one of them alone (2.1)"},
      {std::string_view("\x0d\x0a\x0d\x0a\x00\x0d\x0a\x51\x55\x49\x54\x0a\x31\x11\x00\x0c", 16), ReadStatus::malformed,
       "malformed header: v2-version at byte 12: the high nibble of byte 12 is version 2; any other must be rejected (2.2)"},
  };
  for (const Row& row : rows) {
    Connection c = local_pair();
    send_all(c.client.get(), row.bytes);
    const ReadResult r = read_header(c.server.get());
    EXPECT_EQ(r.status(), row.status);
    EXPECT_EQ(r.message(), row.message);
    EXPECT_EQ(r.to_string(), row.message);
    EXPECT_EQ(r.bytes().size(), 0U);
    EXPECT_EQ(text(r.seen()), row.bytes);
    EXPECT_EQ(read_rest(c.server.get()), row.bytes);
  }
}

TEST(ReadHeaderFaults, WhatWasTakenBeforeTheFaultIsGivenBack) {
  Connection c = local_pair();
  HeaderReader reader;
  send_all(c.client.get(), "PROXY TCP4 192.0.2.");
  EXPECT_EQ(reader.on_readable(c.server.get()), ReadStatus::need_more);
  send_all(c.client.get(), "300 and more");
  EXPECT_EQ(reader.on_readable(c.server.get()), ReadStatus::malformed);
  EXPECT_EQ(text(reader.result().bytes()) + read_rest(c.server.get()), "PROXY TCP4 192.0.2.300 and more");
  EXPECT_EQ(reader.result().verdict().fault, Fault::v1_ipv4_octet_range);
  EXPECT_EQ(reader.result().header().version, 1);
  EXPECT_EQ(reader.result().version(), 0U);
}

TEST(ReadHeaderFaults, TheOtherVersionIsMissing) {
  struct Row {
    VersionPolicy policy;
    std::string header;
    std::string_view message;
  };
  const Row rows[] = {
      {VersionPolicy::v1, v2_tcp4(), "a version 2 header begins where only version 1 is accepted"},
      {VersionPolicy::v2, "PROXY UNKNOWN\r\n", "a version 1 header begins where only version 2 is accepted"},
      {VersionPolicy::v2, "POST / HTTP/1.1\r\n",
       "no PROXY header: not-proxy at byte 0: the connection starts with the 12-byte signature or with \"PROXY \" (2.2)"},
      {VersionPolicy::v1, "PROXY UNKNOWN\r\n", ""},
      {VersionPolicy::v2, v2_tcp4(), ""},
  };
  for (const Row& row : rows) {
    Connection c = local_pair();
    ReadOptions options;
    options.version = row.policy;
    send_all(c.client.get(), row.header);
    const ReadResult r = read_header(c.server.get(), options);
    EXPECT_EQ(r.status(), row.message.empty() ? ReadStatus::done : ReadStatus::missing);
    EXPECT_EQ(r.message(), row.message);
    EXPECT_EQ(read_rest(c.server.get()), row.message.empty() ? "" : row.header);
  }
}

TEST(ReadHeaderFaults, LongHeaders) {
  for (const std::size_t size : {536U, 537U, 4096U, 4097U, 65551U}) {
    for (const std::size_t max : {200U, 4096U, 65551U}) {
      Connection c = local_pair();
      const std::string header = padded_header(size);
      std::thread writer([&] { send_all(c.client.get(), header + "payload"); });
      ReadOptions options;
      options.max_header = max;
      const ReadResult r = read_header(c.server.get(), options);
      if (size <= max) {
        EXPECT_EQ(r.status(), ReadStatus::done) << r.message();
        EXPECT_EQ(text(r.bytes()), header);
      } else {
        EXPECT_EQ(r.status(), ReadStatus::too_long);
        EXPECT_EQ(r.bytes().size(), 0U);
        EXPECT_EQ(r.message(), "header of " + std::to_string(size) + " bytes is longer than the " + std::to_string(max) + " allowed");
      }
      std::string rest;
      const std::string expected = size <= max ? "payload" : header + "payload";
      while (rest.size() < expected.size()) {
        pollfd ready{c.server.get(), POLLIN, 0};
        ASSERT_EQ(::poll(&ready, 1, 10000), 1);
        rest += read_rest(c.server.get());
      }
      writer.join();
      EXPECT_EQ(rest, expected);
    }
  }
}

TEST(ReadHeaderFaults, TooLongIsSaidOnceTheLengthIsThere) {
  Connection c = local_pair();
  send_all(c.client.get(), padded_header(5000).substr(0, 16));
  EXPECT_EQ(read_header(c.server.get()).status(), ReadStatus::too_long);
}

std::atomic<int> alarms{0};

TEST(ReadHeaderFaults, SignalsDoNotDisturb) {
  struct sigaction action {};
  action.sa_handler = [](int) { ++alarms; };
  struct sigaction before {};
  ASSERT_EQ(::sigaction(SIGALRM, &action, &before), 0);  // without SA_RESTART
  Connection c = local_pair();
  std::thread writer([&] {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    for (const char byte : golden_headers()[3]) {
      send_all(c.client.get(), std::string_view(&byte, 1));
      wait_until_taken(c.client.get());
      ::poll(nullptr, 0, 1);  // room for signals to land in the reader's poll
    }
  });
  const itimerval every{{0, 500}, {0, 500}};
  ASSERT_EQ(::setitimer(ITIMER_REAL, &every, nullptr), 0);
  const ReadResult r = read_header(c.server.get(), with_deadline(30000));
  const auto begin = std::chrono::steady_clock::now();
  const ReadResult silence = read_header(c.server.get(), with_deadline(100));
  const auto took = std::chrono::steady_clock::now() - begin;
  const itimerval off{};
  ::setitimer(ITIMER_REAL, &off, nullptr);
  writer.join();
  ::sigaction(SIGALRM, &before, nullptr);
  EXPECT_EQ(r.status(), ReadStatus::done) << r.message();
  EXPECT_EQ(silence.status(), ReadStatus::timeout) << silence.message();
  EXPECT_GE(took, milliseconds(100));
  EXPECT_GT(alarms.load(), 10);
}

TEST(ReadHeaderFaults, DescriptorsThatCannotBeRead) {
  EXPECT_EQ(read_header(-1).status(), ReadStatus::io);
  EXPECT_EQ(read_header(-1).error(), EBADF);
  EXPECT_EQ(read_header(-1).message(), "cannot read the header: Bad file descriptor after 0 bytes");
  const auto listeners = listen_on(parse_listen_address("127.0.0.1:0"));
  EXPECT_EQ(read_header(listeners.at(0).get()).error(), ENOTCONN);
}

}  // namespace
