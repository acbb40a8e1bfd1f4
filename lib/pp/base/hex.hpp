// Hexadecimal digits in and out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pp/base/bytes.hpp"

namespace pp {

inline constexpr std::string_view hex_digits = "0123456789abcdef";

/// 0..15, or -1 when the character is no hexadecimal digit of either case.
constexpr int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Appends two lower-case digits for each byte.
void append_hex(std::string& out, Bytes bytes);
std::string to_hex(Bytes bytes);

/// Plain digits, an even number of them and nothing else; empty text is no bytes. nullopt when it is anything else.
std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text);

}  // namespace pp
