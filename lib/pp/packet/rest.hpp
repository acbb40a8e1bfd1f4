// What is left of a packet below some layer.
#pragma once

#include <algorithm>
#include <cstdint>

#include "pp/packet/decode.hpp"

namespace pp::packet {

/// `captured` bytes are here, `wire` of them were sent.
struct Rest {
  Bytes captured;
  std::uint32_t wire = 0;

  /// The headers need n bytes: a capture that holds fewer was cut, a packet that was shorter is wrong.
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

/// What stands next in a packet.
enum class Layer : std::uint8_t {
  ethernet,
  ethertype,  // `number` is it
  ip,         // version 4 or 6, as the first nibble says
  ipv4,
  ipv6,
  protocol,  // of an IP packet: `number` is it
  mpls,
  stop,  // `result` is what it is
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

/// Each takes its own header off `rest` and says what is behind it.
Next open_ethertype(std::uint32_t type, Rest& rest) noexcept;
Next open_mpls(Rest& rest) noexcept;
Next open_gre(Rest& rest) noexcept;

/// Ports to which datagrams carry frames; whether this one does, its bytes say (open_udp_tunnel).
bool is_tunnel_port(std::uint32_t port) noexcept;
/// `rest` is a datagram's payload. stop(segment): it is an ordinary one, and nothing was taken off.
Next open_udp_tunnel(std::uint32_t port, Rest& rest) noexcept;

}  // namespace pp::packet
