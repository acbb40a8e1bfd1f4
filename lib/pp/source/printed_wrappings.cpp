// What stands around printed bytes: what a log, a mail or a terminal puts before each line, boxes drawn around a dump, and strings
// that hold one.
#include <algorithm>
#include <array>

#include "pp/base/ascii.hpp"
#include "pp/base/hex.hpp"
#include "pp/source/characters.hpp"
#include "pp/source/printed_bytes.hpp"

namespace pp::source {
namespace {

using std::string_view;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// How long the prefix of a line is, 0 when it has none of this kind.
using Prefix = std::size_t (*)(string_view line);

/// Whatever stands before the offset of a dump's row: a blank, eight digits or more, a colon or two blanks, and a byte.
std::size_t offset_prefix(string_view line) {
  for (std::size_t at = line.find(' '); at != string_view::npos && at < 256; at = line.find(' ', at + 1)) {
    std::size_t end = at + 1;
    while (end < line.size() && hex_value(line[end]) >= 0) ++end;
    const string_view rest = line.substr(end);
    if (end - at - 1 < 7 || rest.size() < 4 || !(rest.starts_with(": ") || rest.starts_with("  "))) continue;
    if (hex_value(rest[2]) >= 0 && hex_value(rest[3]) >= 0) return at + 1;
  }
  return 0;
}

/// + of a patch, and the numbers of grep -n.
std::size_t patch_prefix(string_view line) {
  std::size_t at = 0;
  while (at < line.size() && is_digit(line[at])) ++at;
  if (at > 0 && at < 7 && at + 4 < line.size() && line[at] == ':' && !is_blank(line[at + 1])) return at + 1;
  return line.starts_with('+') ? 1 : 0;
}

/// > of mail and of patches, < and > of netcat -o, # and // of comments.
std::size_t quoted_prefix(string_view line) {
  std::size_t at = 0;
  while (at < line.size() && is_blank(line[at])) ++at;
  const std::size_t first = at;
  if (line.substr(at).starts_with("&gt;")) return at + (line.substr(at).starts_with("&gt; ") ? 5 : 4);
  while (at < line.size() && (line[at] == '>' || line[at] == '<' || line[at] == '#' || line[at] == '/' || is_blank(line[at]))) ++at;
  return line.substr(first, at - first).find_first_of("><#/") == 0 ? at : 0;
}

/// "web-1  | " of docker compose.
std::size_t service_prefix(string_view line) {
  const std::size_t bar = line.find(" | ");
  constexpr std::size_t longest = 64;
  if (bar == string_view::npos || bar == 0 || bar > longest || is_digit(line[0])) return 0;
  const string_view name = line.substr(0, line.find(' '));
  return line.substr(name.size(), bar - name.size()).find_first_not_of(' ') == string_view::npos ? bar + 3 : 0;
}

/// An RFC 3339 time, and "stdout F " after it in files of container runtimes.
std::size_t time_prefix(string_view line) {
  const std::size_t end = line.find(' ');
  if (end == string_view::npos || end < 19 || end > 40 || line[4] != '-' || line[10] != 'T' || line[13] != ':') return 0;
  const string_view rest = line.substr(end + 1);
  for (const string_view stream : {"stdout F ", "stdout P ", "stderr F ", "stderr P "}) {
    if (rest.starts_with(stream)) return end + 1 + stream.size();
  }
  return end + 1;
}

/// "Dec  1 12:00:00 host app[12]: "
std::size_t syslog_prefix(string_view line) {
  if (line.size() < 20 || line[3] != ' ' || line[6] != ' ' || line[9] != ':' || line[12] != ':' || line[15] != ' ') return 0;
  const std::size_t end = line.find(": ", 16);
  return end == string_view::npos || end > 128 ? 0 : end + 2;
}

/// "[pod/web-1/app] " of kubectl logs --prefix.
std::size_t bracket_prefix(string_view line) {
  if (!line.starts_with("[pod/")) return 0;
  const std::size_t end = line.find("] ");
  return end == string_view::npos ? 0 : end + 2;
}

/// Numbers of cat -n and nl.
std::size_t number_prefix(string_view line) {
  std::size_t at = 0;
  while (at < line.size() && line[at] == ' ') ++at;
  const std::size_t first = at;
  while (at < line.size() && is_digit(line[at])) ++at;
  return at > first && at < line.size() && line[at] == '\t' ? at + 1 : 0;
}

constexpr std::array<Prefix, 8> prefixes = {quoted_prefix,  service_prefix, time_prefix,  syslog_prefix,
                                            bracket_prefix, number_prefix,  patch_prefix, offset_prefix};

/// Without the kind of prefix that most lines have.
std::optional<std::string> without_prefixes(string_view text) {
  std::array<std::size_t, prefixes.size()> lines{};
  for (string_view rest = text; !rest.empty();) {
    const string_view line = take_part(rest, '\n');
    for (std::size_t i = 0; i < prefixes.size(); ++i) lines[i] += prefixes[i](line) > 0 ? 1 : 0;
  }
  const auto most = std::max_element(lines.begin(), lines.end());
  if (*most == 0) return std::nullopt;
  const Prefix prefix = prefixes[static_cast<std::size_t>(most - lines.begin())];
  std::string out;
  out.reserve(text.size());
  for (string_view rest = text; !rest.empty();) {
    const string_view line = take_part(rest, '\n');
    out.append(line.substr(prefix(line))).push_back('\n');
  }
  return out;
}

/// hexyl draws its rows in boxes.
std::optional<std::string> without_boxes(string_view text) {
  constexpr string_view bar = "\xe2\x94\x82", middle = "\xe2\x94\x8a", corner = "\xe2\x94\x8c", end_corner = "\xe2\x94\x94";
  if (text.find(bar) == string_view::npos) return std::nullopt;
  std::string out;
  for (string_view rest = text; !rest.empty();) {
    const string_view line = take_part(rest, '\n');
    if (line.starts_with(corner) || line.starts_with(end_corner)) continue;
    // The second pair of bars holds characters that stand for bytes: the first two have the offset and the bytes.
    std::size_t bars = 0;
    for (std::size_t at = 0; at < line.size() && bars < 3;) {
      if (line.substr(at).starts_with(bar)) {
        out += ++bars < 3 ? "|" : "";
        at += bar.size();
      } else if (line.substr(at).starts_with(middle)) {
        out += ' ';
        at += middle.size();
      } else {
        out += line[at++];
      }
    }
    out += '\n';
  }
  return out;
}

/// A byte order mark, blanks that do not break, quotation marks of word processors.
std::optional<std::string> without_typography(string_view text) {
  struct Character {
    string_view as, plain;
  };
  constexpr std::array<Character, 7> characters = {{{"\xef\xbb\xbf", ""},
                                                    {"\xc2\xa0", " "},
                                                    {"\xe2\x80\xaf", " "},
                                                    {"\xe2\x80\x9c", "\""},
                                                    {"\xe2\x80\x9d", "\""},
                                                    {"\xe2\x80\x98", "'"},
                                                    {"\xe2\x80\x99", "'"}}};
  std::string out;
  bool found = false;
  for (std::size_t at = 0; at < text.size();) {
    const auto is_here = [&](const Character& c) { return text.substr(at, c.as.size()) == c.as; };
    const auto* const one = std::find_if(characters.begin(), characters.end(), is_here);
    found = found || one != characters.end();
    out += one != characters.end() ? one->plain : text.substr(at, 1);
    at += one != characters.end() ? one->as.size() : 1;
  }
  if (!found) return std::nullopt;
  return out;
}

/// \n, \" and the other escapes of JSON, once.
std::optional<std::string> without_json(string_view text) {
  if (text.find("\\n") == string_view::npos && text.find("\\\"") == string_view::npos && text.find("\\\\") == string_view::npos)
    return std::nullopt;
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    constexpr string_view letters = "nrt\"\\/", meant = "\n\r\t\"\\/";
    const std::size_t letter = text[at] == '\\' && at + 1 < text.size() ? letters.find(text[at + 1]) : string_view::npos;
    const char as_is = text[at] == '"' ? '\n' : text[at];  // a string is lines of its own
    out += letter == string_view::npos ? as_is : meant[letter];
    if (letter != string_view::npos) ++at;
  }
  return out;
}

constexpr PrintedWrapping wrappings[] = {
    {"typography", without_typography},
    {"boxes", without_boxes},
    {"a string of JSON", without_json},
    {"a prefix of each line", without_prefixes},
};

}  // namespace

std::span<const PrintedWrapping> printed_wrappings() noexcept { return wrappings; }

}  // namespace pp::source
