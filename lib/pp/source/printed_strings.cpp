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
#include "pp/source/printed_escapes.hpp"
#include "pp/source/text_input.hpp"
#include "pp/wire/parse.hpp"

namespace pp::source {
namespace {

using std::string_view;

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

/// After a closing quote: where the next literal of the same string begins, as compilers join them; npos when it ends here. On
/// another line it may have the other quote, as Python and Node choose them.
std::size_t next_literal(string_view text, std::size_t at, char& quote) {
  const std::size_t from = at;
  while (at < text.size() && (is_space(text[at]) || text[at] == '\\' || text[at] == '+' || text[at] == '.' || text[at] == 'b')) ++at;
  if (at == text.size()) return string_view::npos;
  const bool other = (text[at] == '"' || text[at] == '\'') && text.substr(from, at - from).find('\n') != string_view::npos;
  if (text[at] != quote && !other) return string_view::npos;
  quote = text[at];
  return at + 1;
}

/// All literals that the text joins from the one that begins at `open` (a quote).
PrintedBytes read_literals(string_view text, std::size_t open, Escape escape, bool latin, Decoded& all) {
  PrintedBytes out;
  out.at = open + 1;
  char quote = text[open];
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
  constexpr std::array<string_view, 19> firsts = {
      "PROXY",      "=0D\n=0D\n", "\\0d\\0a", "\\0D\\0A", "<CR><LF>",     "\xe2\x90\x8d\xe2\x90\x8a",
      "\\13\\10",   "=0D=0A",     "&#",       "|0",       "\\r\\n\\r\\n", "\\x0d\\x0a",
      "\\x0D\\x0A", "\\015\\012", "^M",       "%0D%0A",   "%0d%0a",       "#015#012",
      "<0d><0a>"};
  for (const string_view first : firsts) {
    const std::size_t at = bare.find(first);
    if (at == string_view::npos) continue;
    Decoded decoded = decode(bare, at, 0, escape, latin);
    if (decoded.escapes == 0 || !begins_like_header(decoded.bytes, 5)) continue;
    // The line end that ^M or =0D stands before is the text's own.
    const bool before_end = (escape == caret_escape && bare.ends_with("^M")) || (escape == equals_escape && bare.ends_with("=0D"));
    if (before_end && start + bare.size() < text.size() && text[start + bare.size()] == '\n') decoded.bytes.push_back('\n');
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
std::optional<PrintedBytes> read_escaped_backslash_hex(string_view text) { return read_dialect(text, backslash_hex_escape); }
std::optional<PrintedBytes> read_escaped_plus(string_view text) {
  if (text.find('+') == string_view::npos || text.find("%20") != string_view::npos) return std::nullopt;
  return read_dialect(text, plus_escape);
}
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
