#include "pp/packet/link_headers.hpp"

namespace pp::packet {
namespace {

Next open_after_direction(Rest& rest, Next (*open)(Rest&) noexcept) noexcept {
  if (!rest.has(1)) return stop(rest.lacks(1));
  rest.drop(1);
  return open(rest);
}

/// RFC 2427: after the control byte, and perhaps a byte of padding, an identifier of the network layer.
Next open_nlpid(Rest& rest) noexcept {
  if (!rest.has(2)) return stop(rest.lacks(2));
  const bool padded = rest.data()[0] == 0;
  const std::uint32_t id = rest.data()[padded ? 1 : 0];
  rest.drop(padded ? 2 : 1);
  switch (id) {
    case 0x80: return open_snap(rest);
    case 0x8e: return go(Layer::ipv6);
    case 0xcc: return go(Layer::ipv4);
    case 0xcf: return open_ppp(rest);
    default: return stop(Decoded::not_ip);
  }
}

}  // namespace

/// With address and control as in HDLC, which may be compressed away (RFC 1661), or with Cisco's in their place.
Next open_ppp_link(Rest& rest) noexcept {
  if (!rest.has(2)) return stop(rest.lacks(2));
  const std::uint8_t* const p = rest.data();
  if ((p[0] == 0x0f || p[0] == 0x8f) && p[1] == 0) return open_c_hdlc(rest);
  if (p[0] == 0xff && p[1] == 0x03) rest.drop(2);
  return open_ppp(rest);
}

/// The first byte is the direction, or pppd's in place of the address.
Next open_ppp_with_direction(Rest& rest) noexcept {
  if (!rest.has(2)) return stop(rest.lacks(2));
  if (rest.data()[1] == 0x03) {
    rest.drop(2);
    return open_ppp(rest);
  }
  return open_after_direction(rest, open_ppp_link);
}

Next open_c_hdlc(Rest& rest) noexcept {
  if (!rest.has(4)) return stop(rest.lacks(4));
  const std::uint32_t type = load_be16(rest.data() + 2);
  rest.drop(4);
  return go(Layer::ethertype, type);
}
Next open_c_hdlc_with_direction(Rest& rest) noexcept { return open_after_direction(rest, open_c_hdlc); }

/// An address of two to four bytes, the last of them odd; then RFC 2427, or Cisco's EtherType.
Next open_frame_relay(Rest& rest) noexcept {
  std::uint32_t address = 0;
  do {
    if (!rest.has(address + 1)) return stop(rest.lacks(address + 1));
    if (address == 4) return stop(Decoded::malformed);
  } while ((rest.data()[address++] & 1U) == 0);
  if (address < 2) return stop(Decoded::malformed);
  if (!rest.has(address + 2)) return stop(rest.lacks(address + 2));
  const std::uint32_t type = load_be16(rest.data() + address);
  if (rest.data()[address] == 0x03) {
    rest.drop(address + 1);
    return open_nlpid(rest);
  }
  rest.drop(address + 2);
  return go(Layer::ethertype, type);
}
Next open_frame_relay_with_direction(Rest& rest) noexcept { return open_after_direction(rest, open_frame_relay); }

/// A direction and the compressed header take 16 bytes. What is compressed (RFC 1144) has lost its addresses.
Next open_slip(Rest& rest) noexcept {
  if (!rest.has(16)) return stop(rest.lacks(16));
  const bool compressed = (rest.data()[1] & 0x80U) != 0;
  rest.drop(16);
  return compressed ? stop(Wrapper::compressed_ip) : go(Layer::ip);
}

Next open_llc_link(Rest& rest) noexcept { return open_llc(rest); }

/// IEEE 802.5: access and frame control, addresses, and a route when the source's first bit says so.
Next open_token_ring(Rest& rest) noexcept {
  if (!rest.has(15)) return stop(rest.lacks(15));
  const bool routed = (rest.data()[8] & 0x80U) != 0;
  const std::uint32_t route = routed ? rest.data()[14] & 0x1fU : 0;
  if (14 + route > rest.wire) return stop(Decoded::malformed);
  rest.drop(14 + route);
  return open_llc(rest);
}

Next open_fddi(Rest& rest) noexcept {
  if (!rest.has(13)) return stop(rest.lacks(13));
  const bool llc = (rest.data()[0] & 0xf0U) == 0x50;
  rest.drop(13);
  return llc ? open_llc(rest) : stop(Decoded::not_ip);
}

}  // namespace pp::packet
