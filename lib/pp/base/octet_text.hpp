// The one decimal text that each octet of an IPv4 address has (2.1): for comparing and for writing.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace pp {

/// Canonical text of 0..255 without '0' added: digits in bytes 0 to 2 (the last digit highest), digit count in byte 4.
inline constexpr auto octet_texts = [] {
  std::array<std::uint64_t, 256> table{};
  for (std::uint64_t v = 0; v < 256; ++v) {
    const std::uint64_t digits = v >= 100 ? 3 : v >= 10 ? 2 : 1;
    table[v] = v / 100 | v / 10 % 10 << 8 | v % 10 << 16 | digits << 32;
  }
  return table;
}();

/// Writes the text and returns its end. Always stores 4 bytes, so `out` has room for up to 3 more than the text.
inline char* put_octet(char* out, std::uint8_t v) noexcept {
  const std::uint64_t text = octet_texts[v];
  const std::uint64_t digits = text >> 32;
  std::uint32_t word = (static_cast<std::uint32_t>(text) | 0x303030U) >> (24 - 8 * digits);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap32(word);
  std::memcpy(out, &word, sizeof word);
  return out + digits;
}

/// Four octets with dots between; room as for put_octet.
inline char* put_ipv4(char* out, const std::uint8_t* octets) noexcept {
  out = put_octet(out, octets[0]);
  *out++ = '.';
  out = put_octet(out, octets[1]);
  *out++ = '.';
  out = put_octet(out, octets[2]);
  *out++ = '.';
  return put_octet(out, octets[3]);
}

}  // namespace pp
