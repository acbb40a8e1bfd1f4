// The first bytes of every TCP stream and UDP datagram of a capture, and how the other side reacted to them.
//
//   feed() -> decode -> ConnectionTracker -> HeadAssembler -> ReactionWaiter -> DeliveryQueue -> sink
//                    -> DatagramHeads -----------------------------------------^
//
// * A stream is one direction of a connection that carried a byte after its SYN (connection_tracker.hpp).
// * A direction whose SYN is not in the capture is a head only when its first segment that was seen looks like a start;
//   others are counted, once each.
// * Fragments are put together first (fragments.hpp). A datagram with a header that is seen a second time, as where a capture
//   sees packets on several interfaces or tagged and untagged, is one (repeats.hpp).
// * A live source may have heads reported before their reaction is known; then the reaction, when it comes, is a second call
//   with the same head (Head::reported).
// * Time is the capture's. A sink is called once per stream of interest, in the order in which headers were
//   completed; what waits is bounded, and beyond the limits the oldest that is ready goes first.
//
// This class routes each packet to the parts and enforces the limits across them; what a part guarantees is said in its header.
// Nothing is thrown but std::bad_alloc and what the callbacks throw. Not thread-safe; one object per capture.
#pragma once

#include <cstdint>
#include <limits>

#include "pp/packet/arrival.hpp"
#include "pp/packet/connection_tracker.hpp"
#include "pp/packet/datagram_heads.hpp"
#include "pp/packet/decode.hpp"
#include "pp/packet/delivery_queue.hpp"
#include "pp/packet/fragments.hpp"
#include "pp/packet/head.hpp"
#include "pp/packet/head_assembler.hpp"
#include "pp/packet/later_headers.hpp"
#include "pp/packet/packet.hpp"
#include "pp/packet/reaction_waiter.hpp"

namespace pp::packet {

class StreamHeads {
 public:
  StreamHeads(const HeadOptions& options, const HeadCallbacks& callbacks);
  StreamHeads(const StreamHeads&) = delete;
  StreamHeads& operator=(const StreamHeads&) = delete;

  /// One packet, in capture order. Returns what the decoder made of it, so that the caller can name what it skips.
  Decoded feed(const Packet& packet) {
    ++counters_.packets;
    if (packet.time_ns > queue_.deadline() || packet.time_ns > fragments_deadline_ns_) expire(packet.time_ns);
    const std::uint32_t headers = plain_headers(packet);
    if (headers == 0) return look_at(packet);
    ++counters_.decoded[static_cast<std::size_t>(Decoded::segment)];
    FlowPlace place;
    if (!changes_nothing(packet, headers, place)) plain_tcp(packet, place);
    return Decoded::segment;
  }

  /// Reports heads queued before `mark` now, with whatever reaction is known; a later reaction triggers a second callback.
  void report_before(std::uint64_t mark);
  /// For report_before(), later: covers every head that waits now, and none that comes after.
  std::uint64_t mark() const noexcept { return queue_.next_order(); }
  /// Heads that wait to be reported.
  std::uint32_t waiting() const noexcept { return queue_.size(); }
  /// The end of the capture: delivers all the rest, by stream number.
  void finish();

  const HeadCounters& counters() const noexcept { return counters_; }
  /// Whether more may come of this TCP connection.
  bool follows(const FlowKey& flow) const noexcept { return connections_.find(flow, place_flow(flow, options_.hash_key)) != no_index; }
  std::uint32_t pending_flows() const noexcept { return connections_.table().size(); }
  std::uint64_t pending_bytes() const noexcept { return queue_.pending_bytes(); }

 private:
  /// Decides for a packet of the commonest kind, which most of a capture is, without looking at the rest of it.
  bool changes_nothing(const Packet& packet, std::uint32_t headers, FlowPlace& place) const noexcept {
    const std::uint8_t* p = packet.data.data();
    const unsigned flags = p[plain_tcp_at + 13];
    // Bare acknowledgements matter only to a head with a hole, and to the number of a connection that begins with one.
    const bool ends = (flags & (tcp_fin | tcp_rst)) != 0;
    const bool bare = !ends && (flags & tcp_syn) == 0 && assembler_.holes() == 0 && load_be16(p + plain_ip_at + 2) == headers;
    const std::uint64_t source = std::uint64_t{load_be32(p + plain_ip_at + 12)} << 16U | load_be16(p + plain_tcp_at);
    const std::uint64_t destination = std::uint64_t{load_be32(p + plain_ip_at + 16)} << 16U | load_be16(p + plain_tcp_at + 2);
    place = place_flow_v4(source, destination, options_.hash_key);
    if (bare) return connections_.is_numbered_lately(place.hash);
    if ((flags & tcp_syn) != 0 || !connections_.is_recent(place, ends)) return false;
    const std::size_t payload_at = plain_ip_at + headers;
    return packet.data.size() < payload_at + 4 || !begins_like_header(p + payload_at);
  }

  // stream_heads.cpp: which connection a segment belongs to, and what its flags say.
  Decoded look_at(const Packet& packet);
  void plain_tcp(const Packet& packet, const FlowPlace& place);
  void take(const Packet& packet, const Segment& segment, const Datagram* whole);
  void tcp(const Packet& packet, const Segment& segment, const FlowPlace& place);
  std::uint32_t open(const Packet& packet, const Segment& segment, const FlowPlace& place, std::uint32_t index);
  std::uint32_t unopened(const Segment& segment, const FlowPlace& place);
  void on_data(const Arrival& arrival);
  void on_fin(const Arrival& arrival);
  void on_rst(const Arrival& arrival);
  void reset_side(const Arrival& arrival, unsigned side, Reaction::By by);
  void abandon(std::uint32_t index);
  // stream_heads_later.cpp: headers that begin a later segment.
  void later_of_finished(const Packet& packet, const Segment& segment, const FlowPlace& place);
  void later(const Packet& packet, const Segment& segment, const ConnectionTracker::Place& where, const Direction* side);
  /// The connection leaves the table when neither side can matter any more.
  void tidy(std::uint32_t index) {
    if (!connections_.is_finished(index)) return;
    reactions_.forget(connections_.table()[index]);
    connections_.finish(index);
  }

  // stream_heads_fragments.cpp: packets that are not a whole TCP segment or datagram.
  void other(const Packet& packet, Decoded decoded);
  void note_signature(const Packet& packet) noexcept;
  void note_undelivered(const Detail& detail) noexcept;
  void take_fragment(const Packet& packet, Detail detail);
  void take_datagram(const FragmentTable::Done& done);
  void end_fragments(std::int64_t now_ns, std::size_t more, bool all);
  void note_fragments() noexcept;

  // stream_heads_limits.cpp: time, memory and the end of the capture.
  void expire(std::int64_t now_ns);
  void keep_limits() {
    if (queue_.above_limits()) [[unlikely]]
      go_below_limits();
  }
  void go_below_limits();
  void make_room();

  HeadOptions options_;
  HeadCallbacks callbacks_;
  HeadCounters counters_;
  std::int64_t fragments_deadline_ns_ = std::numeric_limits<std::int64_t>::max();
  DeliveryQueue queue_;
  ConnectionTracker connections_;
  ReactionWaiter reactions_;
  HeadAssembler assembler_;
  DatagramHeads datagrams_;
  FragmentTable fragments_;
  LaterHeaders later_;
};

}  // namespace pp::packet
