// Cloudflare's Simple Proxy Protocol: a fixed header in front of each UDP datagram, both ways. Not a version of PROXY.
//
//   0       2                18              34            36           38
//   | 56 EC | client address | proxy address | client port | proxy port | the datagram ...
//
// Addresses are 16 bytes, IPv4 as IPv4-mapped; all of it is big endian.
#pragma once

#include <cstdint>

#include "pp/base/bytes.hpp"
#include "pp/base/ip.hpp"
#include "pp/wire/encode.hpp"
#include "pp/wire/header.hpp"

namespace pp {

inline constexpr std::uint16_t simple_magic = 0x56ec;

constexpr bool begins_simple(Bytes bytes) noexcept { return bytes.size() >= 2 && load_be16(bytes.data()) == simple_magic; }
constexpr bool is_simple(Bytes bytes) noexcept { return bytes.size() >= simple_bytes && begins_simple(bytes); }

/// The address in 16 bytes; IPv4-mapped ones become IPv4.
constexpr IpAddress simple_address(Bytes bytes) noexcept {
  IpAddress out;
  out.size = 16;
  for (std::size_t i = 0; i < 16; ++i) out.bytes[i] = bytes[i];
  if (!is_ipv4_mapped(out)) return out;
  IpAddress v4;
  v4.size = 4;
  for (std::size_t i = 0; i < 4; ++i) v4.bytes[i] = bytes[12 + i];
  return v4;
}

/// As a header whose version is 0; the verdict is done with simple_bytes, need_more for a part, missing for other bytes.
constexpr Parsed parse_simple(Bytes bytes) noexcept {
  Parsed out;
  if (!is_simple(bytes)) {
    const bool part =
        bytes.size() < simple_bytes && (bytes.empty() || bytes[0] == simple_magic >> 8) && (bytes.size() < 2 || begins_simple(bytes));
    out.verdict.status = part ? Status::need_more : Status::missing;
    out.verdict.fault = part ? Fault::none : Fault::not_proxy;
    out.verdict.size = part ? static_cast<std::uint32_t>(simple_bytes - bytes.size()) : 0;
    return out;
  }
  Header& h = out.header;
  h.bytes = bytes.first(simple_bytes);
  h.version_command = static_cast<std::uint8_t>(Command::proxy);
  h.source = simple_address(bytes.subspan(2, 16));
  h.destination = simple_address(bytes.subspan(18, 16));
  h.source_port = load_be16(&bytes[34]);
  h.destination_port = load_be16(&bytes[36]);
  const bool v4 = h.source.is_v4() && h.destination.is_v4();
  h.addresses = v4 ? Addresses::inet : Addresses::inet6;
  h.family_transport = v4 ? 0x12 : 0x22;
  out.verdict.status = Status::done;
  out.verdict.fault = Fault::none;
  out.verdict.size = simple_bytes;
  return out;
}

/// Whether bytes of unknown origin are likely to be of this format: two bytes of magic occur by chance, together with two
/// plausible addresses they do not.
constexpr bool looks_simple(Bytes bytes) noexcept {
  if (!is_simple(bytes)) return false;
  const auto possible = [](const IpAddress& a) {
    const unsigned first = a.bytes[0];
    if (a.is_v4()) return first != 0;
    bool loopback = a.bytes[15] == 1;
    for (std::size_t i = 0; i < 15; ++i) loopback = loopback && a.bytes[i] == 0;
    return first >> 5 == 1 || (first & 0xfeU) == 0xfc || (first == 0xfe && (a.bytes[1] & 0xc0U) == 0x80) || loopback;
  };
  return possible(simple_address(bytes.subspan(2, 16))) && possible(simple_address(bytes.subspan(18, 16)));
}

}  // namespace pp
