#include "pp/render/text_bytes.hpp"

#include <algorithm>

#include "pp/base/hex.hpp"
#include "pp/base/utf8.hpp"
#include "pp/render/layout.hpp"
#include "pp/text/format.hpp"

namespace pp::render {
namespace {

constexpr std::size_t indent = 4;

void append_carets(std::string& out, std::size_t column, std::size_t count, Paint color, const Style& style) {
  out.append(column, ' ').append(paint(style, color));
  out.append(std::max<std::size_t>(count, 1), '^').append(paint(style, Paint::off)).append(1, '\n');
}

/// Column of byte i of a row after "0010  ": three for each byte and one more behind the eighth.
constexpr std::size_t column_of(std::size_t i) { return 3 * i + (i >= 8 ? 1 : 0); }

struct Rows {
  std::size_t bytes;
  std::size_t indent;
};
/// A row of 16 takes 74 columns and its indent, a row of 8 takes 41.
Rows rows_for(const Style& style) {
  const std::size_t bytes = style.width == 0 || style.width >= least_for_long_rows ? 16 : 8;
  const std::size_t wanted = indent + (bytes == 16 ? 74 : 41);
  return {bytes, style.width == 0 || style.width >= wanted ? indent : block_indent};
}

}  // namespace

void append_offset(std::string& out, std::size_t offset) { text::append(out, "{:04x}", offset); }

void append_spaced_hex(std::string& out, Bytes bytes, std::size_t most) {
  const std::size_t n = std::min(bytes.size(), most);
  for (std::size_t i = 0; i < n; ++i) {
    if (i > 0) out += ' ';
    append_hex(out, bytes.subspan(i, 1));
  }
  if (n < bytes.size()) text::append(out, " ... (+{})", bytes.size() - n);
}

void append_line_with_carets(std::string& out, Bytes line, Marked marked, const Style& style) {
  const std::size_t offset = std::min(marked.offset, line.size());
  const std::size_t end = std::min(offset + marked.length, line.size());
  // Escapes are wider than the byte they stand for, so columns come from the escaped text; all of it ASCII.
  const std::string before = shown(line.first(offset), Charset::ascii);
  const std::string what = shown(line.subspan(offset, end - offset), Charset::ascii);
  std::string all = before + what;
  append_shown(all, line.subspan(end), Charset::ascii);
  constexpr std::string_view more = "...";
  const std::size_t room = style.width > indent + 24 ? style.width - indent : style.width == 0 ? all.size() : 24;
  std::size_t first = 0;
  std::string_view left, right;
  if (all.size() > room) {
    // What is marked stands in the middle third, as far as the line reaches that far.
    const std::size_t lead = std::min(before.size(), room / 3);
    first = std::min(before.size() - lead, all.size() - std::min(all.size(), room));
    left = first > 0 ? more : "";
    right = first + room < all.size() ? more : "";
    const std::size_t taken = left.size() + right.size();
    if (first > 0) first += left.size();
    all = all.substr(first, room - taken);
  }
  text::append(out, "{:{}}{}{}{}\n", "", indent, left, all, right);
  const std::size_t at = before.size() - std::min(before.size(), first) + left.size();
  append_carets(out, indent + at, std::min(what.size(), std::max<std::size_t>(room, at + 1) - at), marked.color, style);
}

void append_rows_with_carets(std::string& out, Bytes bytes, Marked marked, const Style& style) {
  constexpr std::size_t most_rows = 3;
  const Rows rows = rows_for(style);
  const std::size_t length = std::max<std::size_t>(marked.length, 1);
  const std::size_t first = std::min(marked.offset, bytes.empty() ? 0 : bytes.size() - 1) / rows.bytes;
  const std::size_t last = (std::min(marked.offset + length, std::max<std::size_t>(bytes.size(), 1)) - 1) / rows.bytes;
  for (std::size_t row = first; row <= last && row < first + most_rows; ++row) {
    const std::size_t start = row * rows.bytes;
    const std::size_t end = std::min(start + rows.bytes, bytes.size());
    const std::size_t line_start = out.size();
    text::append(out, "{:{}}{:04x}  ", "", rows.indent, start);
    const std::size_t bytes_column = out.size() - line_start;
    for (std::size_t i = start; i < end; ++i) {
      append_hex(out, bytes.subspan(i, 1));
      out += i - start == 7 && rows.bytes > 8 ? "  " : " ";
    }
    out.append(column_of(rows.bytes - 1) + 4 - (out.size() - line_start - bytes_column), ' ');
    out += '|';
    for (std::size_t i = start; i < end; ++i) out += bytes[i] >= 0x20 && bytes[i] < 0x7f ? static_cast<char>(bytes[i]) : '.';
    out += "|\n";
    const std::size_t from = std::max(marked.offset, start) - start;
    const std::size_t to = std::min(marked.offset + length, start + rows.bytes) - start;
    if (from < to) append_carets(out, bytes_column + column_of(from), column_of(to - 1) + 2 - column_of(from), marked.color, style);
  }
}

}  // namespace pp::render
