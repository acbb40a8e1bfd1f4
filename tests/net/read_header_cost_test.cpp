// What a header costs a server: system calls and allocations. recv, poll and read of this program count and pass on.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "connection.hpp"
#include "new_counter.hpp"
#include "pp/net/read_header.hpp"

namespace {
int recv_calls = 0;
int poll_calls = 0;
int sabotage = 0;  // the recv call, counted from 1, that does as if another reader had come first
}  // namespace

extern "C" ssize_t recv(int fd, void* buffer, std::size_t size, int flags) {
  ++recv_calls;
  if (sabotage != 0 && recv_calls == sabotage && size > 1) size = 1;
  return ::syscall(SYS_recvfrom, fd, buffer, size, flags, nullptr, nullptr);
}
extern "C" int poll(pollfd* fds, nfds_t n, int timeout) {
  ++poll_calls;
  return static_cast<int>(::syscall(SYS_poll, fds, n, timeout));
}

namespace {
using namespace pp;
using namespace pp::test;

struct Cost {
  int recv = 0;
  int poll = 0;
  std::size_t allocations = 0;
};

Cost cost_of(int fd, ReadStatus expected, const ReadOptions& options = {}) {
  recv_calls = poll_calls = 0;
  const std::size_t before = new_count();
  const ReadResult r = read_header(fd, options);
  const bool used = r.source().has_value() + r.find(4).has_value() + (r.crc() == Crc::wrong) + r.is_local() > 4;
  const Cost cost{recv_calls, poll_calls, new_count() - before};
  EXPECT_EQ(r.status(), expected) << r.message();
  EXPECT_FALSE(used);
  return cost;
}

TEST(ReadHeaderCost, TwoReceivesNoPollNoAllocationUpTo536Bytes) {
  std::vector<std::string> headers = golden_headers();
  for (std::size_t size = 31; size <= 536; ++size) headers.push_back(padded_header(size));
  for (const std::string& header : headers) {
    for (const bool blocking : {true, false}) {
      Connection c = local_pair();
      ASSERT_EQ(::fcntl(c.server.get(), F_SETFL, blocking ? 0 : O_NONBLOCK), 0);
      send_all(c.client.get(), header + "payload");
      const Cost cost = cost_of(c.server.get(), ReadStatus::done);
      EXPECT_EQ(cost.recv, 2);
      EXPECT_EQ(cost.poll, 0);
      EXPECT_EQ(cost.allocations, 0U);
    }
  }
}

TEST(ReadHeaderCost, OneReceiveSaysThatThereIsNone) {
  for (const char* bytes : {"GET / HTTP/1.1\r\n", "PROXY TCP9", "\r\n\r\nquit"}) {
    Connection c = local_pair();
    send_all(c.client.get(), bytes);
    const Cost cost = cost_of(c.server.get(), bytes[0] == 'P' ? ReadStatus::malformed : ReadStatus::missing);
    EXPECT_EQ(cost.recv, 1);
    EXPECT_EQ(cost.poll, 0);
    EXPECT_EQ(cost.allocations, 0U);
  }
}

TEST(ReadHeaderCost, LongHeadersTakeOneMoreReceiveAndOneAllocation) {
  Connection c = local_pair();
  send_all(c.client.get(), padded_header(4096) + "payload");
  const Cost cost = cost_of(c.server.get(), ReadStatus::done);
  EXPECT_EQ(cost.recv, 3);
  EXPECT_EQ(cost.poll, 0);
  EXPECT_EQ(cost.allocations, 1U);
  EXPECT_EQ(read_rest(c.server.get()), "payload");
}

// Memory follows what has arrived, not what the length field promises.
TEST(ReadHeaderCost, AnnouncedBytesAreNotAllocated) {
  Connection c = local_pair();
  ReadOptions options;
  options.max_header = 65551;
  options.deadline = std::chrono::milliseconds(0);
  send_all(c.client.get(), padded_header(65551).substr(0, 536));
  EXPECT_EQ(cost_of(c.server.get(), ReadStatus::timeout, options).allocations, 1U);
  Connection small = local_pair();
  send_all(small.client.get(), padded_header(65551).substr(0, 3000));
  HeaderReader reader(options);
  EXPECT_EQ(reader.on_readable(small.server.get()), ReadStatus::need_more);
  EXPECT_LE(reader.space().size(), 4096U);
}

TEST(ReadHeaderCost, AnotherReaderOfTheSocketIsNoDisaster) {
  for (const std::string& header : golden_headers()) {
    Connection c = local_pair();
    send_all(c.client.get(), header + "payload");
    recv_calls = 0;
    sabotage = 2;
    const ReadResult r = read_header(c.server.get());
    sabotage = 0;
    EXPECT_EQ(r.status(), ReadStatus::done);
    EXPECT_EQ(text(r.bytes()), header);
    EXPECT_EQ(read_rest(c.server.get()), "payload");
  }
}

TEST(ReadHeaderCost, ReaderOverMemoryDoesNotAllocate) {
  for (const std::string& header : golden_headers()) {
    std::size_t at = 0;
    const std::size_t before = new_count();
    const ReadResult r = read_header([&](std::span<std::uint8_t> room) -> ssize_t {
      const std::size_t n = header.copy(static_cast<char*>(static_cast<void*>(room.data())), room.size(), at);
      at += n;
      return static_cast<ssize_t>(n);
    });
    const ReadResult copy = r;  // NOLINT(performance-unnecessary-copy-initialization)
    const std::size_t used = new_count() - before;
    EXPECT_EQ(used, 0U);
    EXPECT_EQ(copy.status(), ReadStatus::done);
  }
}

}  // namespace
