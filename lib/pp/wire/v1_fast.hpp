// The fast way through complete, valid TCP4 and TCP6 lines (2.1). It answers "done" or nothing at all: whatever is
// incomplete, faulty or rare (UNKNOWN, dotted tails) goes to the exact scanner of v1.hpp, which must say the same.
//
// Where the delimiters stand is found first, as a bit mask; then each field is converted on its own by loading the bytes
// that end at its delimiter, so that nothing waits for the field before. Errors are collected and looked at once.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#if defined(__SSE2__)
#include <emmintrin.h>

#include <cstring>
#endif

#include "pp/base/bytes.hpp"
#include "pp/wire/header.hpp"

namespace pp::v1_fast {

inline constexpr std::size_t window = 48;         // longer than any address and its delimiter
inline constexpr std::size_t fields_offset = 11;  // behind "PROXY TCPn "

/// Bit i is about byte from + i: below '0' (space, dot, CR, LF), or a colon. Bits past the end of the input are 0.
struct Masks {
  std::uint64_t low = 0;
  std::uint64_t colon = 0;
};

/// One bit for each byte of `flags` whose high bit is set.
constexpr std::uint64_t gather(std::uint64_t flags) noexcept { return ((flags >> 7 & 0x0101010101010101U) * 0x0102040810204080U) >> 56; }

/// Needs 8 bytes of input; `from` lies inside. The last load is moved back to end where the input ends.
template <bool colons>
constexpr Masks masks_portable(Bytes in, std::size_t from, std::size_t count) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101U;
  Masks m;
  for (std::size_t i = 0; i < count; i += 8) {
    const std::size_t at = from + i < in.size() - 8 ? from + i : in.size() - 8;
    const std::uint64_t moved = from + i - at;
    const std::uint64_t word = load_le64(in.data() + at);
    const std::uint64_t seven = word & (0x7f * ones);
    m.low |= (gather(~(seven + (0x80 - '0') * ones)) >> moved) << i;
    if (colons) {
      const std::uint64_t other = word ^ (':' * ones);
      m.colon |= (gather(~(((other & (0x7f * ones)) + 0x7f * ones) | other)) >> moved) << i;
    }
  }
  return m;
}

#if defined(__SSE2__)
/// The same for 16 bytes of input or more.
template <bool colons>
inline Masks masks_sse2(Bytes in, std::size_t from, std::size_t count) noexcept {
  Masks m;
  for (std::size_t i = 0; i < count; i += 16) {
    const std::size_t at = from + i < in.size() - 16 ? from + i : in.size() - 16;
    const std::uint64_t moved = from + i - at;
    __m128i bytes;
    std::memcpy(&bytes, in.data() + at, sizeof bytes);
    const auto low = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmplt_epi8(bytes, _mm_set1_epi8('0'))));
    m.low |= (std::uint64_t{low} >> moved) << i;
    if (colons) {
      const auto colon = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(':'))));
      m.colon |= (std::uint64_t{colon} >> moved) << i;
    }
  }
  return m;
}
#endif

template <bool colons>
constexpr Masks masks(Bytes in, std::size_t from, std::size_t count) noexcept {
#if defined(__SSE2__)
  if (!std::is_constant_evaluated()) return masks_sse2<colons>(in, from, count);
#endif
  return masks_portable<colons>(in, from, count);
}

/// Where the lowest bit stands. Callers see to it that there is one: std::countr_zero would ask, each time.
constexpr std::size_t lowest(std::uint64_t bits) noexcept { return static_cast<std::size_t>(__builtin_ctzll(bits)); }

/// For each octet the one text it may have: digits in the lower three bytes, last digit highest, and their number above.
inline constexpr auto octet_texts = [] {
  std::array<std::uint64_t, 256> table{};
  for (std::uint64_t v = 0; v < 256; ++v) {
    const std::uint64_t digits = v >= 100 ? 3 : v >= 10 ? 2 : 1;
    table[v] = v / 100 | v / 10 % 10 << 8 | v % 10 << 16 | digits << 32;
  }
  return table;
}();

/// Of the four bytes that end with an octet's delimiter: the delimiter and the digits.
inline constexpr auto octet_bytes = [] {
  std::array<std::uint32_t, 64> table{};
  for (std::size_t digits = 0; digits < table.size(); ++digits) table[digits] = digits > 2 ? ~0U : ~0U << 8 * (3 - digits);
  return table;
}();

/// Octet before `end`, which `delimiter` stands at; the field before ended at `before`. `wrong` gets a bit otherwise.
constexpr std::uint8_t octet(const std::uint8_t* in, std::size_t before, std::size_t end, std::uint32_t delimiter,
                             std::uint64_t& wrong) noexcept {
  const std::uint64_t digits = end - before - 1;
  const std::uint32_t text = load_le32(in + end - 3) ^ (0x303030U | delimiter << 24);
  const std::uint32_t own = text & octet_bytes[digits];
  const std::uint32_t value = (own * (1U | 10U << 8 | 100U << 16)) >> 16 & 0xffU;
  // Range, leading zeros, stray bytes and the delimiter are judged at once: the value's own text is this or nothing.
  wrong |= octet_texts[value] ^ (own | digits << 32);
  return static_cast<std::uint8_t>(value);
}

/// The same of the eight bytes that end with a port's.
inline constexpr auto port_bytes = [] {
  std::array<std::uint64_t, 64> table{};
  for (std::size_t digits = 0; digits < table.size(); ++digits)
    table[digits] = digits > 6 ? ~std::uint64_t{0} : ~std::uint64_t{0} << 8 * (7 - digits);
  return table;
}();

inline constexpr std::uint64_t least_with_digits[8] = {~std::uint64_t{0}, 0, 10, 100, 1000, 10000, ~std::uint64_t{0}, ~std::uint64_t{0}};

constexpr std::uint16_t port(const std::uint8_t* in, std::size_t before, std::size_t end, std::uint64_t delimiter,
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

/// What the fast way found: `size` bytes of a complete line; or, when that is 0, `right` bytes of one that are right, up to
/// the space behind the addresses or the CR behind the ports; or nothing.
struct Found {
  std::uint32_t size = 0;
  std::uint32_t right = 0;
};
constexpr Found line(std::size_t size) noexcept { return {static_cast<std::uint32_t>(size), 0}; }
constexpr Found right_until(std::size_t at) noexcept { return {0, static_cast<std::uint32_t>(at)}; }

/// The caller has seen "PROXY TCP4 " and 32 bytes.
constexpr Found tcp4(Bytes in, Header& h) noexcept {
  constexpr std::size_t last_cr = 54;  // 56 bytes at most
  std::uint64_t low = masks<false>(in, fields_offset, window).low | std::uint64_t{0xffff} << 48;
  std::size_t end[10] = {};
  for (std::size_t& e : end) {
    e = fields_offset + lowest(low);
    low &= low - 1;
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
  if ((wrong_address | wrong_port | (p[end[9] + 1] ^ std::uint64_t{'\n'})) != 0)
    return wrong_address != 0 ? Found{} : right_until(wrong_port == 0 ? end[9] : end[7]);
  h.source = {{a0, a1, a2, a3}, 4};
  h.destination = {{b0, b1, b2, b3}, 4};
  h.source_port = source_port;
  h.destination_port = destination_port;
  h.addresses = Addresses::inet;
  return line(end[9] + 2);
}

/// What stands below a group's digits to make four of them: '0', or bytes that no digit has when their number is wrong.
inline constexpr auto group_fill = [] {
  std::array<std::uint32_t, 64> table{};
  for (std::size_t digits = 0; digits < table.size(); ++digits) {
    table[digits] = digits - 1 > 3 ? 0x80808080U : static_cast<std::uint32_t>(std::uint64_t{0x30303030} >> 8 * digits);
  }
  return table;
}();

/// The bytes that a group's digits take of the four that end with it.
inline constexpr auto group_bytes = [] {
  std::array<std::uint32_t, 64> table{};
  for (std::size_t digits = 1; digits <= 4; ++digits) table[digits] = ~0U << 8 * (4 - digits);
  return table;
}();

/// The text of a group of at most 63 bytes, its last digit highest. 4 bytes of input stand in front of its end.
constexpr std::uint32_t group_text(const std::uint8_t* in, std::size_t from, std::size_t to) noexcept {
  const std::size_t digits = to - from;
  return (load_le32(in + to - 4) & group_bytes[digits]) | group_fill[digits];
}

/// Two groups of hexadecimal text into 4 bytes.
constexpr void two_groups(std::uint32_t first, std::uint32_t second, std::uint8_t* out, std::uint64_t& wrong) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101U;
  const std::uint64_t text = first | std::uint64_t{second} << 32;
  const std::uint64_t lower = text | 0x20 * ones;
  const std::uint64_t digit = (text + (0x80 - '0') * ones) & ~(text + (0x80 - '9' - 1) * ones);
  const std::uint64_t letter = (lower + (0x80 - 'a') * ones) & ~(lower + (0x80 - 'f' - 1) * ones);
  // The sums carry between bytes only where one has its high bit, which is wrong by itself.
  wrong |= (~(digit | letter) | text) & 0x80 * ones;
  const std::uint64_t nibbles = (text & 0x0f * ones) + (text >> 6 & ones) * 9;
  std::uint64_t packed = (nibbles << 4 | nibbles >> 8) & 0x00ff00ff00ff00ffU;
  packed = (packed | packed >> 8) & 0x0000ffff0000ffffU;
  packed |= packed >> 16;
  for (unsigned i = 0; i < 4; ++i) out[i] = static_cast<std::uint8_t>(packed >> 8 * i);
}

#if defined(__SSE2__)
/// All eight groups at once; their 32 digits are in two registers.
inline void eight_groups_sse2(const std::uint32_t* text, std::uint8_t* out, std::uint64_t& wrong) noexcept {
  __m128i word[2];
  __m128i good = _mm_set1_epi8(-1);
  for (unsigned half = 0; half < 2; ++half) {
    __m128i bytes;
    std::memcpy(&bytes, text + 4 * half, sizeof bytes);
    const __m128i digit = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
    const __m128i letter = _mm_sub_epi8(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
    const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
    const __m128i is_letter = _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(5)), letter);
    good = _mm_and_si128(good, _mm_or_si128(is_digit, is_letter));
    const __m128i nibbles = _mm_or_si128(_mm_and_si128(is_digit, digit), _mm_and_si128(is_letter, _mm_add_epi8(letter, _mm_set1_epi8(10))));
    word[half] = _mm_and_si128(_mm_or_si128(_mm_slli_epi16(nibbles, 4), _mm_srli_epi16(nibbles, 8)), _mm_set1_epi16(0xff));
  }
  const __m128i packed = _mm_packus_epi16(word[0], word[1]);
  std::memcpy(out, &packed, sizeof packed);
  wrong |= static_cast<std::uint64_t>(_mm_movemask_epi8(good)) ^ 0xffffU;
}
#endif

constexpr void eight_groups(const std::uint32_t* text, std::uint8_t* out, std::uint64_t& wrong) noexcept {
#if defined(__SSE2__)
  if (!std::is_constant_evaluated()) return eight_groups_sse2(text, out, wrong);
#endif
  for (std::size_t i = 0; i < 8; i += 2) two_groups(text[i], text[i + 1], out + 2 * i, wrong);
}

/// The address at `from`, up to a byte below '0'; returns where that stands, or 0. At least " 0 0" and CRLF follow it.
constexpr std::size_t ipv6(Bytes in, std::size_t from, IpAddress& out) noexcept {
  constexpr std::uint64_t one = 1;
  constexpr std::uint32_t zero = 0x30303030;
  const Masks m = masks<true>(in, from, window);
  const auto size = lowest(m.low | one << 47);
  if (size > 39 || size < 2 || from + size + 6 > in.size()) return 0;
  const std::uint8_t* const p = in.data() + from;
  const std::uint64_t colon = m.colon & ((one << size) - 1);
  const std::uint64_t gap = colon & colon >> 1;
  if ((gap & (gap - 1)) != 0) return 0;
  std::uint32_t text[8] = {zero, zero, zero, zero, zero, zero, zero, zero};
  std::uint64_t wrong = 0;
  // Groups before "::", or all of them, each with the bit of what ends it.
  std::uint64_t before = gap == 0 ? colon | one << size : (gap & ~one) | (colon & (gap - 1));
  std::size_t groups = 0;
  for (std::size_t start = 0; before != 0; before &= before - 1) {
    if (groups == 8) return 0;
    const auto end = lowest(before);
    text[groups++] = group_text(p, start, end);
    start = end + 1;
  }
  if (gap == 0) {
    if (groups != 8) return 0;
  } else {
    // Those behind "::" from the back; it stands for one group at least.
    const auto second_colon = lowest(gap) + 1;
    std::uint64_t behind = colon & ~(gap | (gap - 1));
    if (groups == 8) return 0;
    for (std::size_t end = size, i = 8; end != second_colon + 1; --i) {
      if (i == groups + 1) return 0;
      const auto last = static_cast<std::size_t>(63 - std::countl_zero(behind));
      text[i - 1] = group_text(p, last + 1, end);
      if (last == second_colon) break;
      behind ^= one << last;
      end = last;
    }
  }
  eight_groups(text, out.bytes.data(), wrong);
  out.size = 16;
  return wrong == 0 ? from + size : 0;
}

/// The caller has seen "PROXY TCP6 " and 22 bytes.
constexpr Found tcp6(Bytes in, Header& h) noexcept {
  IpAddress source;
  IpAddress destination;
  const std::size_t source_end = ipv6(in, fields_offset, source);
  if (source_end == 0 || in[source_end] != ' ' || source_end + 1 == in.size()) return {};
  const std::size_t destination_end = ipv6(in, source_end + 1, destination);
  if (destination_end == 0 || in[destination_end] != ' ' || destination_end + 1 == in.size()) return {};
  std::uint64_t wrong = 0;
  std::uint64_t low = masks<false>(in, destination_end + 1, 16).low | std::uint64_t{3} << 16;
  const std::size_t first = destination_end + 1 + lowest(low);
  low &= low - 1;
  const std::size_t second = destination_end + 1 + lowest(low);
  if (second + 2 > in.size()) return right_until(destination_end);
  const std::uint16_t source_port = port(in.data(), destination_end, first, ' ', wrong);
  const std::uint16_t destination_port = port(in.data(), first, second, '\r', wrong);
  if (wrong != 0) return right_until(destination_end);
  if (in[second + 1] != '\n') return right_until(second);
  h.source = source;
  h.destination = destination;
  h.source_port = source_port;
  h.destination_port = destination_port;
  h.addresses = Addresses::inet6;
  return line(second + 2);
}

/// When that has a size, `in` begins with a complete valid TCP4 or TCP6 line and `r` is the whole result; else `r` is as it was.
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
constexpr bool parse(Bytes in, Parsed& r) noexcept { return find(in, r).size > 0; }

}  // namespace pp::v1_fast
