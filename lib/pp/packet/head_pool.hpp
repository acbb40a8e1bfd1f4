// The heads that are being assembled, wait for their reaction or wait for their turn: nodes that are found by number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <vector>

#include "pp/packet/head.hpp"
#include "pp/packet/head_buffer.hpp"
#include "pp/packet/index_list.hpp"

namespace pp::packet {

struct HeadState {
  std::uint32_t connection = no_index;  // in the flow table, no_index once final
  unsigned side = 0;
  std::uint32_t limit = max_head_bytes;  // keep at most this many bytes
  std::uint32_t fin_at = UINT32_MAX;     // offset of the sender's FIN
  std::int64_t deadline_ns = 0;          // when the wait for the reaction, or the grace after a RST, ends
  std::int64_t fin_time_ns = 0;
  std::int64_t hole_since_ns = 0;  // when the hole was known to be one
  std::int64_t reset_time_ns = 0;
  Reaction::By reset_by = Reaction::By::receiver;
  bool hole_known = false;
  bool hole = false;     // counted as having a hole
  bool closing = false;  // a RST ended it; bytes that were sent before may still come
  bool queued = false;
  bool ready = false;       // final, waits for its turn alone
  std::uint64_t cost = 0;   // bytes charged against max_pending_bytes
  std::uint64_t order = 0;  // in the queue
  IndexLinks in_queue;
  IndexLinks in_pool;
};

/// A copy of an answer's first bytes; short ones need no allocation.
class KeptAnswer {
 public:
  void assign(Bytes bytes) {
    if (bytes.size() <= min_answer_bytes) {
      front_.assign(bytes);
      all_.clear();
    } else {
      all_.assign(bytes.begin(), bytes.end());
    }
  }
  void clear() noexcept {
    front_.size = 0;
    all_.clear();
  }
  Bytes view() const noexcept PP_LIFETIMEBOUND { return all_.empty() ? front_.view() : Bytes(all_); }
  /// Bytes beyond the object itself.
  std::size_t cost() const noexcept { return all_.size(); }

 private:
  Excerpt front_;
  std::vector<std::uint8_t> all_;
};

struct HeadNode : HeadState {
  Head head;
  HeadBuffer buffer;
  std::vector<std::uint64_t> frames;
  KeptAnswer answer;

  /// As newly constructed, but keeps the vectors' capacity.
  void reset() noexcept {
    static_cast<HeadState&>(*this) = HeadState{};
    // In place: a Head{} to copy from would first be cleared as a whole.
    static_assert(std::is_trivially_destructible_v<Head>);
    ::new (static_cast<void*>(&head)) Head;
    buffer.clear();
    frames.clear();
    answer.clear();
  }
};

class HeadPool {
 public:
  std::uint32_t take();
  void release(std::uint32_t index);
  HeadNode& operator[](std::uint32_t index) noexcept { return *nodes_[index]; }
  const HeadNode& operator[](std::uint32_t index) const noexcept { return *nodes_[index]; }
  void prefetch(std::uint32_t index) const noexcept {
    const auto* at = reinterpret_cast<const char*>(nodes_[index].get());
    for (std::size_t i = 0; i < sizeof(HeadNode); i += 64) __builtin_prefetch(at + i, 1);
  }
  /// The nodes in use by the time they were taken: the first, and the one after another (HeadState::in_pool).
  std::uint32_t oldest() const noexcept { return in_use_.front(); }
  std::uint32_t in_use() const noexcept { return used_; }

 private:
  static constexpr std::size_t max_spare = 2048;  // nodes kept ready for use

  std::vector<std::unique_ptr<HeadNode>> nodes_;
  std::vector<std::uint32_t> spare_;   // with a node
  std::vector<std::uint32_t> vacant_;  // without one
  IndexList in_use_;
  std::uint32_t used_ = 0;
};

}  // namespace pp::packet
