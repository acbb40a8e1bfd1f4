// A queue of heads in the order in which they were pushed, from which any of them may leave.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "pp/packet/head_pool.hpp"

namespace pp::packet {

class HeadQueue {
 public:
  explicit HeadQueue(HeadPool& pool) noexcept : pool_(pool) {}

  void push(std::uint32_t index);
  void mark_ready(std::uint32_t index);
  /// The head may be anywhere in the queue.
  void remove(std::uint32_t index);

  std::uint32_t front() const noexcept { return list_.front(); }
  /// Only asked when a limit is reached, so the order of the ready heads is kept from the first such question on, until the
  /// queue has become half as long.
  std::uint32_t oldest_ready();
  std::uint32_t size() const noexcept { return size_; }
  /// The order that the next push() assigns.
  std::uint64_t next_order() const noexcept { return next_order_; }

 private:
  using Entry = std::pair<std::uint64_t, std::uint32_t>;  // order, index

  void forget_ready() noexcept;

  HeadPool& pool_;
  IndexList list_;
  std::vector<Entry> ready_;  // when tracked_: the ready heads, a heap with the lowest order on top
  bool tracked_ = false;
  std::uint32_t tracked_from_ = 0;  // size of the queue at the time
  std::uint32_t size_ = 0;
  std::uint64_t next_order_ = 0;
};

}  // namespace pp::packet
