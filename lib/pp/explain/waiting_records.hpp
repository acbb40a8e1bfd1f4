// Records that wait until it is certain what they say, and those that wait behind them, in order.
//
// Invariant: the front is a record that has to wait, or there is none. bytes() is the sum of what the records hold and never
// exceeds the limit for longer than it takes the caller to pop().
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "pp/inspect/record.hpp"

namespace pp::explain {

class WaitingRecords {
 public:
  explicit WaitingRecords(std::size_t most_bytes) : most_(most_bytes) {}

  bool empty() const noexcept { return queue_.empty(); }
  std::size_t size() const noexcept { return queue_.size(); }
  std::size_t bytes() const noexcept { return bytes_; }
  bool above_limit() const noexcept { return bytes_ > most_; }

  /// Copies the record, into the memory of one that has left where there is one. `waits`: for its own sake.
  void push(const inspect::Record& record, bool waits);
  /// The oldest; there must be one. It stays valid until the next call.
  inspect::Record& pop();
  /// The oldest, when it waits only for those that were before it; nullptr otherwise.
  inspect::Record* pop_free();

 private:
  struct Item {
    inspect::Record record;
    std::size_t cost = 0;
    bool waits = false;
  };
  std::size_t most_;
  std::size_t bytes_ = 0;
  std::deque<Item> queue_;
  std::vector<Item> spare_;  // a few, for their memory
  Item leaving_;
};

/// What the record holds, in bytes, the record itself included.
std::size_t memory_of(const inspect::Record& record) noexcept;

}  // namespace pp::explain
