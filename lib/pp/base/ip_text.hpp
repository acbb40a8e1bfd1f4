// Reading addresses and ports out of a v1 line (2.1), byte by byte, so that the first wrong byte is known exactly.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pp/base/bytes.hpp"
#include "pp/base/hex.hpp"
#include "pp/base/ip.hpp"

namespace pp {

enum class TextFault : std::uint8_t {
  none,
  not_a_digit,     // a byte that can't stand here
  number_too_big,  // octet above 255, port above 65535
  leading_zero,
  group_too_long,  // five hexadecimal digits
  group_count,     // a ninth group, or an end before the eighth without "::"
  compression,     // a second "::", or one that stands for no group
  dotted_tail,     // a dotted tail behind anything but ::ffff:
  other_family,    // a colon in an IPv4 address, a dot in the first group of an IPv6 address
};

/// What a reader found at the front of its text.
/// * fault == none and need == 0: a complete value in bytes [0, used). It may still go on when used == text size.
/// * fault == none and need > 0: the text ended inside; at least `need` more bytes are wanted. `used` says nothing.
/// * otherwise `used` is the offset of the fault and `span` how many bytes it covers.
template <class Value>
struct TextRead {
  Value value{};
  std::uint32_t used = 0;
  std::uint16_t span = 1;
  std::uint8_t need = 0;
  TextFault fault = TextFault::none;

  constexpr bool complete() const noexcept { return fault == TextFault::none && need == 0; }
};

constexpr bool is_digit(std::uint8_t b) noexcept { return static_cast<std::uint8_t>(b - '0') < 10; }

/// A decimal number without sign or leading zeros, at most `limit` (2.1). Stops at the first byte that is no digit.
constexpr TextRead<std::uint32_t> read_decimal(Bytes text, std::uint32_t limit) noexcept {
  TextRead<std::uint32_t> r;
  std::uint32_t i = 0;
  while (i < text.size() && is_digit(text[i])) {
    if (i > 0 && r.value == 0) {
      r.fault = TextFault::leading_zero;
      r.span = 2;
      return r;
    }
    r.value = r.value * 10 + static_cast<std::uint32_t>(text[i] - '0');
    ++i;
    if (r.value > limit) {
      r.fault = TextFault::number_too_big;
      r.span = static_cast<std::uint16_t>(i);
      return r;
    }
  }
  r.used = i;
  if (i == 0) {
    if (text.empty()) {
      r.need = 1;
    } else {
      r.fault = TextFault::not_a_digit;
    }
  }
  return r;
}

/// Four decimal octets with one dot between (2.1).
constexpr TextRead<IpAddress> read_ipv4(Bytes text) noexcept {
  TextRead<IpAddress> r;
  std::uint32_t at = 0;
  for (std::size_t octet = 0; octet < 4; ++octet) {
    if (octet > 0) {
      if (at == text.size()) {
        r.need = static_cast<std::uint8_t>(2 * (4 - octet));
        return r;
      }
      if (text[at] != '.') {
        r.used = at;
        r.fault = text[at] == ':' ? TextFault::other_family : TextFault::not_a_digit;
        return r;
      }
      ++at;
    }
    const auto number = read_decimal(text.subspan(at), 255);
    if (number.fault != TextFault::none) {
      r.fault = text[at] == ':' ? TextFault::other_family : number.fault;
      r.used = at;
      r.span = number.span;
      return r;
    }
    at += number.used;
    if (number.need > 0) {
      r.need = static_cast<std::uint8_t>(1 + 2 * (3 - octet));
      return r;
    }
    r.value.bytes[octet] = static_cast<std::uint8_t>(number.value);
  }
  r.value.size = 4;
  r.used = at;
  return r;
}

namespace ip_text_internal {

/// Spreads the groups after "::" to the end of the address; `groups` were read, `gap` of them stood before "::".
constexpr void expand(IpAddress& a, std::size_t groups, std::size_t gap) noexcept {
  const std::size_t tail = (groups - gap) * 2;
  for (std::size_t i = 0; i < tail; ++i) a.bytes[15 - i] = a.bytes[groups * 2 - 1 - i];
  for (std::size_t i = gap * 2; i < 16 - tail; ++i) a.bytes[i] = 0;
}

/// True when what stands before a dotted tail, a group or "::" at least, spells ::ffff: (80 zero bits, then 16 ones).
constexpr bool maps_ipv4(const IpAddress& a, std::size_t groups, std::size_t gap) noexcept {
  if (gap == groups || a.bytes[groups * 2 - 2] != 0xff || a.bytes[groups * 2 - 1] != 0xff) return false;
  for (std::size_t i = 0; i + 2 < groups * 2; ++i) {
    if (a.bytes[i] != 0) return false;
  }
  return gap == 9 ? groups == 6 : groups <= 5;
}

}  // namespace ip_text_internal

/// Groups of up to four hexadecimal digits with at most one "::" that stands for at least one group, 128 bits in all
/// (2.1). The dotted tail is read behind ::ffff: only (every receiver tried takes it; the grammar of 2.1 has none).
constexpr TextRead<IpAddress> read_ipv6(Bytes text) noexcept {
  TextRead<IpAddress> r;
  const auto stop = [&r](TextFault fault, std::size_t at, std::size_t span = 1) constexpr {
    r.fault = fault;
    r.used = static_cast<std::uint32_t>(at);
    r.span = static_cast<std::uint16_t>(span);
    return r;
  };
  const auto more = [&r](unsigned need) constexpr {
    r.need = static_cast<std::uint8_t>(need);
    return r;
  };

  std::size_t at = 0;
  std::size_t groups = 0;
  std::size_t gap = 9;  // groups before "::"; 9 while there is none
  if (text.empty()) return more(2);
  if (text[0] == ':') {
    if (text.size() == 1) return more(1);
    if (text[1] != ':') return stop(TextFault::not_a_digit, 1);
    gap = 0;
    at = 2;
  }
  while (true) {
    // A group starts at `at`, or the address ends here, which only "::" right before allows.
    const bool after_gap = gap == groups;
    std::size_t digits = 0;
    unsigned value = 0;
    while (at + digits < text.size() && digits < 5) {
      const unsigned nibble = hex_nibble(text[at + digits]);
      if (nibble > 15) break;
      value = value * 16 + nibble;
      ++digits;
    }
    const std::size_t end = at + digits;
    if (digits == 0) {
      if (!after_gap) return stop(TextFault::not_a_digit, end);
      if (end < text.size() && text[end] == ':') return stop(TextFault::compression, end);
      break;
    }
    // With "::" at most seven groups: it stands for at least one. The first digit decides, so the fault covers it alone.
    if (gap != 9 && groups == 7) return stop(TextFault::compression, at);
    if (digits == 5) return stop(TextFault::group_too_long, at, 5);
    if (end < text.size() && text[end] == '.') {
      if (groups == 0 && gap == 9) return stop(TextFault::other_family, end);
      if (!ip_text_internal::maps_ipv4(r.value, groups, gap)) return stop(TextFault::dotted_tail, end);
      const auto tail = read_ipv4(text.subspan(at));
      if (tail.fault != TextFault::none) return stop(tail.fault, at + tail.used, tail.span);
      if (tail.need > 0) return more(tail.need);
      for (std::size_t i = 0; i < 4; ++i) r.value.bytes[groups * 2 + i] = tail.value.bytes[i];
      groups += 2;
      at += tail.used;
      break;
    }
    r.value.bytes[groups * 2] = static_cast<std::uint8_t>(value >> 8);
    r.value.bytes[groups * 2 + 1] = static_cast<std::uint8_t>(value);
    ++groups;
    at = end;
    if (at == text.size()) {
      if (gap == 9 && groups < 8) return more(2);
      break;
    }
    if (text[at] != ':') {
      if (gap == 9 && groups < 8) return stop(TextFault::group_count, at);
      break;
    }
    // A colon: a further group or "::" must follow.
    if (groups == 8) return stop(TextFault::group_count, at);
    if (gap != 9 && groups == 7) return stop(TextFault::compression, at);
    ++at;
    if (at == text.size()) return more(1);
    if (text[at] == ':') {
      if (gap != 9) return stop(TextFault::compression, at);
      gap = groups;
      ++at;
    }
  }
  if (gap != 9) ip_text_internal::expand(r.value, groups, gap);
  r.value.size = 16;
  r.used = static_cast<std::uint32_t>(at);
  return r;
}

}  // namespace pp
