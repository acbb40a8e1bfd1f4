// Strings as languages, servers and terminals print them: between quotes or bare, with the escapes of one dialect.
//
// Dialects disagree: \05 is one byte in C and two in Rust, % begins an escape in a URL and is a letter in a literal. So each reads
// the text for itself, and the reading that gives a header counts (printed_bytes.hpp).
#include <algorithm>
#include <array>

#include "pp/base/hex.hpp"
#include "pp/base/utf8.hpp"
#include "pp/source/characters.hpp"
#include "pp/source/printed_bytes.hpp"
#include "pp/source/text_input.hpp"
#include "pp/wire/parse.hpp"

namespace pp::source {
namespace {

using std::string_view;

/// Reads one escape at text[at]; appends its bytes and returns how many characters it takes. 0: not an escape.
using Escape = std::size_t (*)(string_view text, std::size_t at, std::vector<std::uint8_t>& out);

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
  constexpr string_view letters = "rntabfve\\\"'/`";
  constexpr string_view values = "\r\n\t\a\b\f\v\x1b\\\"'/`";
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

/// \0 to \377, up to three digits; and the caret and M- notation of \M-x is not read.
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

std::size_t percent_escape(string_view text, std::size_t at, std::vector<std::uint8_t>& out) {
  std::uint32_t value = 0;
  if (text[at] != '%' || hex_digits_at(text, at + 1, 2, 2, value) == 0) return 0;
  out.push_back(static_cast<std::uint8_t>(value));
  return 3;
}

/// ^M of cat -v, M-^@ and M-x for bytes above 0x7f; of cat -A a $ at a line's end.
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

/// #015 of rsyslog: three octal digits.
std::size_t syslog_escape(string_view text, std::size_t at, std::vector<std::uint8_t>& out) {
  if (text[at] != '#' || at + 3 >= text.size() || !is_octal(text[at + 1]) || text[at + 1] > '3' || !is_octal(text[at + 2]) ||
      !is_octal(text[at + 3]))
    return 0;
  out.push_back(static_cast<std::uint8_t>((text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 + (text[at + 3] - '0')));
  return 4;
}

/// <0d> or <0x0d>, as less and some loggers show a byte.
std::size_t angle_escape(string_view text, std::size_t at, std::vector<std::uint8_t>& out) {
  if (text[at] != '<') return 0;
  const std::size_t from = text.substr(at + 1).starts_with("0x") ? at + 3 : at + 1;
  std::uint32_t value = 0;
  if (hex_digits_at(text, from, 2, 2, value) == 0 || from + 2 >= text.size() || text[from + 2] != '>') return 0;
  out.push_back(static_cast<std::uint8_t>(value));
  return from + 3 - at;
}

/// \13 of Lua and \192 of Haskell, in decimal; Haskell's \NUL, \DC1 and \& too.
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

/// =0D of quoted-printable; = at a line's end joins it with the next.
std::size_t equals_escape(string_view text, std::size_t at, std::vector<std::uint8_t>& out) {
  std::uint32_t value = 0;
  if (text[at] != '=') return 0;
  if (text.substr(at + 1).starts_with("\n")) return 2;
  if (text.substr(at + 1).starts_with("\r\n")) return 3;
  if (hex_digits_at(text, at + 1, 2, 2, value) == 0) return 0;
  out.push_back(static_cast<std::uint8_t>(value));
  return 3;
}

/// &#13; and &#x0D;
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

/// |0D 0A| of an intrusion detection rule.
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

struct Decoded {
  std::vector<std::uint8_t> bytes;
  std::size_t end = 0;  // where in the text the string ends: at its closing quote or the text's end
  std::size_t escapes = 0;
  bool sound = true;  // no backslash was left over
  bool raw_control = false;
};

/// From text[at] to an unescaped `quote`, or to the end of the text when that is 0. `latin`: characters U+0080 to U+00FF are bytes.
Decoded decode(string_view text, std::size_t at, char quote, Escape escape, bool latin) {
  Decoded out;
  while (at < text.size()) {
    if (quote != 0 && text[at] == quote) break;
    if (const std::size_t n = escape(text, at, out.bytes); n > 0) {
      ++out.escapes;
      at += n;
      continue;
    }
    const auto c = static_cast<std::uint8_t>(text[at]);
    if (c == '\\' && escape != hex_only_escape) out.sound = false;
    if (c < 0x20 && quote != 0) out.raw_control = true;
    if (latin && (c == 0xc2 || c == 0xc3) && at + 1 < text.size() && (static_cast<std::uint8_t>(text[at + 1]) & 0xc0U) == 0x80) {
      out.bytes.push_back(static_cast<std::uint8_t>((c & 3U) << 6U | (static_cast<std::uint8_t>(text[at + 1]) & 0x3fU)));
      at += 2;
      continue;
    }
    out.bytes.push_back(c);
    ++at;
  }
  out.end = at;
  return out;
}

/// After a closing quote: where the next literal of the same string begins, as compilers join them; npos when it ends here.
std::size_t next_literal(string_view text, std::size_t at, char quote) {
  while (at < text.size() && (is_space(text[at]) || text[at] == '\\' || text[at] == '+' || text[at] == '.' || text[at] == 'b')) ++at;
  return at < text.size() && text[at] == quote ? at + 1 : string_view::npos;
}

/// All literals that the text joins from the one that begins at `open` (a quote).
PrintedBytes read_literals(string_view text, std::size_t open, Escape escape, bool latin, Decoded& all) {
  PrintedBytes out;
  out.at = open + 1;
  const char quote = text[open];
  std::size_t at = open + 1;
  while (at != string_view::npos) {
    Decoded part = decode(text, at, quote, escape, latin);
    out.bytes.insert(out.bytes.end(), part.bytes.begin(), part.bytes.end());
    all.escapes += part.escapes;
    all.sound = all.sound && part.sound && part.end < text.size();
    all.raw_control = all.raw_control || part.raw_control;
    all.end = part.end + 1;
    if (part.end >= text.size()) break;
    at = next_literal(text, part.end + 1, quote);
  }
  // strace and others put dots behind a string that they cut.
  if (text.substr(std::min(all.end, text.size())).starts_with("...")) out.all = false;
  return out;
}

string_view trimmed(string_view text, std::size_t& at) {
  at = 0;
  while (at < text.size() && is_space(text[at])) ++at;
  std::size_t end = text.size();
  while (end > at && is_space(text[end - 1])) --end;
  return text.substr(at, end - at);
}

/// A prefix of a literal, such as b, rb, bytearray( or $, and what may follow its closing quote.
bool only_a_prefix(string_view before) {
  for (const char c : before) {
    if (!(is_space(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '(' || c == '$' || c == '@' || c == '=' || c == '_' ||
          c == '[' || c == ']' || c == '*'))
      return false;
  }
  return true;
}
bool only_a_suffix(string_view after) {
  for (const char c : after) {
    if (!is_space(c) && c != ')' && c != ';' && c != ',' && c != '.') return false;
  }
  return true;
}

constexpr std::size_t most_quotes = 64;  // looked at: a line of quotes must not take quadratic time

/// The literal that begins as a header does, the only one of the text, or the bare text.
std::optional<PrintedBytes> read_strings(string_view text, Escape escape, bool latin) {
  std::size_t start = 0;
  const string_view bare = trimmed(text, start);
  std::size_t quotes = 0;
  std::optional<PrintedBytes> alone;
  for (std::size_t open = bare.find_first_of("\"'`"); open != string_view::npos && quotes < most_quotes; ++quotes) {
    Decoded all;
    PrintedBytes literal = read_literals(bare, open, escape, latin, all);
    literal.at += start;
    if (begins_like_header(literal.bytes, 5)) return literal;
    if (quotes == 0 && all.sound && all.escapes > 0 && !all.raw_control && only_a_prefix(bare.substr(0, open)) &&
        only_a_suffix(bare.substr(std::min(all.end, bare.size())))) {
      literal.alone = true;
      alone = std::move(literal);
    }
    open = bare.find_first_of("\"'`", std::max(all.end, open + 1));
  }
  if (alone) return alone;
  // Without quotes: from the beginning of what may be a header, else all of the text.
  constexpr std::array<string_view, 14> firsts = {"PROXY",      "\\13\\10",   "=0D=0A", "&#",     "|0",     "\\r\\n\\r\\n", "\\x0d\\x0a",
                                                  "\\x0D\\x0A", "\\015\\012", "^M",     "%0D%0A", "%0d%0a", "#015#012",     "<0d><0a>"};
  for (const string_view first : firsts) {
    const std::size_t at = bare.find(first);
    if (at == string_view::npos) continue;
    Decoded decoded = decode(bare, at, 0, escape, latin);
    if (decoded.escapes == 0 || !begins_like_header(decoded.bytes, 5)) continue;
    // The line end that ^M stands before is the text's own.
    if (escape == caret_escape && bare.ends_with("^M") && start + bare.size() < text.size() && text[start + bare.size()] == '\n')
      decoded.bytes.push_back('\n');
    PrintedBytes out;
    out.at = start + at;
    out.bytes = std::move(decoded.bytes);
    return out;
  }
  Decoded decoded = decode(bare, 0, 0, escape, latin);
  if (decoded.escapes < 2 || !decoded.sound || bare.find('\n') != string_view::npos) return std::nullopt;
  PrintedBytes out;
  out.at = start;
  out.bytes = std::move(decoded.bytes);
  out.alone = decoded.escapes * 4 >= bare.size() || bare.find(' ') == string_view::npos;
  return out;
}

/// Bytes above 0x7f stand in the text as UTF-8 of the character with that number, or as they are: the header tells.
std::optional<PrintedBytes> read_dialect(string_view text, Escape escape) {
  std::optional<PrintedBytes> latin = read_strings(text, escape, true);
  if (latin && text.find('\xc2') == string_view::npos && text.find('\xc3') == string_view::npos) return latin;
  std::optional<PrintedBytes> raw = read_strings(text, escape, false);
  if (!latin || !raw) return latin ? latin : raw;
  const Status status = parse(latin->bytes).verdict.status;
  return status == Status::done || parse(raw->bytes).verdict.status != Status::done ? latin : raw;
}

}  // namespace

std::optional<PrintedBytes> read_escaped_c(string_view text) { return read_dialect(text, c_escape); }
std::optional<PrintedBytes> read_escaped_single_nul(string_view text) { return read_dialect(text, single_nul_escape); }
std::optional<PrintedBytes> read_escaped_hex_only(string_view text) { return read_dialect(text, hex_only_escape); }
std::optional<PrintedBytes> read_escaped_percent(string_view text) { return read_dialect(text, percent_escape); }
std::optional<PrintedBytes> read_escaped_caret(string_view text) { return read_dialect(text, caret_escape); }
std::optional<PrintedBytes> read_escaped_syslog(string_view text) { return read_dialect(text, syslog_escape); }
std::optional<PrintedBytes> read_escaped_angle(string_view text) { return read_dialect(text, angle_escape); }
std::optional<PrintedBytes> read_escaped_decimal(string_view text) { return read_dialect(text, decimal_escape); }
std::optional<PrintedBytes> read_escaped_equals(string_view text) { return read_dialect(text, equals_escape); }
std::optional<PrintedBytes> read_escaped_entity(string_view text) { return read_dialect(text, entity_escape); }
std::optional<PrintedBytes> read_escaped_bars(string_view text) { return read_dialect(text, bars_escape); }

/// Rows of an offset in five digits, a blank or '+' for a continued line, a blank, and a part of the bytes with C's escapes.
std::optional<PrintedBytes> read_show_errors(string_view text) {
  PrintedBytes out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    string_view row = text.substr(at, end - at);
    const std::size_t first = row.find_first_not_of(' ');
    const std::size_t next = end + 1;
    if (first != string_view::npos) row = row.substr(first);
    std::size_t offset = 0;
    std::size_t digits = 0;
    while (digits < row.size() && row[digits] >= '0' && row[digits] <= '9' && digits < 6)
      offset = offset * 10 + static_cast<std::size_t>(row[digits++] - '0');
    const bool is_row = digits == 5 && row.size() > 7 && (row[5] == ' ' || row[5] == '+') && row[6] == ' ' && offset == out.bytes.size();
    if (is_row) {
      if (out.bytes.empty()) out.at = at;
      const Decoded decoded = decode(row, 7, 0, c_escape, false);
      out.bytes.insert(out.bytes.end(), decoded.bytes.begin(), decoded.bytes.end());
    } else if (!out.bytes.empty()) {
      break;
    }
    at = next;
  }
  if (out.bytes.empty()) return std::nullopt;
  return out;
}

}  // namespace pp::source
