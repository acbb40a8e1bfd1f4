// Reading addresses and ports out of a v1 line (2.1), byte by byte, so that the first wrong byte is known exactly. The
// address readers keep their place: text that arrives in pieces is continued, not read again.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pp/base/bytes.hpp"
#include "pp/base/hex.hpp"
#include "pp/base/ip.hpp"

namespace pp {

enum class TextFault : std::uint8_t {
  none,
  not_a_digit,     // a byte that cannot be part of the value here
  number_too_big,  // octet above 255, port above 65535
  leading_zero,
  group_too_long,  // five hexadecimal digits
  group_count,     // a ninth group, or an end before the eighth without "::"
  compression,     // a second "::", or one that replaces no group
  dotted_tail,     // a dotted tail after anything but ::ffff:
  other_family,    // a colon in an IPv4 address, a dot in the first group of an IPv6 address
};

/// How far a reader got.
/// * fault == none and need == 0: a complete value in bytes [0, used). More text may continue it when used == text size.
/// * fault == none and need > 0: the text ended inside; at least `need` more bytes must follow. `used` is unspecified.
/// * otherwise `used` is the offset of the fault and `span` the number of bytes it covers.
struct TextEnd {
  std::uint32_t used = 0;
  std::uint16_t span = 1;
  std::uint8_t need = 0;
  TextFault fault = TextFault::none;

  constexpr bool complete() const noexcept { return fault == TextFault::none && need == 0; }
};

template <class Value>
struct TextRead : TextEnd {
  Value value{};
};

constexpr bool is_digit(std::uint8_t b) noexcept { return static_cast<std::uint8_t>(b - '0') < 10; }

/// A decimal number without sign or leading zeros, at most `limit` (2.1). Stops at the first byte that is not a digit.
[[gnu::always_inline]] constexpr TextRead<std::uint32_t> read_decimal(Bytes text, std::uint32_t limit) noexcept {
  if (text.empty()) return {{0, 1, 1, TextFault::none}, 0};
  if (!is_digit(text[0])) return {{0, 1, 0, TextFault::not_a_digit}, 0};
  std::uint32_t value = text[0] - std::uint32_t{'0'};
  std::uint32_t used = 1;
  for (; used < text.size() && is_digit(text[used]); ++used) {
    if (value == 0) return {{0, 2, 0, TextFault::leading_zero}, 0};
    value = value * 10 + (text[used] - std::uint32_t{'0'});
    if (value > limit) return {{0, static_cast<std::uint16_t>(used + 1), 0, TextFault::number_too_big}, 0};
  }
  return {{used, 1, 0, TextFault::none}, value};
}

/// Four decimal octets with one dot between (2.1).
///
/// Reads an address that arrives in pieces. Each call of read() gets the text from the address's first byte on: the same as
/// in the call before, with more bytes at its end. It returns what a new reader would, and looks only at bytes from `at` on,
/// where the first octet starts that was not followed by a dot yet. After a fault the reader is of no further use.
struct Ipv4Reader {
  std::uint8_t at = 0;
  std::uint8_t octets = 0;  // read before `at`
  std::uint32_t value = 0;  // of those octets

  constexpr TextEnd read(Bytes text, IpAddress& out) noexcept {
    while (true) {
      const auto number = read_decimal(text.subspan(at), 255);
      if (number.fault != TextFault::none) return {at, number.span, 0, text[at] == ':' ? TextFault::other_family : number.fault};
      if (number.need > 0) return {at, 1, static_cast<std::uint8_t>(1 + 2 * (3 - octets)), TextFault::none};
      const std::uint32_t end = at + number.used;
      const std::uint32_t with_number = value << 8 | number.value;
      if (octets == 3) {
        store_be32(out.bytes.data(), with_number);
        out.size = 4;
        return {end, 1, 0, TextFault::none};
      }
      if (end == text.size()) return {end, 1, static_cast<std::uint8_t>(2 * (3 - octets)), TextFault::none};
      if (text[end] != '.') return {end, 1, 0, text[end] == ':' ? TextFault::other_family : TextFault::not_a_digit};
      value = with_number;
      ++octets;
      at = static_cast<std::uint8_t>(end + 1);
    }
  }
};

/// Groups of up to four hexadecimal digits with at most one "::" that stands for at least one group, 128 bits in all
/// (2.1). A dotted tail is read after ::ffff: only (every receiver tried takes it; the grammar of 2.1 has none).
///
/// Reads an address in pieces, like Ipv4Reader. `out` has to be zero before the first call.
struct Ipv6Reader {
  static constexpr std::uint8_t no_gap = 9;

  std::uint8_t at = 0;        // the first group that was not followed by a colon yet, or the tail
  std::uint8_t groups = 0;    // read before `at`
  std::uint8_t gap = no_gap;  // how many of them come before "::"; no_gap when there is no "::"
  std::uint8_t most = 8;      // groups that the address may have: 7 with "::"
  bool in_tail = false;
  Ipv4Reader tail;
  std::uint16_t group[8] = {};

  constexpr TextEnd read(Bytes text, IpAddress& out) noexcept {
    if (in_tail) return read_tail(text, out);
    const TextEnd r = read_groups(text, out);
    return in_tail ? read_tail(text, out) : r;
  }

  /// The address without its tail; when it has one, need > 0 and in_tail.
  [[gnu::always_inline]] constexpr TextEnd read_groups(Bytes text, IpAddress& out) noexcept {
    const std::uint8_t* const start = text.data();
    const std::uint8_t* const end = start + text.size();
    // Copies, which stay in registers: a store through a pointer to bytes might change any member.
    const std::uint8_t* first = start + at;
    unsigned count = groups, before_gap = gap, limit = most;
    if (at == 0) {
      if (start == end) return {0, 1, 2, TextFault::none};
      if (*start == ':') {
        if (start + 1 == end) return {0, 1, 1, TextFault::none};
        if (start[1] != ':') return {1, 1, 0, TextFault::not_a_digit};
        before_gap = 0;
        limit = 7;
        first = start + 2;
      }
    }
    const std::uint8_t* p = first;
    TextFault fault = TextFault::none;
    std::uint8_t need = 0;
    std::uint16_t span = 1;
    while (true) {
      // A group starts at `first`, or the address ends here, which only "::" right before allows.
      unsigned value = 0;
      const std::size_t digits = end - first >= 5 ? read_digits<true>(first, end, value) : read_digits<false>(first, end, value);
      p = first + digits;
      if (digits == 0) {
        if (before_gap != count) {
          fault = TextFault::not_a_digit;
        } else if (p != end && *p == ':') {
          fault = TextFault::compression;
        } else {
          complete(count, before_gap, out);
        }
        break;
      }
      // The first digit decides, so the fault covers it alone.
      if (count == limit) {
        fault = TextFault::compression;
        p = first;
        break;
      }
      if (digits == 5) {
        fault = TextFault::group_too_long;
        span = 5;
        p = first;
        break;
      }
      group[count] = static_cast<std::uint16_t>(value);
      if (p == end || *p != ':') {
        if (p != end && *p == '.') {
          fault = at_dot(count, before_gap);
          in_tail = fault == TextFault::none;
          need = 1;
        } else if (limit == 7 || count == 7) {
          complete(count + 1, before_gap, out);
        } else if (p == end) {
          need = 2;
        } else {
          fault = TextFault::group_count;
        }
        break;
      }
      // A colon: a further group or "::" must follow.
      if (count + 1 == limit) {
        fault = limit == 8 ? TextFault::group_count : TextFault::compression;
        break;
      }
      if (++p == end) {
        need = 1;
        break;
      }
      ++count;
      if (*p == ':') {
        if (limit == 7) {
          fault = TextFault::compression;
          break;
        }
        limit = 7;
        before_gap = count;
        ++p;
      }
      first = p;
    }
    at = static_cast<std::uint8_t>(first - start);
    groups = static_cast<std::uint8_t>(count);
    gap = static_cast<std::uint8_t>(before_gap);
    most = static_cast<std::uint8_t>(limit);
    return {static_cast<std::uint32_t>(p - start), span, need, fault};
  }

 private:
  /// How many hexadecimal digits there are at `first`, five at most, and the value of four of them. `enough`: there are at
  /// least five bytes, so that none has to be compared with `end`.
  template <bool enough>
  [[gnu::always_inline]] static constexpr std::size_t read_digits(const std::uint8_t* first, const std::uint8_t* end,
                                                                  unsigned& value) noexcept {
    std::size_t n = 0;
    for (; n < 5 && (enough || first + n != end); ++n) {
      const unsigned nibble = hex_nibble(first[n]);
      if (nibble > 15) break;
      if (n < 4) value = value << 4 | nibble;
    }
    return n;
  }

  /// The groups before "::" to the address's front, the others to its end.
  constexpr void complete(unsigned count, unsigned before_gap, IpAddress& out) const noexcept {
    for (unsigned i = 0; i < count && i < before_gap; ++i) store_be16(&out.bytes[2 * i], group[i]);
    for (unsigned i = count, to = 8; i > before_gap;) store_be16(&out.bytes[2 * --to], group[--i]);
    out.size = 16;
  }

  constexpr TextFault at_dot(unsigned count, unsigned before_gap) const noexcept {
    if (count == 0 && before_gap == no_gap) return TextFault::other_family;
    return maps_ipv4(count, before_gap) ? TextFault::none : TextFault::dotted_tail;
  }

  /// True when the first `count` groups spell ::ffff: (80 zero bits, then 16 ones).
  constexpr bool maps_ipv4(unsigned count, unsigned before_gap) const noexcept {
    if (before_gap == count || group[count - 1] != 0xffff) return false;
    for (unsigned i = 0; i + 1 < count; ++i) {
      if (group[i] != 0) return false;
    }
    return before_gap == no_gap ? count == 6 : count <= 5;
  }

  constexpr TextEnd read_tail(Bytes text, IpAddress& out) noexcept {
    IpAddress v4;
    TextEnd r = tail.read(text.subspan(at), v4);
    r.used += at;
    if (!r.complete()) return r;
    group[groups] = load_be16(&v4.bytes[0]);
    group[groups + 1U] = load_be16(&v4.bytes[2]);
    complete(groups + 2U, gap, out);
    return r;
  }
};

/// A text as far as it is an address of the family.
constexpr TextRead<IpAddress> read_ipv4(Bytes text) noexcept {
  TextRead<IpAddress> r;
  static_cast<TextEnd&>(r) = Ipv4Reader().read(text, r.value);
  return r;
}
constexpr TextRead<IpAddress> read_ipv6(Bytes text) noexcept {
  TextRead<IpAddress> r;
  static_cast<TextEnd&>(r) = Ipv6Reader().read(text, r.value);
  return r;
}

}  // namespace pp
