// Text for people, from format strings that can be read and searched for as the user sees them.
//
// For every layer that writes sentences, tables or messages; it uses base and fmt. The templates here only pack their
// arguments: one function, compiled once, does the formatting. So always come through here, never through fmt itself.
#pragma once

#include <fmt/core.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "pp/base/bytes.hpp"
#include "pp/base/ip.hpp"
#include "pp/base/utf8.hpp"

namespace pp::text {

/// Appends to `out`, and reuses its capacity. Throws std::bad_alloc alone: format strings are checked at compile time.
void append_args(std::string& out, fmt::string_view format, fmt::format_args args);

template <class... Args>
void append(std::string& out, fmt::format_string<Args...> format, Args&&... args) {
  append_args(out, format, fmt::make_format_args(args...));
}
template <class... Args>
std::string format(fmt::format_string<Args...> format, Args&&... args) {
  std::string out;
  append_args(out, format, fmt::make_format_args(args...));
  return out;
}

/// Bytes off the wire, or a name that somebody else chose: escaped while it is written, so that a terminal obeys none of
/// it. Borrows the bytes. Padding and precision of the format string count characters of the escaped text.
struct Shown {
  std::string_view bytes;
  Charset charset = Charset::ascii;
};
/// An address and its port: 192.0.2.1:443, [2001:db8::1]:443.
struct Endpoint {
  const IpAddress& address;
  std::uint16_t port;
};
/// "1 header", "1,234 headers", "no headers" is the caller's. The plural adds an s, unless `plural` says it.
struct Counted {
  std::uint64_t n = 0;
  std::string_view one;
  std::string_view plural = {};
};
/// 1234567 as "1,234,567".
struct Grouped {
  std::uint64_t n = 0;
};

/// What the formatters below write, before the format string's width and alignment.
std::string to_text(const Shown& value);
std::string to_text(const Endpoint& value);
std::string to_text(const Counted& value);
std::string to_text(const Grouped& value);
std::string to_text(const IpAddress& value);

/// Writes `text` as a string argument with this format specification ("<28") would be written.
fmt::appender write_padded(fmt::appender out, fmt::string_view specification, std::string_view text);

/// A formatter that takes any specification of a string. It is kept as text, since fmt's own string formatter would bring
/// all of <fmt/format.h> into every file.
template <class T>
struct TextFormatter {
  constexpr auto parse(fmt::format_parse_context& context) {
    const char* end = context.begin();
    while (end != context.end() && *end != '}') ++end;
    specification = {context.begin(), static_cast<std::size_t>(end - context.begin())};
    return end;
  }
  fmt::appender format(const T& value, fmt::format_context& context) const {
    return write_padded(context.out(), specification, to_text(value));
  }
  fmt::string_view specification;
};

}  // namespace pp::text

template <>
struct fmt::formatter<pp::text::Shown> : pp::text::TextFormatter<pp::text::Shown> {};
template <>
struct fmt::formatter<pp::text::Endpoint> : pp::text::TextFormatter<pp::text::Endpoint> {};
template <>
struct fmt::formatter<pp::text::Counted> : pp::text::TextFormatter<pp::text::Counted> {};
template <>
struct fmt::formatter<pp::text::Grouped> : pp::text::TextFormatter<pp::text::Grouped> {};
template <>
struct fmt::formatter<pp::IpAddress> : pp::text::TextFormatter<pp::IpAddress> {};
