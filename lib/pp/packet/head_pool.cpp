#include "pp/packet/head_pool.hpp"

namespace pp::packet {

std::uint32_t HeadPool::take() {
  std::uint32_t index = 0;
  if (!spare_.empty()) {
    index = spare_.back();
    spare_.pop_back();
  } else if (!vacant_.empty()) {
    index = vacant_.back();
    nodes_[index] = std::make_unique<HeadNode>();
    vacant_.pop_back();
  } else {
    index = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back(std::make_unique<HeadNode>());
  }
  in_use_.push_back(index, [this](std::uint32_t i) -> IndexLinks& { return nodes_[i]->in_pool; });
  ++used_;
  return index;
}

void HeadPool::release(std::uint32_t index) {
  in_use_.remove(index, [this](std::uint32_t i) -> IndexLinks& { return nodes_[i]->in_pool; });
  --used_;
  if (spare_.size() < max_spare) {
    nodes_[index]->reset();
    spare_.push_back(index);
  } else {
    nodes_[index].reset();
    vacant_.push_back(index);
  }
}

}  // namespace pp::packet
