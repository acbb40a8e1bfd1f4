// The event loop and its acceptor: order, changes during a turn, deadlines, and calls that fail.
#include "pp/net/event_loop.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <functional>
#include <memory>
#include <string_view>
#include <system_error>
#include <vector>

#include "faulty_calls.hpp"
#include "new_counter.hpp"
#include "pp/net/acceptor.hpp"
#include "pp/net/listen.hpp"
#include "pp/net/target.hpp"

namespace {
using namespace pp;
using namespace std::chrono_literals;
using Clock = EventLoop::Clock;

struct Pair {
  Pair() {
    int fds[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    near.reset(fds[0]);
    far.reset(fds[1]);
  }
  void speak() const { EXPECT_EQ(::send(far.get(), "x", 1, MSG_NOSIGNAL), 1); }
  Fd near, far;
};

/// Counts its events, and does with the loop what `then` says.
struct Counted : Watch {
  Counted()
      : Watch(this, [](void* self, Watch&, std::uint32_t events) {
          auto& counted = *static_cast<Counted*>(self);
          ++counted.calls;
          counted.last = events;
          if (counted.then) counted.then();
        }) {}
  int calls = 0;
  std::uint32_t last = 0;
  std::function<void()> then;
};

TEST(EventLoop, EventsComeWhileTheyAreWatchedFor) {
  EventLoop loop;
  Pair pair;
  Counted watch;
  loop.watch(watch, pair.near.get(), EPOLLIN);
  loop.turn(0ms);
  EXPECT_EQ(watch.calls, 0);
  pair.speak();
  loop.turn(0ms);
  loop.turn(0ms);
  EXPECT_EQ(watch.calls, 2);  // level-triggered
  EXPECT_EQ(watch.last, std::uint32_t{EPOLLIN});
  loop.watch(watch, pair.near.get(), EPOLLOUT);
  loop.turn(0ms);
  EXPECT_EQ(watch.last, std::uint32_t{EPOLLOUT});
  loop.watch(watch, pair.near.get(), 0);
  EXPECT_EQ(watch.events(), 0U);
  pair.far.reset();  // a hang-up can't be masked, so the descriptor must be out of epoll
  loop.turn(0ms);
  EXPECT_EQ(watch.calls, 3);
}

TEST(EventLoop, AHandlerMayDestroyAnotherThatIsReadyInTheSameTurn) {
  EventLoop loop;
  Pair pairs[2];
  std::unique_ptr<Counted> watches[2];
  int calls = 0;
  for (int i : {0, 1}) {
    watches[i] = std::make_unique<Counted>();
    watches[i]->then = [&, i] {
      ++calls;
      loop.forget(*watches[1 - i]);
      pairs[1 - i].near.reset();
      watches[1 - i].reset();
    };
    loop.watch(*watches[i], pairs[i].near.get(), EPOLLIN);
    pairs[i].speak();
  }
  loop.turn(0ms);
  EXPECT_EQ(calls, 1);
  EXPECT_NE(watches[0] == nullptr, watches[1] == nullptr);
}

TEST(EventLoop, ADescriptorNumberThatIsUsedAgainIsWatchedAnew) {
  EventLoop loop;
  Counted watch;
  for (int i = 1; i <= 3; ++i) {
    Pair pair;
    loop.watch(watch, pair.near.get(), EPOLLIN);
    pair.speak();
    loop.turn(0ms);
    EXPECT_EQ(watch.calls, i);
    loop.forget(watch);
  }
}

TEST(EventLoop, AnInterruptedWaitReturnsWithoutEvents) {
  EventLoop loop;
  Pair pair;
  Counted watch;
  loop.watch(watch, pair.near.get(), EPOLLIN);
  pair.speak();
  test::Faults faults{.interrupted = 1};
  test::faults = &faults;
  loop.turn(10s);
  test::faults = nullptr;
  EXPECT_EQ(watch.calls, 0);
  loop.turn(0ms);
  EXPECT_EQ(watch.calls, 1);
}

TEST(EventLoop, AnEventCostsNoAllocation) {
  EventLoop loop;
  Pair pair;
  Counted watch;
  DeadlineQueue queue(loop, nullptr, [](void*, DeadlineQueue::Entry&) {});
  DeadlineQueue::Entry entries[8];
  loop.watch(watch, pair.near.get(), EPOLLIN);
  pair.speak();
  loop.turn(0ms);
  const std::size_t before = new_count();
  for (int i = 0; i < 100; ++i) {
    for (DeadlineQueue::Entry& entry : entries) queue.set(entry, Clock::now());
    loop.watch(watch, pair.near.get(), i % 2 == 0 ? std::uint32_t{EPOLLIN | EPOLLRDHUP} : std::uint32_t{EPOLLIN});
    loop.turn(0ms);
  }
  EXPECT_EQ(new_count(), before);
  EXPECT_EQ(watch.calls, 101);
}

struct Expiry : DeadlineQueue::Entry {
  explicit Expiry(int n) : number(n) {}
  int number;
};

struct Expired {
  std::vector<int> numbers;
  DeadlineQueue* again = nullptr;  // set once more, in the past
  static void note(void* self, DeadlineQueue::Entry& entry) {
    auto& expired = *static_cast<Expired*>(self);
    expired.numbers.push_back(static_cast<Expiry&>(entry).number);
    if (expired.again != nullptr) expired.again->set(entry, Clock::time_point{});
  }
};

TEST(DeadlineQueue, ExpiresInOrderWhateverTheOrderOfSetting) {
  EventLoop loop;
  Expired expired;
  DeadlineQueue queue(loop, &expired, Expired::note);
  Expiry one(1), two(2), three(3), four(4), late(5);
  const Clock::time_point now = loop.now();
  queue.set(three, now - 1s);
  queue.set(one, now - 3s);
  queue.set(four, now);
  queue.set(late, now + 1h);
  queue.set(two, now - 2s);
  EXPECT_EQ(queue.front(), &one);
  EXPECT_EQ(queue.size(), 5U);
  loop.turn(0ms);
  EXPECT_EQ(expired.numbers, (std::vector<int>{1, 2, 3, 4}));
  EXPECT_EQ(queue.front(), &late);
  EXPECT_TRUE(late.waits());
  EXPECT_FALSE(one.waits());
}

TEST(DeadlineQueue, CancelledChangedMovedAndDestroyed) {
  EventLoop loop;
  Expired expired, other;
  DeadlineQueue queue(loop, &expired, Expired::note), second(loop, &other, Expired::note);
  Expiry cancelled(1), changed(2), moved(3), last(4);
  const Clock::time_point past = loop.now() - 1s;
  {
    Expiry destroyed(9);
    for (Expiry* entry : {&cancelled, &changed, &moved, &destroyed, &last}) queue.set(*entry, past);
  }
  cancelled.cancel();
  cancelled.cancel();
  queue.set(changed, past + 2h);
  second.set(moved, past);
  EXPECT_EQ(queue.size(), 2U);
  loop.turn(0ms);
  EXPECT_EQ(expired.numbers, std::vector<int>{4});
  EXPECT_EQ(other.numbers, std::vector<int>{3});
}

TEST(DeadlineQueue, ADeadlineThatIsSetInThePastWaitsForTheNextTurn) {
  EventLoop loop;
  Expired expired;
  DeadlineQueue queue(loop, &expired, Expired::note);
  expired.again = &queue;
  Expiry entry(7);
  queue.set(entry, loop.now());
  for (std::size_t turns = 1; turns <= 3; ++turns) {
    loop.turn(10s);  // does not wait
    EXPECT_EQ(expired.numbers.size(), turns);
  }
}

TEST(DeadlineQueue, TheWaitEndsWithTheDeadline) {
  EventLoop loop;
  Expired expired;
  DeadlineQueue queue(loop, &expired, Expired::note);
  Expiry entry(1);
  const Clock::time_point at = Clock::now() + 30ms;
  queue.set(entry, at);
  int turns = 0;
  while (expired.numbers.empty() && turns < 100) {
    loop.turn(20s);
    ++turns;
  }
  EXPECT_GE(Clock::now(), at);
  EXPECT_EQ(turns, 1);  // rounded up: no turn just before the deadline
}

class Accepting : public testing::Test {
 protected:
  Accepting() : listener(std::move(listen_on(parse_listen_address("127.0.0.1:0")).at(0))) { acceptor.add(listener.get(), "here"); }
  ~Accepting() override { test::faults = nullptr; }
  Connecting dial() const { return start_connect(Endpoint{*parse_ip("127.0.0.1"), listen_port(listener.get())}); }

  Fd listener;
  EventLoop loop;
  std::vector<Fd> accepted;
  bool more = true;
  Acceptor acceptor{loop, [this](Fd fd, const sockaddr_storage& peer, std::size_t socket) {
                      EXPECT_EQ(socket, 0U);
                      EXPECT_EQ(peer.ss_family, AF_INET);
                      accepted.push_back(std::move(fd));
                      return more;
                    }};
};

TEST_F(Accepting, OnlyWhileConnectionsAreWanted) {
  const Connecting one = dial(), two = dial();
  loop.turn(0ms);
  EXPECT_TRUE(accepted.empty());
  acceptor.enable(true);
  more = false;
  loop.turn(1s);
  EXPECT_EQ(accepted.size(), 1U);
  acceptor.enable(false);
  loop.turn(0ms);
  EXPECT_EQ(accepted.size(), 1U);
  acceptor.enable(true);
  loop.turn(1s);
  EXPECT_EQ(accepted.size(), 2U);
}

TEST_F(Accepting, RunningOutOfDescriptorsPausesWithoutSpinning) {
  const Connecting one = dial();
  acceptor.enable(true);
  test::Faults faults{.accept_errors = 4};  // two of them EMFILE
  test::faults = &faults;
  const Clock::time_point start = Clock::now();
  int turns = 0;
  while (accepted.empty() && turns < 1000) {
    loop.turn(1s);
    ++turns;
  }
  EXPECT_EQ(accepted.size(), 1U);
  EXPECT_EQ(acceptor.pauses(), 2U);
  EXPECT_EQ(faults.injected, 4U);
  EXPECT_GE(Clock::now() - start, 2 * Acceptor::pause);
  EXPECT_LE(turns, 6);
}

TEST_F(Accepting, ABackOffHoldsAllSockets) {
  Fd second = std::move(listen_on(parse_listen_address("127.0.0.1:0")).at(0));
  acceptor.add(second.get(), "there");
  acceptor.enable(true);
  acceptor.back_off();
  const Connecting one = dial();
  loop.turn(0ms);
  EXPECT_TRUE(accepted.empty());
  for (int turns = 0; accepted.empty() && turns < 5; ++turns) loop.turn(1s);
  EXPECT_EQ(accepted.size(), 1U);
  EXPECT_EQ(acceptor.pauses(), 0U);
}

TEST_F(Accepting, OtherErrorsNameTheSocket) {
  acceptor.enable(true);
  ASSERT_EQ(::shutdown(listener.get(), SHUT_RDWR), 0);
  try {
    loop.turn(1s);
    FAIL() << "no error";
  } catch (const std::system_error& error) {
    EXPECT_TRUE(std::string_view(error.what()).starts_with("accept on here: ")) << error.what();
  }
}

}  // namespace
