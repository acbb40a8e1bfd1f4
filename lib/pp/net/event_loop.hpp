// One thread that serves many descriptors and deadlines, with epoll and without an allocation per event.
//
//   while (!stop()) loop.turn();     wait -> the ready Watches -> the expired entries of each DeadlineQueue
//
#pragma once

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "pp/net/fd.hpp"

namespace pp {

class DeadlineQueue;

/// A descriptor's registration in a loop, as a base or member of the object that owns the descriptor.
class Watch {
 public:
  /// `events`: EPOLLIN and its like. `context` is the pointer given to the constructor.
  using Ready = void (*)(void* context, Watch& watch, std::uint32_t events);

  Watch(void* context, Ready ready) noexcept : ready_(ready), context_(context) {}
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  /// Events registered; 0 when the descriptor is not in epoll.
  std::uint32_t events() const noexcept { return events_; }

 private:
  friend class EventLoop;

  Ready ready_;
  void* context_;
  std::uint32_t events_ = 0;
  std::size_t pending_ = std::numeric_limits<std::size_t>::max();  // index into the loop's batch
};

/// Handlers may add, change and forget any Watch, and destroy those that are forgotten, including ones that are ready in the
/// same turn. An exception thrown by a handler leaves turn().
class EventLoop {
 public:
  using Clock = std::chrono::steady_clock;

  EventLoop() = default;
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Waits for `events` on `fd` from now on; 0 takes the descriptor out, since EPOLLHUP and EPOLLERR cannot be masked. No
  /// system call when nothing changes. Throws std::system_error.
  void watch(Watch& watch, int fd, std::uint32_t events);
  /// For a descriptor that is about to be closed, or has been: epoll drops it by itself. Its events of this turn are
  /// dropped too. Other copies of the descriptor (dup, fork) would keep it registered: take it out with watch() then.
  void forget(Watch& watch) noexcept;

  /// Waits until something is ready, a deadline has passed, a signal arrives, or `longest` is over; then calls the handlers.
  /// Returns after a signal without calling any. Throws std::system_error when epoll fails.
  void turn(std::chrono::milliseconds longest = std::chrono::seconds(1));

  /// When this turn's wait ended.
  Clock::time_point now() const noexcept { return now_; }

 private:
  friend class DeadlineQueue;

  int epoll();
  int wait_ms(std::chrono::milliseconds longest) const noexcept;

  Fd epoll_;  // opened by the first watch
  Clock::time_point now_ = Clock::now();
  std::array<epoll_event, 256> batch_;
  std::size_t ready_ = 0;  // of batch_, in this turn
  std::vector<DeadlineQueue*> queues_;
};

/// Deadlines that are usually set in rising order, as those of equal timeouts are: setting, changing and cancelling one
/// takes constant time then. A deadline before others walks past them.
class DeadlineQueue {
 public:
  using Clock = EventLoop::Clock;

  /// One deadline, as a base or member of what has it. It leaves its queue when it is destroyed.
  class Entry {
   public:
    Entry() = default;
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry() { cancel(); }

    bool waits() const noexcept { return queue_ != nullptr; }
    Clock::time_point at() const noexcept { return at_; }
    void cancel() noexcept {
      if (queue_ != nullptr) queue_->take_out(*this);
    }

   private:
    friend class DeadlineQueue;

    DeadlineQueue* queue_ = nullptr;
    Entry* previous_ = nullptr;
    Entry* next_ = nullptr;
    Clock::time_point at_{};
  };

  /// Called when `entry`'s deadline has passed. It is out of the queue by then and may be set again or destroyed.
  using Expired = void (*)(void* context, Entry& entry);

  /// `loop` must outlive the queue.
  DeadlineQueue(EventLoop& loop, void* context, Expired expired);
  ~DeadlineQueue();
  DeadlineQueue(const DeadlineQueue&) = delete;
  DeadlineQueue& operator=(const DeadlineQueue&) = delete;

  /// Sets or changes a deadline; an entry of another queue moves here.
  void set(Entry& entry, Clock::time_point at) noexcept;
  /// The entry with the earliest deadline; nullptr when there is none.
  Entry* front() const noexcept { return front_; }
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return front_ == nullptr; }

 private:
  friend class EventLoop;

  void take_out(Entry& entry) noexcept;
  void expire(Clock::time_point now);

  EventLoop& loop_;
  void* context_;
  Expired expired_;
  Entry* front_ = nullptr;
  Entry* back_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace pp
