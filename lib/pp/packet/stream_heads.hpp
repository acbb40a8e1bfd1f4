// The first bytes of every TCP stream and UDP datagram of a capture, and how the other side reacted to them.
//
//   feed() -> decode -> connection table -> HeadBuffer -> settle? -> wait for the reaction -> queue -> sink
//
// * A stream is one direction of a connection that carried a byte after its SYN. A SYN with another initial sequence
//   number is a new connection; one with the same number is a repetition.
// * A direction whose SYN is not in the capture is a head only when its first segment that was seen looks like a start;
//   others are counted, once each.
// * A hole is given up (End::gap) when the stream ends behind it, when the other side has acknowledged it and a second
//   has passed without the bytes, or when data comes from more than 256 KiB beyond it.
// * A RST ends a head that is incomplete after 100 ms of grace, in which bytes sent before it may still turn up.
// * Fragments are put together first (fragments.hpp). A datagram with a header that is seen a second time, as where a capture
//   sees packets on several interfaces or tagged and untagged, is one (repeats.hpp).
// * A live source may have heads told of before their reaction is known; then the reaction, when it comes, is a second
//   call with the same head (Head::told).
// * Time is the capture's. A sink is called once per stream that settle is interested in, in the order in which
//   headers were completed; what waits is bounded, and past the bound the oldest that is ready goes first.
//
// Nothing is thrown but std::bad_alloc and what the callbacks throw. Not thread-safe; one object per capture.
#pragma once

#include <array>
#include <cstdint>
#include <limits>

#include "pp/packet/decode.hpp"
#include "pp/packet/fifo_map.hpp"
#include "pp/packet/flow_table.hpp"
#include "pp/packet/fragments.hpp"
#include "pp/packet/head.hpp"
#include "pp/packet/head_queue.hpp"
#include "pp/packet/packet.hpp"
#include "pp/packet/repeats.hpp"
#include "pp/packet/side_notes.hpp"

namespace pp::packet {

class StreamHeads {
 public:
  StreamHeads(const HeadOptions& options, const HeadCallbacks& callbacks);
  StreamHeads(const StreamHeads&) = delete;
  StreamHeads& operator=(const StreamHeads&) = delete;

  /// One packet, in capture order. Says what the decoder made of it, so that the caller can name what it skips.
  Decoded feed(const Packet& packet) {
    ++counters_.packets;
    if (packet.time_ns > deadline_ns_) expire(packet.time_ns);
    const std::uint32_t headers = plain_headers(packet);
    if (headers == 0) return look_at(packet);
    ++counters_.decoded[static_cast<std::size_t>(Decoded::segment)];
    FlowPlace place;
    if (!changes_nothing(packet, headers, place)) plain_tcp(packet, place);
    return Decoded::segment;
  }

  /// Delivers what began to wait before that mark, with the reaction as far as it is known. The reactions are still
  /// waited for, and end in a second call of the sink.
  void tell_before(std::uint64_t mark);
  /// For later: everything that waits now, and nothing that comes.
  std::uint64_t mark() const noexcept { return queue_.next_order(); }
  /// Heads that wait to be told of.
  std::uint32_t waiting() const noexcept { return queue_.size(); }
  /// The end of the capture: delivers all the rest, by stream number.
  void finish();

  const HeadCounters& counters() const noexcept { return counters_; }
  /// Whether more may come of this TCP connection.
  bool follows(const FlowKey& flow) const noexcept {
    const FlowPlace place = place_flow(flow, options_.hash_key);
    return flows_.find(flow, place) != no_index;
  }
  std::uint32_t pending_flows() const noexcept { return flows_.size(); }
  std::uint64_t pending_bytes() const noexcept { return pending_bytes_; }

 private:
  static constexpr std::size_t recent_ways = 4;
  static constexpr std::size_t recent_sets = 2048;

  /// A segment in its connection; seq is that of the first payload byte.
  struct Arrival {
    const Packet& packet;
    const Segment& segment;
    std::uint32_t index;
    unsigned side;
    std::uint32_t seq;
    std::uint32_t length;
  };

  // An entry of recent_: the hash, and below it a bit for each side that has sent and one for a FIN or RST.
  static constexpr std::uint64_t recent_closed = 4;
  static constexpr std::uint64_t recent_hash = ~std::uint64_t{7};
  using RecentSet = std::array<std::uint64_t, recent_ways>;  // the latest first
  RecentSet& recent_set(std::uint64_t hash) noexcept { return recent_[(hash >> 20U) & (recent_sets - 1)]; }
  const RecentSet& recent_set(std::uint64_t hash) const noexcept { return recent_[(hash >> 20U) & (recent_sets - 1)]; }

  /// A segment that changes nothing: its side is known to have sent, and the end of its connection, if this is one, too.
  bool is_recent(const FlowPlace& place, bool ends) const noexcept {
    const std::uint64_t bits = std::uint64_t{1} << place.side | (ends ? recent_closed : 0);
    const std::uint64_t wanted = (place.hash & recent_hash) | bits;
    bool found = false;
    for (const std::uint64_t entry : recent_set(place.hash)) found |= ((entry ^ wanted) & (recent_hash | bits)) == 0;
    return found;
  }

  /// The same for a packet of the commonest kind, which most of a capture is: nothing else of it is looked at.
  bool changes_nothing(const Packet& packet, std::uint32_t headers, FlowPlace& place) const noexcept {
    const std::uint8_t* p = packet.data.data();
    const unsigned flags = p[plain_tcp_at + 13];
    // Bare acknowledgements matter only to a head with a hole.
    const bool ends = (flags & (tcp_fin | tcp_rst)) != 0;
    if (!ends && (flags & tcp_syn) == 0 && holes_ == 0 && load_be16(p + plain_ip_at + 2) == headers) return true;
    const std::uint64_t source = std::uint64_t{load_be32(p + plain_ip_at + 12)} << 16U | load_be16(p + plain_tcp_at);
    const std::uint64_t destination = std::uint64_t{load_be32(p + plain_ip_at + 16)} << 16U | load_be16(p + plain_tcp_at + 2);
    place = place_flow_v4(source, destination, options_.hash_key);
    return (flags & tcp_syn) == 0 && is_recent(place, ends);
  }

  Decoded look_at(const Packet& packet);
  void plain_tcp(const Packet& packet, const FlowPlace& place);
  void close_recent(std::uint64_t hash);
  void write_closed() noexcept;

  /// `whole`: the segment was put together from fragments.
  void take(const Packet& packet, const Segment& segment, const Datagram* whole);

  // stream_heads.cpp: which connection a segment belongs to, and what its flags say.
  void tcp(const Packet& packet, const Segment& segment, const FlowPlace& place);
  void datagram(const Packet& packet, const Segment& segment, const Datagram* whole);
  std::uint32_t open(const Packet& packet, const Segment& segment, const FlowPlace& place, std::uint32_t index);
  std::uint32_t unopened(const Segment& segment, const FlowPlace& place);
  std::uint32_t create(const FlowKey& flow, const FlowPlace& place);
  bool looks_like_start(Bytes bytes, const FlowKey& flow) const;
  void on_fin(const Arrival& arrival);
  void on_rst(const Arrival& arrival);
  void reset_side(const Arrival& arrival, unsigned side, Reaction::By by);
  void abandon(std::uint32_t index);
  void tidy(std::uint32_t index) {
    const Connection& c = flows_[index];
    if (c.sides[0].state == Direction::State::done && c.sides[1].state == Direction::State::done) settle_connection(index);
  }
  void settle_connection(std::uint32_t index);
  void remember(std::uint64_t hash, std::uint64_t entry);
  void note_recent(std::uint64_t hash, std::uint64_t entry) noexcept;
  void forget_recent(std::uint64_t hash) noexcept;

  // head_fragments.cpp: what decoded to no segment.
  void other(const Packet& packet, Decoded decoded);
  void take_fragment(const Packet& packet, Detail detail);
  void take_datagram(const FragmentTable::Done& done);
  void end_fragments(std::int64_t now_ns, std::size_t more, bool all);
  void count_fragments() noexcept;
  bool is_repeated(const Packet& packet, const Segment& segment, const Datagram* whole);

  // head_assembly.cpp: payload into heads.
  void on_data(const Arrival& arrival);
  void head_data(const Arrival& arrival);
  void offer(std::uint32_t node, std::uint32_t offset, Bytes bytes, std::uint32_t length, const Packet& packet, const Settle* settled);
  void introduce(const Arrival& arrival, Head& head) const;
  std::uint32_t begin_head(const Arrival& arrival);
  void acknowledge(const Arrival& arrival);
  void take_whole(const Arrival& arrival, Bytes bytes, const Settle& settle, std::uint64_t stream);
  void complete(std::uint32_t node);
  void await_reaction(std::uint32_t node);
  void drop_head(std::uint32_t node);
  void end_head(std::uint32_t node, End end);
  void end_as_known(std::uint32_t node);
  void count_hole(HeadNode& node, bool hole) noexcept {
    holes_ += (hole ? 1U : 0U) - (node.hole ? 1U : 0U);
    node.hole = hole;
  }
  void recount(HeadNode& node) noexcept;

  // head_reaction.cpp: what the other side did.
  void heard(const Arrival& arrival, Bytes fresh);  // while the other side's head may still matter
  void recall(std::uint32_t node);
  bool greets(Head& head, Bytes& bytes) const;
  const SideNotes::Note* answer_in(const SideNotes& notes, Head& head, Bytes& bytes) const;
  void react_data(std::uint32_t node, std::int64_t time_ns, Bytes bytes);
  void react_fin(std::uint32_t node, Reaction::By by, std::int64_t time_ns, bool last_word);
  void react_rst(std::uint32_t node, Reaction::By by, std::int64_t time_ns);
  bool too_late(std::uint32_t node, std::int64_t time_ns);

  // head_delivery.cpp: the way out, and the caps.
  void conclude(std::uint32_t node);
  void drain();
  void watch_clock() noexcept;
  void give(std::uint32_t node);
  void emit(std::uint32_t node);
  void emit_queued(std::uint32_t node);
  void deliver(const Head& head, Bytes bytes);
  void deliver_now(Head& head, Bytes bytes);
  void report_silent(std::uint32_t index, unsigned side, End end, Reaction::By by, std::int64_t time_ns);
  void expire(std::int64_t now_ns);
  void give_up(std::uint32_t node);
  bool above_caps() const noexcept {
    return queue_.size() + told_.size() > options_.max_queue || pending_bytes_ > options_.max_pending_bytes;
  }
  void keep_caps() {
    if (above_caps()) [[unlikely]]
      go_below_caps();
  }
  void go_below_caps();
  void make_room();

  HeadOptions options_;
  HeadCallbacks callbacks_;
  HeadCounters counters_;
  std::int64_t deadline_ns_ = std::numeric_limits<std::int64_t>::max();  // of the fronts of the queues
  std::uint32_t holes_ = 0;
  std::uint64_t pending_bytes_ = 0;
  std::uint64_t next_stream_ = 0;
  FlowTable flows_;
  HeadPool heads_;
  HeadQueue queue_;
  HeadQueue told_;  // wait for their reactions after they have been told of
  SideNotesPool notes_;
  FifoMap seen_;  // connections that left the table, or that never had a start
  FifoMap udp_;   // stream numbers
  FragmentTable fragments_;
  RepeatedDatagrams repeated_;
  // Entries of seen_ that have to learn of a FIN or RST, on their way into the cache.
  std::array<std::uint64_t, 8> closed_{};
  std::size_t closed_count_ = 0;
  // The connections of seen_ that sent last: the front of that map, which is too large for the first two caches.
  std::array<RecentSet, recent_sets> recent_{};
};

}  // namespace pp::packet
