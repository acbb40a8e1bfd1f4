#include "pp/packet/flow_packets.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

namespace pp::packet {
namespace {

constexpr std::size_t max_fragments = 256;
// Approximate overhead per entry: the nodes of the list and the map, and three allocations.
constexpr std::size_t node_cost = 112;
// No record waits longer than this.
constexpr std::int64_t stale_ns = 10'000'000'000;

}  // namespace

void FlowPackets::begin_capture(const HashKey& key) {
  key_ = key;
  for (Entries& entries : entries_) entries.clear();
  by_hash_.clear();
  fragments_.clear();
  next_fragment_ = 0;
  bytes_ = 0;
  current_ = false;
}

std::uint64_t FlowPackets::hash_of(const packet::FlowKey& flow, unsigned& side) const noexcept {
  const packet::FlowPlace place = packet::place_flow(flow, key_);
  side = place.side;
  return flow.protocol == packet::Protocol::udp ? ~place.hash : place.hash;
}

FlowPackets::Entries::iterator FlowPackets::find(std::uint64_t hash) {
  const auto found = by_hash_.find(hash);
  return found == by_hash_.end() ? entries_[0].end() : found->second;
}

FlowPackets::Entry& FlowPackets::entry_of(std::uint64_t hash) {
  if (const auto found = find(hash); found != entries_[0].end()) return *found;
  Entry& entry = entries_[0].emplace_back();
  entry.hash = hash;
  by_hash_.emplace(hash, std::prev(entries_[0].end()));
  update(entry);
  return entry;
}

/// The entry has changed: updates its cost and its list.
void FlowPackets::update(Entry& entry) {
  bytes_ -= entry.cost;
  entry.cost = sizeof(Entry) + node_cost + entry.store.capacity();
  bytes_ += entry.cost;
  const Interest stage = entry.candidates == 0 ? Interest::none : entry.incomplete ? Interest::incomplete : Interest::complete;
  if (stage == entry.stage) return;
  Entries& to = entries_[static_cast<std::size_t>(stage)];
  to.splice(to.end(), entries_[static_cast<std::size_t>(entry.stage)], by_hash_.at(entry.hash));
  entry.stage = stage;
}

void FlowPackets::erase(Entry& entry) {
  bytes_ -= entry.cost;
  const auto found = by_hash_.find(entry.hash);
  Entries& entries = entries_[static_cast<std::size_t>(entry.stage)];
  entries.erase(found->second);
  by_hash_.erase(found);
}

void FlowPackets::make_room() {
  while (bytes_ > options_.max_bytes && !by_hash_.empty()) {
    auto& [idle, incomplete, complete] = entries_;
    if (!idle.empty()) {
      erase(idle.front());
    } else if (!incomplete.empty()) {
      erase(incomplete.front());
    } else {
      const bool stale = packet::time_between(complete.front().time_ns, packet_.time_ns) > stale_ns;
      erase(stale ? complete.front() : complete.back());
    }
  }
}

void FlowPackets::write(Entry& entry, const packet::Packet& packet) {
  sink_(packet);
  entry.written += packet.data.size();
  ++packets_;
}

void FlowPackets::hold(const packet::Packet& packet) {
  current_ = held_ = interesting_ = false;
  packet::Segment segment;
  const packet::Decoded decoded = packet::decode(packet, segment);
  if (decoded == packet::Decoded::fragment) {
    if (fragments_.size() < max_fragments) fragments_.emplace_back();
    Fragment& fragment = fragments_[next_fragment_];
    next_fragment_ = (next_fragment_ + 1) % max_fragments;
    fragment.packet = packet;
    fragment.bytes.assign(packet.data.begin(), packet.data.end());
    fragment.packet.data = {};
    return;
  }
  if (decoded != packet::Decoded::segment) return;
  hash_ = hash_of(segment.flow, side_);
  flow_ = segment.flow;
  flags_ = segment.flow.protocol == packet::Protocol::tcp ? segment.flags : 0;
  has_payload_ = !segment.payload.empty();
  packet_ = packet;
  current_ = true;
  const auto found = find(hash_);
  if (found == entries_[0].end() || !found->tap) return;
  if ((flags_ & (packet::tcp_syn | packet::tcp_ack)) == packet::tcp_syn) {
    found->tap = false;  // another connection
    return;
  }
  write(*found, packet);
  found->tap = found->written < options_.flow_bytes;
  held_ = true;
}

/// Stores the current packet, which is not in the entry yet.
void FlowPackets::append(Entry& entry) {
  held_ = true;
  // Control segments and the first bytes of each side are kept in any case: the records depend on them.
  const bool control = (flags_ & (packet::tcp_syn | packet::tcp_fin | packet::tcp_rst)) != 0;
  const auto bit = static_cast<std::uint8_t>(1U << side_);
  if (entry.store.size() + sizeof(Held) + packet_.data.size() > options_.max_flow && !control && (entry.data_sides & bit) != 0) {
    entry.cut = true;
    return;
  }
  if (has_payload_) entry.data_sides |= bit;
  const bool opens = (flags_ & (packet::tcp_syn | packet::tcp_ack)) == packet::tcp_syn;
  entry.opened |= (flags_ & packet::tcp_syn) != 0;
  entry.time_ns = packet_.time_ns;
  const Held held{
      packet_.time_ns,     packet_.frame, packet_.link_type, packet_.wire_length, static_cast<std::uint32_t>(packet_.data.size()),
      packet_.nanoseconds, opens};
  const std::size_t at = entry.store.size();
  entry.store.resize(at + sizeof held + held.size);
  std::memcpy(&entry.store[at], &held, sizeof held);
  if (held.size > 0) std::memcpy(&entry.store[at + sizeof held], packet_.data.data(), held.size);
}

void FlowPackets::judged(bool followed) {
  if (!current_) return;
  current_ = false;
  auto found = find(hash_);
  const bool none = found == entries_[0].end();
  const bool tcp = flow_.protocol == packet::Protocol::tcp;
  if (!held_) {
    const bool more = !none && found->candidates != 0 && found->store.size() < options_.flow_bytes;
    if (tcp ? followed || (!none && !found->known) || more : interesting_ && followed) append(entry_of(hash_));
  }
  found = find(hash_);
  if (found == entries_[0].end()) return;
  Entry& entry = *found;
  if (!followed && !entry.known) entry.store.shrink_to_fit();
  entry.known = !followed;
  const bool over = tcp ? !followed && (entry.candidates == 0 || entry.shown) : entry.store.empty();
  if (over && !entry.tap) {
    erase(entry);
    return;
  }
  if (!tcp) entry.candidates = entry.store.empty() ? 0 : 3;
  update(entry);
  make_room();
}

void FlowPackets::candidate(const packet::FlowKey& flow, Interest interest) {
  if (flow.protocol == packet::Protocol::udp) {
    interesting_ = interest != Interest::none;
    return;
  }
  unsigned side = 0;
  const std::uint64_t hash = hash_of(flow, side);
  const auto bit = static_cast<std::uint8_t>(1U << side);
  if (interest == Interest::none && find(hash) == entries_[0].end()) return;
  Entry& entry = entry_of(hash);
  entry.candidates = static_cast<std::uint8_t>(interest == Interest::none ? entry.candidates & ~bit : entry.candidates | bit);
  entry.incomplete = interest == Interest::incomplete;
  if (entry.candidates != 0 && current_ && hash == hash_ && !held_) append(entry);
  update(entry);
}

/// Takes the fragments of the head's datagram, which only their addresses identify.
void FlowPackets::take_fragments(const packet::Head& head, std::vector<Fragment>& out) {
  for (Fragment& fragment : fragments_) {
    packet::Segment segment;
    packet::Detail detail;
    fragment.packet.data = fragment.bytes;
    if (fragment.bytes.empty() || decode_any(fragment.packet, segment, detail) != packet::Decoded::fragment) continue;
    if (detail.fragment.source != head.flow.source || detail.fragment.destination != head.flow.destination ||
        fragment.packet.time_ns > head.time_ns)
      continue;
    out.push_back(std::move(fragment));
    fragment = {};
  }
}

/// Where the packets of this connection end that belong to the head: the last one up to its frame, or up to that time. Clocks
/// of captures step back, so that neither alone finds the packet that proves the reaction.
std::size_t FlowPackets::end_of(const Entry& entry, const packet::Head& head, std::int64_t until) {
  std::size_t end = 0;
  bool opened = false;
  // That nothing came is proved by the first packet that comes after the wait.
  bool proof_is_later = head.reaction.kind == packet::Reaction::Kind::none;
  for (std::size_t at = 0; at < entry.store.size();) {
    Held held;
    std::memcpy(&held, &entry.store[at], sizeof held);
    if (held.opens && opened && held.frame > head.frame) break;  // the next connection with the same endpoints
    opened |= held.opens;
    at += sizeof held + held.size;
    const bool belongs = held.frame <= head.frame || held.time_ns <= until;
    if (belongs || proof_is_later) end = at;
    proof_is_later = proof_is_later && belongs;
  }
  return end;
}

/// Writes the packets up to this head; keeps the rest. True when all packets that the record depends on were there.
bool FlowPackets::write_up_to(Entry& entry, const packet::Head& head) {
  const bool tcp = head.protocol() == packet::Protocol::tcp;
  // How an incomplete header ended may have been seen only after the receiver's reaction.
  const bool known = head.reaction.kind != packet::Reaction::Kind::unknown && !head.incomplete();
  const std::int64_t until = known ? packet::time_after(head.time_ns, std::max<std::int64_t>(head.reaction.after_ns, 0))
                                   : std::numeric_limits<std::int64_t>::max();
  std::vector<Fragment> fragments;
  if (wanted_ && !head.reported) take_fragments(head, fragments);
  std::sort(fragments.begin(), fragments.end(), [](const Fragment& a, const Fragment& b) { return a.packet.frame < b.packet.frame; });
  bool opened = false;
  const std::size_t end = tcp ? end_of(entry, head, until) : 0;
  const auto hand_over = [&](packet::Packet packet, Bytes bytes) {
    packet.data = bytes;
    entry.last_frame = std::max(entry.last_frame, packet.frame);
    write(entry, packet);
  };
  auto fragment = fragments.begin();
  const auto fragments_before = [&](std::uint64_t frame) {
    for (; fragment != fragments.end() && fragment->packet.frame < frame; ++fragment) hand_over(fragment->packet, fragment->bytes);
  };
  std::size_t at = 0;
  while (at < entry.store.size()) {
    Held held;
    std::memcpy(&held, &entry.store[at], sizeof held);
    // The next connection with the same endpoints, or the next datagram.
    if (tcp ? held.opens && opened && held.frame > head.frame : held.frame > head.frame) break;
    if (tcp && at >= end && entry.written >= options_.flow_bytes) break;
    opened |= held.opens;
    const Bytes bytes = Bytes(entry.store).subspan(at + sizeof held, held.size);
    at += sizeof held + held.size;
    if (!wanted_ && !entry.shown) continue;
    if (!tcp && held.frame != head.frame) continue;
    fragments_before(held.frame);
    hand_over({held.time_ns, held.link_type, held.wire_length, {}, held.frame, held.nanoseconds}, bytes);
  }
  fragments_before(std::numeric_limits<std::uint64_t>::max());
  // Discard later packets up to the next connection with the same endpoints.
  while (tcp && at < entry.store.size()) {
    Held held;
    std::memcpy(&held, &entry.store[at], sizeof held);
    if (held.opens && held.frame > head.frame) break;
    at += sizeof held + held.size;
  }
  entry.store.erase(entry.store.begin(), entry.store.begin() + static_cast<std::ptrdiff_t>(at));
  return entry.last_frame >= head.frame && !entry.cut && (!tcp || !head.start_seen || entry.opened);
}

void FlowPackets::end(const packet::Head& head) {
  unsigned side = 0;
  const std::uint64_t hash = hash_of(head.flow, side);
  const bool tcp = head.protocol() == packet::Protocol::tcp;
  Entry& entry = entry_of(hash);
  if (current_ && hash == hash_ && !held_ && (tcp || head.frame == packet_.frame)) append(entry);
  const bool pending = tcp && head.reaction.kind == packet::Reaction::Kind::unknown && !entry.known;
  const std::uint8_t others = tcp ? static_cast<std::uint8_t>(entry.candidates & ~(1U << side)) : std::uint8_t{0};
  const bool again = head.reported && entry.shown;
  if (wanted_ || again) {
    const bool whole = write_up_to(entry, head);
    if (!again) {
      ++flows_;
      if (!whole) ++lost_;
    }
    entry.shown = pending && !again;
    entry.tap = entry.written < options_.flow_bytes;
  } else if (!pending && others == 0) {
    write_up_to(entry, head);  // discards the packets without writing them
  }
  // The remaining packets belong to another connection or datagram, or wait for a reaction that may be shown.
  if (!entry.shown && (entry.store.empty() || (pending && !wanted_))) entry.candidates = others;
  if (entry.store.empty() && !entry.tap && !entry.shown && entry.candidates == 0) {
    erase(entry);
  } else {
    update(entry);
  }
}

}  // namespace pp::packet
