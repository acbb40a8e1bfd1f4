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

std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::vector<std::uint8_t> out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return out;
}

}  // namespace pp
