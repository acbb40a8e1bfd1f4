// The fast path for complete, valid TCP4 and TCP6 lines (2.1). It answers "done" or how far the line is valid. Every
// line that is incomplete, faulty or rare (UNKNOWN, dotted tails) goes to the scanner of v1_scanner.hpp, which must agree.
//
// TCP4: a bit mask gives the position of every delimiter; then each field is converted on its own by loading the bytes
// that end at its delimiter, so that no field waits for the one before it. Errors are collected and checked once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#if defined(__SSE2__)
#include <emmintrin.h>

#include <cstring>
#endif

#include "pp/base/bytes.hpp"
#include "pp/base/ip_text.hpp"
#include "pp/base/octet_text.hpp"
#include "pp/wire/header.hpp"
#include "pp/wire/v1_scanner.hpp"

namespace pp::v1_fast {

inline constexpr std::size_t window = 48;  // covers the fields of every TCP4 line, CR included
using v1_internal::fields_offset;

/// One bit for each byte of `flags` whose high bit is set.
constexpr std::uint64_t gather(std::uint64_t flags) noexcept { return ((flags >> 7 & 0x0101010101010101U) * 0x0102040810204080U) >> 56; }

/// Delimiter mask: bit i says that byte `from + i` is below '0' (space, dot, CR, LF). Bits past the end of the input are 0.
/// `in` has at least 8 bytes and `from` lies inside. The last load is moved back so that it ends where the input ends.
constexpr std::uint64_t delimiters_portable(Bytes in, std::size_t from, std::size_t count) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101U;
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < count; i += 8) {
    const std::size_t at = from + i < in.size() - 8 ? from + i : in.size() - 8;
    const std::uint64_t low_seven_bits = load_le64(in.data() + at) & (0x7f * ones);
    mask |= (gather(~(low_seven_bits + (0x80 - '0') * ones)) >> (from + i - at)) << i;
  }
  return mask;
}

#if defined(__SSE2__)
/// The same for at least 16 bytes of input.
inline std::uint64_t delimiters_sse2(Bytes in, std::size_t from, std::size_t count) noexcept {
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < count; i += 16) {
    const std::size_t at = from + i < in.size() - 16 ? from + i : in.size() - 16;
    __m128i bytes;
    std::memcpy(&bytes, in.data() + at, sizeof bytes);
    const auto bits = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmplt_epi8(bytes, _mm_set1_epi8('0'))));
    mask |= (std::uint64_t{bits} >> (from + i - at)) << i;
  }
  return mask;
}
#endif

constexpr std::uint64_t delimiters(Bytes in, std::size_t from, std::size_t count) noexcept {
#if defined(__SSE2__)
  if (!std::is_constant_evaluated()) return delimiters_sse2(in, from, count);
#endif
  return delimiters_portable(in, from, count);
}

/// Position of the lowest set bit. `bits` is not 0; std::countr_zero would test for that each time.
constexpr std::size_t lowest(std::uint64_t bits) noexcept { return static_cast<std::size_t>(__builtin_ctzll(bits)); }

/// By digit count: the bytes of the octet and its delimiter within the four bytes that end with the delimiter.
inline constexpr auto octet_bytes = [] {
  std::array<std::uint32_t, 64> table{};
  for (std::size_t digits = 0; digits < table.size(); ++digits) table[digits] = digits > 2 ? ~0U : ~0U << 8 * (3 - digits);
  return table;
}();

// octet() and port() are always_inline because g++ 12 otherwise keeps four of the eight calls in tcp4().

/// The octet whose `delimiter` is at `end`; the field before it ended at `before`. Sets a bit of `wrong` when it is not valid.
[[gnu::always_inline]] constexpr std::uint8_t octet(const std::uint8_t* in, std::size_t before, std::size_t end, std::uint32_t delimiter,
                                                    std::uint64_t& wrong) noexcept {
  const std::uint64_t digits = end - before - 1;
  const std::uint32_t text = load_le32(in + end - 3) ^ (0x303030U | delimiter << 24);
  const std::uint32_t own = text & octet_bytes[digits];
  const std::uint32_t value = (own * (1U | 10U << 8 | 100U << 16)) >> 16 & 0xffU;
  // One comparison covers range, leading zeros, stray bytes and the delimiter: only the canonical text of `value` passes.
  wrong |= octet_texts[value] ^ (own | digits << 32);
  return static_cast<std::uint8_t>(value);
}

/// The same as octet_bytes, within the eight bytes that end with a port's delimiter.
inline constexpr auto port_bytes = [] {
  std::array<std::uint64_t, 64> table{};
  for (std::size_t digits = 0; digits < table.size(); ++digits)
    table[digits] = digits > 6 ? ~std::uint64_t{0} : ~std::uint64_t{0} << 8 * (7 - digits);
  return table;
}();

inline constexpr std::uint64_t least_with_digits[8] = {~std::uint64_t{0}, 0, 10, 100, 1000, 10000, ~std::uint64_t{0}, ~std::uint64_t{0}};

[[gnu::always_inline]] constexpr std::uint16_t port(const std::uint8_t* in, std::size_t before, std::size_t end, std::uint64_t delimiter,
                                                    std::uint64_t& wrong) noexcept {
  const std::uint64_t digits = end - before - 1;
  const std::uint64_t text = load_le64(in + end - 7) ^ (0x30303030303030U | delimiter << 56);
  std::uint64_t own = text & port_bytes[digits];
  wrong |= ((own + 0x7f76767676767676U) | own) & 0x8080808080808080U;
  own <<= 8;
  own = (own * (1 + (10 << 8))) >> 8 & 0x00ff00ff00ff00ffU;
  own = (own * (1 + (std::uint64_t{100} << 16))) >> 16 & 0x0000ffff0000ffffU;
  own = (own * (1 + (std::uint64_t{10000} << 32))) >> 32;
  wrong |= own >> 16 | digits >> 3 | static_cast<std::uint64_t>(own < least_with_digits[digits & 7U]);
  return static_cast<std::uint16_t>(own);
}

/// size > 0: a complete valid line of that length. size == 0, addresses > 0: the first `addresses` bytes are valid and end
/// with the addresses; the exact scanner continues there. Both 0: not handled here.
struct Found {
  std::uint32_t size = 0;
  std::uint32_t addresses = 0;
};
constexpr Found line_of(std::size_t size) noexcept { return {static_cast<std::uint32_t>(size), 0}; }
constexpr Found addresses_until(std::size_t at) noexcept { return {0, static_cast<std::uint32_t>(at)}; }

/// The caller has checked "PROXY TCP4 " and that there are 32 bytes.
constexpr Found tcp4(Bytes in, Header& h) noexcept {
  constexpr std::size_t last_cr = 54;  // 56 bytes at most
  std::uint64_t mask = delimiters(in, fields_offset, window) | std::uint64_t{0xffff} << 48;
  std::size_t end[10] = {};
  for (std::size_t& e : end) {
    e = fields_offset + lowest(mask);
    mask &= mask - 1;
  }
  if (end[9] > last_cr || end[9] + 2 > in.size()) return {};
  const std::uint8_t* const p = in.data();
  std::uint64_t wrong_address = 0;
  std::uint64_t wrong_port = 0;
  const std::uint8_t a0 = octet(p, fields_offset - 1, end[0], '.', wrong_address), a1 = octet(p, end[0], end[1], '.', wrong_address);
  const std::uint8_t a2 = octet(p, end[1], end[2], '.', wrong_address), a3 = octet(p, end[2], end[3], ' ', wrong_address);
  const std::uint8_t b0 = octet(p, end[3], end[4], '.', wrong_address), b1 = octet(p, end[4], end[5], '.', wrong_address);
  const std::uint8_t b2 = octet(p, end[5], end[6], '.', wrong_address), b3 = octet(p, end[6], end[7], ' ', wrong_address);
  const std::uint16_t source_port = port(p, end[7], end[8], ' ', wrong_port);
  const std::uint16_t destination_port = port(p, end[8], end[9], '\r', wrong_port);
  if (wrong_address != 0) return {};
  h.source = {{a0, a1, a2, a3}, 4};
  h.destination = {{b0, b1, b2, b3}, 4};
  if ((wrong_port | (p[end[9] + 1] ^ std::uint64_t{'\n'})) != 0) return addresses_until(end[7]);
  h.source_port = source_port;
  h.destination_port = destination_port;
  h.addresses = Addresses::inet;
  return line_of(end[9] + 2);
}

/// Steps through a line byte by byte. Each step moves past what it reads, or returns false when the line has anything else.
struct Steps {
  const std::uint8_t* at;
  const std::uint8_t* end;

  [[gnu::always_inline]] constexpr bool byte(std::uint8_t wanted) noexcept { return at != end && *at++ == wanted; }

  [[gnu::always_inline]] constexpr bool port(std::uint16_t& out) noexcept {
    const auto read = read_decimal(Bytes(at, end), 65535);
    at += read.used;
    out = static_cast<std::uint16_t>(read.value);
    return read.complete();
  }

  [[gnu::always_inline]] constexpr bool ipv6(IpAddress& out) noexcept {
    const TextEnd read = Ipv6Reader().read_groups(Bytes(at, end), out);
    at += read.used;
    return read.complete();
  }
};

/// The caller has checked "PROXY TCP6 " and that there are 22 bytes. Groups vary too much in length for anything but the
/// exact readers' own loops to be worth its code.
constexpr Found tcp6(Bytes in, Header& h) noexcept {
  Steps line{in.data() + fields_offset, in.data() + in.size()};
  IpAddress source;
  IpAddress destination;
  if (!line.ipv6(source) || !line.byte(' ') || !line.ipv6(destination)) return {};
  const auto addresses_end = static_cast<std::size_t>(line.at - in.data());
  if (addresses_end == in.size() || in[addresses_end] != ' ') return {};
  h.source = source;
  h.destination = destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  if (!line.byte(' ') || !line.port(source_port) || !line.byte(' ') || !line.port(destination_port) || !line.byte('\r') ||
      !line.byte('\n')) {
    return addresses_until(addresses_end);
  }
  h.source_port = source_port;
  h.destination_port = destination_port;
  h.addresses = Addresses::inet6;
  return line_of(static_cast<std::size_t>(line.at - in.data()));
}

/// If the result has a size, `in` starts with a valid TCP4 or TCP6 line and `r` is filled in. Otherwise `r` is unchanged, but
/// for the two addresses when the result has those.
constexpr Found find(Bytes in, Parsed& r) noexcept {
  constexpr ByteLiteral tcp4_words("PROXY TCP4 ");
  if (in.size() < 22 || load_le64(in.data()) != load_le64(tcp4_words.data)) return {};
  const std::uint32_t word = load_le32(in.data() + 7);
  constexpr std::uint32_t four = load_le32(tcp4_words.data + 7);
  const bool v6 = word == (four ^ ('4' ^ '6') << 16);
  if (!v6 && (word != four || in.size() < 32)) return {};
  const Found found = v6 ? tcp6(in, r.header) : tcp4(in, r.header);
  if (found.size == 0) return found;
  r.header.version = 1;
  r.header.version_command = 0x11;
  r.header.family_transport = v6 ? 0x21 : 0x11;
  r.header.bytes = in.first(found.size);
  r.verdict = {Status::done, Fault::none, 0, found.size, 0};
  return found;
}

}  // namespace pp::v1_fast
