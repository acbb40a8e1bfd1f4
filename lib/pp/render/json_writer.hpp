// The one writer of JSON: straight into a string, since what the tools write is mostly keys, numbers and hex that need no
// escaping. RapidJSON's writer looks at every character; a million headers took three times as long with it.
#pragma once

#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "pp/base/bytes.hpp"
#include "pp/base/hex.hpp"
#include "pp/base/utf8.hpp"

namespace pp::render {

/// Writes one line. Members stand in the order of the calls, commas are set as needed; the caller keeps keys and values in
/// turn. Strings must be UTF-8; shown() takes any bytes.
class JsonWriter {
 public:
  /// Into a buffer of its own, until finish(out).
  JsonWriter() noexcept : out_(own_) {}
  /// Appends to `out` at once, which outlives the writer.
  explicit JsonWriter(std::string& out) noexcept : out_(out), start_(out.size()) {}
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  void open_object() { open('{'); }
  void close_object() { close('}'); }
  void open_array() { open('['); }
  void close_array() { close(']'); }

  /// A key of the tools: no character of it needs escaping.
  void key(std::string_view key) {
    // In one piece: a record has dozens of keys, and appending costs more than their few bytes.
    char text[64];
    if (key.size() + 4 > sizeof text) {
      out_ += comma_ ? ",\"" : "\"";
      out_ += key;
      out_ += "\":";
    } else {
      char* p = text;
      *p = ',';
      p += comma_ ? 1 : 0;
      *p++ = '"';
      p = std::copy(key.begin(), key.end(), p);
      *p++ = '"';
      *p++ = ':';
      out_.append(text, static_cast<std::size_t>(p - text));
    }
    comma_ = false;
  }

  void string(std::string_view text) {
    before();
    out_ += '"';
    if (is_plain(text)) {
      out_ += text;
    } else {
      escaped(text);
    }
    out_ += '"';
  }
  /// As it is when it is UTF-8, else with the bytes escaped that are not.
  void shown(std::string_view text) {
    const Bytes bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    if (utf8_prefix(bytes) == bytes.size()) {
      string(text);
    } else {
      string(pp::shown(bytes));
    }
  }
  void hex(Bytes bytes) {
    before();
    out_ += '"';
    append_hex(out_, bytes);
    out_ += '"';
  }
  /// Above 2^53, which many readers round, a string of digits.
  template <std::integral Integer>
  void number(Integer value) {
    constexpr std::uint64_t largest_exact = std::uint64_t{1} << 53;
    char text[24];
    char* const end = std::to_chars(text, text + sizeof text, value).ptr;
    before();
    const bool quoted = value > Integer{0} && static_cast<std::uint64_t>(value) > largest_exact;
    if (quoted) out_ += '"';
    out_.append(text, end);
    if (quoted) out_ += '"';
  }
  void boolean(bool value) {
    before();
    out_ += value ? "true" : "false";
  }

  void text(std::string_view name, std::string_view value) {
    key(name);
    string(value);
  }
  void shown_text(std::string_view name, std::string_view value) {
    key(name);
    shown(value);
  }
  template <std::integral Integer>
  void number(std::string_view name, Integer value) {
    key(name);
    number(value);
  }
  void flag(std::string_view name, bool value) {
    key(name);
    boolean(value);
  }

  /// Bytes of this line so far.
  std::size_t size() const noexcept { return out_.size() - start_; }

  /// Ends the line. Characters that a terminal would obey are written as \u escapes.
  void finish();
  /// Of a writer with a buffer of its own: appends the line to `out`.
  void finish(std::string& out) {
    finish();
    out += own_;
  }

 private:
  void before() {
    if (comma_) out_ += ',';
    comma_ = true;
  }
  void open(char c) {
    before();
    out_ += c;
    comma_ = false;
  }
  void close(char c) {
    out_ += c;
    comma_ = true;
  }

  static bool is_plain(unsigned char c) noexcept { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }
  static bool is_plain(std::string_view text) noexcept {
    const Bytes bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    return printable_prefix(bytes) == bytes.size() && text.find('"') == std::string_view::npos && text.find('\\') == std::string_view::npos;
  }
  void escaped(std::string_view text);

  std::string own_;
  std::string& out_;
  std::size_t start_ = 0;
  bool comma_ = false;
  bool all_ascii_ = true;  // no byte above 0x7e was written: nothing that a terminal would obey
};

}  // namespace pp::render
