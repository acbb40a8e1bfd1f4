#include "pp/packet/connection_tracker.hpp"

#include <algorithm>

namespace pp::packet {

bool ConnectionTracker::repeats_finished(const FlowPlace& place, std::uint32_t start) noexcept {
  std::uint64_t* const entry = closed_.find(place.hash);
  if (entry == nullptr || (*entry & closed_entry::superseded) != 0) return false;
  if ((*entry & closed_entry::side_bit(place.side)) != 0 && closed_entry::same_start(*entry, start, place.side)) return true;
  *entry |= closed_entry::superseded;
  return false;
}

bool ConnectionTracker::has_sent(const Segment& segment, const FlowPlace& place) noexcept {
  std::uint64_t* const entry = closed_.find(place.hash);
  if (entry == nullptr) return false;
  if ((*entry & closed_entry::superseded) != 0) *entry = 0;
  if ((segment.flags & (tcp_fin | tcp_rst)) != 0) *entry |= closed_entry::ended;
  if ((*entry & closed_entry::side_bit(place.side)) == 0) return false;
  closed_.touch(place.hash, *entry);
  return true;
}

bool ConnectionTracker::side_has_sent(std::uint64_t hash, unsigned side) noexcept {
  const std::uint64_t* const entry = closed_.find(hash);
  return entry != nullptr && (*entry & closed_entry::side_bit(side)) != 0;
}

void ConnectionTracker::number(std::uint32_t index, std::uint64_t hash) {
  if (index != no_index || closed_.find(hash) != nullptr) {
    numbers_.touch(hash);
    return;
  }
  const std::uint64_t known = numbers_.count();
  numbers_.join(hash);
  if (numbers_.count() == known) return;
  ++counters_.tcp_connections;
  ++counters_.connections_without_start;
}

std::optional<ConnectionTracker::Place> ConnectionTracker::place_in_finished(const Segment& segment, const FlowPlace& place) noexcept {
  const std::uint64_t* const entry = closed_.find(place.hash);
  if (entry == nullptr || (*entry & closed_entry::superseded) != 0 || closed_entry::client_of(*entry) == closed_entry::no_starts) return {};
  return Place{closed_entry::offset_of(*entry, segment.seq, place.side), closed_entry::client_of(*entry), closed_.number(place.hash)};
}

std::uint32_t ConnectionTracker::create(const FlowKey& flow, const FlowPlace& place) {
  closed_.forget_recent(place.hash);
  const std::uint32_t index = table_.create(connection_of(flow, place.side), place.hash);
  counters_.flows_peak = std::max<std::uint64_t>(counters_.flows_peak, table_.size());
  return index;
}

void ConnectionTracker::skip(const FlowPlace& place) {
  ++counters_.streams_without_start;
  if (std::uint64_t* entry = closed_.find(place.hash)) {
    *entry |= closed_entry::side_bit(place.side);
  } else {
    remember(place.hash, closed_entry::side_bit(place.side) | closed_entry::client_bits(closed_entry::no_starts), 0);
  }
}

void ConnectionTracker::finish(std::uint32_t index) {
  const Connection& c = table_[index];
  remember(c.hash, closed_entry::of(c), c.number);
  table_.remove(index);
}

}  // namespace pp::packet
