// A parsed header, as values and views.
//
//   v1  PROXY SP TCP4 SP source SP destination SP source port SP destination port CR LF            (2.1)
//
//   v2  0          12         13       14       16                  16+block             16+length  (2.2)
//       | signature | ver cmd | fam tr | length | address block ... | TLV TLV TLV ...    |
//
#pragma once

#include <cstddef>
#include <cstdint>

#include "pp/base/bytes.hpp"
#include "pp/base/ip.hpp"
#include "pp/wire/family.hpp"
#include "pp/wire/verdict.hpp"

namespace pp {

inline constexpr std::uint8_t v2_signature[12] = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
inline constexpr std::size_t v2_fixed_bytes = 16;
inline constexpr std::size_t v1_max_bytes = 107;
inline constexpr std::size_t max_header_bytes = v2_fixed_bytes + 65535;
inline constexpr std::size_t smallest_segment = 536;  // section 2: both formats fit it
inline constexpr std::size_t unix_path_bytes = 108;

/// Which kind of addresses the receiver may use; none for LOCAL, UNKNOWN, UNSPEC and anything that is not `done`.
enum class Addresses : std::uint8_t { none, inet, inet6, unix_socket };

/// Borrows the parsed bytes. Unless the verdict is done, holds the fields that were read before the fault or the end.
struct Header {
  Bytes bytes;                        // exactly the header when done, else the whole input
  std::uint8_t version = 0;           // 1, 2, or 0 while unknown
  std::uint8_t version_command = 0;   // v2: byte 12. v1: 0x11, or 0x10 for UNKNOWN
  std::uint8_t family_transport = 0;  // v2: byte 13. v1: 0x11, 0x21, or 0 for UNKNOWN
  Addresses addresses = Addresses::none;
  std::uint16_t length = 0;  // v2: the length field
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  IpAddress source;
  IpAddress destination;

  constexpr Command command() const noexcept { return (version_command & 15U) == 0 ? Command::local : Command::proxy; }
  constexpr unsigned family() const noexcept { return family_transport >> 4; }
  constexpr unsigned transport() const noexcept { return family_transport & 15U; }

  /// v1 UNKNOWN or v2 LOCAL: the receiver uses the connection's real endpoints.
  constexpr bool is_local() const noexcept { return command() == Command::local; }
  constexpr bool is_unknown() const noexcept { return version == 1 && version_command == 0x10; }

  /// v1 UNKNOWN: the bytes between the word and CRLF, ignored by receivers (2.1).
  constexpr Bytes unknown_text() const noexcept PP_LIFETIMEBOUND {
    return is_unknown() && bytes.size() >= 15 ? bytes.subspan(13, bytes.size() - 15) : Bytes{};
  }

  /// Everything after the fixed 16 bytes of a complete v2 header.
  constexpr Bytes body() const noexcept PP_LIFETIMEBOUND {
    return version == 2 && bytes.size() >= v2_fixed_bytes ? bytes.subspan(v2_fixed_bytes) : Bytes{};
  }

  /// Offset of the TLVs of a complete v2 header whose addresses may be used; 16 otherwise.
  constexpr std::size_t tlv_offset() const noexcept {
    return v2_fixed_bytes + (addresses == Addresses::none ? 0 : address_block_bytes(family()));
  }

  /// The 108 bytes of a UNIX path, NUL padded; only with Addresses::unix_socket.
  constexpr Bytes unix_source() const noexcept PP_LIFETIMEBOUND {
    return addresses == Addresses::unix_socket ? bytes.subspan(v2_fixed_bytes, unix_path_bytes) : Bytes{};
  }
  constexpr Bytes unix_destination() const noexcept PP_LIFETIMEBOUND {
    return addresses == Addresses::unix_socket ? bytes.subspan(v2_fixed_bytes + unix_path_bytes, unix_path_bytes) : Bytes{};
  }
};

struct Parsed {
  Verdict verdict;
  Header header;
};

}  // namespace pp
