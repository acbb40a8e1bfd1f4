// Tunnels over UDP, by their destination port: one row says how a datagram to it is opened.
#include <algorithm>

#include "pp/packet/rest.hpp"

namespace pp::packet {
namespace {

constexpr Next ordinary = stop(Decoded::segment);

/// A datagram of which fewer than `n` bytes were sent is no tunnel's; of one that was cut nobody knows.
Next shorter(const Rest& rest, std::uint32_t n) noexcept { return rest.wire < n ? ordinary : stop(Decoded::truncated); }

/// RFC 8926. Options are skipped; reserved bits are ignored on receipt.
Next open_geneve(Rest& rest) noexcept {
  if (rest.has(1) && rest.data()[0] >> 6U != 0) return ordinary;
  if (!rest.has(8)) return shorter(rest, 8);
  const std::uint8_t* const p = rest.data();
  const std::uint32_t type = load_be16(p + 2);
  const std::uint32_t header = 8 + (p[0] & 0x3fU) * 4U;
  if (type < 0x0600) return ordinary;
  rest.drop(header);
  return go(Layer::ethertype, type);
}

bool has_network(const Rest& rest) noexcept { return !rest.has(1) || (rest.data()[0] & 0x08U) != 0; }

/// Whether the Ethernet frame after the eight bytes has one of the common types. Any other datagram may have the flag set.
bool carries_frame(const Rest& rest) noexcept {
  constexpr std::uint32_t common[] = {0x0800, 0x0806, 0x8100, 0x86dd, 0x8847, 0x88a8};
  return std::find(std::begin(common), std::end(common), load_be16(rest.data() + 20)) != std::end(common);
}

/// RFC 7348: a flag says that there is a network identifier; all other bits are ignored on receipt.
Next open_vxlan(Rest& rest) noexcept {
  if (!has_network(rest)) return ordinary;
  if (!rest.has(8)) return shorter(rest, 8);
  const bool usual = (load_be32(rest.data()) & 0x7fff0000U) == 0x08000000 && rest.data()[7] == 0;
  if (!usual && !rest.has(22)) return shorter(rest, 22);
  if (!usual && !carries_frame(rest)) return ordinary;
  rest.drop(8);
  return go(Layer::ethernet);
}

/// VXLAN-GPE: another flag says that the fourth byte names what follows.
Next open_vxlan_generic(Rest& rest) noexcept {
  if (!has_network(rest)) return ordinary;
  if (!rest.has(8)) return shorter(rest, 8);
  const std::uint8_t* const p = rest.data();
  const unsigned next = (p[0] & 0x04U) != 0 ? p[3] : 3U;
  if (next == 0 || next > 7) return ordinary;
  rest.drop(8);
  switch (next) {
    case 1: return go(Layer::ipv4);
    case 2: return go(Layer::ipv6);
    case 3: return go(Layer::ethernet);
    default: return stop(Wrapper::vxlan);
  }
}

/// Generic UDP encapsulation: version 0 has a header with an IP protocol, version 1 is an IP packet.
Next open_gue(Rest& rest) noexcept {
  if (!rest.has(4)) return shorter(rest, 4);
  const std::uint8_t* const p = rest.data();
  const unsigned version = p[0] >> 6U;
  if (version == 1) return go(Layer::ip);
  if (version != 0) return ordinary;
  const bool control = (p[0] & 0x20U) != 0;
  const std::uint32_t protocol = p[1];
  const std::uint32_t header = 4 + (p[0] & 0x1fU) * 4U;
  if (control || header > rest.wire) return stop(Wrapper::gue);
  rest.drop(header);
  return go(Layer::protocol, protocol);
}

/// RFC 8086: GRE as it is.
Next open_gre_in_udp(Rest& rest) noexcept {
  if (!rest.has(4)) return shorter(rest, 4);
  return open_gre(rest);
}

/// Foo over UDP has no port of its own: a datagram counts as one when it is an IP packet of the right length.
Next open_fou(Rest& rest) noexcept {
  if (!rest.has(6)) return shorter(rest, 20);
  const std::uint8_t* const p = rest.data();
  const bool is_ipv4 = p[0] >> 4U == 4 && load_be16(p + 2) == rest.wire;
  const bool is_ipv6 = p[0] >> 4U == 6 && load_be16(p + 4) + 40U == rest.wire;
  return is_ipv4 || is_ipv6 ? go(Layer::ip) : ordinary;
}

/// RFC 4380: an IPv6 packet, perhaps after the origin's address.
Next open_teredo(Rest& rest) noexcept {
  if (!rest.has(14)) return shorter(rest, 40);
  const bool with_origin = load_be16(rest.data()) == 0;
  const std::uint8_t* const p = rest.data() + (with_origin ? 8 : 0);
  if (p[0] >> 4U != 6 || load_be16(p + 4) + 40U + (with_origin ? 8U : 0U) != rest.wire) return ordinary;
  rest.drop(with_origin ? 8 : 0);
  return go(Layer::ipv6);
}

/// 3GPP TS 29.281: a user's packet, after optional fields and extension headers.
Next open_gtp(Rest& rest) noexcept {
  constexpr unsigned version_1 = 0x30, optional = 0x07, extended = 0x04, user_data = 255;
  if (!rest.has(8)) return shorter(rest, 8);
  const unsigned flags = rest.data()[0];
  if ((flags & 0xf0U) != version_1) return ordinary;
  if (rest.data()[1] != user_data) return stop(Decoded::not_ip);
  rest.drop(8);
  if ((flags & optional) == 0) return go(Layer::ip);
  if (!rest.has(4)) return stop(rest.lacks(4));
  unsigned next = (flags & extended) != 0 ? rest.data()[3] : 0U;
  rest.drop(4);
  while (next != 0) {
    if (!rest.has(1)) return stop(rest.lacks(4));
    const std::uint32_t size = rest.data()[0] * 4U;
    if (size == 0) return stop(Wrapper::gtp);
    if (!rest.has(size)) return stop(rest.lacks(size));
    next = rest.data()[size - 1];
    rest.drop(size);
  }
  return go(Layer::ip);
}

// RFC 5415 and the AYIYA draft carry whole frames and packets, which are not decoded.
Next open_capwap(Rest& rest) noexcept {
  if (!rest.has(1)) return shorter(rest, 8);
  return rest.data()[0] <= 1 && rest.wire >= 8 ? stop(Wrapper::capwap) : ordinary;
}
Next open_ayiya(Rest& rest) noexcept {
  if (!rest.has(4)) return shorter(rest, 8);
  // 16 bytes of identity, signed with SHA-1 or MD5; then the operation and the next header.
  const std::uint8_t* const p = rest.data();
  return p[0] >> 4U == 4 && (p[3] == 41 || p[3] == 4 || p[3] == 59) ? stop(Wrapper::ayiya) : ordinary;
}

struct UdpTunnel {
  std::uint32_t port;
  Next (*open)(Rest& rest) noexcept;
};

constexpr UdpTunnel rows[] = {
    {2152, open_gtp},           {3544, open_teredo}, {4754, open_gre_in_udp}, {4789, open_vxlan},
    {4790, open_vxlan_generic}, {5072, open_ayiya},  {5247, open_capwap},     {5555, open_fou},  // of the examples in ip-fou(8)
    {6080, open_gue},           {6081, open_geneve}, {8472, open_vxlan},                         // Linux before the port was assigned
    {10800, open_vxlan},                                                                         // Azure's gateway load balancer, inside
    {10801, open_vxlan},                                                                         // and outside
};
static_assert(std::is_sorted(std::begin(rows), std::end(rows), [](const UdpTunnel& a, const UdpTunnel& b) { return a.port < b.port; }));

const UdpTunnel* find_tunnel(std::uint32_t port) noexcept {
  const auto* const row =
      std::lower_bound(std::begin(rows), std::end(rows), port, [](const UdpTunnel& r, std::uint32_t p) { return r.port < p; });
  return row != std::end(rows) && row->port == port ? row : nullptr;
}

/// The first bytes of a PROXY header, which no tunnel's header begins with in practice.
bool begins_like_a_header(const Rest& rest) noexcept {
  if (!rest.has(4)) return false;
  const std::uint32_t first = load_be32(rest.data());
  return first == 0x0d0a0d0a || first == 0x50524f58;  // the signature, "PROX"
}

}  // namespace

bool is_tunnel_port(std::uint32_t port) noexcept { return find_tunnel(port) != nullptr; }

Next open_udp_tunnel(std::uint32_t port, Rest& rest) noexcept {
  const UdpTunnel* const row = begins_like_a_header(rest) ? nullptr : find_tunnel(port);
  return row == nullptr ? ordinary : row->open(rest);
}

}  // namespace pp::packet
