#include "pp/inspect/flow_packets.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace pp::inspect {
namespace {

constexpr std::size_t max_fragments = 256;
constexpr std::size_t max_entries = 65536;
constexpr int nearby = 256;

}  // namespace

void FlowPackets::begin_capture(const packet::HashKey& key) {
  key_ = key;
  entries_.clear();
  by_hash_.clear();
  fragments_.clear();
  next_fragment_ = 0;
  bytes_ = 0;
}

std::uint64_t FlowPackets::hash_of(const packet::FlowKey& flow, unsigned& side) const noexcept {
  const packet::FlowPlace place = packet::place_flow(flow, key_);
  side = place.side;
  return flow.protocol == packet::Protocol::udp ? ~place.hash : place.hash;
}

FlowPackets::Entry& FlowPackets::entry_of(std::uint64_t hash) {
  if (const auto found = by_hash_.find(hash); found != by_hash_.end()) return *found->second;
  Entry& entry = entries_.emplace_back();
  entry.hash = hash;
  by_hash_.emplace(hash, std::prev(entries_.end()));
  return entry;
}

void FlowPackets::erase(Entries::iterator at) {
  bytes_ -= at->cost;
  by_hash_.erase(at->hash);
  entries_.erase(at);
}

void FlowPackets::make_room() {
  while ((bytes_ > options_.max_bytes || entries_.size() > max_entries) && entries_.size() > 1) {
    // Sooner one that has shown nothing of interest yet, if there is one near.
    auto at = entries_.begin();
    for (auto [i, look] = std::pair{0, entries_.begin()}; i < nearby && std::next(look) != entries_.end(); ++i, ++look) {
      if (look->candidates != 0) continue;
      at = look;
      break;
    }
    if (!at->cut && !at->packets.empty()) ++lost_;
    erase(at);
  }
}

void FlowPackets::write(Entry& entry, const packet::Packet& packet) {
  sink_(packet);
  entry.written += packet.data.size();
  ++packets_;
}

void FlowPackets::hold(const packet::Packet& packet) {
  current_ = false;
  packet::Segment segment;
  const packet::Decoded decoded = packet::decode(packet, segment);
  if (decoded == packet::Decoded::fragment) {
    if (fragments_.size() < max_fragments) fragments_.emplace_back();
    Held& held = fragments_[next_fragment_];
    next_fragment_ = (next_fragment_ + 1) % max_fragments;
    held.packet = packet;
    held.bytes.assign(packet.data.begin(), packet.data.end());
    held.packet.data = {};
    return;
  }
  if (decoded != packet::Decoded::segment) return;
  unsigned side = 0;
  current_hash_ = hash_of(segment.flow, side);
  Entry& entry = entry_of(current_hash_);
  current_flow_ = segment.flow;
  current_ = true;
  if (entry.tap) {
    write(entry, packet);
    entry.tap = entry.written < options_.flow_bytes;
    return;
  }
  const std::size_t cost = packet.data.size() + sizeof(Held);
  // What makes the records stays whatever its flow has sent: control segments, and the first bytes of each side.
  const bool control = segment.flow.protocol == packet::Protocol::tcp && (segment.flags & (packet::tcp_syn | packet::tcp_fin | packet::tcp_rst)) != 0;
  const auto bit = static_cast<std::uint8_t>(1U << side);
  if (entry.cost + cost > options_.max_flow && !control && (entry.data_sides & bit) != 0) {
    if (!entry.cut) ++lost_;
    entry.cut = true;
    return;
  }
  if (!segment.payload.empty()) entry.data_sides |= bit;
  Held& held = entry.packets.emplace_back();
  held.packet = packet;
  held.packet.data = {};
  held.bytes.assign(packet.data.begin(), packet.data.end());
  entry.cost += cost;
  bytes_ += cost;
  make_room();
}

void FlowPackets::judged(bool followed) {
  if (!current_ || followed) return;
  const auto found = by_hash_.find(current_hash_);
  if (found == by_hash_.end() || found->second->candidates != 0 || found->second->tap) return;
  erase(found->second);
}

void FlowPackets::candidate(const packet::FlowKey& flow, bool interesting) {
  unsigned side = 0;
  const auto found = by_hash_.find(hash_of(flow, side));
  // A flow of fragments has no entry yet.
  if (found == by_hash_.end() && !interesting) return;
  Entry& entry = found == by_hash_.end() ? entry_of(hash_of(flow, side)) : *found->second;
  const auto bit = static_cast<std::uint8_t>(1U << side);
  entry.candidates = static_cast<std::uint8_t>(interesting ? entry.candidates | bit : entry.candidates & ~bit);
}

void FlowPackets::end(const packet::Head& head) {
  unsigned side = 0;
  const std::uint64_t hash = hash_of(head.flow, side);
  const auto found = by_hash_.find(hash);
  if (found == by_hash_.end()) return;
  Entry& entry = *found->second;
  entry.candidates = static_cast<std::uint8_t>(entry.candidates & ~(1U << side));
  if (!wanted_) {
    if (entry.candidates == 0 && head.protocol() == packet::Protocol::udp) erase(found->second);
    return;
  }
  const bool known = head.reaction.kind != packet::Reaction::Kind::unknown;
  const std::int64_t until =
      known ? packet::time_after(head.time_ns, std::max<std::int64_t>(head.reaction.after_ns, 0)) : std::numeric_limits<std::int64_t>::max();
  // A datagram's fragments are known by their addresses alone.
  for (Held& held : fragments_) {
    packet::Segment segment;
    packet::Detail detail;
    held.packet.data = held.bytes;
    if (held.bytes.empty() || decode_any(held.packet, segment, detail) != packet::Decoded::fragment) continue;
    if (detail.fragment.source != head.flow.source || detail.fragment.destination != head.flow.destination || held.packet.time_ns > head.time_ns) continue;
    held.packet.data = {};
    entry.packets.push_back(std::move(held));
    held = {};
  }
  std::stable_sort(entry.packets.begin(), entry.packets.end(), [](const Held& a, const Held& b) { return a.packet.frame < b.packet.frame; });
  ++flows_;
  for (Held& held : entry.packets) {
    if (held.packet.time_ns > until && entry.written >= options_.flow_bytes) break;
    held.packet.data = held.bytes;
    write(entry, held.packet);
  }
  bytes_ -= entry.cost;
  entry.cost = 0;
  entry.packets.clear();
  entry.tap = entry.written < options_.flow_bytes;
  if (!entry.tap && entry.candidates == 0) erase(found->second);
}

}  // namespace pp::inspect
