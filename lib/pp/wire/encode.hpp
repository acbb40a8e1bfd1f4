// Valid headers into memory, without allocation (2.1, 2.2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "pp/base/bytes.hpp"
#include "pp/base/ip.hpp"
#include "pp/wire/family.hpp"
#include "pp/wire/header.hpp"

namespace pp {

/// One side of a connection.
struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;

  constexpr bool operator==(const Endpoint&) const = default;
};

/// `PROXY TCP4|TCP6 ...` CRLF (2.1). Both addresses are of one family. Returns the line's size, at most 107, or 0 when
/// the families differ or `out` is too small. Bytes of `out` after the line may be overwritten.
std::size_t encode_v1(const Endpoint& source, const Endpoint& destination, std::span<std::uint8_t> out) noexcept;

/// `PROXY UNKNOWN` CRLF; 0 when out is too small.
std::size_t encode_v1_unknown(std::span<std::uint8_t> out) noexcept;

struct V2Options {
  Transport transport = Transport::stream;
  Bytes tlvs;           // encoded TLVs, see encode_tlv; copied after the address block
  bool crc32c = false;  // add a CRC32C TLV at the end and fill it in (2.2.3)
};

/// PROXY command over INET or INET6 (2.2). 0 when the families differ, the header exceeds 65,551 bytes, or `out` is too
/// small.
std::size_t encode_v2(const Endpoint& source, const Endpoint& destination, const V2Options& options, std::span<std::uint8_t> out) noexcept;

/// LOCAL, family UNSPEC, TLVs only (2.2).
std::size_t encode_v2_local(const V2Options& options, std::span<std::uint8_t> out) noexcept;

/// Cloudflare's Simple Proxy Protocol, in front of each UDP datagram: 56 EC, the client's and the proxy's address as 16
/// bytes each (IPv4 as IPv4-mapped), their ports. Returns simple_bytes, or 0 when an address is missing or `out` is too
/// small.
inline constexpr std::size_t simple_bytes = 38;
std::size_t encode_simple(const Endpoint& client, const Endpoint& proxy, std::span<std::uint8_t> out) noexcept;

/// Writes type, length and value; returns the bytes written, 0 when the value is above 65,535 bytes or does not fit.
std::size_t encode_tlv(std::uint8_t type, Bytes value, std::span<std::uint8_t> out) noexcept;

}  // namespace pp
