#include "pp/render/layout.hpp"

#include <algorithm>
#include <array>

#include "pp/base/utf8.hpp"
#include "pp/render/palette.hpp"

namespace pp::render {
namespace {

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};
// East Asian wide and fullwidth (UAX 11), emoji with them; and the combining marks that common scripts use.
constexpr std::array wide = {Range{0x1100, 0x115f},  Range{0x2e80, 0x303e},   Range{0x3041, 0xa4cf},   Range{0xa960, 0xa97c},
                             Range{0xac00, 0xd7a3},  Range{0xf900, 0xfaff},   Range{0xfe30, 0xfe6f},   Range{0xff00, 0xff60},
                             Range{0xffe0, 0xffe6},  Range{0x1f300, 0x1f64f}, Range{0x1f680, 0x1f6ff}, Range{0x1f900, 0x1faff},
                             Range{0x20000, 0x3fffd}};
constexpr std::array combining = {Range{0x300, 0x36f},   Range{0x483, 0x489},   Range{0x591, 0x5bd},
                                  Range{0x610, 0x61a},   Range{0x64b, 0x65f},   Range{0x1ab0, 0x1aff},
                                  Range{0x1dc0, 0x1dff}, Range{0x20d0, 0x20ff}, Range{0xfe20, 0xfe2f}};

bool among(std::uint32_t c, const auto& ranges) noexcept {
  return std::any_of(ranges.begin(), ranges.end(), [c](Range r) { return c >= r.first && c <= r.last; });
}

Bytes as_bytes(std::string_view text) noexcept { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

/// Appends one line of the text, which holds no line feed, and gives the column that it comes to.
std::size_t append_words(std::string& out, std::string_view text, std::size_t column, std::size_t indent, std::size_t width) {
  bool first = true;
  while (!text.empty()) {
    const std::size_t blanks = std::min(text.find_first_not_of(' '), text.size());
    const std::size_t end = std::min(text.find(' ', blanks), text.size());
    const std::string_view word = text.substr(blanks, end - blanks);
    const std::size_t wanted = columns(word);
    if (!first && column + blanks + wanted > width && !word.empty()) {
      out.append(1, '\n').append(indent, ' ');
      column = indent;
    } else {
      out.append(blanks, ' ');
      column += blanks;
    }
    out.append(word);
    column += wanted;
    first = false;
    text.remove_prefix(end);
  }
  return column;
}

}  // namespace

std::size_t columns(std::string_view line) noexcept {
  const Bytes text = as_bytes(line);
  std::size_t n = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (const std::size_t plain = printable_prefix(text.subspan(at)); plain > 0) {
      n += plain;
      at += plain;
      continue;
    }
    if (text[at] == 0x1b) {
      const std::size_t end = line.find('m', at);
      at = end == std::string_view::npos ? text.size() : end + 1;
      continue;
    }
    const CodePoint c = decode_utf8(text.subspan(at));
    n += among(c.value, wide) ? 2 : among(c.value, combining) ? 0 : 1;
    at += std::max<std::size_t>(c.size, 1);
  }
  return n;
}

std::size_t append_wrapped(std::string& out, std::string_view text, std::size_t column, std::size_t indent, const Style& style) {
  while (true) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (style.width == 0) {
      out += line;
      column += columns(line);
    } else {
      const std::size_t own = std::min(line.find_first_not_of(' '), line.size());
      column = append_words(out, line, column, indent + own, style.width);
    }
    if (end == text.size()) return column;
    out.append(1, '\n').append(indent, ' ');
    column = indent;
    text.remove_prefix(end + 1);
  }
}

bool append_side(std::string& out, std::size_t column, std::string_view side, const Style& style) {
  if (side.empty()) return true;
  const std::size_t wanted = columns(side);
  if (style.width != 0 && wanted > style.width) return false;
  const std::size_t at = style.width == 0 ? std::max(side_column, column + 2) : std::min<std::size_t>(side_column, style.width - wanted);
  if (column + 2 > at) return false;
  out.append(at - column, ' ');
  append_painted(out, style, Paint::faint, side);
  return true;
}

}  // namespace pp::render
