// StreamHeads: fragments and wrapped packets.
#include "pp/packet/stream_heads.hpp"

#include "pp/packet/signatures.hpp"

namespace pp::packet {

void StreamHeads::note_signature(const Packet& packet) noexcept {
  if (counters_.undecoded_signatures++ == 0) counters_.undecoded_signature_frame = packet.frame;
}

/// Decodes a rare packet again, for the details.
void StreamHeads::other(const Packet& packet, Decoded decoded) {
  if (decoded == Decoded::unsupported_link) counters_.undecoded_link = packet.link_type;
  if (decoded != Decoded::fragment && holds_signature(packet.data)) note_signature(packet);
  if (decoded != Decoded::fragment && decoded != Decoded::wrapped && decoded != Decoded::not_tcp_udp) return;
  Segment segment;
  Detail detail;
  decode_any(packet, segment, detail);
  if (decoded == Decoded::wrapped) {
    ++counters_.wrapped[static_cast<std::size_t>(detail.wrapper)];
  } else if (decoded == Decoded::fragment) {
    take_fragment(packet, detail);
  } else {
    note_undelivered(detail);
  }
}

/// An ICMP message about the SYN of a connection that nobody has answered.
void StreamHeads::note_undelivered(const Detail& detail) noexcept {
  if (detail.undelivered == Undelivered::none) return;
  const FlowPlace place = place_flow(detail.undelivered_flow, options_.hash_key);
  const std::uint32_t index = connections_.find(detail.undelivered_flow, place);
  if (index == no_index) return;
  Connection& c = connections_.table()[index];
  if (c.client == place.side && c.sides[place.side].state == Direction::State::silent && !c.sides[1 - place.side].syn_seen)
    c.undelivered = detail.undelivered;
}

void StreamHeads::take_fragment(const Packet& packet, Detail detail) {
  end_fragments(packet.time_ns, detail.fragment.offset + detail.fragment.bytes.size(), false);
  FragmentTable::Done done;
  if (fragments_.add(detail.fragment, packet, done)) take_datagram(done);
  note_fragments();
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

/// Ends the fragmented datagrams whose time is up, those that have to make room for `more` bytes, or all.
void StreamHeads::end_fragments(std::int64_t now_ns, std::size_t more, bool all) {
  while (!fragments_.empty() && (all || fragments_.must_go(now_ns, more))) {
    FragmentTable::Done done;
    if (fragments_.end_oldest(now_ns, done)) take_datagram(done);
  }
  note_fragments();
}

void StreamHeads::note_fragments() noexcept {
  counters_.reassembled = fragments_.whole();
  counters_.fragments_incomplete = fragments_.incomplete();
  counters_.fragments_overlapping = fragments_.overlapping();
  counters_.fragments_evicted = fragments_.evicted();
  fragments_deadline_ns_ = fragments_.deadline();
}

}  // namespace pp::packet
