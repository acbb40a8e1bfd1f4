#include "pp/packet/head_queue.hpp"

#include <algorithm>
#include <functional>

namespace pp::packet {

void HeadQueue::push(std::uint32_t index) {
  HeadNode& node = pool_[index];
  node.queued = true;
  node.order = next_order_++;
  list_.push_back(index, [this](std::uint32_t i) -> IndexLinks& { return pool_[i].in_queue; });
  ++size_;
}

void HeadQueue::mark_ready(std::uint32_t index) {
  pool_[index].ready = true;
  if (!tracked_) return;
  ready_.emplace_back(pool_[index].order, index);
  std::push_heap(ready_.begin(), ready_.end(), std::greater<>());
}

std::uint32_t HeadQueue::oldest_ready() {
  if (!tracked_) {
    // In the order of the queue, which is a heap already.
    for (std::uint32_t at = front(); at != no_index; at = pool_[at].in_queue.next) {
      if (pool_[at].ready) ready_.emplace_back(pool_[at].order, at);
    }
    tracked_ = true;
    tracked_from_ = size_;
  }
  return ready_.empty() ? no_index : ready_.front().second;
}

void HeadQueue::forget_ready() noexcept {
  ready_.clear();
  tracked_ = false;
}

void HeadQueue::remove(std::uint32_t index) {
  HeadNode& node = pool_[index];
  if (tracked_ && (size_ <= tracked_from_ / 2 || (node.ready && ready_.front().second != index))) forget_ready();
  if (tracked_ && node.ready) {
    std::pop_heap(ready_.begin(), ready_.end(), std::greater<>());
    ready_.pop_back();
  }
  list_.remove(index, [this](std::uint32_t i) -> IndexLinks& { return pool_[i].in_queue; });
  node.queued = false;
  --size_;
}

}  // namespace pp::packet
