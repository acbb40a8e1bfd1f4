#include "pp/net/event_loop.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace pp {
namespace {

[[noreturn]] void refuse(const char* call) { throw std::system_error(errno, std::generic_category(), call); }

constexpr std::size_t not_pending = std::numeric_limits<std::size_t>::max();

}  // namespace

int EventLoop::epoll() {
  if (!epoll_) epoll_.reset(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll_) refuse("epoll_create1");
  return epoll_.get();
}

void EventLoop::watch(Watch& watch, int fd, std::uint32_t events) {
  if (watch.events_ == events) return;
  epoll_event event{};
  event.events = events;
  event.data.ptr = &watch;
  const int operation = watch.events_ == 0 ? EPOLL_CTL_ADD : events == 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;
  if (::epoll_ctl(epoll(), operation, fd, &event) != 0) refuse("epoll_ctl");
  watch.events_ = events;
}

void EventLoop::forget(Watch& watch) noexcept {
  watch.events_ = 0;
  if (watch.pending_ < ready_) batch_[watch.pending_].data.ptr = nullptr;
  watch.pending_ = not_pending;
}

int EventLoop::wait_ms(std::chrono::milliseconds longest) const noexcept {
  Clock::time_point next = Clock::time_point::max();
  for (const DeadlineQueue* queue : queues_) {
    if (!queue->empty()) next = std::min(next, queue->front()->at());
  }
  if (next == Clock::time_point::max()) return static_cast<int>(longest.count());
  // Rounded up, so that the deadline has passed when the wait is over.
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now());
  return static_cast<int>(std::clamp(left, std::chrono::milliseconds(0), longest).count());
}

void EventLoop::turn(std::chrono::milliseconds longest) {
  const int n = ::epoll_wait(epoll(), batch_.data(), static_cast<int>(batch_.size()), wait_ms(longest));
  if (n < 0 && errno != EINTR) refuse("epoll_wait");
  now_ = Clock::now();
  ready_ = n > 0 ? static_cast<std::size_t>(n) : 0;
  for (std::size_t i = 0; i < ready_; ++i) static_cast<Watch*>(batch_[i].data.ptr)->pending_ = i;
  for (std::size_t i = 0; i < ready_; ++i) {
    auto* const watch = static_cast<Watch*>(batch_[i].data.ptr);
    if (watch == nullptr) continue;  // forgotten by an earlier handler of this turn
    watch->pending_ = not_pending;
    watch->ready_(watch->context_, *watch, batch_[i].events);
  }
  ready_ = 0;
  for (DeadlineQueue* queue : queues_) queue->expire(now_);
}

DeadlineQueue::DeadlineQueue(EventLoop& loop, void* context, Expired expired) : loop_(loop), context_(context), expired_(expired) {
  loop_.queues_.push_back(this);
}

DeadlineQueue::~DeadlineQueue() {
  while (front_ != nullptr) take_out(*front_);
  std::erase(loop_.queues_, this);
}

void DeadlineQueue::set(Entry& entry, Clock::time_point at) noexcept {
  entry.cancel();
  Entry* before = back_;
  while (before != nullptr && before->at_ > at) before = before->previous_;
  entry.queue_ = this;
  entry.at_ = at;
  entry.previous_ = before;
  entry.next_ = before != nullptr ? before->next_ : front_;
  (before != nullptr ? before->next_ : front_) = &entry;
  (entry.next_ != nullptr ? entry.next_->previous_ : back_) = &entry;
  ++size_;
}

void DeadlineQueue::take_out(Entry& entry) noexcept {
  (entry.previous_ != nullptr ? entry.previous_->next_ : front_) = entry.next_;
  (entry.next_ != nullptr ? entry.next_->previous_ : back_) = entry.previous_;
  entry.queue_ = nullptr;
  entry.previous_ = entry.next_ = nullptr;
  --size_;
}

/// Once for each entry at most: a handler that sets a deadline in the past gets it in the next turn.
void DeadlineQueue::expire(Clock::time_point now) {
  for (std::size_t n = size_; n > 0 && front_ != nullptr && front_->at_ <= now; --n) {
    Entry& entry = *front_;
    take_out(entry);
    expired_(context_, entry);
  }
}

}  // namespace pp
