// The writer of records' JSON: straight into the output, since a record is mostly keys and hex that need no escaping.
// RapidJSON's writer looks at every character; a million headers took three times as long with it.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "pp/base/bytes.hpp"
#include "pp/base/hex.hpp"
#include "pp/base/utf8.hpp"

namespace pp::render {

/// Appends one value to a string. Commas are set as needed; whoever calls keeps keys and values in turn. Text is UTF-8.
class JsonLine {
 public:
  explicit JsonLine(std::string& out) noexcept : out_(out) {}

  void StartObject() { open('{'); }
  void EndObject() { close('}'); }
  void StartArray() { open('['); }
  void EndArray() { close(']'); }

  /// A key of ours: no character of it is escaped.
  void Key(std::string_view key) {
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
  void String(std::string_view text) {
    before();
    out_ += '"';
    if (is_plain(text)) {
      out_ += text;
    } else {
      escaped(text);
    }
    out_ += '"';
  }
  void Hex(Bytes bytes) {
    before();
    out_ += '"';
    append_hex(out_, bytes);
    out_ += '"';
  }
  template <class Integer>
  void Number(Integer value) {
    char text[24];
    before();
    out_.append(text, std::to_chars(text, text + sizeof text, value).ptr);
  }
  void Bool(bool value) {
    before();
    out_ += value ? "true" : "false";
  }

  /// Of all that was appended to, this line and what was there before it.
  std::size_t size() const noexcept { return out_.size(); }
  /// No byte above 0x7e was written: nothing that a terminal could mistake.
  bool all_ascii() const noexcept { return all_ascii_; }

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
  void escaped(std::string_view text) {
    constexpr std::string_view short_forms = "\b\f\n\r\t\"\\";
    constexpr std::string_view letters = "bfnrt\"\\";
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte >= 0x7f) all_ascii_ = false;
      if (is_plain(byte) || byte >= 0x7f) {
        out_ += c;
      } else if (const std::size_t at = short_forms.find(c); at != std::string_view::npos) {
        out_ += '\\';
        out_ += letters[at];
      } else {
        out_ += "\\u00";
        out_ += digits[byte >> 4U];
        out_ += digits[byte & 15U];
      }
    }
  }

  std::string& out_;
  bool comma_ = false;
  bool all_ascii_ = true;
};

}  // namespace pp::render
