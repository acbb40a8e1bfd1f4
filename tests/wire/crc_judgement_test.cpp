// The one judgement of CRC32C TLVs against a checksum bit by bit over a copy for each of them, and the library and the linter
// against each other.
#include "pp/wire/crc_judgement.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "pp/lint/lint.hpp"
#include "pp/net/header_reader.hpp"
#include "pp/wire/parse.hpp"
#include "pp/wire/tlv_layout.hpp"

namespace {
using namespace pp;
using Buffer = std::vector<std::uint8_t>;

/// RFC 4960 appendix B, with the 4 bytes at each of `zero` taken as zero.
std::uint32_t bitwise(Buffer bytes, const std::vector<std::size_t>& zero) {
  for (const std::size_t at : zero) std::memset(&bytes[at], 0, 4);
  std::uint32_t crc = 0xffffffffU;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0x82f63b78U : 0U);
  }
  return ~crc;
}

struct Made {
  Buffer bytes;
  std::vector<std::size_t> values;  // of the CRC32C TLVs of 4 bytes
  std::vector<std::size_t> misfits;
};

/// A v2 header of an IPv4 block or a LOCAL of none, then TLVs of which some are checksums; some of those are made right.
Made made(bool local) {
  Made out;
  out.bytes.assign(v2_signature, v2_signature + sizeof v2_signature);
  out.bytes.insert(out.bytes.end(), {local ? std::uint8_t{0x20} : std::uint8_t{0x21}, local ? std::uint8_t{0} : std::uint8_t{0x11}, 0, 0});
  if (!local) out.bytes.resize(28, 7);
  const auto lengths = *rc::gen::container<std::vector<std::size_t>>(
      rc::gen::weightedOneOf<std::size_t>({{6, rc::gen::just<std::size_t>(4)}, {1, rc::gen::inRange<std::size_t>(0, 300)}}));
  for (const std::size_t length : lengths) {
    const bool crc = *rc::gen::weightedElement<bool>({{4, true}, {1, false}});
    out.bytes.insert(out.bytes.end(), {crc ? tlv_type::crc32c : std::uint8_t{0xe5}, static_cast<std::uint8_t>(length >> 8),
                                       static_cast<std::uint8_t>(length)});
    if (crc) (length == 4 ? out.values : out.misfits).push_back(out.bytes.size());
    const auto value = *rc::gen::container<Buffer>(length, rc::gen::arbitrary<std::uint8_t>());
    out.bytes.insert(out.bytes.end(), value.begin(), value.end());
  }
  store_be16(&out.bytes[14], static_cast<std::uint16_t>(out.bytes.size() - 16));
  if (out.values.empty()) return out;
  switch (*rc::gen::inRange(0, 3)) {
    case 0: {
      const std::size_t at = *rc::gen::elementOf(out.values);
      store_be32(&out.bytes[at], bitwise(out.bytes, {at}));
      break;
    }
    case 1: store_be32(&out.bytes[*rc::gen::elementOf(out.values)], bitwise(out.bytes, out.values)); break;
    default: break;
  }
  return out;
}

RC_GTEST_PROP(CrcJudgement, IsThatOfACopyForEachChecksum, (bool local)) {
  const Made m = made(local);
  const Header h = parse(m.bytes).header;
  const JudgedTlvs judged = judge_tlvs(h);
  RC_ASSERT(judged.crc.checksums == m.values.size() && judged.crc.misfits == m.misfits.size());
  std::size_t alone = 0;
  bool together = false;
  CrcMarks marks(m.bytes, judged.crc);
  for (const std::size_t at : m.values) {
    const std::uint32_t said = load_be32(&m.bytes[at]);
    const bool right = said == bitwise(m.bytes, {at});
    alone += right ? 1 : 0;
    together = together || said == bitwise(m.bytes, m.values);
    RC_ASSERT(marks.right({tlv_type::crc32c, static_cast<std::uint32_t>(at - 3), Bytes(&m.bytes[at], 4)}) == right);
  }
  RC_ASSERT(judged.crc.right_alone == alone);
  RC_ASSERT(judged.crc.right_together == (m.values.size() > 1 && together));
  if (m.values.empty()) return;
  RC_ASSERT(judged.crc.first == m.values[0] - 3 && judged.crc.expected == bitwise(m.bytes, {m.values[0]}));
  if (m.values.size() > 1) RC_ASSERT(judged.crc.second == m.values[1] - 3);
}

RC_GTEST_PROP(CrcJudgement, IsOneForTheLibraryAndTheLinter, (bool local)) {
  const Made m = made(local);
  ReadOptions options;
  options.max_header = max_header_bytes;
  HeaderReader reader(options);
  for (std::size_t at = 0; reader.status() == ReadStatus::need_more;) {
    const auto room = reader.space();
    const std::size_t n = std::min(room.size(), m.bytes.size() - at);
    std::memcpy(room.data(), &m.bytes[at], n);
    at += n;
    reader.commit(static_cast<ssize_t>(n));
  }
  std::vector<lint::Finding> findings;
  lint::lint(parse(m.bytes), m.bytes, findings);
  const bool error = std::any_of(findings.begin(), findings.end(), [](const lint::Finding& f) {
    return f.code == lint::Rule::v2_crc32c || f.code == lint::Rule::v2_crc32c_length;
  });
  RC_ASSERT(reader.result().crc() == (m.values.empty() && m.misfits.empty() ? Crc::absent : error ? Crc::wrong : Crc::right));
}

/// The longest header, a checksum at either end: the shift by nearly 64 KiB is right.
TEST(CrcJudgement, ReachesOverTheLongestHeader) {
  Buffer bytes(v2_signature, v2_signature + sizeof v2_signature);
  bytes.insert(bytes.end(), {0x20, 0x00, 0xff, 0xff, 3, 0, 4, 1, 2, 3, 4, 4, 0xff, 0xee});
  bytes.resize(max_header_bytes - 7);
  bytes.insert(bytes.end(), {3, 0, 4, 5, 6, 7, 8});
  const JudgedTlvs judged = judge_tlvs(parse(bytes).header);
  ASSERT_EQ(judged.crc.checksums, 2U);
  CrcChecker checker(bytes);
  const Tlv last{tlv_type::crc32c, static_cast<std::uint32_t>(max_header_bytes - 7), Bytes(bytes).last(4)},
      first{tlv_type::crc32c, 16, Bytes(bytes).subspan(19, 4)};
  EXPECT_EQ(checker.expected(last), bitwise(bytes, {max_header_bytes - 4}));
  EXPECT_EQ(checker.expected(first), bitwise(bytes, {19}));
}

}  // namespace
