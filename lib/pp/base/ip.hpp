// IP addresses: the value, its RFC 5952 text, and networks.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pp/base/bytes.hpp"

namespace pp {

/// An address in network byte order: size 4 (the first 4 bytes count), 16, or 0 for none. Unused bytes are zero, so
/// equality is bytewise.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};
  std::uint8_t size = 0;

  constexpr bool operator==(const IpAddress&) const = default;
  constexpr bool is_v4() const noexcept { return size == 4; }
  constexpr bool is_v6() const noexcept { return size == 16; }
  constexpr Bytes view() const noexcept PP_LIFETIMEBOUND { return Bytes(bytes.data(), size); }
};

/// ::ffff:0:0/96 (IPv4-mapped IPv6 address).
constexpr bool is_ipv4_mapped(const IpAddress& a) noexcept {
  if (a.size != 16 || a.bytes[10] != 0xff || a.bytes[11] != 0xff) return false;
  for (std::size_t i = 0; i < 10; ++i) {
    if (a.bytes[i] != 0) return false;
  }
  return true;
}

inline constexpr std::size_t max_ip_text = 45;

/// Writes at most max_ip_text characters (no NUL) and returns how many: dotted decimal, or RFC 5952 (lower case, the
/// longest run of two or more zero groups compressed, IPv4-mapped addresses with a dotted tail). Nothing for size 0.
std::size_t format_ip(const IpAddress& address, char* out) noexcept;
std::string to_string(const IpAddress& address);

/// "192.0.2.1:80", "[2001:db8::1]:443".
std::string endpoint_text(const IpAddress& address, std::uint16_t port);
void append_endpoint(std::string& out, const IpAddress& address, std::uint16_t port);

/// The whole text as an address in the strict grammar of section 2.1 (with the IPv4-mapped dotted form), else nullopt.
std::optional<IpAddress> parse_ip(std::string_view text) noexcept;

/// A network. An address without a prefix length is a /32 or /128.
struct Cidr {
  IpAddress network;
  unsigned prefix = 0;

  /// False for addresses of the other family.
  bool contains(const IpAddress& address) const noexcept;
};
std::optional<Cidr> parse_cidr(std::string_view text) noexcept;

}  // namespace pp
