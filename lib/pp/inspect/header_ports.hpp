// -e auto: which receivers get headers, so that connections to them without one are worth a look.
//
// Before a port's first header, connections to it without one are only counted, since that is what most traffic is: one counter
// for each port, and the first few answers. After it they are looked at as if the port had been named with -e.
// Memory is bounded: 2 MiB of counters, of which only the ports that are used are touched, the first bytes that came to at most
// 16,384 ports (2 MiB), and `most` receivers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "pp/base/bytes.hpp"
#include "pp/base/ip.hpp"
#include "pp/packet/fifo_map.hpp"
#include "pp/packet/flow_key.hpp"
#include "pp/packet/head.hpp"

namespace pp::inspect {

/// What came to a port, without a header, before its first header.
struct EarlyConnections {
  std::uint64_t count = 0;
  std::uint64_t answered = 0;  // of the first few answers those that are not an error; 0 when the port has several receivers
  std::uint64_t first_frame = 0;
  std::int64_t first_time_ns = 0;
  IpAddress first_sender;
};

/// A port to which connections went, and what the first of them that had no header began with.
struct PortSeen {
  IpAddress address;
  std::uint16_t port = 0;
  bool several = false;  // receivers: `address` is that of the first
  std::uint64_t connections = 0;
  packet::Excerpt begins;  // empty when all had a header
};

class HeaderPorts {
 public:
  explicit HeaderPorts(const HashKey& secret) : secret_(secret), receivers_(most), ports_(65536) {}

  static constexpr std::uint32_t most = 4096;  // receivers; one more, and the one that was first is forgotten

  /// A header to this receiver.
  void note_header(const packet::FlowKey& flow);
  /// Others to the same receiver had a header.
  bool wants(const packet::FlowKey& flow) { return ports_[flow.destination_port].header && receivers_.find(hash_of(flow)) != nullptr; }
  /// A connection begins with something else than a header, in a frame of that time: of ordinary traffic, every connection in
  /// both directions. False when the receiver is one that wants(); else it is counted.
  bool pass(const packet::FlowKey& flow, Bytes bytes, std::uint64_t frame, std::int64_t time_ns) {
    Port& to = ports_[flow.destination_port];
    if (to.header) [[unlikely]]
      return !wants(flow);
    const auto address = static_cast<std::uint32_t>(flow.destination.low);
    if (to.count++ == 0) [[unlikely]]
      begin(to, flow, bytes, frame, time_ns);
    to.several |= to.address != address;
    Port& from = ports_[flow.source_port];
    if (from.count > 0 && from.looked_at < most_answers) [[unlikely]]
      look_at_answer(from, bytes);
    return true;
  }
  EarlyConnections early(std::uint16_t port) const;
  /// At most `most_shown` ports, those with most connections first. What servers answered is left out.
  std::vector<PortSeen> seen(std::size_t most_shown) const;

 private:
  static constexpr std::uint8_t most_answers = 8;  // looked at, of a port
  static constexpr std::size_t most_firsts = 16384;

  struct Port {
    std::uint32_t count = 0;    // until the port's first header
    std::uint32_t address = 0;  // the last four bytes of the first receiver's
    std::uint16_t first = 0;    // in firsts_, from 1; 0: not remembered
    std::uint8_t looked_at = 0;
    std::uint8_t answered = 0;
    bool several = false;  // receivers
    bool header = false;
    std::uint32_t headers = 0;

    std::uint64_t all() const noexcept { return std::uint64_t{count} + headers; }
  };
  struct First {
    std::uint64_t frame;
    std::int64_t time_ns;
    packet::FlowKey flow;
    packet::Excerpt begins;
  };
  std::uint64_t hash_of(const packet::FlowKey& flow) const noexcept {
    return hash_mix(hash_mix(flow.destination.high ^ secret_.first, flow.destination.low ^ secret_.second) ^ secret_.first,
                    flow.destination_port ^ secret_.second);
  }
  void begin(Port& port, const packet::FlowKey& flow, Bytes bytes, std::uint64_t frame, std::int64_t time_ns);
  bool is_answer(const First& first, const Port& port) const;
  static void look_at_answer(Port& port, Bytes bytes);

  HashKey secret_;
  packet::FifoMap receivers_;
  std::vector<Port> ports_;
  std::vector<First> firsts_;
};

}  // namespace pp::inspect
