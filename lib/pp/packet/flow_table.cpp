#include "pp/packet/flow_table.hpp"

namespace pp::packet {

std::uint32_t FlowTable::create(const ConnectionKey& key, std::uint64_t hash) {
  std::uint32_t index = free_;
  if (index != no_index) {
    free_ = connections_[index].order.next;
    connections_[index] = Connection{};
  } else {
    index = static_cast<std::uint32_t>(connections_.size());
    connections_.emplace_back();
  }
  Connection& c = connections_[index];
  c.key = key;
  c.hash = hash;
  c.serial = next_serial_++;
  order_.push_back(index, [this](std::uint32_t i) -> IndexLinks& { return connections_[i].order; });
  index_.insert(hash, index);
  return index;
}

void FlowTable::remove(std::uint32_t index) noexcept {
  Connection& c = connections_[index];
  index_.erase(c.hash, index);
  order_.remove(index, [this](std::uint32_t i) -> IndexLinks& { return connections_[i].order; });
  c.order.next = free_;
  free_ = index;
}

}  // namespace pp::packet
