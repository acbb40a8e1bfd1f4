// An open-addressing index from a 64-bit hash to the number of an entry that its user stores elsewhere.
//
//   slots    | tag, entry |            | tag, entry | tag, entry |      linear probing, at most half of them in use
//
// * The tag is the low 32 bits of the hash; the home slot is the tag masked. So growing and erasing never look at the entries,
//   and a look-up that misses costs one cache line.
// * Backward-shift deletion, no tombstones: probes stay as short as if what was erased had never been there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pp {

/// Entries are numbered by the user, from 0 to none - 1. Several may have the same hash: the user's `match` tells them apart.
/// The hash should be keyed when others choose what is hashed (keyed_hash.hpp).
class HashIndex {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;

  /// `slots`: to start with, a power of two.
  explicit HashIndex(std::size_t slots = 16) : slots_(slots) {}

  /// The entry with this hash for which match(entry) is true, or none. `match` is asked only where the tag is the same.
  template <class Match>
  std::uint32_t find(std::uint64_t hash, const Match& match) const {
    const std::uint32_t tag = tag_of(hash);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = tag & mask;; i = (i + 1) & mask) {
      const Slot& slot = slots_[i];
      if (slot.entry == none) return none;
      if (slot.tag == tag && match(slot.entry)) return slot.entry;
    }
  }

  /// The entry must not be in the index yet. Doubles the slots when they would be more than half full.
  void insert(std::uint64_t hash, std::uint32_t entry) {
    if (2 * (size_ + 1) > slots_.size()) grow();
    place({tag_of(hash), entry});
    ++size_;
  }

  /// The entry must be in the index, with this hash.
  void erase(std::uint64_t hash, std::uint32_t entry) noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t hole = tag_of(hash) & mask;
    while (slots_[hole].entry != entry) hole = (hole + 1) & mask;
    for (std::size_t i = (hole + 1) & mask; slots_[i].entry != none; i = (i + 1) & mask) {
      const std::size_t from_home = (i - slots_[i].tag) & mask;
      const std::size_t from_hole = (i - hole) & mask;
      if (from_home < from_hole) continue;  // its probe starts after the hole
      slots_[hole] = slots_[i];
      hole = i;
    }
    slots_[hole] = {};
    --size_;
  }

  /// Forgets all entries and keeps the slots.
  void clear() noexcept {
    for (Slot& slot : slots_) slot = {};
    size_ = 0;
  }

  /// Brings the home slot of the hash into the cache.
  void prefetch(std::uint64_t hash) const noexcept { __builtin_prefetch(&slots_[tag_of(hash) & (slots_.size() - 1)], 1); }

  std::size_t size() const noexcept { return size_; }
  std::size_t slots() const noexcept { return slots_.size(); }

 private:
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t entry = none;
  };

  static std::uint32_t tag_of(std::uint64_t hash) noexcept { return static_cast<std::uint32_t>(hash); }

  void place(const Slot& slot) noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t i = slot.tag & mask;
    while (slots_[i].entry != none) i = (i + 1) & mask;
    slots_[i] = slot;
  }

  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.entry != none) place(slot);
    }
  }

  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace pp
