// UTF-8: strict decoding, and text that is safe to print on a terminal (no control or bidi characters).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "pp/base/bytes.hpp"

namespace pp {

struct CodePoint {
  std::uint32_t value = 0;
  std::uint8_t size = 0;  // bytes of the sequence, 0 when it is not valid
};

/// The sequence at the front of non-empty text: shortest form only, no surrogates, at most U+10FFFF.
constexpr CodePoint decode_utf8(Bytes text) noexcept {
  const std::uint8_t b = text[0];
  if (b < 0x80) return {b, 1};
  const unsigned size = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2;
  if (b < 0xc2 || b > 0xf4 || text.size() < size) return {};
  std::uint32_t value = b & (0xffU >> (size + 1));
  for (unsigned i = 1; i < size; ++i) {
    if ((text[i] & 0xc0U) != 0x80) return {};
    value = value << 6 | (text[i] & 0x3fU);
  }
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < least[size] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return {};
  return {value, static_cast<std::uint8_t>(size)};
}

/// The offset of the first byte that is not valid UTF-8, or text.size().
constexpr std::size_t utf8_prefix(Bytes text) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    const CodePoint c = decode_utf8(text.subspan(at));
    if (c.size == 0) return at;
    at += c.size;
  }
  return at;
}

/// How many of the first bytes are printable ASCII (0x20 to 0x7e); eight at a time, since nearly all texts are all printable.
constexpr std::size_t printable_prefix(Bytes text) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101U;
  std::size_t at = 0;
  for (; text.size() - at >= 8; at += 8) {
    const std::uint64_t word = load_le64(text.data() + at);
    const std::uint64_t seven = word & (0x7f * ones);
    // SWAR; no carry crosses a byte. `other` has the high bit of each byte that is < 0x20, == 0x7f or > 0x7f.
    const std::uint64_t other = ((seven + ones) | ~(seven + 0x60 * ones) | word) & (0x80 * ones);
    if (other != 0) return at + static_cast<std::size_t>(std::countr_zero(other)) / 8;
  }
  while (at < text.size() && text[at] >= 0x20 && text[at] < 0x7f) ++at;
  return at;
}

/// Control characters (C0, DEL, C1), and characters that reorder, hide or join text: bidi controls, zero widths, line
/// and paragraph separators, tags.
constexpr bool unsafe_to_show(std::uint32_t c) noexcept {
  if (c < 0x20 || (c >= 0x7f && c <= 0x9f)) return true;
  if (c < 0xad) return false;
  return c == 0xad || c == 0x34f || c == 0x61c || (c >= 0x115f && c <= 0x1160) || (c >= 0x17b4 && c <= 0x17b5) ||
         (c >= 0x180b && c <= 0x180f) || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
         c == 0x3164 || (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff || c == 0xffa0 || (c >= 0xfff0 && c <= 0xfffb) ||
         (c >= 0xe0000 && c <= 0xe0fff);
}

enum class Charset : std::uint8_t { utf8, ascii };

/// Appends text for people: safe characters as they are, a backslash doubled, CR, LF, TAB and NUL as \r \n \t \0, every
/// other byte as \xNN. With Charset::ascii every byte above 0x7e too.
void append_shown(std::string& out, Bytes text, Charset charset = Charset::utf8);
std::string shown(Bytes text, Charset charset = Charset::utf8);
std::string shown(std::string_view text, Charset charset = Charset::utf8);

}  // namespace pp
