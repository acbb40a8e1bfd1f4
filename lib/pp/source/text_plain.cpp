#include "pp/source/text_plain.hpp"

#include <algorithm>
#include <utility>

#include "pp/base/hex.hpp"
#include "pp/source/characters.hpp"

namespace pp::source {

namespace {

constexpr bool is_break(char c) { return c == '\n' || c == '\r'; }
constexpr bool is_filler(char c) { return is_space(c) && !is_break(c); }
constexpr bool is_separator(char c) { return is_filler(c) || c == ':' || c == ','; }

/// Length of a prefix (0x, \x) at the front of the text, else 0.
constexpr std::size_t prefix_size(std::string_view text) {
  if (text.size() < 2 || (text[0] != '0' && text[0] != '\\')) return 0;
  return text[1] == 'x' || text[1] == 'X' ? 2 : 0;
}

}  // namespace

TextError text_error(std::string_view text, std::size_t offset, std::string what) {
  const std::string_view before = text.substr(0, offset);
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const std::size_t last = before.rfind('\n');
  return {offset, static_cast<std::size_t>(lines) + 1, offset - (last == std::string_view::npos ? 0 : last + 1) + 1, std::move(what)};
}

std::string character_text(char c) {
  if (c > ' ' && c < 0x7f) return std::string("'") + c + "'";
  const auto byte = static_cast<std::uint8_t>(c);
  return std::string("0x") + hex_digits[byte >> 4] + hex_digits[byte & 15];
}

TextResult decode_plain_hex(std::string_view text) {
  TextResult out;
  out.type = InputType::hex;
  out.bytes.reserve(text.size() / 2);
  int high = -1;  // the first digit of a pair
  std::size_t high_at = 0;
  std::size_t digits = 0;  // of this token
  bool prefixed = false;
  bool line_start = true;
  const auto lone_digit = [&] {
    if (!prefixed || digits != 1) return false;
    out.bytes.push_back(static_cast<std::uint8_t>(high));
    high = -1;
    return true;
  };
  const auto odd = [&] { out.error = text_error(text, high_at, "a digit without its pair, a byte has two"); };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    // 0x starts a token ("10x5" has none); a backslash ends the one before as well.
    const std::size_t prefix = prefix_size(text.substr(i));
    if (prefix > 0 && (c == '\\' ? high < 0 || lone_digit() : high < 0 && digits == 0)) {
      prefixed = true;
      digits = 0;
      line_start = false;
      i += prefix - 1;
      continue;
    }
    const int value = hex_value(c);
    if (value >= 0) {
      line_start = false;
      ++digits;
      if (high < 0) {
        high = value;
        high_at = i;
      } else {
        out.bytes.push_back(static_cast<std::uint8_t>(high * 16 + value));
        high = -1;
      }
      continue;
    }
    if (!is_break(c) && !is_separator(c)) {
      out.error = text_error(text, i, character_text(c) + " is not a hexadecimal digit");
      return out;
    }
    if (high >= 0 && !lone_digit() && !is_break(c) && !line_start) {
      odd();
      return out;
    }
    if (is_break(c)) line_start = true;
    digits = 0;
    prefixed = false;
  }
  if (high >= 0 && !lone_digit()) odd();
  return out;
}

bool only_hex(std::string_view head) noexcept {
  bool digit = false;
  for (std::size_t i = 0; i < head.size(); ++i) {
    if (const std::size_t n = prefix_size(head.substr(i)); n > 0) {
      i += n - 1;
    } else if (hex_value(head[i]) >= 0) {
      digit = true;
    } else if (!is_break(head[i]) && !is_separator(head[i]) && !(head[i] == '\\' && i + 1 == head.size())) {
      return false;
    }
  }
  return digit;
}

TextResult decode_base64(std::string_view text) {
  TextResult out;
  out.type = InputType::base64;
  out.bytes.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  unsigned held = 0;  // characters of the current four
  unsigned padding = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_break(c) || is_filler(c)) continue;
    if (c == '=') {
      if (held < 2 || held + padding == 4) {
        out.error = text_error(text, i, "'=' stands where no padding can");
        return out;
      }
      ++padding;
      continue;
    }
    const int value = base64_value(c);
    if (value < 0 || padding > 0) {
      out.error = text_error(text, i, character_text(c) + (value < 0 ? " is not a base64 character" : " follows the padding"));
      return out;
    }
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    if (++held == 4) {
      for (const unsigned shift : {16U, 8U, 0U}) out.bytes.push_back(static_cast<std::uint8_t>(bits >> shift));
      held = 0;
    }
  }
  if (held == 1) {
    out.error = text_error(text, text.size(), "base64 ends inside a byte: one character is left over");
  } else if (padding > 0 && held + padding != 4) {
    out.error = text_error(text, text.size(), "base64 ends inside its padding");
  }
  if (held >= 2) out.bytes.push_back(static_cast<std::uint8_t>(bits >> (held == 3 ? 10 : 4)));
  if (held == 3) out.bytes.push_back(static_cast<std::uint8_t>(bits >> 2));
  return out;
}

bool header_in_base64(std::string_view head) {
  char first[17];
  std::size_t n = 0;
  for (const char c : head) {
    if (is_break(c) || is_filler(c)) continue;
    if (c != '=' && base64_value(c) < 0) return false;
    if (c != '=' && n < 16) first[n++] = c;
  }
  if (n % 4 == 1) --n;  // more may come
  const auto decoded = decode_base64({first, n});
  return begins_like_header(decoded.bytes, 3);
}

}  // namespace pp::source
