// The part of a packet that is not decoded yet, and the layer it begins with.
#pragma once

#include <algorithm>
#include <cstdint>

#include "pp/packet/decode.hpp"

namespace pp::packet {

/// `wire` bytes were sent, of which `captured` are in the capture.
struct Rest {
  Bytes captured;
  std::uint32_t wire = 0;

  /// The result when headers need n bytes: truncated when they were sent and not captured, malformed when they were not sent.
  Decoded lacks(std::uint32_t n) const noexcept { return wire < n ? Decoded::malformed : Decoded::truncated; }
  bool has(std::size_t n) const noexcept { return captured.size() >= n; }
  const std::uint8_t* data() const noexcept { return captured.data(); }
  void drop(std::uint32_t n) noexcept {
    captured = captured.subspan(std::min<std::size_t>(n, captured.size()));
    wire -= std::min(n, wire);
  }
  void limit(std::uint32_t n) noexcept {
    wire = n;
    if (captured.size() > n) captured = captured.first(n);
  }
};

/// The next layer of a packet.
enum class Layer : std::uint8_t {
  ethernet,
  ethertype,  // its EtherType is `number`
  ip,         // version 4 or 6, as the first nibble says
  ipv4,
  ipv6,
  protocol,  // of an IP packet, whose protocol is `number`
  mpls,
  stop,  // nothing more: `result` is final
};
struct Next {
  Layer layer = Layer::stop;
  std::uint32_t number = 0;
  Decoded result = Decoded::malformed;
  Wrapper wrapper = Wrapper::none;
};
constexpr Next stop(Decoded result) noexcept { return {Layer::stop, 0, result, Wrapper::none}; }
constexpr Next stop(Wrapper wrapper) noexcept { return {Layer::stop, 0, Decoded::wrapped, wrapper}; }
constexpr Next go(Layer layer, std::uint32_t number = 0) noexcept { return {layer, number, Decoded::malformed, Wrapper::none}; }

/// Each takes its own header off `rest` and returns the layer that follows.
Next open_ethernet_frame(Rest& rest) noexcept;
Next open_ethertype(std::uint32_t type, Rest& rest) noexcept;
Next open_mpls(Rest& rest) noexcept;
Next open_ppp(Rest& rest) noexcept;
Next open_pppoe(Rest& rest) noexcept;
/// An IEEE 802.2 header, with SNAP or not; open_snap is what follows it.
Next open_llc(Rest& rest) noexcept;
Next open_snap(Rest& rest) noexcept;
Next open_gre(Rest& rest) noexcept;

/// Ports of tunnels over UDP. Whether a datagram to one carries a frame depends on its bytes (open_udp_tunnel).
bool is_tunnel_port(std::uint32_t port) noexcept;
/// `rest` is a datagram's payload. stop(segment): an ordinary datagram, and `rest` is unchanged.
Next open_udp_tunnel(std::uint32_t port, Rest& rest) noexcept;

}  // namespace pp::packet
