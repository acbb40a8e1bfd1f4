// Hexadecimal text: decoding and encoding, for the whole tree.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pp/base/bytes.hpp"

namespace pp {

inline constexpr std::string_view hex_digits = "0123456789abcdef";

/// A table, because digits and letters follow each other at random, which a branch predictor cannot learn.
inline constexpr auto hex_nibbles = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(16);
  for (std::uint8_t i = 0; i < 16; ++i) table[static_cast<std::uint8_t>(hex_digits[i])] = i;
  for (std::uint8_t i = 10; i < 16; ++i) table[static_cast<std::uint8_t>(hex_digits[i] - 'a' + 'A')] = i;
  return table;
}();

/// 0..15 for a hexadecimal digit of either case, else 16.
constexpr unsigned hex_nibble(std::uint8_t b) noexcept { return hex_nibbles[b]; }

/// The same for a character, with -1 for everything that is not a digit.
constexpr int hex_value(char c) noexcept {
  const unsigned nibble = hex_nibble(static_cast<std::uint8_t>(c));
  return nibble < 16 ? static_cast<int>(nibble) : -1;
}

/// Appends two lower-case digits for each byte.
void append_hex(std::string& out, Bytes bytes);
std::string to_hex(Bytes bytes);

/// Decodes pairs of digits from the front of `text`, up to the first pair that is not two digits. `out` has room for
/// text.size() / 2 bytes. Returns how many bytes it wrote.
std::size_t decode_hex(std::string_view text, std::uint8_t* out) noexcept;

/// The whole text as pairs of digits; empty text gives no bytes. nullopt when there is anything else in it.
std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text);

}  // namespace pp
