#include "pp/packet/link_headers.hpp"

namespace pp::packet {
namespace {

/// A link header of `header` bytes with the EtherType at `type_at`.
Next open_with_type(Rest& rest, std::uint32_t header, std::size_t type_at) noexcept {
  if (!rest.has(header)) return stop(rest.lacks(header));
  const std::uint16_t type = load_be16(rest.data() + type_at);
  rest.drop(header);
  return go(Layer::ethertype, type);
}

/// An address family, as the capturing host numbers it.
Next go_family(std::uint32_t family) noexcept {
  switch (family) {
    case 2: return go(Layer::ipv4);
    case 10:  // Linux
    case 24:  // NetBSD, OpenBSD
    case 26:  // Solaris
    case 28:  // FreeBSD
    case 30:  // Darwin
      return go(Layer::ipv6);
    default: return stop(Decoded::not_ip);
  }
}

/// A family in the order of the host that captured: families are small, so the order shows.
std::uint32_t host_family(const std::uint8_t* p) noexcept {
  const std::uint32_t family = load_be32(p);
  return family > 0xffff ? load_le32(p) : family;
}

/// A header of `header` bytes in front of an Ethernet frame.
Next open_before_ethernet(Rest& rest, std::uint32_t header) noexcept {
  if (!rest.has(header)) return stop(rest.lacks(header));
  rest.drop(header);
  return go(Layer::ethernet);
}

/// `number` is one of Darwin's DLT_ or a LINKTYPE_, which agree in those that matter. Such headers are not nested.
Next open_link(std::uint32_t number, Rest& rest) noexcept {
  const LinkType* const link = find_link_type(number);
  if (link == nullptr || link->open == nullptr || link->open == open_pktap || link->open == open_ppi)
    return stop(Decoded::unsupported_link);
  return link->open(rest);
}

}  // namespace

Next open_ethernet(Rest&) noexcept { return go(Layer::ethernet); }
Next open_ip(Rest&) noexcept { return go(Layer::ip); }
Next open_ipv4(Rest&) noexcept { return go(Layer::ipv4); }
Next open_ipv6(Rest&) noexcept { return go(Layer::ipv6); }
Next open_mpls_link(Rest&) noexcept { return go(Layer::mpls); }
Next open_sll(Rest& rest) noexcept { return open_with_type(rest, 16, 14); }
Next open_sll2(Rest& rest) noexcept { return open_with_type(rest, 20, 0); }

Next open_null(Rest& rest) noexcept {
  if (!rest.has(4)) return stop(rest.lacks(4));
  const std::uint32_t family = host_family(rest.data());
  rest.drop(4);
  return go_family(family);
}

Next open_loop(Rest& rest) noexcept {
  if (!rest.has(4)) return stop(rest.lacks(4));
  const std::uint32_t family = load_be32(rest.data());
  rest.drop(4);
  return go_family(family);
}

/// OpenBSD's view of IPsec: family, SPI, flags, and the packet in the clear.
Next open_enc(Rest& rest) noexcept {
  if (!rest.has(12)) return stop(rest.lacks(12));
  const std::uint32_t family = host_family(rest.data());
  rest.drop(12);
  return go_family(family);
}

/// The first byte is the header's length without padding, the second the family.
Next open_pflog(Rest& rest) noexcept {
  if (!rest.has(2)) return stop(rest.lacks(2));
  const std::uint32_t header = (rest.data()[0] + 3U) & ~3U;
  const std::uint32_t family = rest.data()[1];
  if (header < 4) return stop(Decoded::malformed);
  if (rest.wire < header) return stop(Decoded::malformed);
  rest.drop(header);
  return go_family(family);
}

/// Attributes in the order of the host that captured, the packet being one of them.
Next open_nflog(Rest& rest) noexcept {
  constexpr std::uint32_t payload = 9;
  if (!rest.has(4)) return stop(rest.lacks(4));
  const std::uint32_t family = rest.data()[0];
  rest.drop(4);
  // Attributes are shorter than 64 KiB and types small: in the wrong order a type would be 256 or more.
  const bool big = rest.has(4) && load_le16(rest.data() + 2) > 0xff;
  while (true) {
    if (!rest.has(4)) return stop(rest.wire == 0 ? Decoded::not_ip : rest.lacks(4));
    const std::uint32_t length = big ? load_be16(rest.data()) : load_le16(rest.data());
    const std::uint32_t type = (big ? load_be16(rest.data() + 2) : load_le16(rest.data() + 2)) & 0x7fffU;
    if (length < 4 || length > rest.wire) return stop(Decoded::malformed);
    if (type == payload) {
      rest.limit(length);
      rest.drop(4);
      return go_family(family);
    }
    rest.drop((length + 3) & ~3U);
  }
}

/// Solaris: version, family, and which zones and interfaces it went through.
Next open_ipnet(Rest& rest) noexcept {
  if (!rest.has(24)) return stop(rest.lacks(24));
  const std::uint32_t family = rest.data()[1];
  rest.drop(24);
  return go_family(family);
}

/// RFC 4391, section 6. Some captures keep the 40 bytes of the global route header, whose first nibble is 6.
Next open_ipoib(Rest& rest) noexcept {
  if (!rest.has(4)) return stop(rest.lacks(4));
  const bool routed = rest.data()[0] >> 4U == 6;
  return routed ? open_with_type(rest, 44, 40) : open_with_type(rest, 4, 0);
}

Next open_ieee1394(Rest& rest) noexcept { return open_with_type(rest, 18, 16); }

// Tags that a switch's chip puts between the addresses and the EtherType, or in front of the frame.
Next open_brcm(Rest& rest) noexcept { return open_with_type(rest, 18, 16); }
Next open_brcm_prepended(Rest& rest) noexcept { return open_before_ethernet(rest, 4); }
Next open_dsa(Rest& rest) noexcept { return open_with_type(rest, 18, 16); }
Next open_edsa(Rest& rest) noexcept { return open_with_type(rest, 22, 20); }

Next open_netanalyzer(Rest& rest) noexcept { return open_before_ethernet(rest, 4); }
/// With the preamble.
Next open_netanalyzer_transparent(Rest& rest) noexcept { return open_before_ethernet(rest, 12); }

Next open_pktap(Rest& rest) noexcept {
  if (!rest.has(12)) return stop(rest.lacks(12));
  const std::uint32_t header = load_le32(rest.data());
  const std::uint32_t next = load_le32(rest.data() + 4);
  const std::uint32_t link = load_le32(rest.data() + 8);
  if (header < 12 || header > rest.wire) return stop(Decoded::malformed);
  rest.drop(header);
  return next == 1 ? open_link(link, rest) : stop(Decoded::not_ip);
}

/// A record of Endace's cards with its extension headers. Its own length counts, and not what the record is padded to.
Next open_erf(Rest& rest) noexcept {
  constexpr std::uint32_t record_header = 16;
  if (!rest.has(record_header)) return stop(rest.lacks(record_header));
  const std::uint32_t type = rest.data()[8] & 0x7fU;
  const std::uint32_t length = load_be16(rest.data() + 14);
  bool extended = (rest.data()[8] & 0x80U) != 0;
  rest.drop(record_header);
  while (extended) {
    if (!rest.has(8)) return stop(rest.lacks(8));
    extended = (rest.data()[0] & 0x80U) != 0;
    rest.drop(8);
  }
  switch (type) {
    case 2:   // Ethernet, after an offset and a byte of padding
    case 11:  // with a colour, of several cards, with a hash
    case 16:
    case 20:
      if (!rest.has(2)) return stop(rest.lacks(2));
      rest.drop(2);
      rest.limit(length);
      return go(Layer::ethernet);
    case 1:  // HDLC over SONET, and the same kinds of it
    case 10:
    case 15:
    case 19: rest.limit(length); return open_ppp_link(rest);
    case 22: rest.limit(length); return go(Layer::ipv4);
    case 23: rest.limit(length); return go(Layer::ipv6);
    default: return stop(Wrapper::erf);
  }
}

Next open_ppi(Rest& rest) noexcept {
  if (!rest.has(8)) return stop(rest.lacks(8));
  const std::uint32_t header = load_le16(rest.data() + 2);
  const std::uint32_t link = load_le32(rest.data() + 4);
  if (header < 8 || header > rest.wire) return stop(Decoded::malformed);
  rest.drop(header);
  return open_link(link, rest);
}

}  // namespace pp::packet
