// The headers of encapsulations: VLAN tags, PPPoE, MPLS, GRE and ERSPAN, VXLAN, GENEVE.
#include "pp/packet/rest.hpp"

namespace pp::packet {
namespace {

constexpr std::uint32_t type_ipv4 = 0x0800;
constexpr std::uint32_t type_ipv6 = 0x86dd;
constexpr std::uint32_t type_bridged = 0x6558;
constexpr std::uint32_t type_mpls = 0x8847;
constexpr std::uint32_t type_mpls_multicast = 0x8848;

/// PPP's protocol field, which is one byte when it is odd.
Next open_ppp(Rest& rest) noexcept {
  if (!rest.has(2)) return stop(rest.lacks(2));
  const bool one = (rest.data()[0] & 1U) != 0;
  const std::uint32_t protocol = one ? rest.data()[0] : load_be16(rest.data());
  rest.drop(one ? 1 : 2);
  switch (protocol) {
    case 0x0021: return go(Layer::ipv4);
    case 0x0057: return go(Layer::ipv6);
    case 0x0281: return go(Layer::mpls);
    default: return protocol >= 0x8000 ? stop(Decoded::not_ip) : stop(Wrapper::ppp);  // from 0x8000: control protocols of the link
  }
}

Next open_pppoe(Rest& rest) noexcept {
  if (!rest.has(6)) return stop(rest.lacks(6));
  rest.drop(6);
  return open_ppp(rest);
}

/// RFC 8926. Options are skipped.
Next open_geneve(Rest& rest) noexcept {
  constexpr Next ordinary = stop(Decoded::segment);
  const Bytes p = rest.captured;
  const std::size_t n = std::min<std::size_t>(p.size(), 8);
  if (rest.wire < 8 || (n > 0 && p[0] >> 6U != 0) || (n > 1 && (p[1] & 0x3fU) != 0) || (n == 8 && p[7] != 0)) return ordinary;
  if (n < 8) return stop(Decoded::truncated);
  const std::uint32_t type = load_be16(&p[2]);
  const std::uint32_t header = 8 + (p[0] & 0x3fU) * 4U;
  if (type < 0x0600) return ordinary;
  rest.drop(header);
  return go(Layer::ethertype, type);
}

/// RFC 7348, with the group policy bit, or with the next protocol of VXLAN-GPE.
Next open_vxlan(Rest& rest, bool generic) noexcept {
  constexpr Next ordinary = stop(Decoded::segment);
  const Bytes p = rest.captured;
  const std::size_t n = std::min<std::size_t>(p.size(), 8);
  const unsigned flags = n > 0 ? p[0] : 0x08U;
  const bool flags_fit = generic ? (flags & 0xf8U) == 0x08 : (flags & 0x7fU) == 0x08;
  const bool reserved = flags == 0x08 && ((n > 1 && p[1] != 0) || (n > 2 && p[2] != 0) || (n > 3 && p[3] != 0));
  if (rest.wire < 8 || !flags_fit || reserved || (n == 8 && p[7] != 0)) return ordinary;
  if (n < 8) return stop(Decoded::truncated);
  const unsigned next = (flags & 0x04U) != 0 ? p[3] : 3U;  // only VXLAN-GPE has this flag
  if (next < 1 || next > 3) return ordinary;
  rest.drop(8);
  return next == 1 ? go(Layer::ipv4) : next == 2 ? go(Layer::ipv6) : go(Layer::ethernet);
}

}  // namespace

std::string_view to_string(Wrapper wrapper) noexcept {
  switch (wrapper) {
    case Wrapper::none: return "";
    case Wrapper::esp: return "IPsec ESP";
    case Wrapper::gre: return "GRE of an unsupported type";
    case Wrapper::l2tp: return "L2TP";
    case Wrapper::macsec: return "MACsec";
    case Wrapper::backbone: return "provider backbone bridging";
    case Wrapper::service_header: return "a network service header";
    case Wrapper::mpls: return "an MPLS pseudowire of an unsupported type";
    case Wrapper::ppp: return "PPP with an unsupported protocol";
    case Wrapper::depth: return "more than 16 layers";
  }
  return "";
}

/// VLAN tags may be stacked; each is four bytes long.
Next open_ethertype(std::uint32_t type, Rest& rest) noexcept {
  while (type == 0x8100 || type == 0x88a8 || type == 0x9100 || type == 0x9200) {
    if (!rest.has(4)) return stop(rest.lacks(4));
    type = load_be16(rest.data() + 2);
    rest.drop(4);
  }
  switch (type) {
    case type_ipv4: return go(Layer::ipv4);
    case type_ipv6: return go(Layer::ipv6);
    case type_bridged: return go(Layer::ethernet);
    case type_mpls:
    case type_mpls_multicast: return go(Layer::mpls);
    case 0x8864: return open_pppoe(rest);
    case 0x88e5: return stop(Wrapper::macsec);
    case 0x88e7: return stop(Wrapper::backbone);
    case 0x894f: return stop(Wrapper::service_header);
    default: return stop(Decoded::not_ip);
  }
}

/// Labels down to the bottom of the stack. MPLS does not identify its payload; guess from the first nibble (RFC 4928).
Next open_mpls(Rest& rest) noexcept {
  bool bottom = false;
  while (!bottom) {
    if (!rest.has(4)) return stop(rest.lacks(4));
    bottom = (rest.data()[2] & 1U) != 0;
    rest.drop(4);
  }
  if (!rest.has(1)) return stop(rest.lacks(1));
  const unsigned nibble = rest.data()[0] >> 4U;
  if (nibble == 4) return go(Layer::ipv4);
  if (nibble == 6) return go(Layer::ipv6);
  if (nibble != 0) return stop(Wrapper::mpls);
  // A pseudowire's control word. Ethernet is the most common payload.
  if (!rest.has(4)) return stop(rest.lacks(4));
  rest.drop(4);
  return go(Layer::ethernet);
}

/// RFC 2784 and 2890: checksum, key and sequence number are optional.
Next open_gre(Rest& rest) noexcept {
  if (!rest.has(4)) return stop(rest.lacks(4));
  const std::uint32_t flags = load_be16(rest.data());
  const std::uint32_t type = load_be16(rest.data() + 2);
  constexpr std::uint32_t checksum = 0x8000, routing = 0x4000, key = 0x2000, sequence = 0x1000, version = 7;
  if ((flags & (routing | version)) != 0) return stop(Wrapper::gre);
  std::uint32_t header = 4 + ((flags & checksum) != 0 ? 4U : 0U) + ((flags & key) != 0 ? 4U : 0U) + ((flags & sequence) != 0 ? 4U : 0U);
  constexpr std::uint32_t erspan_2 = 0x88be, erspan_3 = 0x22eb;
  // ERSPAN type I has no header of its own, and no sequence number in its GRE header.
  if (type == erspan_2 && (flags & sequence) != 0) header += 8;
  if (type == erspan_3) {
    if (!rest.has(header + 12)) return stop(rest.lacks(header + 12));
    header += 12 + ((rest.captured[header + 11] & 1U) != 0 ? 8U : 0U);
  }
  if (!rest.has(header)) return stop(rest.lacks(header));
  rest.drop(header);
  if (type == erspan_2 || type == erspan_3) return go(Layer::ethernet);
  const bool known = type == type_ipv4 || type == type_ipv6 || type == type_bridged || type == type_mpls || type == type_mpls_multicast ||
                     type == 0x8100 || type == 0x88a8;
  return known ? go(Layer::ethertype, type) : stop(Wrapper::gre);
}

namespace {
constexpr std::uint32_t port_vxlan = 4789;
constexpr std::uint32_t port_vxlan_linux = 8472;  // Linux's pre-IANA VXLAN port
constexpr std::uint32_t port_vxlan_generic = 4790;
constexpr std::uint32_t port_geneve = 6081;
}  // namespace

bool is_tunnel_port(std::uint32_t port) noexcept {
  return port == port_vxlan || port == port_vxlan_linux || port == port_vxlan_generic || port == port_geneve;
}

Next open_udp_tunnel(std::uint32_t port, Rest& rest) noexcept {
  return port == port_geneve ? open_geneve(rest) : open_vxlan(rest, port == port_vxlan_generic);
}

}  // namespace pp::packet
