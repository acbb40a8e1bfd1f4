// A capture's packets in, records out: stream heads are put together, and what they are is judged.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "pp/inspect/header_ports.hpp"
#include "pp/inspect/inspect.hpp"
#include "pp/packet/flow_packets.hpp"
#include "pp/packet/stream_heads.hpp"

namespace pp::inspect {

struct CaptureOptions {
  bool reactions = true;
  std::uint32_t max_flows = 65536;
  HashKey hash_key;
  /// Ports to which every stream must carry a header; empty: none. With it, streams to other ports are not looked at.
  std::function<bool(std::uint16_t port)> expected;
  /// Without `expected`: a TCP connection without a header is looked at when others to its receiver had one (-e auto).
  bool expect_where_seen = false;
  /// When the capture last lost packets, on their clock; min() of its type: never. Asked about flows whose verdict a lost
  /// packet could explain, before they are reported. Without it, nothing was lost.
  std::function<std::int64_t()> lost_until;
  /// Told of every packet and every head, when there is one; outlives the capture.
  packet::FlowPackets* packets = nullptr;
};

/// One capture. Records reach the inspector's sink in the order in which headers were completed.
class CaptureInspector {
 public:
  /// `inspector` and the text of `input` outlive this object.
  CaptureInspector(const CaptureOptions& options, Inspector& inspector, std::string_view input);

  packet::Decoded feed(const packet::Packet& packet) {
    link_type_ = packet.link_type;
    packet_ = &packet;
    if (options_.packets != nullptr) [[unlikely]]
      return feed_and_hold(packet);
    return heads_.feed(packet);
  }
  /// A live source calls this every few dozen milliseconds while something waits(). Headers that have
  /// waited for their reaction since before the previous call are reported now, without it; a reaction that changes what was
  /// said makes a second record (Record::amends).
  void tick() {
    heads_.report_before(mark_);
    mark_ = heads_.mark();
  }
  bool waits() const noexcept { return heads_.waiting() > 0; }
  void finish() { heads_.finish(); }

  const packet::HeadCounters& counters() const noexcept { return heads_.counters(); }
  std::uint32_t link_type() const noexcept { return link_type_; }
  /// Connections to an expected port of whose first bytes the capture kept none.
  std::uint64_t unseen() const noexcept { return unseen_; }
  /// The ports to which connections went; empty without expect_where_seen.
  std::vector<PortSeen> ports(std::size_t most_shown) const { return seen_ ? seen_->seen(most_shown) : std::vector<PortSeen>{}; }
  /// Connections without a header to a port, from before its first header; with expect_where_seen.
  EarlyConnections early(std::uint16_t port) const { return seen_ ? seen_->early(port) : EarlyConnections{}; }

 private:
  packet::Detection detect(Bytes bytes, const packet::FlowKey& flow);
  void head(const packet::Head& head);
  packet::Detection decide(Bytes bytes, const packet::FlowKey& flow);
  void judge(const packet::Head& head);
  packet::Decoded feed_and_hold(const packet::Packet& packet);
  bool expects(const packet::FlowKey& flow);
  bool pass(Bytes bytes, const packet::FlowKey& flow) {
    return !seen_ || seen_->pass(flow, bytes, packet_ != nullptr ? packet_->frame : 0, packet_ != nullptr ? packet_->time_ns : 0);
  }
  bool lossy(const packet::Head& head) const;

  CaptureOptions options_;
  Inspector& inspector_;
  Chunk chunk_;
  std::optional<HeaderPorts> seen_;  // with expect_where_seen
  std::uint32_t link_type_ = 0;
  const packet::Packet* packet_ = nullptr;  // the one that is fed
  std::uint64_t mark_ = 0;
  std::uint64_t unseen_ = 0;
  /// UDP flows whose first datagram carried a header, until one without is seen; the latest few hundred.
  std::vector<packet::FlowKey> udp_headers_;
  packet::StreamHeads heads_;
};

}  // namespace pp::inspect
