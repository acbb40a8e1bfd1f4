// Address families and transports of byte 13 (2.2): one row per nibble value.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pp {

enum class Command : std::uint8_t { local = 0, proxy = 1 };
enum class Family : std::uint8_t { unspec = 0, inet = 1, inet6 = 2, unix_socket = 3 };
enum class Transport : std::uint8_t { unspec = 0, stream = 1, dgram = 2 };

struct FamilyInfo {
  Family family;
  std::string_view name;      // as in the specification, in lower case; used in JSON
  std::string_view title;     // for people
  std::uint16_t block_bytes;  // source and destination address and, for IP, ports
};
inline constexpr std::array family_table = {
    FamilyInfo{Family::unspec, "unspec", "unspecified", 0},
    FamilyInfo{Family::inet, "inet", "IPv4", 12},
    FamilyInfo{Family::inet6, "inet6", "IPv6", 36},
    FamilyInfo{Family::unix_socket, "unix", "UNIX", 216},
};

struct TransportInfo {
  Transport transport;
  std::string_view name;
};
inline constexpr std::array transport_table = {
    TransportInfo{Transport::unspec, "unspec"},
    TransportInfo{Transport::stream, "stream"},
    TransportInfo{Transport::dgram, "dgram"},
};

/// nullptr for a nibble that the specification does not define.
constexpr const FamilyInfo* family_info(unsigned nibble) noexcept { return nibble < family_table.size() ? &family_table[nibble] : nullptr; }
constexpr const TransportInfo* transport_info(unsigned nibble) noexcept {
  return nibble < transport_table.size() ? &transport_table[nibble] : nullptr;
}

/// Bytes of the family's address block; 0 for UNSPEC and for undefined nibbles.
constexpr std::size_t address_block_bytes(unsigned nibble) noexcept {
  return nibble < family_table.size() ? family_table[nibble].block_bytes : 0;
}

static_assert(
    [] {
      for (std::size_t i = 0; i < family_table.size(); ++i) {
        if (static_cast<std::size_t>(family_table[i].family) != i) return false;
      }
      for (std::size_t i = 0; i < transport_table.size(); ++i) {
        if (static_cast<std::size_t>(transport_table[i].transport) != i) return false;
      }
      return true;
    }(),
    "rows stand at their nibble's place");

}  // namespace pp
