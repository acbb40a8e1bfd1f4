// A header in hex or base64 inside other text: after a label, in a SQL literal, in a data URI, in YAML. Found by how a header begins,
// so that a word that happens to consist of hex digits is not taken for one.
#include <algorithm>
#include <array>

#include "pp/base/hex.hpp"
#include "pp/source/characters.hpp"
#include "pp/source/printed_bytes.hpp"
#include "pp/source/text_input.hpp"

namespace pp::source {
namespace {

using std::string_view;

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

/// Each pair in quotes: after the comma and the quote that begins the next.
std::size_t after_quotes(string_view text, std::size_t at) {
  if (at >= text.size() || (text[at] != '"' && text[at] != '\'')) return at;
  const char quote = text[at];
  std::size_t next = at + 1;
  while (next < text.size() && (is_space(text[next]) || text[next] == ',')) ++next;
  return next > at + 1 && next < text.size() && text[next] == quote ? next + 1 : at;
}

/// Pairs of digits from text[at] on, with nothing, a blank, ':', '-', ',' or line ends between, and 0x or \x before each; or all
/// with the same one of ';', '|', '_' and '.' between.
std::vector<std::uint8_t> pairs_from(string_view text, std::size_t at, std::size_t& end) {
  std::vector<std::uint8_t> out;
  end = at;
  constexpr string_view rare = ";|_.";
  char between = '\0';
  while (at < text.size()) {
    if (text.substr(at).starts_with("0x") || text.substr(at).starts_with("\\x")) at += 2;
    if (at + 1 >= text.size() || hex_value(text[at]) < 0 || hex_value(text[at + 1]) < 0) break;
    out.push_back(static_cast<std::uint8_t>(hex_value(text[at]) * 16 + hex_value(text[at + 1])));
    at += 2;
    end = at;
    if (out.size() == 1 && at < text.size() && rare.find(text[at]) != string_view::npos) between = text[at];
    if (between != '\0') {
      if (at >= text.size() || text[at] != between) break;
      ++at;
      continue;
    }
    if (at < text.size() && (text[at] == ':' || text[at] == '-' || text[at] == ',')) {
      ++at;
      while (at < text.size() && is_space(text[at])) ++at;
      continue;
    }
    at = after_quotes(text, at);
    while (at < text.size() && (is_space(text[at]) || text.substr(at).starts_with("\\\n"))) ++at;
  }
  return out;
}

/// A pair that begins here has no digit or letter before it.
bool begins_a_word(string_view text, std::size_t at) {
  if (at >= 2 && (text.substr(at - 2, 2) == "0x" || text.substr(at - 2, 2) == "0X" || text.substr(at - 2, 2) == "\\x")) return true;
  return at == 0 || !is_word(text[at - 1]);
}

/// base64 from text[at] on; lines may be folded and indented.
std::vector<std::uint8_t> base64_from(string_view text, std::size_t at, std::size_t& end) {
  std::vector<std::uint8_t> out;
  std::uint32_t bits = 0;
  unsigned held = 0;
  end = at;
  for (; at < text.size(); ++at) {
    if (is_space(text[at])) {
      // Only a line end may stand inside, and what follows it must be base64 to the end of its line.
      const std::size_t line_end = text.find_first_not_of(" \t", at);
      if (line_end == string_view::npos || (text[line_end] != '\n' && text[line_end] != '\r')) break;
      const std::size_t next = text.find_first_not_of(" \t\r\n", at);
      if (next == string_view::npos) break;
      const std::size_t stop = std::min(text.find_first_of("\r\n", next), text.size());
      if (!std::all_of(text.begin() + static_cast<std::ptrdiff_t>(next), text.begin() + static_cast<std::ptrdiff_t>(stop),
                       [](char c) { return base64_value(c) >= 0 || c == '='; }))
        break;
      at = next;
    }
    const int value = base64_value(text[at]);
    if (value < 0) break;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    if (++held == 4) {
      for (const unsigned shift : {16U, 8U, 0U}) out.push_back(static_cast<std::uint8_t>(bits >> shift));
      held = 0;
    }
    end = at + 1;
  }
  if (held >= 2) out.push_back(static_cast<std::uint8_t>(bits >> (held == 3 ? 10 : 4)));
  if (held == 3) out.push_back(static_cast<std::uint8_t>(bits >> 2));
  return out;
}

}  // namespace

std::optional<PrintedBytes> read_hex_run(string_view text) {
  // The first byte of either version; the rest decides.
  std::size_t tried = 0;
  constexpr std::size_t most_tries = 256;
  for (std::size_t at = 0; at + 1 < text.size() && tried < most_tries; ++at) {
    const char a = text[at];
    const char b = text[at + 1];
    const bool first = (a == '5' && b == '0') || (a == '0' && (b == 'd' || b == 'D'));
    if (!first || !begins_a_word(text, at)) continue;
    ++tried;
    std::size_t end = 0;
    constexpr std::size_t enough = 64;  // characters for five bytes: a text of many beginnings is not decoded again for each
    if (!begins_like_header(pairs_from(text.substr(0, at + enough), at, end), 5)) continue;
    std::vector<std::uint8_t> bytes = pairs_from(text, at, end);
    PrintedBytes out;
    out.inside = true;
    out.bytes = std::move(bytes);
    out.at = at;
    const string_view rest = text.substr(end);
    const std::size_t next = rest.find_first_not_of(" \t\r\n");
    out.all = next == string_view::npos || !(rest.substr(next).starts_with("...") || rest.substr(next).starts_with("\xe2\x80\xa6"));
    return out;
  }
  return std::nullopt;
}

/// [D, A, 0, 51]: hex numbers of one or two digits in brackets, as {:X?} of Rust prints them.
std::optional<PrintedBytes> read_hex_array(string_view text) {
  constexpr std::size_t most_tries = 256;
  std::size_t tried = 0;
  for (std::size_t open = text.find_first_of("[{(<"); open != string_view::npos && tried < most_tries;
       open = text.find_first_of("[{(<", open + 1), ++tried) {
    PrintedBytes out;
    out.at = open + 1;
    std::size_t at = open + 1;
    bool after_number = false;
    for (; at < text.size(); ++at) {
      const char c = text[at];
      if (is_space(c) || c == ',') {
        after_number = false;
        continue;
      }
      if (hex_value(c) < 0 || after_number) break;
      int value = hex_value(c);
      if (at + 1 < text.size() && hex_value(text[at + 1]) >= 0) value = value * 16 + hex_value(text[++at]);
      out.bytes.push_back(static_cast<std::uint8_t>(value));
      if (out.bytes.size() == 5 && !begins_like_header(out.bytes, 5)) break;
      after_number = true;
    }
    if (begins_like_header(out.bytes, 5)) return out;
  }
  return std::nullopt;
}

std::optional<PrintedBytes> read_base64_run(string_view text) {
  constexpr std::array<string_view, 2> firsts = {"UFJPWFkg", "DQoNCgANClFVSVQK"};  // "PROXY " and the signature
  for (const string_view first : firsts) {
    const std::size_t at = text.find(first);
    if (at == string_view::npos) continue;
    std::size_t end = 0;
    PrintedBytes out;
    out.inside = true;
    out.bytes = base64_from(text, at, end);
    out.at = at;
    return out;
  }
  return std::nullopt;
}

}  // namespace pp::source
