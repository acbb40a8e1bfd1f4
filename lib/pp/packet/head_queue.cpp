#include "pp/packet/head_queue.hpp"

#include <algorithm>
#include <functional>

namespace pp::packet {

std::uint32_t HeadPool::take() {
  std::uint32_t index = 0;
  if (!spare_.empty()) {
    index = spare_.back();
    spare_.pop_back();
  } else if (!vacant_.empty()) {
    index = vacant_.back();
    nodes_[index] = std::make_unique<HeadNode>();
    vacant_.pop_back();
  } else {
    index = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back(std::make_unique<HeadNode>());
  }
  HeadNode& node = *nodes_[index];
  node.older = newest_;
  (newest_ == no_index ? oldest_ : nodes_[newest_]->newer) = index;
  newest_ = index;
  ++used_;
  return index;
}

void HeadPool::release(std::uint32_t index) {
  HeadNode& node = *nodes_[index];
  (node.older == no_index ? oldest_ : nodes_[node.older]->newer) = node.newer;
  (node.newer == no_index ? newest_ : nodes_[node.newer]->older) = node.older;
  --used_;
  if (spare_.size() < max_spare) {
    node.reset();
    spare_.push_back(index);
  } else {
    nodes_[index].reset();
    vacant_.push_back(index);
  }
}

void HeadQueue::push(std::uint32_t index) {
  HeadNode& node = pool_[index];
  node.queued = true;
  node.order = next_order_++;
  node.before = back_;
  node.behind = no_index;
  (back_ == no_index ? front_ : pool_[back_].behind) = index;
  back_ = index;
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
    for (std::uint32_t at = front_; at != no_index; at = pool_[at].behind) {
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
  (node.before == no_index ? front_ : pool_[node.before].behind) = node.behind;
  (node.behind == no_index ? back_ : pool_[node.behind].before) = node.before;
  node.queued = false;
  --size_;
}

}  // namespace pp::packet
