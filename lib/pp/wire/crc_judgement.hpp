// Judges the CRC32C TLVs of a header (2.2.3), once for the library, the linter and every view, in time linear in the
// header's size. A checksum covers the header with its own 4 bytes zero. Senders that append several checksums may have
// computed them with the bytes of all of them zero, so that counts as right too.
//
// CRC is linear. When 4 bytes become zero that k bytes follow, the checksum changes by (the CRC of those 4 bytes) * x^(8k)
// modulo the polynomial. So one pass over the header and a few multiplications for each TLV take the place of a pass for each.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "pp/base/bytes.hpp"
#include "pp/wire/crc32c.hpp"
#include "pp/wire/header.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_types.hpp"
#include "pp/wire/work_count.hpp"

namespace pp {

/// A receiver that looks at the checksum must not accept `wrong` (2.2.3).
enum class Crc : std::uint8_t { absent, right, wrong };

namespace crc32c_internal {

/// The product of two polynomials modulo the CRC's; bit 31 is x^0.
constexpr std::uint32_t multiply(std::uint32_t a, std::uint32_t b) noexcept {
  count_work(&WorkCount::crc_products);
  std::uint32_t product = 0;
  for (; a != 0; a <<= 1) {
    product ^= b & (0U - (a >> 31));
    b = (b >> 1) ^ (polynomial & (0U - (b & 1U)));
  }
  return product;
}

/// x^(8k) for every k up to the longest header, as a product of two entries.
struct Shifts {
  std::array<std::uint32_t, 256> low{};   // k = i
  std::array<std::uint32_t, 257> high{};  // k = 256 * i
  consteval Shifts() {
    low[0] = high[0] = 0x80000000U;
    for (std::size_t i = 1; i < low.size(); ++i) low[i] = (low[i - 1] >> 8) ^ tables.row[0][low[i - 1] & 255U];
    const std::uint32_t step = (low[255] >> 8) ^ tables.row[0][low[255] & 255U];
    for (std::size_t i = 1; i < high.size(); ++i) high[i] = multiply(high[i - 1], step);
  }
};
inline constexpr Shifts shifts;
static_assert(max_header_bytes < 256 * shifts.high.size());

/// The register's value after k further bytes that are zero. `k` is at most the longest header.
constexpr std::uint32_t after_zeros(std::uint32_t state, std::size_t k) noexcept {
  return multiply(multiply(state, shifts.low[k % 256]), shifts.high[k / 256]);
}

}  // namespace crc32c_internal

/// How a checksum changes when `bits` flip in the bytes that `k` further ones follow.
constexpr std::uint32_t crc32c_change(Bytes bits, std::size_t k) noexcept {
  return crc32c_internal::after_zeros(crc32c_internal::update(0, bits), k);
}

/// Computes what the CRC32C TLVs of one header must hold. The first answer costs a pass over the header, the second one more,
/// and every further one two multiplications.
class CrcChecker {
 public:
  explicit constexpr CrcChecker(Bytes header PP_LIFETIMEBOUND) noexcept : header_(header) {}

  /// What `crc` must hold, a TLV of this header with a value of 4 bytes.
  constexpr std::uint32_t expected(const Tlv& crc) noexcept {
    if (!asked_) {
      asked_ = true;
      return header_crc32c(header_, crc.value_offset());
    }
    return total() ^ crc32c_change(crc.value, header_.size() - crc.value_offset() - 4);
  }
  constexpr bool right(const Tlv& crc) noexcept { return load_be32(crc.value.data()) == expected(crc); }

  /// The checksum of the header as it is.
  constexpr std::uint32_t total() noexcept {
    if (!has_total_) total_ = crc32c(header_);
    has_total_ = true;
    return total_;
  }

 private:
  Bytes header_;
  bool asked_ = false;
  bool has_total_ = false;
  std::uint32_t total_ = 0;
};

/// What the CRC32C TLVs of a header come to. Offsets count from the header's first byte.
struct CrcJudgement {
  std::uint32_t checksums = 0;    // CRC32C TLVs of 4 bytes
  std::uint32_t misfits = 0;      // CRC32C TLVs of any other length
  std::uint32_t right_alone = 0;  // checksums that are right with their own 4 bytes zero
  bool right_together = false;    // of several checksums, one is right with the bytes of all of them zero
  std::uint32_t first = 0;        // offset of the first checksum's TLV
  std::uint32_t second = 0;
  std::uint32_t expected = 0;  // what the first one must hold, its own 4 bytes zero

  /// Several checksums are right when one of them is, either way; one of any other length is wrong.
  constexpr Crc verdict() const noexcept {
    if (checksums == 0 && misfits == 0) return Crc::absent;
    return misfits == 0 && (right_alone > 0 || right_together) ? Crc::right : Crc::wrong;
  }
};

/// Judges the CRC32C TLVs that `tlvs` visits in `header`.
constexpr CrcJudgement judge_crc(Bytes header, TlvCursor tlvs) noexcept {
  CrcJudgement j;
  CrcChecker checker(header);
  std::uint32_t sum = 0;
  TlvCursor again = tlvs;
  for (Tlv tlv; tlvs.next(tlv);) {
    if (tlv.type != tlv_type::crc32c) continue;
    if (tlv.value.size() != 4) {
      ++j.misfits;
      continue;
    }
    const std::uint32_t expected = checker.expected(tlv);
    if (j.checksums == 0) {
      j.first = tlv.offset;
      j.expected = expected;
    } else if (j.checksums == 1) {
      j.second = tlv.offset;
    }
    ++j.checksums;
    j.right_alone += load_be32(tlv.value.data()) == expected ? 1U : 0U;
    sum ^= expected;
  }
  if (j.checksums < 2) return j;
  // Zeroing all of them changes the checksum by the sum of what each one changes it by.
  const std::uint32_t together = sum ^ (j.checksums % 2 == 0 ? checker.total() : 0U);
  for (Tlv tlv; !j.right_together && again.next(tlv);) {
    j.right_together = tlv.type == tlv_type::crc32c && tlv.value.size() == 4 && load_be32(tlv.value.data()) == together;
  }
  return j;
}

/// For views that show the CRC32C TLVs of a judged header one by one. Nothing is computed unless some are right and some
/// are not.
class CrcMarks {
 public:
  constexpr CrcMarks(Bytes header PP_LIFETIMEBOUND, const CrcJudgement& judgement) noexcept : checker_(header), judgement_(judgement) {}

  /// True when `crc`, one of the judged TLVs, is right with its own 4 bytes zero.
  constexpr bool right(const Tlv& crc) noexcept {
    if (crc.value.size() != 4 || judgement_.right_alone == 0) return false;
    return judgement_.right_alone == judgement_.checksums || checker_.right(crc);
  }

 private:
  CrcChecker checker_;
  CrcJudgement judgement_;
};

}  // namespace pp
