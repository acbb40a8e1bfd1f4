// What output may hold, written from RFC 8259, RFC 3629 and the list of characters that move or hide text: a second opinion
// that shares no line with the writers. Each function gives the law that is broken, or nullptr.
#pragma once

#include <cctype>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace laws {

/// One object, nothing behind it: strict syntax, no duplicate keys, escapes that are whole, no raw control character.
class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : text_(text) {}

  const char* broken() {
    value(0);
    if (law_ == nullptr && at_ != text_.size()) law_ = "JSON: nothing follows the object";
    if (law_ == nullptr && (text_.empty() || text_[0] != '{')) law_ = "JSON: a record is an object";
    return law_;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void fail(const char* law) {
    if (law_ == nullptr) law_ = law;
    at_ = text_.size();
  }
  void expect(char c, const char* law) { peek() == c ? void(++at_) : fail(law); }

  void value(int depth) {
    if (depth > 16) return fail("JSON: nesting is bounded");
    const char c = peek();
    if (c == '{') return object(depth);
    if (c == '[') return array(depth);
    if (c == '"') return void(string());
    for (std::string_view word : {"true", "false"}) {
      if (text_.substr(at_, word.size()) == word) return void(at_ += word.size());
    }
    if (c == '-' || std::isdigit(static_cast<unsigned char>(c)) != 0) return number();
    fail("JSON: a value, and never null");
  }
  void object(int depth) {
    std::vector<std::string> keys;
    expect('{', "JSON: {");
    while (law_ == nullptr && peek() != '}') {
      if (!keys.empty()) expect(',', "JSON: , between members");
      std::string key = string();
      for (const std::string& k : keys) {
        if (k == key) fail("JSON: a key comes once");
      }
      keys.push_back(std::move(key));
      expect(':', "JSON: : behind a key");
      value(depth + 1);
    }
    expect('}', "JSON: }");
  }
  void array(int depth) {
    expect('[', "JSON: [");
    for (bool first = true; law_ == nullptr && peek() != ']'; first = false) {
      if (!first) expect(',', "JSON: , between elements");
      value(depth + 1);
    }
    expect(']', "JSON: ]");
  }
  void number() {
    const std::size_t start = at_;
    if (peek() == '-') ++at_;
    const std::size_t digits = at_;
    while (std::isdigit(static_cast<unsigned char>(peek())) != 0) ++at_;
    if (at_ == digits || (at_ - digits > 1 && text_[digits] == '0')) fail("JSON: an integer without leading zeros");
    if (at_ - digits > 16) fail("JSON: an integer that a double holds");
    if (start == at_) fail("JSON: a number");
  }
  std::string string() {
    std::string out;
    expect('"', "JSON: a string");
    while (law_ == nullptr && peek() != '"') {
      if (at_ >= text_.size()) return fail("JSON: a string ends"), out;
      const auto c = static_cast<unsigned char>(text_[at_++]);
      if (c < 0x20) fail("JSON: control characters are escaped");
      if (c != '\\') {
        out += static_cast<char>(c);
        continue;
      }
      const char e = peek();
      ++at_;
      if (e == 'u') {
        for (int i = 0; i < 4; ++i, ++at_) {
          if (std::isxdigit(static_cast<unsigned char>(peek())) == 0) fail("JSON: four hexadecimal digits");
        }
      } else if (std::string_view("\"\\/bfnrt").find(e) == std::string_view::npos) {
        fail("JSON: an escape that exists");
      }
      out += '\\';
      out += e;
    }
    expect('"', "JSON: a string ends");
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  const char* law_ = nullptr;
};

struct OutputRules {
  bool ascii = false;
  bool colour = false;  // SGR sequences of the palette are taken out first
};

inline bool moves_or_hides(std::uint32_t c) {
  return (c < 0x20 && c != '\n') || (c >= 0x7f && c <= 0x9f) || c == 0xad || c == 0x61c || c == 0x34f || c == 0x3164 || c == 0xfeff ||
         c == 0xffa0 || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
         (c >= 0xfff0 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe0fff) || (c >= 0xfe00 && c <= 0xfe0f);
}

inline std::string without_colour(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 2, "\x1b[") != 0) {
      out += text[i];
      continue;
    }
    std::size_t end = i + 2;
    while (end < text.size() && end < i + 6 && (std::isdigit(static_cast<unsigned char>(text[end])) != 0 || text[end] == ';')) ++end;
    if (end >= text.size() || text[end] != 'm') return "\x1b";  // no colour: refused below
    i = end;
  }
  return out;
}

/// For a terminal: UTF-8 (RFC 3629) without anything that moves, hides, reorders or joins.
inline const char* broken_by_output(const std::string& raw, OutputRules rules) {
  const std::string text = rules.colour ? without_colour(raw) : raw;
  for (std::size_t i = 0; i < text.size();) {
    const auto b = static_cast<unsigned char>(text[i]);
    const std::size_t n = b < 0x80 ? 1 : b >= 0xc2 && b < 0xe0 ? 2 : b >= 0xe0 && b < 0xf0 ? 3 : b >= 0xf0 && b < 0xf5 ? 4 : 0;
    if (n == 0 || i + n > text.size()) return "output is UTF-8";
    std::uint32_t c = n == 1 ? b : b & (0x7fU >> n);
    for (std::size_t k = 1; k < n; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xc0U) != 0x80) return "output is UTF-8";
      c = c << 6U | (next & 0x3fU);
    }
    if ((n == 3 && c < 0x800) || (n == 4 && (c < 0x10000 || c > 0x10ffff)) || (c >= 0xd800 && c < 0xe000)) return "output is UTF-8";
    if (moves_or_hides(c)) return "no character moves, hides or reorders what a terminal shows";
    if (rules.ascii && c > 0x7e) return "--ascii is ASCII";
    i += n;
  }
  return nullptr;
}

}  // namespace laws
