#include "pp/base/hex.hpp"

#include <array>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace pp {
namespace {

constexpr auto hex_pairs = [] {
  std::array<char, 512> pairs{};
  for (std::size_t b = 0; b < 256; ++b) {
    pairs[2 * b] = hex_digits[b >> 4];
    pairs[2 * b + 1] = hex_digits[b & 15];
  }
  return pairs;
}();

#if defined(__SSE2__)
/// Sixteen bytes into thirty-two digits.
void put_sixteen(const std::uint8_t* from, char* to) noexcept {
  __m128i bytes;
  std::memcpy(&bytes, from, sizeof bytes);
  const __m128i low_bits = _mm_set1_epi8(0x0f);
  const __m128i high = _mm_and_si128(_mm_srli_epi16(bytes, 4), low_bits);
  const __m128i low = _mm_and_si128(bytes, low_bits);
  const auto digits = [](__m128i nibbles) {
    const __m128i letter = _mm_cmpgt_epi8(nibbles, _mm_set1_epi8(9));
    return _mm_add_epi8(_mm_add_epi8(nibbles, _mm_set1_epi8('0')), _mm_and_si128(letter, _mm_set1_epi8('a' - '9' - 1)));
  };
  const __m128i first = digits(_mm_unpacklo_epi8(high, low));
  const __m128i second = digits(_mm_unpackhi_epi8(high, low));
  std::memcpy(to, &first, sizeof first);
  std::memcpy(to + 16, &second, sizeof second);
}

/// Thirty-two digits into sixteen bytes. False, with nothing written, when one of them is not a digit.
bool decode_thirty_two(const char* from, std::uint8_t* to) noexcept {
  __m128i bytes[2];
  __m128i valid = _mm_set1_epi8(-1);
  for (std::size_t half = 0; half < 2; ++half) {
    __m128i text;
    std::memcpy(&text, from + 16 * half, sizeof text);
    const __m128i digit = _mm_sub_epi8(text, _mm_set1_epi8('0'));
    const __m128i letter = _mm_sub_epi8(_mm_or_si128(text, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
    const __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
    const __m128i is_letter = _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(5)), letter);
    valid = _mm_and_si128(valid, _mm_or_si128(is_digit, is_letter));
    const __m128i letter_value = _mm_add_epi8(letter, _mm_set1_epi8(10));
    const __m128i nibbles = _mm_or_si128(_mm_and_si128(is_digit, digit), _mm_and_si128(is_letter, letter_value));
    // Each pair becomes one 16-bit lane: the first digit is its low byte and the value's high nibble.
    bytes[half] = _mm_and_si128(_mm_or_si128(_mm_slli_epi16(nibbles, 4), _mm_srli_epi16(nibbles, 8)), _mm_set1_epi16(0xff));
  }
  if (_mm_movemask_epi8(valid) != 0xffff) return false;
  const __m128i packed = _mm_packus_epi16(bytes[0], bytes[1]);
  std::memcpy(to, &packed, sizeof packed);
  return true;
}
#endif

}  // namespace

void append_hex(std::string& out, Bytes bytes) {
  const std::size_t start = out.size();
  out.resize(start + bytes.size() * 2);
  char* p = out.data() + start;
#if defined(__SSE2__)
  for (; bytes.size() >= 16; bytes = bytes.subspan(16), p += 32) put_sixteen(bytes.data(), p);
#endif
  for (std::uint8_t b : bytes) {
    std::memcpy(p, &hex_pairs[2 * std::size_t{b}], 2);
    p += 2;
  }
}

std::string to_hex(Bytes bytes) {
  std::string out;
  append_hex(out, bytes);
  return out;
}

std::size_t decode_hex(std::string_view text, std::uint8_t* out) noexcept {
  const std::uint8_t* const start = out;
  const char* p = text.data();
  const char* const end = p + text.size();
#if defined(__SSE2__)
  // About a quarter of the instructions of the loop over pairs.
  for (; end - p >= 32 && decode_thirty_two(p, out); p += 32) out += 16;
#endif
  for (; end - p >= 2; p += 2) {
    const unsigned high = hex_nibble(static_cast<std::uint8_t>(p[0]));
    const unsigned low = hex_nibble(static_cast<std::uint8_t>(p[1]));
    if ((high | low) > 15) break;
    *out++ = static_cast<std::uint8_t>(high << 4 | low);
  }
  return static_cast<std::size_t>(out - start);
}

std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::vector<std::uint8_t> out(text.size() / 2);
  if (decode_hex(text, out.data()) != out.size()) return std::nullopt;
  return out;
}

}  // namespace pp
