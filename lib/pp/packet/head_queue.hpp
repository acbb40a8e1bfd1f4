// Heads on their way out: a pool of them, and the queue that keeps the order in which their headers were completed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#include "pp/packet/flow_table.hpp"
#include "pp/packet/head.hpp"
#include "pp/packet/head_buffer.hpp"

namespace pp::packet {

/// Where a head stands on its way.
struct HeadState {
  std::uint32_t connection = no_index;  // while more can come
  unsigned side = 0;
  std::uint32_t limit = max_head_bytes;  // bytes that may still be of use
  std::uint32_t fin_at = UINT32_MAX;     // offset of the sender's FIN
  std::int64_t deadline_ns = 0;          // of the wait
  std::int64_t fin_time_ns = 0;
  std::int64_t hole_since_ns = 0;  // when the hole was known to be one
  std::int64_t reset_time_ns = 0;
  Reaction::By reset_by = Reaction::By::receiver;
  bool hole_known = false;
  bool hole = false;     // counted as having a hole
  bool closing = false;  // a RST ended it; bytes that were sent before may still come
  bool queued = false;
  bool ready = false;               // waits for nothing but its turn
  std::uint64_t cost = 0;           // as it is counted now
  std::uint64_t order = 0;          // in the queue
  std::uint32_t before = no_index;  // in the queue
  std::uint32_t behind = no_index;
  std::uint32_t older = no_index;  // among all nodes in use
  std::uint32_t newer = no_index;
};

/// A head that is being put together, or waits for its reaction, or for its turn.
struct HeadNode : HeadState {
  Head head;
  HeadBuffer buffer;
  std::vector<std::uint64_t> frames;

  /// As new, but for the memory that it holds.
  void reset() noexcept {
    static_cast<HeadState&>(*this) = HeadState{};
    // In place: a Head{} to copy from would first be cleared as a whole.
    static_assert(std::is_trivially_destructible_v<Head>);
    ::new (static_cast<void*>(&head)) Head;
    buffer.clear();
    frames.clear();
  }
};

class HeadPool {
 public:
  std::uint32_t take();
  void release(std::uint32_t index);
  HeadNode& operator[](std::uint32_t index) noexcept { return *nodes_[index]; }
  const HeadNode& operator[](std::uint32_t index) const noexcept { return *nodes_[index]; }
  /// It is wanted soon.
  void prefetch(std::uint32_t index) const noexcept {
    const auto* at = reinterpret_cast<const char*>(nodes_[index].get());
    for (std::size_t i = 0; i < sizeof(HeadNode); i += 64) __builtin_prefetch(at + i, 1);
  }
  std::uint32_t oldest() const noexcept { return oldest_; }
  std::uint32_t in_use() const noexcept { return used_; }

 private:
  static constexpr std::size_t max_spare = 2048;  // nodes kept ready for use

  std::vector<std::unique_ptr<HeadNode>> nodes_;
  std::vector<std::uint32_t> spare_;   // with a node
  std::vector<std::uint32_t> vacant_;  // without one
  std::uint32_t used_ = 0;
  std::uint32_t oldest_ = no_index;
  std::uint32_t newest_ = no_index;
};

class HeadQueue {
 public:
  explicit HeadQueue(HeadPool& pool) noexcept : pool_(pool) {}

  void push(std::uint32_t index);
  void mark_ready(std::uint32_t index);
  /// Out of the queue, wherever it stands.
  void remove(std::uint32_t index);

  std::uint32_t front() const noexcept { return front_; }
  /// Only wanted when a cap is reached, so the order of the ready ones is kept from the first question on, until the
  /// queue has become half as long.
  std::uint32_t oldest_ready();
  std::uint32_t size() const noexcept { return size_; }
  /// What the next one to be pushed gets as its order.
  std::uint64_t next_order() const noexcept { return next_order_; }

 private:
  using Entry = std::pair<std::uint64_t, std::uint32_t>;  // order, index

  void forget_ready() noexcept;

  HeadPool& pool_;
  std::vector<Entry> ready_;  // when tracked_: a heap with the lowest order on top, of the ready nodes
  bool tracked_ = false;
  std::uint32_t tracked_from_ = 0;  // as many as there were then
  std::uint32_t front_ = no_index;
  std::uint32_t back_ = no_index;
  std::uint32_t size_ = 0;
  std::uint64_t next_order_ = 0;
};

}  // namespace pp::packet
