// Bytes printed in each of the forms that source::printed_forms() reads: a row for each form, so that a form without a printer
// is seen. What they print reads back to the same bytes, or is refused.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "pp/base/bytes.hpp"
#include "pp/source/text_input.hpp"

namespace pp::test {

/// How much of the bytes the form's text determines.
enum class Printed : std::uint8_t {
  any,     // all bytes
  header,  // bytes that begin with a header: the same characters are another form's, too
};

struct Printer {
  std::string_view form;  // of source::PrintedForm::name
  Printed kind;
  std::string (*print)(Bytes bytes);
};

namespace printing {

template <class... Args>
std::string printed(const char* format, Args... args) {
  char text[64];
  std::snprintf(text, sizeof text, format, args...);
  return text;
}

template <class Each>
std::string joined(Bytes bytes, std::string_view between, Each each) {
  std::string out;
  for (const std::uint8_t b : bytes) {
    if (!out.empty()) out += between;
    out += each(b);
  }
  return out;
}

constexpr bool plain(std::uint8_t b) {
  return b > 0x20 && b < 0x7f && std::string_view("\\\"'%^#<=&|+`-").find(static_cast<char>(b)) == std::string_view::npos;
}

/// Letters and digits as they are, the others by `escape`.
template <class Each>
std::string escaped(Bytes bytes, Each escape) {
  std::string out;
  for (const std::uint8_t b : bytes) out += plain(b) ? std::string(1, static_cast<char>(b)) : escape(b);
  return out;
}

/// Rows of `columns` bytes, each after its offset, and the end's offset.
template <class Row>
std::string rows(Bytes bytes, std::size_t columns, const char* offset, bool end, Row row) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += columns)
    out += printed(offset, static_cast<unsigned>(at)) + row(bytes.subspan(at, std::min(columns, bytes.size() - at))) + "\n";
  return end ? out + printed(offset, static_cast<unsigned>(bytes.size())) + "\n" : out;
}

inline std::string characters(Bytes row) {
  std::string out;
  for (const std::uint8_t b : row) out += b > 0x20 && b < 0x7f ? static_cast<char>(b) : '.';
  return out;
}

inline std::string cell(std::uint8_t b) {
  constexpr std::string_view meant("\0\a\b\t\n\v\f\r", 8), letters = "0abtnvfr";
  if (const std::size_t at = meant.find(static_cast<char>(b)); at != std::string_view::npos) return std::string("  \\") + letters[at];
  return b >= 0x20 && b < 0x7f ? std::string("   ") + static_cast<char>(b) : printed(" %03o", unsigned{b});
}

inline std::string base64(Bytes bytes) {
  constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < n ? bytes[i + k] : 0U);
    for (std::size_t k = 0; k < 4; ++k) out += k <= n ? alphabet[group >> (18 - 6 * k) & 63U] : '=';
  }
  return out;
}

inline std::string show_errors(Bytes bytes) {
  std::string out;
  bool continued = false;
  for (std::size_t at = 0; at < bytes.size();) {
    std::string row = printed(continued ? "  %05u+ " : "  %05u  ", static_cast<unsigned>(at));
    continued = true;
    for (std::size_t n = 0; at < bytes.size() && n < 20 && continued; ++n, ++at) {
      const std::uint8_t b = bytes[at];
      row += b == '\n' ? "\\n" : b == '\r' ? "\\r" : plain(b) ? std::string(1, static_cast<char>(b)) : printed("\\x%02X", unsigned{b});
      continued = b != '\n';
    }
    out += row + "\n";
  }
  return out;
}

/// cat -v does not mark the bytes that its marks are made of, and a blank at the end is lost: nothing is printed then.
inline std::string carets(Bytes bytes) {
  std::string out;
  if (!bytes.empty() && (bytes.back() & 0x7fU) == ' ') return {};
  for (const std::uint8_t b : bytes) {
    const unsigned low = b & 0x7fU;
    if (low == '^' || low == 'M' || low == '\\' || low == '$') return {};
    if (b >= 0x80) out += "M-";
    if (low < 0x20 || low == 0x7f) out += '^';
    out += static_cast<char>(low < 0x20 || low == 0x7f ? low ^ 0x40U : low);
  }
  return out;
}

inline std::string binary(std::uint8_t b) {
  std::string out;
  for (unsigned bit = 8; bit-- > 0;) out += (b >> bit & 1U) != 0 ? '1' : '0';
  return out;
}

}  // namespace printing

// Functions without a capture, one a row. clang-format would spread them.
// clang-format off
inline constexpr Printer printers[] = {
    {"a string with the escapes of C", Printed::any, [](Bytes b) { return '"' + printing::joined(b, "", [](std::uint8_t c) { return printing::printed("\\%03o", unsigned{c}); }) + '"'; }},
    {"a string with the escapes of Rust or Python", Printed::any, [](Bytes b) { return "b'" + printing::joined(b, "", [](std::uint8_t c) { return printing::printed("\\x%02x", unsigned{c}); }) + "'"; }},
    {"a string with the escapes of nginx", Printed::header, [](Bytes b) { return "\"" + printing::escaped(b, [](std::uint8_t c) { return printing::printed("\\x%02X", unsigned{c}); }) + "\" while reading"; }},
    {"a string with decimal escapes", Printed::header, [](Bytes b) { return '"' + printing::escaped(b, [](std::uint8_t c) { return printing::printed("\\%03u", unsigned{c}); }) + '"'; }},
    {"haproxy's show errors", Printed::header, printing::show_errors},
    {"a dump in hex", Printed::any, [](Bytes b) { return printing::rows(b, 16, "%08x  ", true, [](Bytes r) { return printing::joined(r, " ", [](std::uint8_t c) { return printing::printed("%02x", unsigned{c}); }) + "  |" + printing::characters(r) + "|"; }); }},
    {"an array of numbers", Printed::header, [](Bytes b) { return '[' + printing::joined(b, ", ", [](std::uint8_t c) { return printing::printed("%d", static_cast<int>(static_cast<signed char>(c))); }) + ']'; }},
    {"an array of hex numbers", Printed::header, [](Bytes b) { return '[' + printing::joined(b, ", ", [](std::uint8_t c) { return printing::printed("%X", unsigned{c}); }) + ']'; }},
    {"hex inside other text", Printed::header, [](Bytes b) { return "first bytes: " + printing::joined(b, ":", [](std::uint8_t c) { return printing::printed("%02x", unsigned{c}); }) + " (from 10.0.0.1)"; }},
    {"base64", Printed::header, [](Bytes b) { return "{\"data\": \"" + printing::base64(b) + "\"}"; }},
    {"a form's percent-encoded text", Printed::header, [](Bytes b) { return printing::escaped(b, [](std::uint8_t c) { return c == ' ' ? std::string("+") : printing::printed("%%%02X", unsigned{c}); }); }},
    {"percent-encoded text", Printed::header, [](Bytes b) { return printing::joined(b, "", [](std::uint8_t c) { return printing::printed("%%%02x", unsigned{c}); }); }},
    {"text with \\0d for CR", Printed::header, [](Bytes b) { return printing::joined(b, "", [](std::uint8_t c) { return printing::printed("\\%02x", unsigned{c}); }); }},
    {"text with ^M for CR", Printed::header, printing::carets},
    {"text with #015 for CR", Printed::header, [](Bytes b) { return printing::escaped(b, [](std::uint8_t c) { return printing::printed("#%03o", unsigned{c}); }); }},
    {"text with <0d> for CR", Printed::header, [](Bytes b) { return printing::escaped(b, [](std::uint8_t c) { return printing::printed("<%02x>", unsigned{c}); }); }},
    {"quoted-printable text", Printed::header, [](Bytes b) { return printing::escaped(b, [](std::uint8_t c) { return printing::printed("=%02X", unsigned{c}); }); }},
    {"text with &#13; for CR", Printed::header, [](Bytes b) { return printing::escaped(b, [](std::uint8_t c) { return printing::printed("&#%u;", unsigned{c}); }); }},
    {"text with |0D 0A| for CR LF", Printed::header, [](Bytes b) { return '|' + printing::joined(b, " ", [](std::uint8_t c) { return printing::printed("%02X", unsigned{c}); }) + '|'; }},
    {"a dump of little-endian words", Printed::header, [](Bytes b) { return printing::rows(b, 16, "%07o", true, [](Bytes r) {
       std::string out;
       for (std::size_t i = 0; i < r.size(); i += 2) out += printing::printed(" %04x", unsigned{r[i]} | (i + 1 < r.size() ? unsigned{r[i + 1]} << 8U : 0U));
       return out; }); }},
    {"a dump in octal", Printed::header, [](Bytes b) { return printing::rows(b, 16, "%07o", true, [](Bytes r) { return " " + printing::joined(r, " ", [](std::uint8_t c) { return printing::printed("%03o", unsigned{c}); }); }); }},
    {"a dump in decimal", Printed::header, [](Bytes b) { return printing::rows(b, 16, "%07o", true, [](Bytes r) { return printing::joined(r, "", [](std::uint8_t c) { return printing::printed(" %3u", unsigned{c}); }); }); }},
    {"a dump in binary", Printed::header, [](Bytes b) { return printing::rows(b, 6, "%08x: ", false, [](Bytes r) { return printing::joined(r, " ", printing::binary) + "  " + printing::characters(r); }); }},
    {"a dump of characters", Printed::header, [](Bytes b) { return printing::rows(b, 16, "%07o", true, [](Bytes r) { return printing::joined(r, "", printing::cell); }); }},
};
// clang-format on

/// Empty when the law holds: what a form prints reads back to the same bytes, or to a part that says so, or is refused.
inline std::string broken_by_reading(const Printer& printer, Bytes bytes) {
  const std::string text = bytes.empty() ? std::string() : printer.print(bytes);
  const source::TextResult read = source::decode_text(source::InputType::automatic, text);
  if (text.empty() || read.error || read.type == source::InputType::raw || !read.all) return {};
  if (read.bytes.size() == bytes.size() && std::equal(bytes.begin(), bytes.end(), read.bytes.begin())) return {};
  return std::string(printer.form) + " read as " + std::string(read.form.empty() ? input_type_name(read.type) : read.form);
}

/// The beginning of a v2 header whose length covers `content`: any bytes after it are a header's.
inline std::vector<std::uint8_t> header_around(Bytes content) {
  constexpr std::uint8_t start[] = {13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10, 0x21, 0};
  std::vector<std::uint8_t> out(std::begin(start), std::end(start));
  const std::size_t length = std::min<std::size_t>(content.size(), 0xffff);
  out.push_back(static_cast<std::uint8_t>(length >> 8U));
  out.push_back(static_cast<std::uint8_t>(length));
  out.insert(out.end(), content.begin(), content.begin() + static_cast<std::ptrdiff_t>(length));
  return out;
}

}  // namespace pp::test
