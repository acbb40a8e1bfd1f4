// Frames for tests, layer by layer: payload -> TCP or UDP -> IP -> link. Checksums are zero, as offload leaves them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pp/base/ip.hpp"
#include "pp/packet/packet.hpp"

namespace pp::test {

using Frame = std::vector<std::uint8_t>;

inline Frame bytes_of(std::string_view text) { return Frame(text.begin(), text.end()); }

inline void put8(Frame& out, unsigned v) { out.push_back(static_cast<std::uint8_t>(v)); }
inline void put16(Frame& out, unsigned v) {
  put8(out, v >> 8U);
  put8(out, v);
}
inline void put32(Frame& out, std::uint32_t v) {
  put16(out, v >> 16U);
  put16(out, v & 0xffffU);
}
inline Frame operator+(Frame left, const Frame& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

inline constexpr unsigned fin = 1;
inline constexpr unsigned syn = 2;
inline constexpr unsigned rst = 4;
inline constexpr unsigned ack = 16;

struct TcpFields {
  unsigned sport = 40000;
  unsigned dport = 9999;
  std::uint32_t seq = 0;
  std::uint32_t ack = 0;
  unsigned flags = test::ack;
  unsigned options = 0;  // words of NOP
};

inline Frame tcp(const TcpFields& f, const Frame& payload = {}) {
  Frame out;
  out.reserve(20 + f.options * 4 + payload.size());
  put16(out, f.sport);
  put16(out, f.dport);
  put32(out, f.seq);
  put32(out, f.ack);
  put8(out, (5 + f.options) << 4U);
  put8(out, f.flags);
  put16(out, 65535);
  put32(out, 0);
  for (unsigned i = 0; i < f.options * 4; ++i) put8(out, 1);
  return out + payload;
}

inline Frame udp(unsigned sport, unsigned dport, const Frame& payload) {
  Frame out;
  out.reserve(8 + payload.size());
  put16(out, sport);
  put16(out, dport);
  put16(out, 8 + static_cast<unsigned>(payload.size()));
  put16(out, 0);
  return out + payload;
}

struct Ipv4Fields {
  std::uint32_t source = 0x0a000001;
  std::uint32_t destination = 0x0a000002;
  unsigned protocol = 6;
  unsigned options = 0;   // words
  unsigned fragment = 0;  // flags and offset
  int total = -1;         // -1: what it is
};

inline Frame ipv4(const Ipv4Fields& f, const Frame& payload) {
  Frame out;
  const unsigned header = 20 + f.options * 4;
  out.reserve(header + payload.size());
  put8(out, 0x40U | (header / 4));
  put8(out, 0);
  put16(out, f.total < 0 ? header + static_cast<unsigned>(payload.size()) : static_cast<unsigned>(f.total));
  put16(out, 1);
  put16(out, f.fragment);
  put8(out, 64);
  put8(out, f.protocol);
  put16(out, 0);
  put32(out, f.source);
  put32(out, f.destination);
  for (unsigned i = 0; i < f.options * 4; ++i) put8(out, 1);
  return out + payload;
}

/// `next` is the first next-header; extension headers are in front of the payload already.
inline Frame ipv6(unsigned next, const Frame& payload, int length = -1) {
  Frame out;
  out.reserve(40 + payload.size());
  put32(out, 0x60000000);
  put16(out, length < 0 ? static_cast<unsigned>(payload.size()) : static_cast<unsigned>(length));
  put8(out, next);
  put8(out, 64);
  const IpAddress source = *parse_ip("2001:db8::1");
  const IpAddress destination = *parse_ip("2001:db8::2");
  out.insert(out.end(), source.bytes.begin(), source.bytes.end());
  out.insert(out.end(), destination.bytes.begin(), destination.bytes.end());
  return out + payload;
}

/// An IPv6 extension header of `units` times 8 bytes (hop-by-hop, routing, destination options).
inline Frame extension(unsigned next, unsigned units) {
  Frame out(units * 8, 0);
  out[0] = static_cast<std::uint8_t>(next);
  out[1] = static_cast<std::uint8_t>(units - 1);
  return out;
}
inline Frame fragment_header(unsigned next, unsigned offset_and_more) {
  Frame out;
  put8(out, next);
  put8(out, 0);
  put16(out, offset_and_more);
  put32(out, 7);
  return out;
}
/// An authentication header of `words` 4-byte words.
inline Frame auth_header(unsigned next, unsigned words) {
  Frame out(words * 4, 0);
  out[0] = static_cast<std::uint8_t>(next);
  out[1] = static_cast<std::uint8_t>(words - 2);
  return out;
}

inline Frame ethernet(unsigned type, const Frame& payload, const std::vector<unsigned>& tags = {}) {
  Frame out;
  out.reserve(14 + tags.size() * 4 + payload.size());
  out.assign(12, 0x02);
  for (const unsigned tag : tags) {
    put16(out, tag);
    put16(out, 100);
  }
  put16(out, type);
  return out + payload;
}
inline Frame sll(unsigned type, const Frame& payload) {
  Frame out(14, 0);
  put16(out, type);
  return out + payload;
}
inline Frame sll2(unsigned type, const Frame& payload) {
  Frame out;
  put16(out, type);
  out.resize(20, 0);
  return out + payload;
}

/// GRE with the optional words that `flags` asks for.
inline Frame gre(unsigned flags, unsigned type, const Frame& payload) {
  Frame out;
  put16(out, flags);
  put16(out, type);
  for (const unsigned bit : {0x8000U, 0x2000U, 0x1000U}) {
    if ((flags & bit) != 0) put32(out, 0x01020304);
  }
  return out + payload;
}
inline Frame vxlan(std::uint32_t flags, const Frame& payload) {
  Frame out;
  put32(out, flags);
  put32(out, 0x00002a00);
  return out + payload;
}
/// `options` words of them.
inline Frame geneve(unsigned options, unsigned type, const Frame& payload) {
  Frame out;
  put8(out, options);
  put8(out, 0);
  put16(out, type);
  put32(out, 0x00002a00);
  out.resize(out.size() + std::size_t{options} * 4, 0x11);
  return out + payload;
}

inline packet::Packet packet_of(const Frame& frame, std::uint64_t number = 1, std::int64_t time_ns = 0, std::uint32_t link = 1) {
  packet::Packet p;
  p.time_ns = time_ns;
  p.link_type = link;
  p.wire_length = static_cast<std::uint32_t>(frame.size());
  p.data = frame;
  p.frame = number;
  return p;
}

}  // namespace pp::test
