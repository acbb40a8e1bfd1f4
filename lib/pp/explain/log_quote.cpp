#include "pp/explain/log_quote.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "pp/base/ascii.hpp"
#include "pp/base/hex.hpp"
#include "pp/wire/parse.hpp"

namespace pp::explain {
namespace {

constexpr std::size_t none = std::string_view::npos;

constexpr bool octal(char c) { return c >= '0' && c <= '7'; }
constexpr bool digit(char c) { return c >= '0' && c <= '9'; }

std::size_t find_folded(std::string_view text, std::string_view word) {
  const auto at =
      std::search(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) { return ascii_lower(a) == ascii_lower(b); });
  return at == text.end() ? none : static_cast<std::size_t>(at - text.begin());
}

/// Value of three octal digits at `at`, else -1.
int three_octal(std::string_view text, std::size_t at) {
  if (at + 3 > text.size() || !octal(text[at]) || !octal(text[at + 1]) || !octal(text[at + 2])) return -1;
  const int value = (text[at] - '0') * 64 + (text[at + 1] - '0') * 8 + (text[at + 2] - '0');
  return value <= 255 ? value : -1;
}

/// A line that is all quotes must not cost a copy of its rest for each: the signature's longest escaped form is enough.
bool begins_header(std::string_view text) {
  constexpr std::size_t longest = sizeof v2_signature * std::string_view("\\x00").size();
  constexpr std::string_view firsts = "P\r\\#";
  if (text.empty() || firsts.find(text[0]) == none) return false;
  return parse(without_escapes(text.substr(0, longest))).header.version != 0;
}

/// How a header's beginning is written as numbers or escapes, and how the bytes after it are read.
enum class Numbers : std::uint8_t { escapes, carets, percent, hex, decimal };
struct Beginning {
  std::string_view text;  // lower case
  Numbers numbers;
};
constexpr Beginning beginnings[] = {
    {"\\r\\n\\r\\n\\0", Numbers::escapes},
    {"\\x0d\\x0a\\x0d\\x0a\\x00", Numbers::escapes},
    {"\\015\\012\\015\\012\\000", Numbers::escapes},
    {"#015#012#015#012#000", Numbers::escapes},
    {"\\r\\n\\r\\n\\x00", Numbers::escapes},
    {"\\r\\n\\r\\n\\u0000", Numbers::escapes},
    {"\\u000d\\u000a\\u000d\\u000a", Numbers::escapes},
    {"^m^j^m^j^@", Numbers::carets},
    {"%0d%0a%0d%0a%00", Numbers::percent},
    {"=0d=0a=0d=0a=00", Numbers::percent},
    {"proxy%20tcp", Numbers::percent},
    {"proxy%20unknown", Numbers::percent},
    {"<0d><0a><0d><0a>", Numbers::hex},
    {"0x0d0x0a0x0d0x0a", Numbers::hex},
    {"0d-0a-0d-0a", Numbers::hex},
    {"50-52-4f-58", Numbers::hex},
    {"0x50 0x52 0x4f", Numbers::hex},
    {"0x50, 0x52, 0x4f", Numbers::hex},
    {"0x0d, 0x0a, 0x0d", Numbers::hex},
    {"0d0a0d0a", Numbers::hex},
    {"0d 0a 0d 0a", Numbers::hex},
    {"0x0d 0x0a 0x0d", Numbers::hex},
    {"0d:0a:0d:0a", Numbers::hex},
    {"50524f58", Numbers::hex},
    {"50 52 4f 58", Numbers::hex},
    {"50:52:4f:58", Numbers::hex},
    {"50,52,4f,58", Numbers::hex},
    {"d,a,d,a", Numbers::hex},
    {"13,10,13,10", Numbers::decimal},
    {"13 10 13 10", Numbers::decimal},
    {"[13 10 13]", Numbers::decimal},
    {"13, 10, 13, 10", Numbers::decimal},
    {"80,82,79,88", Numbers::decimal},
    {"80 82 79 88", Numbers::decimal},
    {"[80 82 79]", Numbers::decimal},
    {"80, 82, 79, 88", Numbers::decimal},
};

/// Numbers in the given base, parted by blanks, commas, colons and 0x, until something else comes.
std::vector<std::uint8_t> read_numbers(std::string_view text, Numbers numbers) {
  std::vector<std::uint8_t> out;
  for (std::size_t i = 0; i < text.size() && text[i] != ']';) {
    if (text.substr(i, 2) == "0x" && numbers == Numbers::hex) {
      i += 2;
      continue;
    }
    constexpr std::string_view between = " ,:-[<>";
    if (between.find(text[i]) != none) {
      ++i;
      continue;
    }
    const std::size_t most = numbers == Numbers::hex ? 2 : 3;
    unsigned value = 0;
    std::size_t n = 0;
    while (n < most && i + n < text.size()) {
      const int d = hex_value(text[i + n]);
      if (d < 0 || (numbers == Numbers::decimal && d > 9)) break;
      value = value * (numbers == Numbers::hex ? 16 : 10) + static_cast<unsigned>(d);
      ++n;
    }
    if (n == 0 || value > 255) break;
    out.push_back(static_cast<std::uint8_t>(value));
    i += n;
  }
  return out;
}

/// ^M^J, as cat -v, less and some logs print control characters.
std::vector<std::uint8_t> without_carets(std::string_view text) {
  std::vector<std::uint8_t> out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool control = text[i] == '^' && i + 1 < text.size() && text[i + 1] >= '?' && text[i + 1] <= '_';
    out.push_back(static_cast<std::uint8_t>(control ? text[i + 1] ^ 0x40 : text[i]));
    if (control) ++i;
  }
  return out;
}

/// %0D of URLs, =0D of quoted-printable text.
std::vector<std::uint8_t> without_percent(std::string_view text) {
  std::vector<std::uint8_t> out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool byte =
        (text[i] == '%' || text[i] == '=') && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0;
    out.push_back(static_cast<std::uint8_t>(byte ? hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]) : text[i]));
    if (byte) i += 2;
  }
  return out;
}

bool alone(std::string_view text, std::size_t at) { return at == 0 || hex_value(text[at - 1]) < 0; }

/// Where a v1 line begins that has an address, or is UNKNOWN.
std::size_t v1_line(std::string_view text) {
  for (const std::string_view start : {"PROXY TCP4 ", "PROXY TCP6 "}) {
    for (std::size_t at = text.find(start); at != none; at = text.find(start, at + 1)) {
      const std::size_t next = at + start.size();
      if (next < text.size() && (hex_value(text[next]) >= 0 || text[next] == ':')) return at;
    }
  }
  constexpr std::string_view unknown = "PROXY UNKNOWN";
  const std::size_t at = text.find(unknown);
  if (at == none) return none;
  const std::string_view rest = text.substr(at + unknown.size());
  return rest.empty() || rest.find_first_of("\\\"'\r\n #") == 0 ? at : none;
}

/// Up to the blank after the last of a line's six fields: what follows is the log's.
std::string_view fields_of_v1(std::string_view line) {
  constexpr int fields = 6;
  std::size_t end = 0;
  for (int i = 0; i < fields && end != none; ++i) end = line.find(' ', end + 1);
  return line.substr(0, end);
}

}  // namespace

std::vector<std::uint8_t> without_escapes(std::string_view text) {
  std::vector<std::uint8_t> out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '\\' && i + 3 < text.size() && (text[i + 1] == 'x' || text[i + 1] == 'X') && hex_value(text[i + 2]) >= 0 &&
        hex_value(text[i + 3]) >= 0) {
      out.push_back(static_cast<std::uint8_t>(hex_value(text[i + 2]) * 16 + hex_value(text[i + 3])));
      i += 3;
      continue;
    }
    if (c == '\\' && text.substr(i + 1, 3) == "u00" && i + 5 < text.size() && hex_value(text[i + 4]) >= 0 && hex_value(text[i + 5]) >= 0) {
      out.push_back(static_cast<std::uint8_t>(hex_value(text[i + 4]) * 16 + hex_value(text[i + 5])));
      i += 5;
      continue;
    }
    const int value = c == '\\' || c == '#' ? three_octal(text, i + 1) : -1;
    if (value >= 0 && (c == '\\' || value < 32 || value >= 127)) {
      out.push_back(static_cast<std::uint8_t>(value));
      i += 3;
      continue;
    }
    constexpr std::string_view letters = "rnt0\\\"'", bytes{"\r\n\t\0\\\"'", 7};
    if (c == '\\' && i + 1 < text.size()) {
      if (const std::size_t at = letters.find(text[i + 1]); at != none) {
        c = bytes[at];
        ++i;
      }
    }
    out.push_back(static_cast<std::uint8_t>(c));
  }
  return out;
}

std::optional<std::vector<std::uint8_t>> quoted_bytes(std::string_view text, std::string_view after) {
  if (const std::size_t at = find_folded(text, after); at != none) text = text.substr(at + after.size());
  const std::size_t open = text.find_first_of("\"'`");
  if (open == none) return std::nullopt;
  const char quote = text[open] == '`' ? '\'' : text[open];
  std::string_view inside = text.substr(open + 1);
  if (const std::size_t words = inside.rfind("while reading PROXY protocol"); words != none) inside = inside.substr(0, words);
  std::size_t close = quote == '"' && inside.size() < text.size() - open - 1 ? inside.rfind(quote) : none;
  for (std::size_t i = 0; close == none && i < inside.size(); ++i) {
    if (inside[i] == '\\') {
      ++i;
    } else if (inside[i] == quote) {
      close = i;
    }
  }
  return without_escapes(inside.substr(0, close));
}

std::vector<std::uint8_t> header_in_line(std::string_view text) {
  for (std::size_t at = text.find_first_of("\"'`"); at != none; at = text.find_first_of("\"'`", at + 1)) {
    if (!begins_header(text.substr(at + 1))) continue;
    auto quoted = quoted_bytes(text.substr(at), "");
    if (quoted && parse(*quoted).header.version != 0) return *std::move(quoted);
  }
  if (const std::size_t at = v1_line(text); at != none)
    return without_escapes(fields_of_v1(text.substr(at, text.find_first_of("\"'", at) - at)));
  const std::string folded = ascii_lower(text);
  for (const Beginning& row : beginnings) {
    const std::size_t at = folded.find(row.text);
    const bool of_numbers = row.numbers == Numbers::hex || row.numbers == Numbers::decimal;
    if (at == none || (of_numbers && !alone(folded, at))) continue;
    const std::string_view printed = text.substr(at, text.find_first_of("\"'", at) - at);
    if (row.numbers == Numbers::escapes) return without_escapes(printed);
    if (row.numbers == Numbers::carets) return without_carets(printed);
    if (row.numbers == Numbers::percent) return without_percent(printed.substr(0, printed.find(' ')));
    return read_numbers(std::string_view(folded).substr(at), row.numbers);
  }
  // A log in JSON escapes the escapes.
  if (text.find("\\\\") != none) {
    std::string once;
    for (std::size_t i = 0; i < text.size(); ++i) {
      once += text[i];
      if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '\\') ++i;
    }
    return header_in_line(once);
  }
  return {};
}

std::vector<std::string_view> header_beginnings() {
  // A log in JSON escapes the escapes.
  static const std::vector<std::string> doubled = [] {
    std::vector<std::string> out;
    for (const Beginning& row : beginnings) {
      std::string text;
      for (const char c : row.text) text.append(c == '\\' ? 2U : 1U, c);
      if (text.size() != row.text.size()) out.push_back(std::move(text));
    }
    return out;
  }();
  std::vector<std::string_view> out{"proxy"};
  for (const Beginning& row : beginnings) out.push_back(row.text);
  out.insert(out.end(), doubled.begin(), doubled.end());
  return out;
}

bool rest_of_header(Bytes quoted) {
  if (quoted.empty() || parse(quoted).header.version != 0) return true;
  const std::string text(quoted.begin(), quoted.end());
  if (text[0] == '\0' || text == "PROXY" || text.starts_with("PROXY ") || text.starts_with("QUIT")) return true;
  const auto of_v1 = [](char c) { return hex_value(c) >= 0 || c == '.' || c == ':' || c == ' '; };
  return digit(text.back()) && std::all_of(text.begin(), text.end(), of_v1);
}

}  // namespace pp::explain
