// CRC-32C (Castagnoli, RFC 4960 appendix B), which section 2.2.3 uses over a header.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "pp/base/bytes.hpp"
#include "pp/wire/work_count.hpp"

namespace pp {

namespace crc32c_internal {

inline constexpr std::uint32_t polynomial = 0x82f63b78U;  // reflected

struct Tables {
  std::array<std::array<std::uint32_t, 256>, 8> row{};
  consteval Tables() {
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t crc = i;
      for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? polynomial : 0U);
      row[0][i] = crc;
    }
    for (std::size_t k = 1; k < row.size(); ++k) {
      for (std::size_t i = 0; i < 256; ++i) row[k][i] = (row[k - 1][i] >> 8) ^ row[0][row[k - 1][i] & 255U];
    }
  }
};
inline constexpr Tables tables;

/// Portable slicing-by-8; also used in constant evaluation.
constexpr std::uint32_t portable(std::uint32_t state, const std::uint8_t* p, std::size_t n) noexcept {
  const auto& t = tables.row;
  for (; n >= 8; n -= 8, p += 8) {
    const std::uint32_t low = state ^ load_le32(p);
    const std::uint32_t high = load_le32(p + 4);
    state = t[7][low & 255U] ^ t[6][(low >> 8) & 255U] ^ t[5][(low >> 16) & 255U] ^ t[4][low >> 24] ^ t[3][high & 255U] ^
            t[2][(high >> 8) & 255U] ^ t[1][(high >> 16) & 255U] ^ t[0][high >> 24];
  }
  for (; n > 0; --n, ++p) state = (state >> 8) ^ t[0][(state ^ *p) & 255U];
  return state;
}

using Update = std::uint32_t (*)(std::uint32_t state, const std::uint8_t* p, std::size_t n) noexcept;

/// The fastest implementation that this CPU supports, chosen once.
std::uint32_t run_time(std::uint32_t state, const std::uint8_t* p, std::size_t n) noexcept;

/// The CPU's own instruction, or nullptr when it has none; for tests that compare it with the portable one.
Update hardware() noexcept;

constexpr std::uint32_t update(std::uint32_t state, Bytes bytes) noexcept {
  count_work(&WorkCount::crc_bytes, bytes.size());
  if (std::is_constant_evaluated()) return portable(state, bytes.data(), bytes.size());
  return run_time(state, bytes.data(), bytes.size());
}

}  // namespace crc32c_internal

/// CRC32C("123456789") is e3069283.
constexpr std::uint32_t crc32c(Bytes bytes) noexcept { return ~crc32c_internal::update(0xffffffffU, bytes); }

/// The checksum of a header with its 4 bytes at `crc_offset` taken as zero (2.2.3). `crc_offset` + 4 is at most its size.
constexpr std::uint32_t header_crc32c(Bytes header, std::size_t crc_offset) noexcept {
  constexpr std::uint8_t zeros[4] = {};
  std::uint32_t state = crc32c_internal::update(0xffffffffU, header.first(crc_offset));
  state = crc32c_internal::update(state, zeros);
  return ~crc32c_internal::update(state, header.subspan(crc_offset + 4));
}

}  // namespace pp
