#include "pp/packet/flow_table.hpp"

namespace pp::packet {

std::uint32_t FlowTable::create(const ConnectionKey& key, std::uint64_t hash) {
  if ((used_ + std::size_t{1}) * 2 > slots_.size()) grow();
  std::uint32_t index = free_;
  if (index != no_index) {
    free_ = connections_[index].newer;
    connections_[index] = Connection{};
  } else {
    index = static_cast<std::uint32_t>(connections_.size());
    connections_.emplace_back();
  }
  Connection& c = connections_[index];
  c.key = key;
  c.hash = hash;
  c.serial = next_serial_++;
  c.older = newest_;
  (newest_ == no_index ? oldest_ : connections_[newest_].newer) = index;
  newest_ = index;
  ++used_;
  place_slot(index);
  return index;
}

void FlowTable::remove(std::uint32_t index) noexcept {
  Connection& c = connections_[index];
  const std::size_t mask = slots_.size() - 1;
  std::size_t hole = c.hash & mask;
  while (slots_[hole].index != index) hole = (hole + 1) & mask;
  // Close the hole, so that no probe ends early.
  for (std::size_t i = (hole + 1) & mask; slots_[i].index != no_index; i = (i + 1) & mask) {
    const std::size_t home = connections_[slots_[i].index].hash & mask;
    if (((i - home) & mask) >= ((i - hole) & mask)) {
      slots_[hole] = slots_[i];
      hole = i;
    }
  }
  slots_[hole] = {};
  (c.older == no_index ? oldest_ : connections_[c.older].newer) = c.newer;
  (c.newer == no_index ? newest_ : connections_[c.newer].older) = c.older;
  c.newer = free_;
  free_ = index;
  --used_;
}

void FlowTable::place_slot(std::uint32_t index) noexcept {
  const std::size_t mask = slots_.size() - 1;
  const std::uint64_t hash = connections_[index].hash;
  std::size_t i = hash & mask;
  while (slots_[i].index != no_index) i = (i + 1) & mask;
  slots_[i] = {static_cast<std::uint32_t>(hash >> 32U), index};
}

void FlowTable::grow() {
  std::vector<Slot>(slots_.size() * 2).swap(slots_);
  for (std::uint32_t i = oldest_; i != no_index; i = connections_[i].newer) place_slot(i);
}

}  // namespace pp::packet
