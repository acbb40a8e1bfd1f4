// A bounded map from a 64-bit hash to a value that forgets its oldest entry when it is full. What is forgotten depends
// on the order of insertion alone, never on the hash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pp::packet {

/// The hash is the identity: two keys with the same 64 bits are taken for one.
class AgingMap {
 public:
  explicit AgingMap(std::uint32_t capacity) : capacity_(capacity > 0 ? capacity : 1), slots_(first_slots), tags_(first_slots) {}

  /// nullptr when it is not there; else valid until the next insert.
  std::uint64_t* find(std::uint64_t hash) noexcept {
    const std::uint64_t key = key_of(hash);
    const std::uint8_t tag = tag_of(key);
    for (std::size_t i = home(key); tags_[i] != 0; i = next(i)) {
      if (tags_[i] == tag && slots_[i].key == key) return &slots_[i].value;
    }
    return nullptr;
  }

  /// Where the hash is, or will be, is wanted soon.
  void prefetch(std::uint64_t hash) const noexcept {
    const std::size_t at = home(key_of(hash));
    __builtin_prefetch(&tags_[at], 1);
    __builtin_prefetch(&slots_[at], 1);
  }

  struct Forgotten {
    std::uint64_t hash = 0;  // bit 0 aside
    std::uint64_t value = 0;
  };

  /// The hash must not be there yet. Returns true when an older entry had to go, which is then in `forgotten`.
  bool insert(std::uint64_t hash, std::uint64_t value, Forgotten& forgotten) {
    const std::uint64_t key = key_of(hash);
    bool full = false;
    if (order_.size() < capacity_) {
      if ((order_.size() + 1) * 2 > slots_.size()) grow();
      order_.push_back(key);
    } else {
      full = true;
      forgotten = {order_[oldest_], erase(order_[oldest_])};
      order_[oldest_] = key;
      oldest_ = oldest_ + 1 == capacity_ ? 0 : oldest_ + 1;
      // The next one that has to go was written long ago.
      __builtin_prefetch(&slots_[home(order_[oldest_])], 1);
    }
    place(key, value);
    return full;
  }

  std::size_t size() const noexcept { return order_.size(); }

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint64_t value = 0;
  };
  static constexpr std::size_t first_slots = 256;

  static std::uint64_t key_of(std::uint64_t hash) noexcept { return hash | 1U; }
  // Never 0, and from other bits than the place.
  static std::uint8_t tag_of(std::uint64_t key) noexcept { return static_cast<std::uint8_t>(key >> 56U | 1U); }
  std::size_t home(std::uint64_t key) const noexcept { return (key >> 8U) & (slots_.size() - 1); }
  std::size_t next(std::size_t i) const noexcept { return (i + 1) & (slots_.size() - 1); }

  void place(std::uint64_t key, std::uint64_t value) noexcept {
    std::size_t i = home(key);
    while (tags_[i] != 0) i = next(i);
    slots_[i] = {key, value};
    tags_[i] = tag_of(key);
  }

  /// Takes an entry out and closes the hole, so that no probe ends early.
  std::uint64_t erase(std::uint64_t key) noexcept {
    std::size_t hole = home(key);
    while (slots_[hole].key != key) hole = next(hole);
    const std::uint64_t value = slots_[hole].value;
    for (std::size_t i = next(hole); tags_[i] != 0; i = next(i)) {
      const std::size_t distance = (i - home(slots_[i].key)) & (slots_.size() - 1);
      if (distance >= ((i - hole) & (slots_.size() - 1))) {
        slots_[hole] = slots_[i];
        tags_[hole] = tags_[i];
        hole = i;
      }
    }
    slots_[hole] = {};
    tags_[hole] = 0;
    return value;
  }

  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    tags_.assign(old.size(), 0);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.key != 0) place(slot.key, slot.value);
    }
  }

  std::uint32_t capacity_;
  std::vector<Slot> slots_;
  std::vector<std::uint8_t> tags_;    // a byte for each slot, 0 when it is empty: a look-up that misses rarely needs more
  std::vector<std::uint64_t> order_;  // a ring once it is full
  std::size_t oldest_ = 0;
};

}  // namespace pp::packet
