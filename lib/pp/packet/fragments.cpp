#include "pp/packet/fragments.hpp"

#include <algorithm>

#include "pp/packet/head.hpp"

namespace pp::packet {
namespace {

constexpr std::uint32_t max_datagram = 65535;

bool same_datagram(const Fragment& a, const Fragment& b) noexcept {
  // IPv6 has the protocol only in the first fragment.
  return a.id == b.id && a.address_size == b.address_size && (a.address_size == 16 || a.protocol == b.protocol) && a.source == b.source &&
         a.destination == b.destination;
}

}  // namespace

FragmentTable::Entry& FragmentTable::entry_of(const Fragment& fragment, const Packet& packet) {
  // A datagram that was over long enough ago makes way for a new one with the same identification.
  for (std::size_t i = entries_.size(); i-- > 0;) {
    if (!same_datagram(entries_[i].key, fragment)) continue;
    if (!entries_[i].over || time_between(entries_[i].over_ns, packet.time_ns) <= memory_ns) return entries_[i];
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(i));
    break;
  }
  Entry& entry = entries_.emplace_back();
  entry.key = fragment;
  entry.key.bytes = {};
  entry.first_ns = packet.time_ns;
  return entry;
}

/// Whether the fragment agrees with those known. `repeated`: it is one of them.
bool FragmentTable::fits(const Entry& entry, const Fragment& fragment, bool& repeated) const noexcept {
  const std::uint32_t end = fragment.offset + fragment.length;
  repeated = false;
  if (end > max_datagram || end > entry.total) return false;
  for (const Part& part : entry.parts) {
    if (!fragment.more && part.end > end) return false;
    if (part.begin == fragment.offset && part.end == end) {
      repeated = true;
    } else if (part.begin < end && fragment.offset < part.end) {
      return false;
    }
  }
  return true;
}

void FragmentTable::release(Entry& entry, std::int64_t now_ns) noexcept {
  bytes_ -= entry.bytes.size();
  std::vector<std::uint8_t>().swap(entry.bytes);
  std::vector<Part>().swap(entry.parts);
  entry.over = true;
  entry.over_ns = now_ns;
}

bool FragmentTable::add(const Fragment& fragment, const Packet& packet, Done& out) {
  Entry& entry = entry_of(fragment, packet);
  if (entry.over) return false;
  bool repeated = false;
  if (!fits(entry, fragment, repeated) || entry.parts.size() >= max_fragments) {
    ++overlapping_;
    release(entry, packet.time_ns);
    return false;
  }
  if (repeated) return false;
  const std::uint32_t end = fragment.offset + fragment.length;
  const auto captured_end = fragment.offset + static_cast<std::uint32_t>(fragment.bytes.size());
  if (!fragment.more) entry.total = end;
  if (fragment.offset == 0) {
    entry.key.protocol = fragment.protocol;
    entry.time_ns = packet.time_ns;
    entry.frame = packet.frame;
    entry.nanoseconds = packet.nanoseconds;
  }
  entry.parts.push_back({fragment.offset, end, captured_end});
  entry.covered += fragment.length;
  if (captured_end > entry.bytes.size()) {
    bytes_ += captured_end - entry.bytes.size();
    entry.bytes.resize(captured_end);
  }
  std::copy(fragment.bytes.begin(), fragment.bytes.end(), entry.bytes.begin() + fragment.offset);
  if (entry.covered != entry.total) return false;
  ++whole_;
  std::uint32_t sent = 0;
  const std::uint32_t captured = captured_front(entry, sent);
  bytes_ -= entry.bytes.size();
  hand_over(entry, captured, entry.total, true, out);
  out.time_ns = packet.time_ns;
  out.frame = packet.frame;
  out.nanoseconds = packet.nanoseconds;
  release(entry, packet.time_ns);
  return true;
}

/// How many bytes from the datagram's start are captured without a hole; `sent`: how many were sent without one.
std::uint32_t FragmentTable::captured_front(Entry& entry, std::uint32_t& sent) noexcept {
  std::sort(entry.parts.begin(), entry.parts.end(), [](const Part& a, const Part& b) { return a.begin < b.begin; });
  std::uint32_t captured = 0;
  sent = 0;
  for (const Part& part : entry.parts) {
    if (part.begin != sent) break;
    if (captured == sent) captured = part.captured_end;
    sent = part.end;
  }
  return captured;
}

void FragmentTable::hand_over(Entry& entry, std::uint32_t captured, std::uint32_t length, bool whole, Done& out) {
  const Fragment& key = entry.key;
  out.datagram = {key.source, key.destination, key.address_size, key.protocol, key.id, length, whole, {}};
  out.bytes.swap(entry.bytes);
  entry.bytes.clear();
  out.bytes.resize(captured);
  out.time_ns = entry.time_ns;
  out.frame = entry.frame;
  out.nanoseconds = entry.nanoseconds;
}

std::int64_t FragmentTable::deadline_of_oldest() const noexcept {
  const Entry& oldest = entries_.front();
  return oldest.over ? time_after(oldest.over_ns, memory_ns) : time_after(oldest.first_ns, patience_ns);
}

bool FragmentTable::must_go(std::int64_t now_ns, std::size_t more) const noexcept {
  return !entries_.empty() && (entries_.size() >= max_datagrams || bytes_ + more > max_bytes || deadline() < now_ns);
}

bool FragmentTable::end_oldest(std::int64_t now_ns, Done& out) {
  const bool in_time = deadline() >= now_ns;
  Entry entry = std::move(entries_.front());
  entries_.erase(entries_.begin());
  if (entry.over) return false;
  ++incomplete_;
  if (in_time) ++evicted_;
  bytes_ -= entry.bytes.size();
  std::uint32_t sent = 0;
  const std::uint32_t captured = captured_front(entry, sent);
  if (captured == 0) return false;
  hand_over(entry, captured, sent, false, out);
  return true;
}

}  // namespace pp::packet
