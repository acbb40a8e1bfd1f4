// TLV areas (2.2) and checksums (2.2.3) by enumeration: lengths against a closed form, CRC32C against its definition.
#include <fstream>
#include <numeric>
#include <string>

#include "pp/wire/crc32c.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_types.hpp"
#include "sweep.hpp"

namespace {
using namespace pp;
using sweep::Differences;

/// RFC 4960 B, bit by bit.
std::uint32_t bitwise_crc32c(Bytes bytes) {
  std::uint32_t crc = 0xffffffffU;
  for (std::uint8_t b : bytes) {
    crc ^= b;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? (crc >> 1) ^ 0x82f63b78U : crc >> 1;
  }
  return ~crc;
}

TEST(SweepTlv, EveryLengthFieldInAreas0To64) {
  Differences differences;
  std::vector<std::uint8_t> bytes(16 + 64, 0);
  for (std::size_t area = 0; area <= 64; ++area) {
    for (std::size_t length = 0; length <= 65535; ++length) {
      bytes[17] = static_cast<std::uint8_t>(length >> 8);
      bytes[18] = static_cast<std::uint8_t>(length);
      TlvCursor cursor(Bytes(bytes).first(16 + area), 16, 16 + area);
      Tlv tlv;
      std::size_t count = 0, covered = 0, first = 0;
      while (cursor.next(tlv)) {
        if (count++ == 0) first = tlv.value.size();
        covered += 3 + tlv.value.size();
      }
      // Behind the first TLV all is zero, so it divides into TLVs of 3 bytes.
      const bool fits = area >= 3 && length <= area - 3;
      const std::size_t rest = fits ? area - 3 - length : area;
      const std::size_t expected = fits ? 1 + rest / 3 : 0;
      const Fault fault = fits        ? (rest % 3 != 0 ? Fault::v2_tlv_stray : Fault::none)
                          : area >= 3 ? Fault::v2_tlv_overrun
                          : area > 0  ? Fault::v2_tlv_stray
                                      : Fault::none;
      const std::size_t offset = fits ? 16 + area - rest % 3 : area >= 3 ? 17 : 16;
      differences.check(count == expected && cursor.fault() == fault && cursor.offset() == offset && (!fits || first == length) &&
                            covered + cursor.left() == area,
                        [&] { return "length " + std::to_string(length) + " in " + std::to_string(area); });
    }
  }
}

TEST(SweepTlv, EveryTypeAtLengths0To8OutsideAndInsideSsl) {
  Differences differences;
  for (unsigned type = 0; type < 256; ++type) {
    for (std::size_t length = 0; length <= 8; ++length) {
      std::vector<std::uint8_t> tlv = {static_cast<std::uint8_t>(type), 0, static_cast<std::uint8_t>(length)};
      for (std::size_t i = 0; i < length; ++i) tlv.push_back(static_cast<std::uint8_t>(0xa0 + i));
      std::vector<std::uint8_t> bytes(v2_signature, v2_signature + 12);
      const std::size_t ssl_bytes = 5 + tlv.size();
      bytes.insert(bytes.end(), {0x20, 0x00, 0x00, static_cast<std::uint8_t>(tlv.size() + 3 + ssl_bytes)});
      bytes.insert(bytes.end(), tlv.begin(), tlv.end());
      bytes.insert(bytes.end(), {0x20, 0x00, static_cast<std::uint8_t>(ssl_bytes), 0x07, 0x01, 0x02, 0x03, 0x04});
      bytes.insert(bytes.end(), tlv.begin(), tlv.end());
      const auto [verdict, header] = parse(bytes);
      auto cursor = tlvs(header);
      Tlv plain, outer, inner, none;
      const bool both = cursor.next(plain) && cursor.next(outer) && !cursor.next(none) && cursor.fault() == Fault::none;
      const Ssl s = ssl(outer);
      auto sub = sub_tlvs(header.bytes, s);
      const bool nested = sub.next(inner) && !sub.next(none) && sub.fault() == Fault::none;
      differences.check(verdict.status == Status::done && both && nested && plain.type == type && inner.type == type &&
                            outer.type == 0x20 && s.complete && s.client == 7 && s.verify == 0x01020304U &&
                            std::equal(plain.value.begin(), plain.value.end(), tlv.begin() + 3, tlv.end()) &&
                            std::equal(inner.value.begin(), inner.value.end(), tlv.begin() + 3, tlv.end()) &&
                            inner.offset == 16 + tlv.size() + 3 + 5,
                        [&] { return "type " + std::to_string(type) + " length " + std::to_string(length); });
    }
  }
}

TEST(SweepTlv, EverySslClientByteAndSubType) {
  Differences differences;
  std::vector<std::uint8_t> bytes = {0x20, 0x00, 0x08, 0, 0, 0, 0, 1, 0, 0x00, 0x00};
  for (unsigned client = 0; client < 256; ++client) {
    for (unsigned type = 0; type < 256; ++type) {
      bytes[3] = static_cast<std::uint8_t>(client);
      bytes[8] = static_cast<std::uint8_t>(type);
      TlvCursor cursor(bytes, 0, bytes.size());
      Tlv tlv, inner;
      const bool walked = cursor.next(tlv);
      const Ssl s = ssl(tlv);
      auto sub = sub_tlvs(bytes, s);
      differences.check(walked && s.client == client && s.verify == 1 && s.has_certificate() == ((client & 6U) != 0) && sub.next(inner) &&
                            inner.type == type && inner.value.empty() && !sub.next(inner),
                        [&] { return std::to_string(client) + " " + std::to_string(type); });
    }
  }
}

/// Whether /proc/cpuinfo has the flag, as a word; on an x86-64 alone, for under an emulator the file is the host's.
bool cpu_says(const std::string& flag) {
#if !defined(__x86_64__)
  return false;
#endif
  std::ifstream info("/proc/cpuinfo");
  for (std::string word; info >> word;) {
    if (word == flag) return true;
  }
  return false;
}

TEST(SweepCrc, HardwarePortableAndBitwiseAgree) {
  std::vector<std::uint8_t> bytes(2500);
  std::uint32_t seed = 20261123;
  for (auto& b : bytes) b = static_cast<std::uint8_t>((seed = seed * 1664525U + 1013904223U) >> 24);
  const auto hardware = crc32c_internal::hardware();
  // Two ways that are two, and the instruction wherever the kernel says that the CPU has it.
  ASSERT_NE(hardware, &crc32c_internal::portable);
  if (cpu_says("sse4_2")) {
    ASSERT_NE(hardware, nullptr);
  }
  Differences differences;
  const auto check = [&](std::size_t at, std::size_t length) {
    const Bytes in = Bytes(bytes).subspan(at, length);
    const std::uint32_t right = bitwise_crc32c(in);
    const bool table = ~crc32c_internal::portable(0xffffffffU, in.data(), length) == right;
    const bool cpu = hardware == nullptr || ~hardware(0xffffffffU, in.data(), length) == right;
    differences.check(table && cpu && crc32c(in) == right,
                      [&] { return "length " + std::to_string(length) + " at alignment " + std::to_string(at); });
  };
  for (std::size_t length = 0; length <= 600; ++length) {
    for (std::size_t at = 0; at < 16; ++at) check(at, length);
  }
  for (std::size_t length = 600; length < 2480; length += 7) check(length % 16, length);
  if (hardware == nullptr) GTEST_SKIP() << "this CPU has no CRC32C instruction: table and definition compared";
}

TEST(SweepCrc, OfAHeaderAtEveryOffset) {
  Differences differences;
  std::vector<std::uint8_t> bytes(160);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{1});
  for (std::size_t at = 0; at + 4 <= bytes.size(); ++at) {
    auto zeroed = bytes;
    std::fill_n(zeroed.begin() + static_cast<std::ptrdiff_t>(at), 4, std::uint8_t{0});
    differences.check(header_crc32c(bytes, at) == bitwise_crc32c(zeroed), [&] { return std::to_string(at); });
  }
}

/// What a receiver that checks the CRC does not notice.
bool unnoticed(Bytes in) {
  const auto [verdict, header] = parse(in);
  if (verdict.status != Status::done) return false;
  if (header.addresses == Addresses::none) return true;  // LOCAL and UNSPEC: nothing is judged
  auto cursor = tlvs(header);
  Tlv tlv;
  bool right = true;
  while (cursor.next(tlv)) {
    if (tlv.type != tlv_type::crc32c) continue;
    right = right && tlv.value.size() == 4 && load_be32(tlv.value.data()) == header_crc32c(header.bytes, tlv.value_offset());
  }
  return cursor.fault() == Fault::none && right;
}

/// Flips of a header that ends in its CRC32C TLV: all are noticed but those that hide the checksum itself.
TEST(SweepCrc, SingleAndDoubleBitFlips) {
  std::vector<std::uint8_t> bytes(v2_signature, v2_signature + 12);
  const std::uint8_t rest[] = {0x21, 0x11, 0x00, 0x13, 192,  0,    2,    10,   198,  51,   100, 20,
                               0xdc, 0x04, 0x01, 0xbb, 0x03, 0x00, 0x04, 0x04, 0xfc, 0xfa, 0x2e};
  bytes.insert(bytes.end(), std::begin(rest), std::end(rest));
  ASSERT_EQ(bytes.size(), 35U);
  ASSERT_TRUE(unnoticed(bytes)) << "the checksum is right as it stands";
  const auto flip = [&bytes](std::size_t bit) { bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1U << bit % 8)); };

  std::vector<std::size_t> single;
  for (std::size_t i = 0; i < 280; ++i) {
    flip(i);
    if (unnoticed(bytes)) single.push_back(i);
    flip(i);
  }
  // PROXY into LOCAL; STREAM and INET into UNSPEC; the eight bits of the TLV's type.
  const std::vector<std::size_t> hides = {12 * 8,     13 * 8,     13 * 8 + 4, 28 * 8,     28 * 8 + 1, 28 * 8 + 2,
                                          28 * 8 + 3, 28 * 8 + 4, 28 * 8 + 5, 28 * 8 + 6, 28 * 8 + 7};
  EXPECT_EQ(single, hides);

  std::size_t others = 0;
  for (std::size_t i = 0; i < 280; ++i) {
    for (std::size_t k = i + 1; k < 280; ++k) {
      flip(i);
      flip(k);
      const bool one_hides = std::count(hides.begin(), hides.end(), i) + std::count(hides.begin(), hides.end(), k) > 0;
      if (unnoticed(bytes) && !one_hides) ++others;
      flip(i);
      flip(k);
    }
  }
  EXPECT_EQ(others, 0U) << "two flips that hide the checksum together, neither of them alone";
}

}  // namespace
