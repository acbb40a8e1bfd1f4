#include "pp/packet/decode.hpp"

#include <algorithm>
#include <optional>

#include "pp/packet/link_types.hpp"
#include "pp/packet/rest.hpp"

namespace pp::packet {
namespace {

constexpr std::uint8_t next_hop_by_hop = 0;
constexpr std::uint8_t next_icmp = 1;
constexpr std::uint8_t next_ipv4 = 4;
constexpr std::uint8_t next_tcp = 6;
constexpr std::uint8_t next_udp = 17;
constexpr std::uint8_t next_ipv6 = 41;
constexpr std::uint8_t next_routing = 43;
constexpr std::uint8_t next_fragment = 44;
constexpr std::uint8_t next_gre = 47;
constexpr std::uint8_t next_esp = 50;
constexpr std::uint8_t next_auth = 51;
constexpr std::uint8_t next_icmpv6 = 58;
constexpr std::uint8_t next_destination = 60;
constexpr std::uint8_t next_ethernet_in_ip = 97;
constexpr std::uint8_t next_l2tp = 115;
constexpr std::uint8_t next_mpls = 137;
constexpr std::uint8_t next_ethernet = 143;
constexpr unsigned max_extension_headers = 16;
constexpr unsigned max_steps = 32;  // an IP header and its payload are a step each

/// Goes from one layer to the next, without recursion: a packet costs at most max_steps, however deeply it is nested.
class Walk {
 public:
  Walk(const Rest& rest, Segment& out, Detail& detail) noexcept : rest_(rest), out_(out), detail_(detail) {}

  Decoded run(Next next) noexcept {
    for (unsigned steps = 0; next.layer != Layer::stop; ++steps) next = steps < max_steps ? step(next) : stop(Wrapper::depth);
    detail_.wrapper = next.wrapper;
    if (next.result != Decoded::malformed || !outer_) return next.result;
    out_ = *outer_;
    return Decoded::segment;
  }

 private:
  Next step(const Next& next) noexcept {
    switch (next.layer) {
      case Layer::ethernet: return open_ethernet_frame(rest_);
      case Layer::ethertype: return open_ethertype(next.number, rest_);
      case Layer::ip: return ip();
      case Layer::ipv4: return ipv4();
      case Layer::ipv6: return ipv6();
      case Layer::protocol: return protocol(next.number);
      case Layer::mpls: return open_mpls(rest_);
      case Layer::stop: break;
    }
    return next;
  }

  Next ip() const noexcept {
    if (!rest_.has(1)) return stop(rest_.lacks(20));
    const unsigned version = rest_.data()[0] >> 4U;
    return version == 4 ? go(Layer::ipv4) : version == 6 ? go(Layer::ipv6) : stop(Decoded::not_ip);
  }

  Next ipv4() noexcept {
    if (!rest_.has(20)) return stop(rest_.lacks(20));
    const std::uint8_t* p = rest_.data();
    if (p[0] >> 4U != 4) return stop(Decoded::malformed);
    const std::uint32_t header = (p[0] & 0x0fU) * 4U;
    std::uint32_t total = load_be16(p + 2);
    if (total == 0) total = rest_.wire;  // segmentation offload: the card fills it in
    if (header < 20 || total < header) return stop(Decoded::malformed);
    out_.fragmented = false;
    out_.flow.address_size = 4;
    out_.flow.source = {0, load_be32(p + 12)};
    out_.flow.destination = {0, load_be32(p + 16)};
    detail_.ip_id = load_be16(p + 4);
    const std::uint8_t protocol = p[9];
    const std::uint32_t fragment = load_be16(p + 6);
    rest_.limit(total);
    rest_.drop(header);
    if ((fragment & 0x3fffU) != 0) return stop(note_fragment(protocol, detail_.ip_id, (fragment & 0x1fffU) * 8, (fragment & 0x2000U) != 0));
    return go(Layer::protocol, protocol);
  }

  Next ipv6() noexcept {
    if (!rest_.has(40)) return stop(rest_.lacks(40));
    const std::uint8_t* p = rest_.data();
    if (p[0] >> 4U != 6) return stop(Decoded::malformed);
    const std::uint32_t length = load_be16(p + 4);
    out_.fragmented = false;
    out_.flow.address_size = 16;
    out_.flow.source = {load_be64(p + 8), load_be64(p + 16)};
    out_.flow.destination = {load_be64(p + 24), load_be64(p + 32)};
    detail_.ip_id = 0;
    const std::uint8_t next = p[6];
    rest_.drop(40);
    if (length != 0) rest_.limit(length);  // 0: a jumbogram or offload, and the wire length counts
    return go(Layer::protocol, next);
  }

  /// The payload of an IP packet, extension headers first.
  Next protocol(std::uint32_t next) noexcept {
    for (unsigned i = 0; i < max_extension_headers; ++i) {
      const bool v6 = out_.flow.address_size == 16;
      const bool extension = next == next_auth ||
                             (v6 && (next == next_hop_by_hop || next == next_routing || next == next_destination || next == next_fragment));
      if (!extension) return carried(next);
      if (!rest_.has(8)) return stop(rest_.lacks(8));
      const std::uint8_t* h = rest_.data();
      const std::uint32_t size = next == next_fragment ? 8U : next == next_auth ? (h[1] + 2U) * 4U : (h[1] + 1U) * 8U;
      if (size > rest_.wire) return stop(Decoded::malformed);
      const bool is_fragment = next == next_fragment;
      const std::uint32_t place = load_be16(h + 2);
      const std::uint32_t id = load_be32(h + 4);
      next = h[0];
      rest_.drop(size);
      // An atomic fragment is a whole datagram (RFC 6946).
      if (is_fragment && (place & 0xfff9U) != 0)
        return stop(note_fragment(static_cast<std::uint8_t>(next), id, place & 0xfff8U, (place & 1U) != 0));
    }
    return stop(Decoded::malformed);
  }

  Next carried(std::uint32_t protocol) noexcept {
    switch (protocol) {
      case next_tcp: return stop(tcp());
      case next_udp: return udp();
      case next_ipv4: return go(Layer::ipv4);
      case next_ipv6: return go(Layer::ipv6);
      case next_gre: return open_gre(rest_);
      case next_mpls: return go(Layer::mpls);
      case next_ethernet: return go(Layer::ethernet);
      case next_ethernet_in_ip:
        if (!rest_.has(2)) return stop(rest_.lacks(2));
        rest_.drop(2);
        return go(Layer::ethernet);
      case next_esp: return stop(Wrapper::esp);
      case next_l2tp: return stop(Wrapper::l2tp);
      case next_icmp:
      case next_icmpv6: note_undelivered(protocol == next_icmpv6); return stop(Decoded::not_tcp_udp);
      default: return stop(Decoded::not_tcp_udp);
    }
  }

  /// Destination unreachable (RFC 792, RFC 4443): the packet that it is about begins after 8 bytes, with its ports at least.
  void note_undelivered(bool v6) noexcept {
    constexpr std::uint32_t quoted = 8;
    const std::uint32_t header = v6 ? 40 : 20;
    const std::uint8_t type = v6 ? 1 : 3;
    if (!rest_.has(quoted + header + 4) || rest_.data()[0] != type) return;
    const std::uint8_t code = rest_.data()[1];
    const std::uint8_t* p = rest_.data() + quoted;
    const std::uint32_t own = v6 ? header : (p[0] & 0x0fU) * 4U;
    if (p[0] >> 4U != (v6 ? 6 : 4) || own < header || !rest_.has(quoted + own + 4) || p[v6 ? 6 : 9] != next_tcp) return;
    FlowKey& flow = detail_.undelivered_flow;
    flow.protocol = Protocol::tcp;
    flow.address_size = v6 ? 16 : 4;
    flow.source = v6 ? FlowKey::Address{load_be64(p + 8), load_be64(p + 16)} : FlowKey::Address{0, load_be32(p + 12)};
    flow.destination = v6 ? FlowKey::Address{load_be64(p + 24), load_be64(p + 32)} : FlowKey::Address{0, load_be32(p + 16)};
    flow.source_port = load_be16(p + own);
    flow.destination_port = load_be16(p + own + 2);
    detail_.undelivered = v6 ? of_v6(code) : of_v4(code);
  }
  static Undelivered of_v4(std::uint8_t code) noexcept {
    switch (code) {
      case 0:
      case 6: return Undelivered::network;
      case 1:
      case 7: return Undelivered::host;
      case 3: return Undelivered::port;
      case 9:
      case 10:
      case 13: return Undelivered::prohibited;
      default: return Undelivered::other;
    }
  }
  static Undelivered of_v6(std::uint8_t code) noexcept {
    switch (code) {
      case 0: return Undelivered::network;
      case 1:
      case 5:
      case 6: return Undelivered::prohibited;
      case 3: return Undelivered::host;
      case 4: return Undelivered::port;
      default: return Undelivered::other;
    }
  }

  Decoded note_fragment(std::uint8_t protocol, std::uint32_t id, std::uint32_t offset, bool more) noexcept {
    Fragment& f = detail_.fragment;
    f.source = out_.flow.source;
    f.destination = out_.flow.destination;
    f.address_size = out_.flow.address_size;
    f.protocol = protocol;
    f.id = id;
    f.offset = offset;
    f.length = rest_.wire;
    f.more = more;
    f.bytes = rest_.captured;
    return Decoded::fragment;
  }

  Decoded tcp() noexcept {
    // When the capture ends in the options, only the payload is missing.
    if (!rest_.has(14)) return rest_.lacks(20);
    const std::uint8_t* p = rest_.data();
    const std::uint32_t header = (p[12] >> 4U) * 4U;
    if (header < 20 || header > rest_.wire) return Decoded::malformed;
    out_.flow.protocol = Protocol::tcp;
    out_.flow.source_port = load_be16(p);
    out_.flow.destination_port = load_be16(p + 2);
    out_.seq = load_be32(p + 4);
    out_.ack = load_be32(p + 8);
    out_.flags = p[13];
    rest_.drop(header);
    out_.payload = rest_.captured;
    out_.payload_length = rest_.wire;
    return Decoded::segment;
  }

  Next udp() noexcept {
    if (!rest_.has(8)) return stop(rest_.lacks(8));
    const std::uint8_t* p = rest_.data();
    std::uint32_t length = load_be16(p + 4);
    if (length == 0) length = rest_.wire;  // jumbo datagrams and offload
    if (length < 8 || (length > rest_.wire && !out_.fragmented)) return stop(Decoded::malformed);
    out_.flow.protocol = Protocol::udp;
    out_.flow.source_port = load_be16(p);
    out_.flow.destination_port = load_be16(p + 2);
    out_.seq = 0;
    out_.ack = 0;
    out_.flags = 0;
    rest_.limit(length);
    rest_.drop(8);
    out_.payload = rest_.captured;
    out_.payload_length = rest_.wire;
    if (!is_tunnel_port(out_.flow.destination_port)) return stop(Decoded::segment);
    const Next next = open_udp_tunnel(out_.flow.destination_port, rest_);
    // If the payload is not a valid tunnel frame, fall back to the outer datagram.
    outer_ = out_;
    return next;
  }

  Rest rest_;
  Segment& out_;
  Detail& detail_;
  std::optional<Segment> outer_;
};

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
    case Decoded::wrapped: return "in an encapsulation that is not decoded";
  }
  return "";
}

Decoded decode_any(const Packet& packet, Segment& out, Detail& detail) noexcept {
  const auto captured = static_cast<std::uint32_t>(std::min<std::size_t>(packet.data.size(), UINT32_MAX));
  Rest rest{packet.data.first(captured), std::max(packet.wire_length, captured)};
  const LinkType* const link = find_link_type(packet.link_type);
  const Next first = link != nullptr && link->open != nullptr ? link->open(rest) : stop(Decoded::unsupported_link);
  return Walk(rest, out, detail).run(first);
}

Decoded decode_any(const Packet& packet, Segment& out) noexcept {
  Detail ignored;
  return decode_any(packet, out, ignored);
}

Decoded decode_datagram(const Datagram& datagram, Segment& out, Detail& detail) noexcept {
  out.flow.source = datagram.source;
  out.flow.destination = datagram.destination;
  out.flow.address_size = datagram.address_size;
  out.fragmented = !datagram.whole;
  detail.ip_id = datagram.id;
  return Walk({datagram.bytes, datagram.length}, out, detail).run(go(Layer::protocol, datagram.protocol));
}

}  // namespace pp::packet
