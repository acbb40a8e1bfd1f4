// From a captured packet to a TCP segment or UDP datagram: link layer, IP, transport, and the encapsulations between them.
// Checksums are not verified, since with offload the ones in captures are wrong.
#pragma once

#include <cstdint>
#include <string_view>

#include "pp/base/bytes.hpp"
#include "pp/packet/flow_key.hpp"
#include "pp/packet/link_types.hpp"
#include "pp/packet/packet.hpp"

namespace pp::packet {

enum TcpFlag : std::uint8_t { tcp_fin = 0x01, tcp_syn = 0x02, tcp_rst = 0x04, tcp_psh = 0x08, tcp_ack = 0x10 };

/// `payload` holds the captured bytes of the payload, `payload_length` is its length on the wire (both without Ethernet
/// padding). The endpoints are the innermost. `fragmented`: only the first part of a datagram, whose other fragments are
/// missing; payload_length is then that of the whole datagram for UDP, and that of the part for TCP.
struct Segment {
  FlowKey flow;
  std::uint32_t seq = 0;
  std::uint32_t ack = 0;
  std::uint8_t flags = 0;
  bool fragmented = false;
  std::uint32_t payload_length = 0;
  Bytes payload;
};

enum class Decoded : std::uint8_t {
  segment,
  unsupported_link,  // a link type that is not decoded (link_types.hpp)
  not_ip,
  not_tcp_udp,
  fragment,   // of an IP datagram
  truncated,  // the capture ends inside the headers
  malformed,  // headers that contradict themselves
  wrapped,    // inside an encapsulation that is not decoded: Wrapper says which
};
inline constexpr std::size_t decoded_count = 8;

std::string_view to_string(Decoded decoded) noexcept;

/// Encapsulations that are not decoded.
enum class Wrapper : std::uint8_t {
  none,
  esp,
  gre,
  l2tp,
  macsec,
  backbone,
  service_header,
  mpls,
  ppp,
  depth,
  llc,
  encrypted_wireless,
  compressed_ip,
  vxlan,
  gue,
  gtp,
  capwap,
  ayiya,
  erf,
};
inline constexpr std::size_t wrapper_count = 19;

/// "IPsec ESP" and so on.
std::string_view to_string(Wrapper wrapper) noexcept;

/// One fragment of a datagram, from `offset` on: `length` bytes were sent, and `bytes` were captured.
struct Fragment {
  FlowKey::Address source;
  FlowKey::Address destination;
  std::uint8_t address_size = 0;
  std::uint8_t protocol = 0;  // IPv6: the next header after the fragment header, in the first fragment
  std::uint32_t id = 0;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
  bool more = false;
  Bytes bytes;
};

/// What an ICMP or ICMPv6 message says of a packet that could not be delivered.
enum class Undelivered : std::uint8_t { none, network, host, port, prohibited, other };

/// Details that only a few packets need.
struct Detail {
  Undelivered undelivered = Undelivered::none;  // Decoded::not_tcp_udp: of the TCP segment of this flow
  FlowKey undelivered_flow;
  Fragment fragment;                // Decoded::fragment
  Wrapper wrapper = Wrapper::none;  // Decoded::wrapped
  std::uint32_t ip_id = 0;          // the innermost IPv4 header's; 0 for IPv6
};

/// Any supported packet. `out` is only meaningful when the result is Decoded::segment, and borrows the packet's bytes.
Decoded decode_any(const Packet& packet, Segment& out) noexcept;
/// The same, with details.
Decoded decode_any(const Packet& packet, Segment& out, Detail& detail) noexcept;

/// The payload of a reassembled IP datagram. `whole` false: only its first part.
struct Datagram {
  FlowKey::Address source;
  FlowKey::Address destination;
  std::uint8_t address_size = 0;
  std::uint8_t protocol = 0;
  std::uint32_t id = 0;
  std::uint32_t length = 0;  // on the wire, as far as it is known
  bool whole = true;
  Bytes bytes;  // captured
};
Decoded decode_datagram(const Datagram& datagram, Segment& out, Detail& detail) noexcept;

inline constexpr std::size_t plain_ip_at = 14;
inline constexpr std::size_t plain_tcp_at = plain_ip_at + 20;

/// The size of the IP and TCP headers (40 to 80 bytes) of the most common kind of packet: Ethernet, IPv4 without options or
/// fragments, TCP, with the headers captured. 0 for every other packet.
inline std::uint32_t plain_headers(const Packet& packet) noexcept {
  if (packet.link_type != link_ethernet || packet.data.size() < plain_tcp_at + 20) return 0;
  const std::uint8_t* p = packet.data.data();
  // Type 0x0800, version 4 with 5 words; no fragment (the "don't fragment" bit aside), any TTL, protocol TCP.
  const bool plain = (load_be32(p + 12) & 0xffffff00U) == 0x08004500U && (load_be32(p + plain_ip_at + 6) & 0xbfff00ffU) == 6;
  const std::uint32_t headers = 20 + (p[plain_tcp_at + 12] >> 4U) * 4U;
  return plain && headers >= 40 && load_be16(p + plain_ip_at + 2) >= headers ? headers : 0;
}

/// The same as decode_any(), with the most common kind of packet inline.
inline Decoded decode(const Packet& packet, Segment& out) noexcept {
  constexpr std::size_t ip_at = plain_ip_at;
  constexpr std::size_t tcp_at = plain_tcp_at;
  const std::uint32_t headers = plain_headers(packet);
  if (headers == 0) return decode_any(packet, out);
  const std::uint8_t* p = packet.data.data();
  const std::size_t captured = packet.data.size();
  const std::uint32_t total = load_be16(p + ip_at + 2);
  out.flow.source = {0, load_be32(p + ip_at + 12)};
  out.flow.destination = {0, load_be32(p + ip_at + 16)};
  out.flow.source_port = load_be16(p + tcp_at);
  out.flow.destination_port = load_be16(p + tcp_at + 2);
  out.flow.address_size = 4;
  out.flow.protocol = Protocol::tcp;
  out.seq = load_be32(p + tcp_at + 4);
  out.ack = load_be32(p + tcp_at + 8);
  out.flags = p[tcp_at + 13];
  out.fragmented = false;
  out.payload_length = total - headers;
  const std::size_t begin = ip_at + headers;
  const std::size_t end = captured < ip_at + total ? captured : ip_at + total;
  out.payload = begin < end ? packet.data.subspan(begin, end - begin) : Bytes{};
  return Decoded::segment;
}

}  // namespace pp::packet
