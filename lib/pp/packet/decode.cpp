#include "pp/packet/decode.hpp"

#include <algorithm>

namespace pp::packet {
namespace {

// LINKTYPE_ values.
constexpr std::uint32_t link_null = 0;
constexpr std::uint32_t link_ethernet = 1;
constexpr std::uint32_t link_raw_bsd = 12;
constexpr std::uint32_t link_raw_openbsd = 14;
constexpr std::uint32_t link_raw = 101;
constexpr std::uint32_t link_loop = 108;
constexpr std::uint32_t link_linux_sll = 113;
constexpr std::uint32_t link_ipv4 = 228;
constexpr std::uint32_t link_ipv6 = 229;
constexpr std::uint32_t link_linux_sll2 = 276;

constexpr std::uint16_t type_ipv4 = 0x0800;
constexpr std::uint16_t type_ipv6 = 0x86dd;

constexpr std::uint8_t next_hop_by_hop = 0;
constexpr std::uint8_t next_tcp = 6;
constexpr std::uint8_t next_udp = 17;
constexpr std::uint8_t next_routing = 43;
constexpr std::uint8_t next_fragment = 44;
constexpr std::uint8_t next_auth = 51;
constexpr std::uint8_t next_destination = 60;
constexpr unsigned max_extension_headers = 16;

/// What is left of a packet below some layer: `captured` bytes are here, `wire` of them were sent.
struct Rest {
  Bytes captured;
  std::uint32_t wire = 0;

  /// The headers need n bytes: a capture that holds fewer was cut, a packet that was shorter is wrong.
  Decoded lacks(std::uint32_t n) const noexcept { return wire < n ? Decoded::malformed : Decoded::truncated; }
  bool has(std::size_t n) const noexcept { return captured.size() >= n; }
  void drop(std::uint32_t n) noexcept {
    captured = captured.subspan(std::min<std::size_t>(n, captured.size()));
    wire -= std::min(n, wire);
  }
  void limit(std::uint32_t n) noexcept {
    wire = n;
    if (captured.size() > n) captured = captured.first(n);
  }
};

Decoded decode_tcp(Rest rest, Segment& out) noexcept {
  // A capture that ends in the options still shows everything but the payload.
  if (!rest.has(14)) return rest.lacks(20);
  if (rest.wire < 20) return Decoded::malformed;
  const std::uint8_t* p = rest.captured.data();
  const std::uint32_t header = (p[12] >> 4U) * 4U;
  if (header < 20 || header > rest.wire) return Decoded::malformed;
  out.flow.protocol = Protocol::tcp;
  out.flow.source_port = load_be16(p);
  out.flow.destination_port = load_be16(p + 2);
  out.seq = load_be32(p + 4);
  out.ack = load_be32(p + 8);
  out.flags = p[13];
  rest.drop(header);
  out.payload = rest.captured;
  out.payload_length = rest.wire;
  return Decoded::segment;
}

Decoded decode_udp(Rest rest, Segment& out) noexcept {
  if (!rest.has(8)) return rest.lacks(8);
  const std::uint8_t* p = rest.captured.data();
  std::uint32_t length = load_be16(p + 4);
  if (length == 0) length = rest.wire;  // jumbo datagrams and offload
  if (length < 8 || (length > rest.wire && !out.fragmented)) return Decoded::malformed;
  out.flow.protocol = Protocol::udp;
  out.flow.source_port = load_be16(p);
  out.flow.destination_port = load_be16(p + 2);
  out.seq = 0;
  out.ack = 0;
  out.flags = 0;
  rest.limit(length);
  rest.drop(8);
  out.payload = rest.captured;
  out.payload_length = rest.wire;
  return Decoded::segment;
}

Decoded decode_transport(std::uint8_t protocol, const Rest& rest, Segment& out) noexcept {
  if (protocol == next_tcp) return decode_tcp(rest, out);
  if (protocol == next_udp) return decode_udp(rest, out);
  return Decoded::not_tcp_udp;
}

Decoded decode_ipv4(Rest rest, Segment& out) noexcept {
  if (!rest.has(20)) return rest.lacks(20);
  const std::uint8_t* p = rest.captured.data();
  if (p[0] >> 4U != 4) return Decoded::malformed;
  const std::uint32_t header = (p[0] & 0x0fU) * 4U;
  std::uint32_t total = load_be16(p + 2);
  if (total == 0) total = rest.wire;  // segmentation offload: the card fills it in
  if (header < 20 || total < header) return Decoded::malformed;
  const std::uint16_t fragment = load_be16(p + 6);
  if ((fragment & 0x1fffU) != 0) return Decoded::fragment;
  out.fragmented = (fragment & 0x2000U) != 0;
  out.flow.address_size = 4;
  out.flow.source = {0, load_be32(p + 12)};
  out.flow.destination = {0, load_be32(p + 16)};
  const std::uint8_t protocol = p[9];
  rest.limit(total);
  rest.drop(header);
  return decode_transport(protocol, rest, out);
}

Decoded decode_ipv6(Rest rest, Segment& out) noexcept {
  if (!rest.has(40)) return rest.lacks(40);
  const std::uint8_t* p = rest.captured.data();
  if (p[0] >> 4U != 6) return Decoded::malformed;
  const std::uint32_t length = load_be16(p + 4);
  std::uint8_t next = p[6];
  out.fragmented = false;
  out.flow.address_size = 16;
  out.flow.source = {load_be64(p + 8), load_be64(p + 16)};
  out.flow.destination = {load_be64(p + 24), load_be64(p + 32)};
  rest.drop(40);
  if (length != 0) rest.limit(length);  // 0: a jumbogram or offload, and the wire length counts
  for (unsigned i = 0; i < max_extension_headers; ++i) {
    const bool known = next == next_hop_by_hop || next == next_routing || next == next_destination || next == next_fragment || next == next_auth;
    if (!known) return decode_transport(next, rest, out);
    if (!rest.has(8)) return rest.lacks(8);
    const std::uint8_t* h = rest.captured.data();
    std::uint32_t size = 8;
    if (next == next_fragment) {
      const std::uint16_t fragment = load_be16(h + 2);
      if ((fragment & 0xfff8U) != 0) return Decoded::fragment;
      out.fragmented = (fragment & 1U) != 0;
    } else if (next == next_auth) {
      size = (h[1] + 2U) * 4U;
    } else {
      size = (h[1] + 1U) * 8U;
    }
    if (size < 8 || size > rest.wire) return Decoded::malformed;
    next = h[0];
    rest.drop(size);
  }
  return Decoded::malformed;
}

Decoded decode_ip(const Rest& rest, Segment& out) noexcept {
  if (!rest.has(1)) return rest.lacks(20);
  const unsigned version = rest.captured[0] >> 4U;
  if (version == 4) return decode_ipv4(rest, out);
  if (version == 6) return decode_ipv6(rest, out);
  return Decoded::not_ip;
}

/// What an EtherType stands in front of; VLAN tags may be stacked, and each takes four bytes off what is left.
Decoded decode_ethertype(std::uint16_t type, Rest rest, Segment& out) noexcept {
  while (type == 0x8100 || type == 0x88a8 || type == 0x9100) {
    if (!rest.has(4)) return rest.lacks(4);
    type = load_be16(rest.captured.data() + 2);
    rest.drop(4);
  }
  if (type == type_ipv4) return decode_ipv4(rest, out);
  if (type == type_ipv6) return decode_ipv6(rest, out);
  return Decoded::not_ip;
}

/// A link header of `header` bytes with the EtherType at `type_at`.
Decoded decode_link(Rest rest, std::uint32_t header, std::size_t type_at, Segment& out) noexcept {
  if (!rest.has(header)) return rest.lacks(header);
  const std::uint16_t type = load_be16(rest.captured.data() + type_at);
  rest.drop(header);
  return decode_ethertype(type, rest, out);
}

/// BSD loopback: the address family as the capturing host numbers it.
Decoded decode_family(Rest rest, std::uint32_t family, Segment& out) noexcept {
  rest.drop(4);
  switch (family) {
    case 2: return decode_ipv4(rest, out);
    case 10:  // Linux
    case 24:  // NetBSD, OpenBSD
    case 28:  // FreeBSD
    case 30:  // Darwin
      return decode_ipv6(rest, out);
    default: return Decoded::not_ip;
  }
}

Decoded decode_loopback(const Rest& rest, bool network_order, Segment& out) noexcept {
  if (!rest.has(4)) return rest.lacks(4);
  std::uint32_t family = load_be32(rest.captured.data());
  // LINKTYPE_NULL is in the order of the host that captured; families are small, so the order shows.
  if (!network_order && family > 0xffff) family = load_le32(rest.captured.data());
  return decode_family(rest, family, out);
}

}  // namespace

std::string_view to_string(Decoded decoded) noexcept {
  switch (decoded) {
    case Decoded::segment: return "segment";
    case Decoded::unsupported_link: return "unsupported link type";
    case Decoded::not_ip: return "not IP";
    case Decoded::not_tcp_udp: return "not TCP or UDP";
    case Decoded::fragment: return "fragment";
    case Decoded::truncated: return "cut by the capture";
    case Decoded::malformed: return "malformed";
  }
  return "";
}

bool is_supported_link(std::uint32_t link_type) noexcept {
  Segment ignored;
  return decode_any(Packet{0, link_type, 0, {}, 0, false}, ignored) != Decoded::unsupported_link;
}

Decoded decode_any(const Packet& packet, Segment& out) noexcept {
  const auto captured = static_cast<std::uint32_t>(std::min<std::size_t>(packet.data.size(), UINT32_MAX));
  const Rest rest{packet.data.first(captured), std::max(packet.wire_length, captured)};
  switch (packet.link_type) {
    case link_ethernet: return decode_link(rest, 14, 12, out);
    case link_linux_sll: return decode_link(rest, 16, 14, out);
    case link_linux_sll2: return decode_link(rest, 20, 0, out);
    case link_raw_bsd:
    case link_raw_openbsd:
    case link_raw: return decode_ip(rest, out);
    case link_ipv4: return decode_ipv4(rest, out);
    case link_ipv6: return decode_ipv6(rest, out);
    case link_null: return decode_loopback(rest, false, out);
    case link_loop: return decode_loopback(rest, true, out);
    default: return Decoded::unsupported_link;
  }
}

}  // namespace pp::packet
