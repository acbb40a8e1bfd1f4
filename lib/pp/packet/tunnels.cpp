// The headers of encapsulations below and in IP: VLAN tags, LLC/SNAP, PPP, MPLS, GRE and ERSPAN.
#include "pp/packet/rest.hpp"

namespace pp::packet {
namespace {

constexpr std::uint32_t type_ipv4 = 0x0800;
constexpr std::uint32_t type_ipv6 = 0x86dd;
constexpr std::uint32_t type_bridged = 0x6558;
constexpr std::uint32_t type_mpls = 0x8847;
constexpr std::uint32_t type_mpls_multicast = 0x8848;

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
    case Wrapper::llc: return "LLC/SNAP of an unsupported organization";
    case Wrapper::encrypted_wireless: return "encrypted 802.11 frames";
    case Wrapper::compressed_ip: return "compressed IP headers (SLIP)";
    case Wrapper::vxlan: return "VXLAN with an unsupported protocol";
    case Wrapper::gue: return "GUE of an unsupported kind";
    case Wrapper::gtp: return "GTP-U of an unsupported kind";
    case Wrapper::capwap: return "CAPWAP";
    case Wrapper::ayiya: return "AYIYA";
    case Wrapper::erf: return "ERF records of an unsupported type";
  }
  return "";
}

Next open_ethernet_frame(Rest& rest) noexcept {
  constexpr std::uint32_t most_length = 1500;
  if (!rest.has(14)) return stop(rest.lacks(14));
  const std::uint32_t type = load_be16(rest.data() + 12);
  rest.drop(14);
  if (type > most_length) return open_ethertype(type, rest);
  if (type < rest.wire) rest.limit(type);  // IEEE 802.3: a length, and LLC follows
  return open_llc(rest);
}

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

Next open_llc(Rest& rest) noexcept {
  constexpr unsigned snap = 0xaa, ip = 0x06, unnumbered = 0x03;
  if (!rest.has(3)) return stop(rest.lacks(3));
  const std::uint8_t* const p = rest.data();
  const bool is_snap = p[0] == snap && p[1] == snap && p[2] == unnumbered;
  const bool is_ip = p[0] == ip && p[1] == ip && p[2] == unnumbered;  // RFC 948
  rest.drop(3);
  return is_snap ? open_snap(rest) : is_ip ? go(Layer::ipv4) : stop(Decoded::not_ip);
}

/// An organization and its protocol. Cisco's and the other vendors' own protocols do not carry IP.
Next open_snap(Rest& rest) noexcept {
  constexpr std::uint32_t of_ethertypes = 0, of_bridges = 0x0000f8, of_ieee_802_1 = 0x0080c2;
  if (!rest.has(5)) return stop(rest.lacks(5));
  const std::uint32_t organization = load_be32(rest.data()) >> 8U;
  const std::uint32_t type = load_be16(rest.data() + 3);
  rest.drop(5);
  if (organization == of_ethertypes || organization == of_bridges) return go(Layer::ethertype, type);
  if (organization != of_ieee_802_1) return stop(Decoded::not_ip);
  return type == 1 || type == 7 ? go(Layer::ethernet) : stop(Wrapper::llc);  // Ethernet with its check sequence, and without
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
    case 0xdada:  // Marvell's EDSA tag: two reserved bytes, four of the tag, and the EtherType of the frame
      if (!rest.has(8)) return stop(rest.lacks(8));
      type = load_be16(rest.data() + 6);
      rest.drop(8);
      return go(Layer::ethertype, type);
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

}  // namespace pp::packet
