// Heads on their way to the sink, and the memory they hold until then.
//
// Invariant: heads leave in the order of push(), except that the oldest ready one goes first when a limit is reached, and the
// front of the queue is never ready: whoever makes it ready delivers it, and all ready heads that follow it. Each head leaves
// once, or twice when report_early() gave it out before its reaction was known. pending_bytes() is the sum of the costs of all
// heads in the pool; deadline() is that of the first head to time out.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "pp/packet/head.hpp"
#include "pp/packet/head_pool.hpp"
#include "pp/packet/head_queue.hpp"

namespace pp::packet {

class DeliveryQueue {
 public:
  DeliveryQueue(const HeadOptions& options, const HeadCallbacks& callbacks, HeadCounters& counters)
      : options_(options), callbacks_(callbacks), counters_(counters), queue_(heads_), reported_(heads_) {}
  DeliveryQueue(const DeliveryQueue&) = delete;
  DeliveryQueue& operator=(const DeliveryQueue&) = delete;

  HeadNode& operator[](std::uint32_t at) noexcept { return heads_[at]; }
  const HeadNode& operator[](std::uint32_t at) const noexcept { return heads_[at]; }

  /// A new head of a connection, in no queue yet.
  std::uint32_t take(std::uint32_t connection, unsigned side);
  /// Keeps the front of the answer: as much as is of interest, or min_answer_bytes when the memory for pending heads is used up.
  void keep_answer(std::uint32_t at, Bytes bytes);
  /// The head has gained or lost bytes.
  void recount(HeadNode& node) noexcept;
  /// Releases a head that nobody is interested in.
  void drop(std::uint32_t at);

  /// Gives the head its turn, unless it has one. Its deadline is set.
  void push(std::uint32_t at);
  /// The head's deadline has changed.
  void watch(std::uint32_t at) noexcept {
    if (queue_.front() == at) watch_fronts();
  }
  /// The head is final and belongs to no connection any more: delivers it in its turn, which may be now.
  void finish(std::uint32_t at);
  /// A head of one frame that is final from the start; `bytes` are copied when it has to wait.
  void deliver(const Head& whole, Bytes bytes);
  /// The same, when nothing waits before it.
  void deliver_now(Head& head, Bytes bytes);
  /// Gives the front of the queue to the sink with the reaction known so far; it will be given again when it is final.
  void report_early(std::uint32_t at);
  /// Empties the queues: all heads in the pool by stream number, final ones without a connection. For emit() and finish().
  std::vector<std::uint32_t> take_all();
  /// Gives a final head in no queue to the sink, and releases it.
  void emit(std::uint32_t at);

  /// The first head in the queue; not final.
  std::uint32_t front() const noexcept { return queue_.front(); }
  /// A head whose deadline has passed, or no_index.
  std::uint32_t overdue(std::int64_t now_ns) const noexcept;
  std::int64_t deadline() const noexcept { return deadline_ns_; }
  /// Delivers ready heads from the front of the queue, then sets the deadline for the next one.
  void drain();

  bool above_limits() const noexcept {
    return queue_.size() + reported_.size() > options_.max_queue || pending_bytes_ > options_.max_pending_bytes;
  }
  /// Above the limits: delivers the oldest ready head out of turn. False when there is none.
  bool deliver_oldest_ready();
  /// Above the limits and without a ready head: the head that has to end.
  std::uint32_t next_to_evict() const noexcept;

  bool empty() const noexcept { return queue_.size() == 0; }
  std::uint32_t size() const noexcept { return queue_.size(); }
  /// Everything that waits now has a lower order than this, and what comes later does not.
  std::uint64_t next_order() const noexcept { return queue_.next_order(); }
  std::uint64_t pending_bytes() const noexcept { return pending_bytes_; }

 private:
  void watch_fronts() noexcept;
  void give(std::uint32_t at);

  const HeadOptions& options_;
  const HeadCallbacks& callbacks_;
  HeadCounters& counters_;
  std::int64_t deadline_ns_ = std::numeric_limits<std::int64_t>::max();
  std::uint64_t pending_bytes_ = 0;
  HeadPool heads_;
  HeadQueue queue_;
  HeadQueue reported_;  // given to the sink early, and still waiting for their reactions
};

}  // namespace pp::packet
