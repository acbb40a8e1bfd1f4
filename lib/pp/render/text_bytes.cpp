#include "pp/render/text_bytes.hpp"

#include <algorithm>

#include "pp/base/hex.hpp"
#include "pp/base/utf8.hpp"
#include "pp/render/palette.hpp"

namespace pp::render {
namespace {

constexpr std::size_t row_bytes = 16;

void append_carets(std::string& out, std::size_t column, std::size_t count, const Style& style) {
  out += "   | ";
  out.append(column, ' ');
  out += paint(style, Paint::caret);
  out.append(std::max<std::size_t>(count, 1), '^');
  out += paint(style, Paint::off);
  out += '\n';
}

/// Column of byte i of a row behind "0010  ": three for each byte and one more behind the eighth.
std::size_t column_of(std::size_t i) { return 3 * i + (i >= 8 ? 1 : 0); }

}  // namespace

void append_offset(std::string& out, std::size_t offset) {
  for (int shift = offset > 0xffff ? 16 : 12; shift >= 0; shift -= 4) out += hex_digits[(offset >> shift) & 15];
}

void append_spaced_hex(std::string& out, Bytes bytes, std::size_t most) {
  const std::size_t n = std::min(bytes.size(), most);
  for (std::size_t i = 0; i < n; ++i) {
    if (i > 0) out += ' ';
    append_hex(out, bytes.subspan(i, 1));
  }
  if (n < bytes.size()) out += " ... (+" + std::to_string(bytes.size() - n) + ")";
}

void append_line_with_carets(std::string& out, Bytes line, std::size_t offset, std::size_t length, const Style& style) {
  offset = std::min(offset, line.size());
  const std::size_t end = std::min(offset + length, line.size());
  // Escapes are wider than the byte they stand for, so columns come from the escaped text; all of it ASCII.
  const std::string before = shown(line.first(offset), Charset::ascii);
  const std::string marked = shown(line.subspan(offset, end - offset), Charset::ascii);
  out += "   | " + before + marked + shown(line.subspan(end), Charset::ascii) + "\n";
  append_carets(out, before.size(), marked.size(), style);
}

void append_rows_with_carets(std::string& out, Bytes bytes, std::size_t offset, std::size_t length, const Style& style) {
  constexpr std::size_t most_rows = 3;
  length = std::max<std::size_t>(length, 1);
  const std::size_t first = std::min(offset, bytes.empty() ? 0 : bytes.size() - 1) / row_bytes;
  const std::size_t last = (std::min(offset + length, std::max<std::size_t>(bytes.size(), 1)) - 1) / row_bytes;
  for (std::size_t row = first; row <= last && row < first + most_rows; ++row) {
    const std::size_t start = row * row_bytes;
    const std::size_t end = std::min(start + row_bytes, bytes.size());
    out += "   | ";
    append_offset(out, start);
    out += "  ";
    const std::size_t text_start = out.size();
    for (std::size_t i = start; i < end; ++i) {
      append_hex(out, bytes.subspan(i, 1));
      out += i - start == 7 ? "  " : " ";
    }
    out.append(column_of(row_bytes) + 1 - (out.size() - text_start), ' ');
    out += '|';
    for (std::size_t i = start; i < end; ++i) out += bytes[i] >= 0x20 && bytes[i] < 0x7f ? static_cast<char>(bytes[i]) : '.';
    out += "|\n";
    const std::size_t from = std::max(offset, start) - start;
    const std::size_t to = std::min(offset + length, start + row_bytes) - start;
    if (from < to) append_carets(out, (start > 0xffff ? 7 : 6) + column_of(from), column_of(to - 1) + 2 - column_of(from), style);
  }
}

}  // namespace pp::render
