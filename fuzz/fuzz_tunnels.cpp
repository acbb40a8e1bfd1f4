// Law: what a packet is does not depend on what carries it: in tags, labels and tunnels of any order it is the same segment, the same fragment or the same complaint, and cut by the capture at the same byte it is the same again.
//
// Input: 2 bytes for the cut, a count of layers with 3 bytes each, then an Ethernet frame.
#include <cstdint>
#include <optional>

#include "harness.hpp"
#include "packet_builder.hpp"
#include "pp/packet/decode.hpp"

namespace {

using fuzz::Choices;
using fuzz::require;
using pp::Bytes;
using pp::packet::Decoded;
using pp::packet::Segment;
using pp::packet::Wrapper;
using namespace pp::test;

constexpr std::size_t ethernet_bytes = 14;
constexpr unsigned type_v4 = 0x0800, type_v6 = 0x86dd, type_bridged = 0x6558, type_mpls = 0x8847;

/// How a frame is carried: the choices of one layer.
struct Carrier {
  bool v6;         // in an IPv6 packet, where it is in one
  unsigned flags;  // what is optional
};

Frame packet(const Carrier& by, unsigned protocol, const Frame& payload) {
  if (by.v6) return ethernet(type_v6, ipv6(protocol, payload));
  Ipv4Fields fields;
  fields.protocol = protocol;
  return ethernet(type_v4, ipv4(fields, payload));
}

Frame in_gre(const Carrier& by, unsigned type, const Frame& payload) {
  return packet(by, 47, gre((by.flags & 0xbU) << 12U, type, payload));
}

Frame labels(const Carrier& by, const Frame& payload) {
  Frame out;
  for (unsigned left = by.flags % 4; left > 0; --left) put32(out, 0x00010040);
  put32(out, 0x00020140);
  return out + payload;
}

Frame in_datagram(const Carrier& by, unsigned port, const Frame& payload) { return packet(by, 17, udp(40000, port, payload)); }

/// The IP packet of an Ethernet frame, when it is one without tags.
std::optional<Frame> ip_of(const Frame& frame, unsigned& type) {
  if (frame.size() <= ethernet_bytes) return std::nullopt;
  type = frame[12] * 256U + frame[13];
  const unsigned version = frame[ethernet_bytes] >> 4U;
  if (!(type == type_v4 && version == 4) && !(type == type_v6 && version == 6)) return std::nullopt;
  return Frame(frame.begin() + ethernet_bytes, frame.end());
}

struct Row {
  bool datagram;  // what is no packet after all is the datagram that it came in
  std::optional<Frame> (*carry)(const Carrier& by, const Frame& frame);
};

/// Frames in something.
constexpr Row bridges[] = {
    {false, [](const Carrier& by, const Frame& f) { return std::optional(in_gre(by, type_bridged, f)); }},
    {true, [](const Carrier& by,
              const Frame& f) { return std::optional(in_datagram(by, by.flags % 2 == 0 ? 4789 : 8472, vxlan(0x08000000, f))); }},
    {true, [](const Carrier& by, const Frame& f) { return std::optional(in_datagram(by, 4790, vxlan(0x0c000003, f))); }},
    {true, [](const Carrier& by, const Frame& f) { return std::optional(in_datagram(by, 6081, geneve(by.flags % 4, type_bridged, f))); }},
    {false, [](const Carrier& by, const Frame& f) { return std::optional(packet(by, 47, gre(0, 0x88be, f))); }},  // ERSPAN I
    {false, [](const Carrier& by, const Frame& f) { return std::optional(packet(by, 47, gre(0x1000, 0x88be, Frame(8) + f))); }},  // II
    {false,
     [](const Carrier& by, const Frame& f) {  // III, with its optional words or without
       Frame head(by.flags % 2 == 0 ? 12 : 20);
       head[11] = by.flags % 2;
       return std::optional(packet(by, 47, gre(0x1000, 0x22eb, head + f)));
     }},
    {false, [](const Carrier& by, const Frame& f) { return std::optional(ethernet(type_mpls, labels(by, Frame(4) + f))); }},
    {false,
     [](const Carrier& by, const Frame& f) {
       return std::optional(packet(by, 97, Frame{0x30, 0} + f));
     }},  // EtherIP
    {false, [](const Carrier& by, const Frame& f) { return std::optional(packet(by, 143, f)); }},
    {false,
     [](const Carrier& by, const Frame& f) -> std::optional<Frame> {  // tags
       if (f.size() < ethernet_bytes) return std::nullopt;
       Frame out(f.begin(), f.begin() + 12);
       for (unsigned left = by.flags % 4; left > 0; --left) put32(out, left % 2 == 0 ? 0x88a80001 : 0x81000002);
       return out + Frame(f.begin() + 12, f.end());
     }},
};

/// IP packets in something.
using Carry = Frame (*)(const Carrier& by, unsigned type, const Frame& ip);
constexpr Carry routes[] = {
    [](const Carrier& by, unsigned type, const Frame& ip) { return packet(by, type == type_v4 ? 4 : 41, ip); },
    [](const Carrier& by, unsigned type, const Frame& ip) { return in_gre(by, type, ip); },
    [](const Carrier& by, unsigned, const Frame& ip) { return ethernet(type_mpls, labels(by, ip)); },
    [](const Carrier& by, unsigned, const Frame& ip) { return packet(by, 137, labels(by, ip)); },
    [](const Carrier& by, unsigned type, const Frame& ip) {  // PPPoE, the protocol in two bytes or in one
      Frame out{0x11, 0, 0, 1, 0, 0};
      if (by.flags % 2 == 0) put8(out, 0);
      put8(out, type == type_v4 ? 0x21 : 0x57);
      return ethernet(0x8864, out + ip);
    },
};

struct Seen {
  Decoded decoded;
  Segment segment;
  pp::packet::Detail detail;
};

Seen look(const Frame& frame, std::size_t cut) {
  Seen s;
  pp::packet::Packet p = packet_of(frame);
  p.data = p.data.first(cut);
  s.decoded = pp::packet::decode_any(p, s.segment, s.detail);
  return s;
}

/// Where in its frame a part lies, counted from the frame's end.
std::size_t from_end(Bytes part, const Frame& frame) {
  return part.empty() ? 0 : static_cast<std::size_t>(frame.data() + frame.size() - part.data());
}

void same_segment(const Segment& a, const Frame& in_a, const Segment& b, const Frame& in_b) {
  require(a.flow == b.flow && a.seq == b.seq && a.ack == b.ack && a.flags == b.flags, "carried, a segment is of the same flow and place");
  require(a.payload_length == b.payload_length && a.payload.size() == b.payload.size() && a.fragmented == b.fragmented, "and as long");
  require(from_end(a.payload, in_a) == from_end(b.payload, in_b), "and it is the same bytes");
}

void same(const Seen& bare, const Frame& frame, const Seen& carried, const Frame& outer, bool datagram) {
  if (carried.decoded == Decoded::wrapped && carried.detail.wrapper == Wrapper::depth) return;
  if (datagram && bare.decoded == Decoded::malformed) {
    require(carried.decoded == Decoded::segment && carried.segment.flow.protocol == pp::packet::Protocol::udp,
            "what is no packet after all is the datagram that it came in");
    return;
  }
  require(carried.decoded == bare.decoded && carried.detail.wrapper == bare.detail.wrapper, "carried, a packet is what it is without");
  if (bare.decoded == Decoded::segment) {
    same_segment(bare.segment, frame, carried.segment, outer);
    require(bare.detail.ip_id == carried.detail.ip_id, "and has its number");
  }
  if (bare.decoded != Decoded::fragment) return;
  const auto &a = bare.detail.fragment, &b = carried.detail.fragment;
  require(a.source == b.source && a.destination == b.destination && a.address_size == b.address_size && a.protocol == b.protocol &&
              a.id == b.id,
          "a fragment is of the same datagram");
  require(a.offset == b.offset && a.length == b.length && a.more == b.more && from_end(a.bytes, frame) == from_end(b.bytes, outer),
          "and the same part of it");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices c(Bytes(data, size));
  const std::uint16_t cut = c.u16();
  Choices layers(c.take((c.below(3) + 1) * std::size_t{3}));
  const Bytes rest = c.rest();
  const Frame frame(rest.begin(), rest.end());
  Frame outer = frame;
  bool datagram = false;
  while (!layers.empty()) {
    const unsigned kind = layers.byte();
    const unsigned bits = layers.byte();
    const Carrier by{(bits & 1U) != 0, bits >> 1U};
    const unsigned which = layers.byte();
    if (kind % 2 == 0) {
      const Row& row = bridges[which % std::size(bridges)];
      if (auto carried = row.carry(by, outer)) {
        outer = *std::move(carried);
        datagram |= row.datagram;
      }
      continue;
    }
    unsigned type = 0;
    if (const auto ip = ip_of(outer, type)) outer = routes[which % std::size(routes)](by, type, *ip);
  }
  same(look(frame, frame.size()), frame, look(outer, outer.size()), outer, datagram);
  // Below labels nobody says what stands there but its first byte, so that one is captured.
  constexpr std::size_t telling = ethernet_bytes + 1;
  if (frame.size() < telling) return 0;
  const std::size_t captured = telling + cut % (frame.size() - telling + 1);
  same(look(frame, captured), frame, look(outer, outer.size() - (frame.size() - captured)), outer, datagram);
  return 0;
}
