// read_header on sockets: the header leaves, everything behind it stays.
#include "pp/net/read_header.hpp"

#include <gtest/gtest.h>

#include "connection.hpp"

namespace {
using namespace pp;
using namespace pp::test;
using std::chrono::milliseconds;

constexpr std::string_view payload("GET / HTTP/1.1\r\nHost: a\r\n\r\n\0PROXY ", 34);

ReadOptions with_deadline(int ms) {
  ReadOptions options;
  options.deadline = milliseconds(ms);
  return options;
}

TEST(ReadHeader, HeaderAndPayloadInOneWrite) {
  for (const std::string& header : golden_headers()) {
    for (const bool blocking : {true, false}) {
      for (const bool tcp : {false, true}) {
        Connection c = tcp ? tcp_pair() : local_pair();
        ASSERT_EQ(::fcntl(c.server.get(), F_SETFL, blocking ? 0 : O_NONBLOCK), 0);
        const int flags = ::fcntl(c.server.get(), F_GETFL);
        const int fd_flags = ::fcntl(c.server.get(), F_GETFD);
        send_all(c.client.get(), header + std::string(payload));
        wait_until_arrived(c.server.get(), header.size() + payload.size());
        const ReadResult r = read_header(c.server.get());
        ASSERT_EQ(r.status(), ReadStatus::done) << r.message();
        EXPECT_EQ(text(r.bytes()), header);
        EXPECT_EQ(text(r.seen()), header);
        EXPECT_EQ(read_rest(c.server.get()), payload);
        EXPECT_EQ(::fcntl(c.server.get(), F_GETFL), flags);
        EXPECT_EQ(::fcntl(c.server.get(), F_GETFD), fd_flags);
      }
    }
  }
}

TEST(ReadHeader, EverySplitStepByStep) {
  for (const std::string& header : golden_headers()) {
    for (std::size_t at = 1; at < header.size(); ++at) {
      Connection c = local_pair();
      HeaderReader reader;
      EXPECT_EQ(reader.on_readable(c.server.get()), ReadStatus::need_more);
      send_all(c.client.get(), header.substr(0, at));
      EXPECT_EQ(reader.on_readable(c.server.get()), ReadStatus::need_more);
      EXPECT_EQ(text(reader.result().bytes()), header.substr(0, at));
      send_all(c.client.get(), header.substr(at) + std::string(payload));
      EXPECT_EQ(reader.on_readable(c.server.get()), ReadStatus::done);
      EXPECT_EQ(reader.on_readable(c.server.get()), ReadStatus::done);
      EXPECT_EQ(reader.on_timeout(), ReadStatus::done);
      EXPECT_EQ(text(reader.result().bytes()), header);
      EXPECT_EQ(read_rest(c.server.get()), payload);
    }
  }
}

// The writer waits until each byte is taken, so a reader that left bytes in the socket and polled again would never end.
TEST(ReadHeader, ByteByByteWithoutSpinning) {
  for (const std::string& header : golden_headers()) {
    Connection c = local_pair();
    std::thread writer([&] {
      for (const char byte : header) {
        send_all(c.client.get(), std::string_view(&byte, 1));
        wait_until_taken(c.client.get());
      }
      send_all(c.client.get(), payload);
    });
    const auto before = thread_cpu_time();
    const ReadResult r = read_header(c.server.get(), with_deadline(30000));
    const auto used = thread_cpu_time() - before;
    writer.join();
    ASSERT_EQ(r.status(), ReadStatus::done) << r.message();
    EXPECT_EQ(text(r.bytes()), header);
    EXPECT_EQ(read_rest(c.server.get()), payload);
    EXPECT_LT(used, milliseconds(1000));
  }
}

TEST(ReadHeader, SilenceTakesTheDeadlineAndNoProcessor) {
  for (const std::string_view start : {"", "P", "PROXY TCP4 1.2.3.4", "PROXY UNKNOWN\r"}) {
    for (const bool blocking : {true, false}) {
      Connection c = local_pair();
      ASSERT_EQ(::fcntl(c.server.get(), F_SETFL, blocking ? 0 : O_NONBLOCK), 0);
      send_all(c.client.get(), start);
      const auto begin = std::chrono::steady_clock::now();
      const auto before = thread_cpu_time();
      const ReadResult r = read_header(c.server.get(), with_deadline(150));
      EXPECT_LT(thread_cpu_time() - before, milliseconds(50));
      EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(150));
      EXPECT_EQ(r.status(), ReadStatus::timeout);
      EXPECT_EQ(text(r.bytes()), start);
    }
  }
}

TEST(ReadHeader, DribblingDoesNotMoveTheDeadline) {
  Connection c = local_pair();
  std::thread writer([&] {
    // The pace is the subject here: each byte comes well within the deadline, the line does not.
    for (int i = 0; i < 25; ++i) {
      send_all(c.client.get(), i == 0 ? "PROXY UNKNOWN " : "x");
      ::poll(nullptr, 0, 20);
    }
  });
  const auto begin = std::chrono::steady_clock::now();
  const ReadResult r = read_header(c.server.get(), with_deadline(120));
  const auto took = std::chrono::steady_clock::now() - begin;
  writer.join();
  EXPECT_EQ(r.status(), ReadStatus::timeout) << r.message();
  EXPECT_GE(took, milliseconds(120));
  EXPECT_LT(took, milliseconds(450));
  EXPECT_EQ(text(r.bytes()).substr(0, 15), "PROXY UNKNOWN x");
}

TEST(ReadHeader, ZeroDeadlineTakesWhatHasArrived) {
  Connection c = local_pair();
  EXPECT_EQ(read_header(c.server.get(), with_deadline(0)).status(), ReadStatus::timeout);
  send_all(c.client.get(), golden_headers()[0]);
  EXPECT_EQ(read_header(c.server.get(), with_deadline(0)).status(), ReadStatus::done);
  EXPECT_EQ(read_header(c.server.get(), with_deadline(-5)).status(), ReadStatus::timeout);
}

// A low-water mark above the header's size hides its arrival from poll; it is set by the application and stays.
TEST(ReadHeader, LowWaterMarkIsLeftAlone) {
  Connection c = tcp_pair();
  int mark = 4000;
  ASSERT_EQ(::setsockopt(c.server.get(), SOL_SOCKET, SO_RCVLOWAT, &mark, sizeof mark), 0);
  std::thread writer([&] { send_all(c.client.get(), golden_headers()[0]); });
  const ReadResult r = read_header(c.server.get(), with_deadline(300));
  writer.join();
  EXPECT_EQ(r.status(), ReadStatus::done) << r.message();
  socklen_t size = sizeof mark;
  ASSERT_EQ(::getsockopt(c.server.get(), SOL_SOCKET, SO_RCVLOWAT, &mark, &size), 0);
  EXPECT_EQ(mark, 4000);
}

TEST(ReadHeader, PipesAreReadExactly) {
  for (const std::string& header : golden_headers()) {
    int fds[2] = {-1, -1};
    ASSERT_EQ(::pipe2(fds, O_CLOEXEC), 0);
    const Fd out(fds[0]);
    const Fd in(fds[1]);
    const std::string bytes = header + std::string(payload);
    ASSERT_EQ(::write(in.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    const ReadResult r = read_header(out.get());
    ASSERT_EQ(r.status(), ReadStatus::done) << r.message();
    EXPECT_EQ(text(r.bytes()), header);
    char rest[64];
    const ssize_t n = ::read(out.get(), rest, sizeof rest);
    EXPECT_EQ(std::string(rest, static_cast<std::size_t>(n)), payload);
    EXPECT_EQ(read_header(out.get(), with_deadline(20)).status(), ReadStatus::timeout);
  }
}

}  // namespace
