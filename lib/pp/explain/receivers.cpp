#include "pp/explain/receivers.hpp"

#include <algorithm>

namespace pp::explain {
namespace {

std::uint64_t hash_of(const Receiver& r, const HashKey& secret) noexcept {
  return hash_address(r.address, std::uint64_t{r.port} << 1U | (r.udp ? 1U : 0U), secret);
}

}  // namespace

Receiver receiver_of(const inspect::Record& r) noexcept { return {r.flow.destination, r.flow.destination_port, r.flow.udp}; }

std::uint32_t Receivers::place_of(const Receiver& receiver, std::uint64_t hash) const noexcept {
  return index_.find(hash, [&](std::uint32_t i) { return entries_[i].receiver == receiver; });
}

PortEvidence& Receivers::use(const Receiver& receiver, bool& fresh) {
  fresh = false;
  ++clock_;
  if (latest_ < entries_.size() && entries_[latest_].receiver == receiver) {
    entries_[latest_].used = clock_;
    return *entries_[latest_].evidence;
  }
  const std::uint64_t hash = hash_of(receiver, secret_);
  std::uint32_t at = place_of(receiver, hash);
  if (at == HashIndex::none) {
    fresh = true;
    at = static_cast<std::uint32_t>(make_room());
    entries_[at] = {receiver, hash, clock_, std::make_unique<PortEvidence>()};
    index_.insert(hash, at);
  }
  entries_[at].used = clock_;
  latest_ = at;
  return *entries_[at].evidence;
}

PortEvidence* Receivers::find(const Receiver& receiver) noexcept {
  const std::uint32_t at = place_of(receiver, hash_of(receiver, secret_));
  return at == HashIndex::none ? nullptr : entries_[at].evidence.get();
}

std::size_t Receivers::make_room() {
  if (entries_.size() < most_) {
    entries_.emplace_back();
    return entries_.size() - 1;
  }
  const auto oldest = std::min_element(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.used < b.used; });
  const auto at = static_cast<std::size_t>(oldest - entries_.begin());
  index_.erase(oldest->hash, static_cast<std::uint32_t>(at));
  ++evicted_;
  return at;
}

void Receivers::clear() {
  entries_.clear();
  index_.clear();
  latest_ = 0;
}

}  // namespace pp::explain
