#include "pp/packet/closed_connections.hpp"

namespace pp::packet {

bool ClosedConnections::remember(std::uint64_t hash, std::uint64_t entry, std::uint64_t number) {
  write_pending();
  touch(hash, entry);
  if (std::uint64_t* known = entries_.find(hash)) {
    *known = entry;
    numbers_[entries_.position(hash)] = static_cast<std::uint32_t>(number);
    return true;
  }
  FifoMap::Entry evicted;
  const bool full = entries_.insert(hash, entry, evicted);
  numbers_.resize(entries_.size());
  numbers_[entries_.position(hash)] = static_cast<std::uint32_t>(number);
  if (!full) return true;
  // Otherwise it would be known until another entry of its set replaces it, and the hash key decides which one that is.
  forget_recent(evicted.hash);
  return (evicted.value & (closed_entry::ended | closed_entry::superseded)) != 0;
}

void ClosedConnections::end_recent(std::uint64_t hash) noexcept {
  for (std::uint64_t& recent : set_of(hash)) {
    if (((recent ^ hash) & recent_hash) == 0) recent |= recent_ended;
  }
  if (pending_count_ == pending_.size()) write_pending();
  pending_[pending_count_++] = hash;
  entries_.prefetch(hash);
}

void ClosedConnections::write_pending() noexcept {
  for (std::size_t i = 0; i < pending_count_; ++i) {
    if (std::uint64_t* entry = entries_.find(pending_[i])) *entry |= closed_entry::ended;
  }
  pending_count_ = 0;
}

void ClosedConnections::touch(std::uint64_t hash, std::uint64_t entry) noexcept {
  std::uint64_t moved = (hash & recent_hash) | (entry & ~recent_hash);
  for (std::uint64_t& place : set_of(hash)) {
    std::swap(place, moved);
    if (((moved ^ hash) & recent_hash) == 0) return;
  }
}

void ClosedConnections::forget_recent(std::uint64_t hash) noexcept {
  for (std::uint64_t& recent : set_of(hash)) {
    if (((recent ^ hash) & recent_hash) == 0) recent = 0;
  }
}

}  // namespace pp::packet
