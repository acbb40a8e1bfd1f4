// UDP: every datagram of interest is a head of its own, and the datagrams of one 4-tuple share a stream number.
//
// Invariant: a datagram that the capture holds twice is reported once (repeats.hpp). A 4-tuple keeps its number until
// max_udp_flows others have come after it; HeadCounters::streams_exact says when that has happened.
#pragma once

#include "pp/packet/decode.hpp"
#include "pp/packet/delivery_queue.hpp"
#include "pp/packet/fifo_map.hpp"
#include "pp/packet/head.hpp"
#include "pp/packet/repeats.hpp"

namespace pp::packet {

class DatagramHeads {
 public:
  DatagramHeads(const HeadOptions& options, const HeadCallbacks& callbacks, HeadCounters& counters, DeliveryQueue& queue)
      : options_(options),
        callbacks_(callbacks),
        counters_(counters),
        queue_(queue),
        streams_(options.max_udp_flows),
        connections_(options.max_udp_flows) {}

  /// `whole`: the datagram that was put together from fragments, else nullptr.
  void datagram(const Packet& packet, const Segment& segment, const Datagram* whole);

 private:
  /// Both in 32 bits, so that one look-up finds them: enough for 4,294,967,295 of each.
  struct Number {
    std::uint32_t stream;
    std::uint32_t connection;
  };
  static std::uint64_t stream_hash(const FlowPlace& place, unsigned side) noexcept;
  Number number_of(const FlowPlace& place);
  bool spoke_first(const FlowPlace& place, std::uint64_t stream) noexcept;
  std::uint64_t connection_of(const FlowPlace& place);
  bool is_repeated(const Packet& packet, const Segment& segment, const Datagram* whole);

  const HeadOptions& options_;
  const HeadCallbacks& callbacks_;
  HeadCounters& counters_;
  DeliveryQueue& queue_;
  FifoMap streams_;      // the numbers of a 4-tuple
  FifoMap connections_;  // the number of a pair of endpoints
  RepeatedDatagrams repeated_;
};

}  // namespace pp::packet
