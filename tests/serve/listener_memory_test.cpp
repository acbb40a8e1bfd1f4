// A listener whose senders do not read its replies: the replies count against the memory limit.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "connection.hpp"
#include "faulty_calls.hpp"
#include "pp/net/target.hpp"
#include "pp/serve/listener.hpp"

namespace {
using namespace pp;

constexpr std::string_view header = "PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n";
constexpr std::size_t room = 5;  // replies
constexpr std::size_t senders = 12;

TEST(Listener, UnreadRepliesAreCountedAndTheOldestConnectionsClosed) {
  serve::ListenOptions options;
  options.reply = serve::Reply::text;
  options.wait = std::chrono::minutes(10);
  options.max_memory = room * (serve::reply_most + 4096);
  serve::Listener listener(options);
  listener.add("127.0.0.1:0");
  const std::string address = listener.addresses().at(0);
  const Target target = parse_target(address);

  std::atomic<std::size_t> reported{0}, evicted{0}, most{0};
  std::atomic<bool> over{false};
  test::Faults faults{.no_room = 1};
  std::thread thread([&] {
    test::faults = &faults;
    serve::ListenHandlers handlers;
    handlers.settled = [&](const inspect::Chunk&, serve::Answer* answer) {
      if (answer == nullptr) return;
      ASSERT_EQ(answer->most, serve::reply_most);
      answer->text.assign(answer->most, 'x');
      ++reported;
    };
    handlers.batch = [&] {
      evicted = listener.counts().evicted;
      most = std::max(most.load(), listener.memory());
    };
    handlers.stop = [&] { return over.load(); };
    listener.run(handlers);
  });

  std::vector<Fd> open;
  for (std::size_t i = 1; i <= senders; ++i) {
    Connecting sender = start_connect(target, 0);
    ASSERT_TRUE(sender.fd);
    pollfd connected{sender.fd.get(), POLLOUT, 0};
    ASSERT_EQ(::poll(&connected, 1, 20000), 1);
    test::send_all(sender.fd.get(), header);
    open.push_back(std::move(sender.fd));
    // One after the other, so that it is known which is the oldest.
    for (int turn = 0; turn < 20000 && (reported < i || evicted + room < i); ++turn)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    ASSERT_EQ(reported, i);
  }
  EXPECT_EQ(evicted, senders - room);
  EXPECT_LE(most, options.max_memory);
  EXPECT_GT(most, (room - 1) * serve::reply_most);
  for (std::size_t i = 0; i < senders; ++i) {
    char byte;
    pollfd ready{open[i].get(), POLLIN, 0};
    const bool closed = ::poll(&ready, 1, i < senders - room ? 20000 : 0) == 1 && ::recv(open[i].get(), &byte, 1, MSG_DONTWAIT) <= 0;
    EXPECT_EQ(closed, i < senders - room) << i;
  }
  over = true;
  open.clear();
  thread.join();
}

}  // namespace
