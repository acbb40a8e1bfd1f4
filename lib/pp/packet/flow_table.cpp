#include "pp/packet/flow_table.hpp"

namespace pp::packet {

std::uint32_t FlowTable::create(const ConnectionKey& key, std::uint64_t hash) {
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
  index_.insert(hash, index);
  return index;
}

void FlowTable::remove(std::uint32_t index) noexcept {
  Connection& c = connections_[index];
  index_.erase(c.hash, index);
  (c.older == no_index ? oldest_ : connections_[c.older].newer) = c.newer;
  (c.newer == no_index ? newest_ : connections_[c.newer].older) = c.older;
  c.newer = free_;
  free_ = index;
  --used_;
}

}  // namespace pp::packet
