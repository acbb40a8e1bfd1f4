#include "pp/source/printed_escapes.hpp"

#include <algorithm>
#include <array>

#include "pp/base/hex.hpp"
#include "pp/source/characters.hpp"

namespace pp::source {
namespace {

using std::string_view;

bool is_octal(char c) { return c >= '0' && c <= '7'; }

/// A code point below 256 is a byte: languages print bytes as \u00ff. Others are UTF-8 text.
void append_code_point(std::uint32_t c, std::vector<std::uint8_t>& out) {
  if (c < 0x100) return out.push_back(static_cast<std::uint8_t>(c));
  if (c < 0x800) {
    out.push_back(static_cast<std::uint8_t>(0xc0 | c >> 6));
  } else {
    if (c < 0x10000) {
      out.push_back(static_cast<std::uint8_t>(0xe0 | c >> 12));
    } else {
      out.push_back(static_cast<std::uint8_t>(0xf0 | (c >> 18 & 7)));
      out.push_back(static_cast<std::uint8_t>(0x80 | (c >> 12 & 63)));
    }
    out.push_back(static_cast<std::uint8_t>(0x80 | (c >> 6 & 63)));
  }
  out.push_back(static_cast<std::uint8_t>(0x80 | (c & 63)));
}

/// `most` hex digits, at least `least`, from text[at]; how many there are, 0 when too few.
std::size_t hex_digits_at(string_view text, std::size_t at, std::size_t least, std::size_t most, std::uint32_t& value) {
  std::size_t n = 0;
  value = 0;
  for (; n < most && at + n < text.size() && hex_value(text[at + n]) >= 0; ++n)
    value = value * 16 + static_cast<std::uint32_t>(hex_value(text[at + n]));
  return n >= least ? n : 0;
}

/// \r \n \t \a \b \f \v \e \\ \" \' \/ \xNN \x{NN} \uNNNN \u{N} \UNNNNNNNN, and a line end, which continues the line.
std::size_t common_escape(string_view text, std::size_t at, std::vector<std::uint8_t>& out) {
  if (text[at] != '\\' || at + 1 >= text.size()) return 0;
  constexpr string_view letters = "rntabfve\\\"'/`$@#";
  constexpr string_view values = "\r\n\t\a\b\f\v\x1b\\\"'/`$@#";
  const char c = text[at + 1];
  if (const std::size_t i = letters.find(c); i != string_view::npos) {
    out.push_back(static_cast<std::uint8_t>(values[i]));
    return 2;
  }
  if (c == '\n') return 2;
  std::uint32_t value = 0;
  const bool braced = at + 2 < text.size() && text[at + 2] == '{';
  if (c == 'x' || c == 'X') {
    const std::size_t n = hex_digits_at(text, at + (braced ? 3 : 2), 1, 2, value);
    if (n == 0) return 0;
    out.push_back(static_cast<std::uint8_t>(value));
    return n + (braced ? 4 : 2);
  }
  if (c == 'u' || c == 'U') {
    const std::size_t n =
        braced ? hex_digits_at(text, at + 3, 1, 6, value) : hex_digits_at(text, at + 2, c == 'u' ? 4 : 8, c == 'u' ? 4 : 8, value);
    if (n == 0 || value > 0x10ffff) return 0;
    append_code_point(value, out);
    return n + (braced ? 4 : 2);
  }
  return 0;
}

}  // namespace

std::size_t c_escape(string_view text, std::size_t at, std::vector<std::uint8_t>& out) {
  if (text[at] == '\\' && at + 1 < text.size() && is_octal(text[at + 1])) {
    unsigned value = 0;
    std::size_t n = 1;
    for (; n <= 3 && at + n < text.size() && is_octal(text[at + n]) && value * 8 + static_cast<unsigned>(text[at + n] - '0') < 256; ++n)
      value = value * 8 + static_cast<unsigned>(text[at + n] - '0');
    out.push_back(static_cast<std::uint8_t>(value));
    return n;
  }
  return common_escape(text, at, out);
}

std::size_t single_nul_escape(string_view text, std::size_t at, std::vector<std::uint8_t>& out) {
  if (text.substr(at).starts_with("\\0")) {
    out.push_back(0);
    return 2;
  }
  return common_escape(text, at, out);
}

std::size_t hex_only_escape(string_view text, std::size_t at, std::vector<std::uint8_t>& out) {
  std::uint32_t value = 0;
  if (!text.substr(at).starts_with("\\x") || hex_digits_at(text, at + 2, 2, 2, value) == 0) return 0;
  out.push_back(static_cast<std::uint8_t>(value));
  return 4;
}

std::size_t backslash_hex_escape(string_view text, std::size_t at, std::vector<std::uint8_t>& out) {
  std::uint32_t value = 0;
  if (text[at] != '\\' || hex_digits_at(text, at + 1, 2, 2, value) == 0) return 0;
  out.push_back(static_cast<std::uint8_t>(value));
  return 3;
}

std::size_t percent_escape(string_view text, std::size_t at, std::vector<std::uint8_t>& out) {
  std::uint32_t value = 0;
  if (text[at] != '%' || hex_digits_at(text, at + 1, 2, 2, value) == 0) return 0;
  out.push_back(static_cast<std::uint8_t>(value));
  return 3;
}

std::size_t plus_escape(string_view text, std::size_t at, std::vector<std::uint8_t>& out) {
  if (text[at] != '+') return percent_escape(text, at, out);
  out.push_back(' ');
  return 1;
}

std::size_t caret_escape(string_view text, std::size_t at, std::vector<std::uint8_t>& out) {
  std::size_t n = 0;
  unsigned high = 0;
  if (text.substr(at).starts_with("M-") && at + 2 < text.size()) {
    high = 0x80;
    n = 2;
  }
  const std::size_t c = at + n;
  if (text[c] == '^' && c + 1 < text.size() && ((text[c + 1] >= '?' && text[c + 1] <= '_'))) {
    out.push_back(static_cast<std::uint8_t>(high | (text[c + 1] == '?' ? 0x7fU : static_cast<unsigned>(text[c + 1]) - 64U)));
    return n + 2;
  }
  if (high != 0) {
    out.push_back(static_cast<std::uint8_t>(high | static_cast<unsigned char>(text[c])));
    return n + 1;
  }
  if (text[at] == '$' && (at + 1 == text.size() || text[at + 1] == '\n')) {
    out.push_back('\n');
    return at + 1 == text.size() ? 1 : 2;
  }
  return 0;
}

std::size_t syslog_escape(string_view text, std::size_t at, std::vector<std::uint8_t>& out) {
  if (text[at] != '#' || at + 3 >= text.size() || !is_octal(text[at + 1]) || text[at + 1] > '3' || !is_octal(text[at + 2]) ||
      !is_octal(text[at + 3]))
    return 0;
  out.push_back(static_cast<std::uint8_t>((text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 + (text[at + 3] - '0')));
  return 4;
}

std::size_t angle_escape(string_view text, std::size_t at, std::vector<std::uint8_t>& out) {
  // U+2400 and its neighbours are pictures of the control characters.
  if (text.substr(at).starts_with("\xe2\x90") && at + 2 < text.size() && static_cast<std::uint8_t>(text[at + 2]) <= 0xa0) {
    out.push_back(static_cast<std::uint8_t>(static_cast<std::uint8_t>(text[at + 2]) & 0x1fU));
    return 3;
  }
  if (text[at] != '<') return 0;
  constexpr std::array<string_view, 3> names = {"<CR>", "<LF>", "<NUL>"};
  constexpr string_view meant("\r\n\0", 3);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!text.substr(at).starts_with(names[i])) continue;
    out.push_back(static_cast<std::uint8_t>(meant[i]));
    return names[i].size();
  }
  const std::size_t from = text.substr(at + 1).starts_with("0x") ? at + 3 : at + 1;
  std::uint32_t value = 0;
  if (hex_digits_at(text, from, 2, 2, value) == 0 || from + 2 >= text.size() || text[from + 2] != '>') return 0;
  out.push_back(static_cast<std::uint8_t>(value));
  return from + 3 - at;
}

std::size_t decimal_escape(string_view text, std::size_t at, std::vector<std::uint8_t>& out) {
  if (text[at] != '\\' || at + 1 >= text.size()) return 0;
  unsigned value = 0;
  std::size_t n = 1;
  for (; n <= 3 && at + n < text.size() && text[at + n] >= '0' && text[at + n] <= '9' &&
         value * 10 + static_cast<unsigned>(text[at + n] - '0') < 256;
       ++n)
    value = value * 10 + static_cast<unsigned>(text[at + n] - '0');
  if (n > 1) {
    out.push_back(static_cast<std::uint8_t>(value));
    return n;
  }
  if (text[at + 1] == '&') return 2;
  constexpr std::array<string_view, 34> names = {"NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS",  "HT",  "LF",  "VT",
                                                 "FF",  "CR",  "SO",  "SI",  "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB",
                                                 "CAN", "EM",  "SUB", "ESC", "FS",  "GS",  "RS",  "US",  "SP",  "DEL"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!text.substr(at + 1).starts_with(names[i])) continue;
    out.push_back(i == 33 ? std::uint8_t{0x7f} : static_cast<std::uint8_t>(i));
    return 1 + names[i].size();
  }
  return common_escape(text, at, out);
}

std::size_t equals_escape(string_view text, std::size_t at, std::vector<std::uint8_t>& out) {
  std::uint32_t value = 0;
  if (text[at] != '=') return 0;
  if (text.substr(at + 1).starts_with("\n") || at + 1 == text.size()) return at + 1 == text.size() ? 1 : 2;
  if (text.substr(at + 1).starts_with("\r\n")) return 3;
  if (hex_digits_at(text, at + 1, 2, 2, value) == 0) return 0;
  out.push_back(static_cast<std::uint8_t>(value));
  return 3;
}

std::size_t entity_escape(string_view text, std::size_t at, std::vector<std::uint8_t>& out) {
  if (!text.substr(at).starts_with("&#")) return 0;
  const std::size_t end = text.find(';', at);
  const bool hex = at + 2 < text.size() && (text[at + 2] == 'x' || text[at + 2] == 'X');
  const std::size_t from = at + (hex ? 3 : 2);
  if (end == string_view::npos || end <= from || end - from > 5) return 0;
  std::uint32_t value = 0;
  for (std::size_t i = from; i < end; ++i) {
    const int digit = hex_value(text[i]);
    if (digit < 0 || (!hex && digit > 9)) return 0;
    value = value * (hex ? 16U : 10U) + static_cast<std::uint32_t>(digit);
  }
  append_code_point(value, out);
  return end + 1 - at;
}

std::size_t bars_escape(string_view text, std::size_t at, std::vector<std::uint8_t>& out) {
  if (text[at] != '|') return 0;
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = at + 1; i < text.size();) {
    std::uint32_t value = 0;
    if (text[i] == '|') {
      if (bytes.empty()) return 0;
      out.insert(out.end(), bytes.begin(), bytes.end());
      return i + 1 - at;
    }
    if (text[i] == ' ') {
      ++i;
      continue;
    }
    if (hex_digits_at(text, i, 2, 2, value) == 0) return 0;
    bytes.push_back(static_cast<std::uint8_t>(value));
    i += 2;
  }
  return 0;
}

}  // namespace pp::source
