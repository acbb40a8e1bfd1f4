#include "pp/packet/delivery_queue.hpp"

#include <algorithm>
#include <span>

namespace pp::packet {

std::uint32_t DeliveryQueue::take(std::uint32_t connection, unsigned side) {
  const std::uint32_t at = heads_.take();
  HeadNode& node = heads_[at];
  node.connection = connection;
  node.side = side;
  return at;
}

void DeliveryQueue::keep_answer(std::uint32_t at, Bytes bytes) {
  HeadNode& node = heads_[at];
  bytes = bytes.first(std::min(bytes.size(), max_answer_bytes));
  if (bytes.size() > min_answer_bytes) {
    const std::size_t wanted = callbacks_.answer == nullptr ? bytes.size() : callbacks_.answer(callbacks_.context, bytes);
    const bool has_room = pending_bytes_ + max_answer_bytes <= options_.max_pending_bytes;
    bytes = bytes.first(std::clamp(has_room ? wanted : 0, min_answer_bytes, bytes.size()));
  }
  node.answer.assign(bytes);
  if (node.answer.cost() > 0) recount(node);
}

void DeliveryQueue::recount(HeadNode& node) noexcept {
  const std::uint64_t now = sizeof(HeadNode) + node.buffer.cost() + node.answer.cost();
  pending_bytes_ += now - node.cost;
  node.cost = now;
  counters_.pending_bytes_peak = std::max(counters_.pending_bytes_peak, pending_bytes_);
}

void DeliveryQueue::drop(std::uint32_t at) {
  HeadNode& node = heads_[at];
  const bool queued = node.queued;
  if (queued) queue_.remove(at);
  pending_bytes_ -= node.cost;
  heads_.release(at);
  if (queued) drain();
}

void DeliveryQueue::push(std::uint32_t at) {
  if (!heads_[at].queued) queue_.push(at);
  watch(at);
}

void DeliveryQueue::finish(std::uint32_t at) {
  HeadNode& node = heads_[at];
  if (node.head.reported) {
    if (node.queued) reported_.remove(at);
    emit(at);
    watch_fronts();
    return;
  }
  if (!node.queued && empty()) {
    emit(at);
    return;
  }
  if (!node.queued) queue_.push(at);
  queue_.mark_ready(at);
  if (queue_.front() == at) drain();  // otherwise an earlier head is still pending; the deadline belongs to the queue's front
}

void DeliveryQueue::drain() {
  while (queue_.front() != no_index && heads_[queue_.front()].ready) {
    const std::uint32_t at = queue_.front();
    // The next head has waited long, and is no longer in the cache.
    if (const std::uint32_t next = heads_[at].in_queue.next; next != no_index) heads_.prefetch(next);
    __builtin_prefetch(heads_[at].buffer.contiguous().data());
    queue_.remove(at);
    emit(at);
  }
  watch_fronts();
}

void DeliveryQueue::watch_fronts() noexcept {
  deadline_ns_ = std::numeric_limits<std::int64_t>::max();
  for (const std::uint32_t front : {queue_.front(), reported_.front()}) {
    if (front != no_index) deadline_ns_ = std::min(deadline_ns_, heads_[front].deadline_ns);
  }
}

std::uint32_t DeliveryQueue::overdue(std::int64_t now_ns) const noexcept {
  for (const std::uint32_t front : {queue_.front(), reported_.front()}) {
    if (front != no_index && heads_[front].deadline_ns < now_ns) return front;
  }
  return no_index;
}

void DeliveryQueue::give(std::uint32_t at) {
  HeadNode& node = heads_[at];
  const Bytes bytes = node.buffer.contiguous();
  node.head.bytes = bytes.first(std::min<std::size_t>(bytes.size(), node.limit));
  node.head.frames = node.frames;
  node.head.reaction.answer = node.answer.view();
  if (node.frames.empty() && node.head.segments == 1) node.head.frames = std::span(&node.head.frame, 1);
  if (!node.head.reported) ++counters_.heads;
  callbacks_.sink(callbacks_.context, node.head);
}

void DeliveryQueue::emit(std::uint32_t at) {
  give(at);
  pending_bytes_ -= heads_[at].cost;
  heads_.release(at);
}

void DeliveryQueue::report_early(std::uint32_t at) {
  queue_.remove(at);
  give(at);
  heads_[at].head.reported = true;
  reported_.push(at);
  drain();
}

bool DeliveryQueue::deliver_oldest_ready() {
  const std::uint32_t at = queue_.oldest_ready();
  if (at == no_index) return false;
  queue_.remove(at);
  emit(at);
  return true;
}

std::uint32_t DeliveryQueue::next_to_evict() const noexcept {
  const bool too_many = queue_.size() + reported_.size() > options_.max_queue;
  return !too_many ? heads_.oldest() : reported_.size() > 0 ? reported_.front() : queue_.front();
}

std::vector<std::uint32_t> DeliveryQueue::take_all() {
  std::vector<std::uint32_t> all;
  for (std::uint32_t at = heads_.oldest(); at != no_index; at = heads_[at].in_pool.next) all.push_back(at);
  std::sort(all.begin(), all.end(), [this](std::uint32_t a, std::uint32_t b) {
    const Head& x = heads_[a].head;
    const Head& y = heads_[b].head;
    return x.stream != y.stream ? x.stream < y.stream : x.frame < y.frame;
  });
  for (const std::uint32_t at : all) {
    if (heads_[at].queued) (heads_[at].head.reported ? reported_ : queue_).remove(at);
  }
  watch_fronts();
  return all;
}

void DeliveryQueue::deliver_now(Head& head, Bytes bytes) {
  head.frames = std::span(&head.frame, 1);
  head.bytes = bytes;
  ++counters_.heads;
  callbacks_.sink(callbacks_.context, head);
}

void DeliveryQueue::deliver(const Head& whole, Bytes bytes) {
  if (empty()) {
    Head head = whole;
    deliver_now(head, bytes);
    return;
  }
  const std::uint32_t at = heads_.take();
  HeadNode& node = heads_[at];
  node.head = whole;
  node.frames.assign(1, whole.frame);
  node.buffer.add(0, bytes, static_cast<std::uint32_t>(bytes.size()), max_head_bytes, whole.frame, whole.time_ns);
  recount(node);
  queue_.push(at);
  queue_.mark_ready(at);
}

}  // namespace pp::packet
