// A bounded FIFO map from a 64-bit hash to a 64-bit value: when it is full, the entry inserted first goes. Which one that is
// depends on the order of insertion alone, never on the hash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "pp/base/hash_index.hpp"

namespace pp::packet {

/// The hash is the identity: two keys with the same 64 bits are taken for one.
class FifoMap {
 public:
  struct Entry {
    std::uint64_t hash = 0;
    std::uint64_t value = 0;
  };

  explicit FifoMap(std::uint32_t capacity) : capacity_(capacity > 0 ? capacity : 1), index_(256) {}

  /// nullptr when it is not there; else valid until the next insert.
  std::uint64_t* find(std::uint64_t hash) noexcept {
    const std::uint32_t at = index_.find(hash, [&](std::uint32_t i) { return ring_[i].hash == hash; });
    return at == HashIndex::none ? nullptr : &ring_[at].value;
  }

  /// Where an entry that is there lies, below size(); it stays there until it is evicted.
  std::size_t position(std::uint64_t hash) const noexcept {
    return index_.find(hash, [&](std::uint32_t i) { return ring_[i].hash == hash; });
  }

  /// Prefetches the slot for `hash`.
  void prefetch(std::uint64_t hash) const noexcept { index_.prefetch(hash); }

  /// The hash must not be there yet. Returns true when the oldest entry had to go, which is then in `evicted`.
  bool insert(std::uint64_t hash, std::uint64_t value, Entry& evicted) {
    if (ring_.size() < capacity_) {
      index_.insert(hash, static_cast<std::uint32_t>(ring_.size()));
      ring_.push_back({hash, value});
      return false;
    }
    evicted = ring_[oldest_];
    index_.erase(evicted.hash, oldest_);
    ring_[oldest_] = {hash, value};
    index_.insert(hash, oldest_);
    oldest_ = oldest_ + 1 == capacity_ ? 0 : oldest_ + 1;
    // The next entry to go was inserted long ago: its slot has left the cache.
    index_.prefetch(ring_[oldest_].hash);
    return true;
  }

  std::size_t size() const noexcept { return ring_.size(); }

 private:
  std::uint32_t capacity_;
  HashIndex index_;          // into ring_
  std::vector<Entry> ring_;  // in the order of insertion, from oldest_ once it is full
  std::uint32_t oldest_ = 0;
};

}  // namespace pp::packet
