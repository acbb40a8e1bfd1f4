// Payload into heads: the contiguous first bytes of each stream, until the detect function is certain or the stream ends.
//
// Invariant: a head is here (Direction::State::pending) until it is complete, which is final, or its stream has ended. A hole is
// given up (End::gap) when the stream ends after it, when the other side has acknowledged it and a second has passed without the
// bytes, or when data comes from more than 256 KiB beyond it. A RST leaves an incomplete head 100 ms of grace, in which bytes
// that were sent before it may still turn up. holes() is the number of pending heads that have a hole.
#pragma once

#include <cstdint>

#include "pp/packet/arrival.hpp"
#include "pp/packet/delivery_queue.hpp"
#include "pp/packet/flow_table.hpp"
#include "pp/packet/head.hpp"
#include "pp/packet/reaction_waiter.hpp"

namespace pp::packet {

class HeadAssembler {
 public:
  HeadAssembler(const HeadOptions& options, const HeadCallbacks& callbacks, HeadCounters& counters, FlowTable& connections,
                DeliveryQueue& queue, ReactionWaiter& reactions)
      : options_(options), callbacks_(callbacks), counters_(counters), connections_(connections), queue_(queue), reactions_(reactions) {}

  /// Whether a stream whose SYN is not in the capture starts with these bytes.
  bool looks_like_start(Bytes bytes, const FlowKey& flow) const;

  /// Payload of a side that is not done.
  void data(const Arrival& arrival);
  /// Uses this side's ACK to decide whether a gap in the other direction is permanent.
  void acknowledge(const Arrival& arrival);
  /// A FIN of a side whose head is pending.
  void fin(const Arrival& arrival);
  /// A RST, of a connection one of whose sides has a pending head.
  void reset(std::uint32_t at, Reaction::By by, std::int64_t time_ns);
  /// Which side is the client, and when it opened the connection, is known only now.
  void note_syn(const Connection& connection) {
    for (const unsigned side : {0U, 1U}) {
      if (connection.sides[side].head != no_index) introduce_syn(connection, side);
    }
  }

  /// Nothing more will come for this head.
  void end_as_known(std::uint32_t at);
  /// The head has to go, to stay within the limits.
  void evict(std::uint32_t at);
  /// Reports a client that has sent nothing and never will, to callers that expect a header from it.
  void report_silent(std::uint32_t connection, unsigned side, End how, Reaction::By by, std::int64_t time_ns);

  std::uint32_t holes() const noexcept { return holes_; }

 private:
  void count_never_established(const Connection& c, unsigned side) noexcept;
  void offer(std::uint32_t at, std::uint32_t offset, Bytes bytes, std::uint32_t length, const Packet& packet, const Detection* known);
  void introduce(const Arrival& arrival, Head& head) const;
  void introduce_syn(const Connection& connection, unsigned side);
  std::uint32_t begin_head(const Arrival& arrival);
  void take_whole(const Arrival& arrival, Bytes bytes, const Detection& detection, std::uint64_t stream);
  void complete(std::uint32_t at);
  void end(std::uint32_t at, End how);
  void drop(std::uint32_t at);
  void count_hole(HeadNode& node, bool hole) noexcept {
    holes_ += (hole ? 1U : 0U) - (node.hole ? 1U : 0U);
    node.hole = hole;
  }

  const HeadOptions& options_;
  const HeadCallbacks& callbacks_;
  HeadCounters& counters_;
  FlowTable& connections_;
  DeliveryQueue& queue_;
  ReactionWaiter& reactions_;
  std::uint32_t holes_ = 0;
};

}  // namespace pp::packet
