// What one side of a connection sent before the other side's header was complete. A capture may show a response before
// the header's last segment, so the first and the latest few segments are remembered and judged by their times.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "pp/packet/flow_table.hpp"
#include "pp/packet/head.hpp"

namespace pp::packet {

struct SideNotes {
  struct Note {
    std::int64_t time_ns = 0;
    bool set = false;
    Excerpt excerpt;
  };
  std::uint64_t owner = UINT64_MAX;
  Note first;
  std::array<Note, 2> latest;
  std::uint8_t next = 0;
  bool fin = false;
  bool rst = false;
  std::int64_t fin_time_ns = 0;
  std::int64_t rst_time_ns = 0;

  /// The earliest that is later than that time.
  const Note* after(std::int64_t time_ns) const noexcept {
    const Note* found = nullptr;
    for (const Note* note : {&first, &latest[0], &latest[1]}) {
      if (note->set && note->time_ns > time_ns && (found == nullptr || note->time_ns < found->time_ns)) found = note;
    }
    return found;
  }

  void data(std::int64_t time_ns, Bytes bytes) noexcept {
    Note& note = first.set ? latest[next] : first;
    if (first.set) next ^= 1U;
    note.set = true;
    note.time_ns = time_ns;
    note.excerpt.assign(bytes);
  }
};

/// A bounded pool. When every place is taken, the one taken longest ago goes to the newcomer; its former owner finds out
/// by the owner's number.
class SideNotesPool {
 public:
  static constexpr std::uint32_t capacity = 8192;

  static std::uint64_t owner_of(const Connection& c, unsigned side) noexcept { return c.serial * 2 + side; }

  SideNotes* find(const Connection& c, unsigned side) noexcept {
    const std::uint32_t at = c.sides[side].notes;
    return at != no_index && pool_[at].owner == owner_of(c, side) ? &pool_[at] : nullptr;
  }

  /// The notes of this side, new ones when there are none. `taken` counts those taken from others.
  SideNotes& get(Connection& c, unsigned side, std::uint64_t& taken) {
    if (SideNotes* notes = find(c, side)) return *notes;
    std::uint32_t at = 0;
    if (!free_.empty()) {
      at = free_.back();
      free_.pop_back();
    } else if (pool_.size() < capacity) {
      at = static_cast<std::uint32_t>(pool_.size());
      pool_.emplace_back();
    } else {
      at = hand_;
      hand_ = hand_ + 1 == capacity ? 0 : hand_ + 1;
      ++taken;
    }
    SideNotes& notes = pool_[at];
    notes.owner = owner_of(c, side);
    notes.first.set = false;
    for (SideNotes::Note& note : notes.latest) note.set = false;
    notes.fin = false;
    notes.rst = false;
    c.sides[side].notes = at;
    return notes;
  }

  void release(Connection& c, unsigned side) {
    if (SideNotes* notes = find(c, side)) {
      notes->owner = UINT64_MAX;
      free_.push_back(c.sides[side].notes);
    }
    c.sides[side].notes = no_index;
  }

 private:
  std::vector<SideNotes> pool_;
  std::vector<std::uint32_t> free_;
  std::uint32_t hand_ = 0;
};

}  // namespace pp::packet
