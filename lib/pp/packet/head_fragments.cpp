// StreamHeads: fragments, what is wrapped, and datagrams that were captured twice.
#include "pp/packet/stream_heads.hpp"

namespace pp::packet {

/// Rare packets: looked at again, for what is not asked of all.
void StreamHeads::other(const Packet& packet, Decoded decoded) {
  if (decoded != Decoded::fragment && decoded != Decoded::wrapped) return;
  Segment segment;
  Detail detail;
  decode_any(packet, segment, detail);
  if (decoded == Decoded::wrapped) {
    ++counters_.wrapped[static_cast<std::size_t>(detail.wrapper)];
  } else {
    take_fragment(packet, detail);
  }
}

void StreamHeads::take_fragment(const Packet& packet, Detail detail) {
  end_fragments(packet.time_ns, detail.fragment.offset + detail.fragment.bytes.size(), false);
  FragmentTable::Done done;
  if (fragments_.add(detail.fragment, packet, done)) take_datagram(done);
  count_fragments();
  drain();  // the clock: its own turn comes when time is up
}

/// A datagram may carry, in a tunnel, a fragment of another; how deep is bounded.
void StreamHeads::take_datagram(const FragmentTable::Done& done) {
  constexpr int max_depth = 4;
  FragmentTable::Done outer;
  const FragmentTable::Done* now = &done;
  for (int depth = 0; depth < max_depth; ++depth) {
    Packet packet;
    packet.time_ns = now->time_ns;
    packet.frame = now->frame;
    packet.nanoseconds = now->nanoseconds;
    const Datagram datagram = now->view();
    Segment segment;
    Detail detail;
    const Decoded decoded = decode_datagram(datagram, segment, detail);
    if (decoded == Decoded::segment) {
      take(packet, segment, &datagram);
      return;
    }
    if (decoded == Decoded::wrapped) ++counters_.wrapped[static_cast<std::size_t>(detail.wrapper)];
    FragmentTable::Done inner;
    if (decoded != Decoded::fragment || !datagram.whole || !fragments_.add(detail.fragment, packet, inner)) return;
    outer = std::move(inner);
    now = &outer;
  }
}

/// Those whose time is up, or who have to make room, or all.
void StreamHeads::end_fragments(std::int64_t now_ns, std::size_t more, bool all) {
  while (!fragments_.empty() && (all || fragments_.must_go(now_ns, more))) {
    FragmentTable::Done done;
    if (fragments_.end_oldest(now_ns, done)) take_datagram(done);
  }
  count_fragments();
}

void StreamHeads::count_fragments() noexcept {
  counters_.reassembled = fragments_.whole();
  counters_.fragments_incomplete = fragments_.incomplete();
  counters_.fragments_overlapping = fragments_.overlapping();
  counters_.fragments_evicted = fragments_.evicted();
}

bool StreamHeads::is_repeated(const Packet& packet, const Segment& segment, const Datagram* whole) {
  const FlowPlace place = place_flow(segment.flow, options_.hash_key);
  const std::uint64_t content = hash_bytes(segment.payload, place.hash ^ place.side, options_.hash_key);
  std::uint64_t front = 0;
  std::uint32_t ip_id = 0;
  if (whole != nullptr) {
    ip_id = whole->id;
  } else {
    Segment again;
    Detail detail;
    decode_any(packet, again, detail);
    ip_id = detail.ip_id;
    front = hash_bytes(packet.data.first(static_cast<std::size_t>(segment.payload.data() - packet.data.data())), packet.link_type,
                       options_.hash_key);
  }
  if (!repeated_.seen(content, front, ip_id, packet.time_ns)) return false;
  ++counters_.repeated_datagrams;
  return true;
}

}  // namespace pp::packet
