// Law: the decoder reads no byte that is not there, the inline way and the general one agree, a frame with fewer captured bytes gives the same segment or is truncated, and what is found of Ethernet, IPv4 and TCP is what a plain reading of RFC 791 and 9293 finds.
//
// Input: a byte for the link type, 2 for what the wire had beyond the capture, then the frame.
#include <cstdint>

#include "harness.hpp"
#include "pp/packet/decode.hpp"

namespace {

using fuzz::require;
using pp::Bytes;
using pp::packet::Decoded;
using pp::packet::Packet;
using pp::packet::Segment;

constexpr std::uint32_t link_types[] = {1, 113, 276, 101, 228, 229, 0, 108, 12, 14, 1, 9, 192, 127};

bool same(const Segment& a, const Segment& b) {
  return a.flow == b.flow && a.seq == b.seq && a.ack == b.ack && a.flags == b.flags && a.fragmented == b.fragmented &&
         a.payload_length == b.payload_length;
}

void check_inside(const Packet& p, const Segment& s) {
  require(s.payload.size() <= s.payload_length, "no more payload than there was on the wire");
  if (s.payload.empty()) return;
  require(s.payload.data() >= p.data.data() && s.payload.data() + s.payload.size() <= p.data.data() + p.data.size(),
          "the payload lies in the frame");
  require(s.flow.address_size == 4 || s.flow.address_size == 16, "an address has 4 or 16 bytes");
}

/// Ethernet without tags, IPv4 with or without options, a first or only fragment, TCP with its options there.
void against_plain_reading(const Packet& p, Decoded decoded, const Segment& s) {
  const Bytes f = p.data;
  if (p.link_type != 1 || f.size() < 34 || f[12] != 0x08 || f[13] != 0x00) return;
  const Bytes ip = f.subspan(14);
  const std::size_t ip_header = (ip[0] & 15U) * std::size_t{4}, total = ip[2] * std::size_t{256} + ip[3];
  const bool whole = (ip[6] & 0x3fU) == 0 && ip[7] == 0;
  if (ip[0] >> 4U != 4 || ip_header < 20 || !whole || ip[9] != 6 || ip.size() < ip_header + 20 || total < ip_header + 20) return;
  const Bytes tcp = ip.subspan(ip_header);
  const std::size_t tcp_header = (tcp[12] >> 4U) * std::size_t{4};
  if (tcp_header < 20 || total < ip_header + tcp_header) return require(decoded != Decoded::segment, "a TCP header fits its packet");
  if (ip.size() < ip_header + tcp_header) return;
  require(decoded == Decoded::segment, "a plain packet is a segment");
  require(s.flow.source_port == tcp[0] * 256U + tcp[1] && s.flow.destination_port == tcp[2] * 256U + tcp[3], "its ports");
  require(s.seq == pp::load_be32(&tcp[4]) && s.ack == pp::load_be32(&tcp[8]) && s.flags == tcp[13], "its numbers");
  require(s.payload_length == total - ip_header - tcp_header, "its payload's length");
  require(s.flow.from().address.view()[3] == ip[15] && s.flow.to().address.view()[0] == ip[16], "its addresses");
  const std::size_t captured = std::min(ip.size(), total) - ip_header - tcp_header;
  require(s.payload.size() == captured && (captured == 0 || s.payload.data() == &tcp[tcp_header]), "its payload");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Choices c(Bytes(data, size));
  Packet p;
  p.link_type = link_types[c.below(sizeof link_types / sizeof *link_types)];
  const std::uint16_t beyond = c.u16();
  p.data = c.rest();
  p.wire_length = static_cast<std::uint32_t>(p.data.size()) + (beyond < 0x8000 ? 0U : beyond & 0x7fffU);
  p.frame = 1;
  Segment a, b;
  const Decoded decoded = pp::packet::decode(p, a);
  require(pp::packet::decode_any(p, b) == decoded, "the inline way and the general one agree on what it is");
  require(!pp::packet::to_string(decoded).empty(), "every outcome has a name");
  if (decoded == Decoded::segment) {
    require(same(a, b) && a.payload.size() == b.payload.size() && (a.payload.empty() || a.payload.data() == b.payload.data()),
            "and on the segment");
    check_inside(p, a);
  }
  against_plain_reading(p, decoded, a);
  const std::uint32_t choice = fuzz::hash(p.data);
  for (std::uint32_t i = 0; i < 4 && !p.data.empty(); ++i) {
    Packet cut = p;
    cut.data = p.data.first((choice >> (8 * i)) % p.data.size());
    Segment s;
    const Decoded less = pp::packet::decode(cut, s);
    if (less != Decoded::segment) continue;
    check_inside(cut, s);
    require(decoded == Decoded::segment && same(s, a), "fewer captured bytes give the same segment");
  }
  return 0;
}
