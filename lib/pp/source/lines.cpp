#include "pp/source/lines.hpp"

#include <cstring>

#include "pp/base/hex.hpp"
#include "pp/source/text_plain.hpp"
#include "pp/text/format.hpp"

namespace pp::source {

namespace {

constexpr unsigned blank = 0x20;
constexpr unsigned other = 0x40;

/// The value of a digit, else `blank` or `other`.
constexpr unsigned class_of(char c) {
  const unsigned nibble = hex_nibble(static_cast<std::uint8_t>(c));
  if (nibble < 16) return nibble;
  return c == ' ' || c == '\t' ? blank : other;
}

Bytes bytes_of(std::string_view text) { return {static_cast<const std::uint8_t*>(static_cast<const void*>(text.data())), text.size()}; }

/// False when the line is not only digits and blanks.
bool decode_hex_line(std::string_view text, std::vector<std::uint8_t>& buffer, Line& out) {
  if (buffer.size() < text.size() / 2 + 1) buffer.resize(text.size() / 2 + 1);
  std::uint8_t* to = buffer.data();
  const char* p = text.data();
  const char* const end = p + text.size();
  unsigned high = other;  // the first digit of a pair that blanks split
  while (p != end) {
    if (high == other) {
      const std::size_t bytes = decode_hex({p, static_cast<std::size_t>(end - p)}, to);
      to += bytes;
      p += 2 * bytes;
      if (p == end) break;
    }
    const unsigned value = class_of(*p++);
    if (value == blank) continue;
    if (value == other) return false;
    if (high == other) {
      high = value;
    } else {
      *to++ = static_cast<std::uint8_t>(high << 4 | value);
      high = other;
    }
  }
  if (high != other) {
    const auto digits = 2 * static_cast<std::size_t>(to - buffer.data()) + 1;
    out.error = text::format("{} hexadecimal digits, a byte has two", digits);
    return true;
  }
  out.bytes = Bytes(buffer.data(), static_cast<std::size_t>(to - buffer.data()));
  return true;
}

void decode_text_line(std::string_view text, std::vector<std::uint8_t>& buffer, Line& out) {
  std::size_t at = text.find('\\');
  if (at == std::string_view::npos) {
    out.bytes = bytes_of(text);
    return;
  }
  constexpr std::string_view letters = "rnt0\\";
  constexpr std::string_view meanings("\r\n\t\0\\", 5);
  buffer.clear();
  std::size_t done = 0;
  const auto fail = [&](std::string what) {
    out.error = std::move(what);
    out.column = at + 1;
  };
  for (; at != std::string_view::npos; at = text.find('\\', done)) {
    const Bytes before = bytes_of(text.substr(done, at - done));
    buffer.insert(buffer.end(), before.begin(), before.end());
    if (at + 1 == text.size()) return fail("backslash at the end of the line");
    const char c = text[at + 1];
    if (const std::size_t i = letters.find(c); i != std::string_view::npos) {
      buffer.push_back(static_cast<std::uint8_t>(meanings[i]));
      done = at + 2;
      continue;
    }
    if (c != 'x') return fail("escape " + character_text(c) + " is none of \\r \\n \\t \\0 \\\\ \\xNN");
    if (text.size() - at < 4 || hex_value(text[at + 2]) < 0 || hex_value(text[at + 3]) < 0)
      return fail("\\x without two hexadecimal digits");
    buffer.push_back(static_cast<std::uint8_t>(hex_value(text[at + 2]) * 16 + hex_value(text[at + 3])));
    done = at + 4;
  }
  const Bytes rest = bytes_of(text.substr(done));
  buffer.insert(buffer.end(), rest.begin(), rest.end());
  out.bytes = buffer;
}

}  // namespace

void decode_line(std::string_view text, std::vector<std::uint8_t>& buffer, Line& out) {
  out.bytes = {};
  out.error.clear();
  out.column = 0;
  if (!decode_hex_line(text, buffer, out)) decode_text_line(text, buffer, out);
}

bool LineReader::next(Line& out) {
  buffer_.consume(used_);
  used_ = 0;
  out.number = ++number_;
  std::size_t searched = 0;
  std::uint64_t dropped = 0;  // of a line that is too long
  while (!stopped_) {
    const Bytes window = buffer_.available();
    const void* found = searched < window.size() ? std::memchr(window.data() + searched, '\n', window.size() - searched) : nullptr;
    bool last = false;
    std::size_t length = window.size();
    if (found != nullptr) {
      length = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - window.data());
    } else if (window.size() > max_line + 1) {
      dropped += window.size();
      buffer_.consume(window.size());
      searched = 0;
      continue;
    } else {
      searched = window.size();
      if (read_more(buffer_, window.size() + 1, hooks_, timer_, stopped_)) continue;
      if (stopped_) break;
      last = true;
      if (window.empty() && dropped == 0) break;
    }
    used_ = length + (last ? 0 : 1);
    std::string_view line(static_cast<const char*>(static_cast<const void*>(buffer_.available().data())), length);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (dropped + line.size() > max_line) {
      out.bytes = {};
      out.column = 0;
      out.error = text::format("line of {} bytes is above the limit of {}", dropped + line.size(), max_line);
    } else {
      decode_line(line, decoded_, out);
    }
    return true;
  }
  return false;
}

}  // namespace pp::source
