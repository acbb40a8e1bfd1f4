#include "pp/lint/checks.hpp"
#include "pp/lint/sentences.hpp"

namespace pp::lint {
namespace {

using namespace argument;

/// How the header's checksum changes when `bits` of its byte at `at` flip.
std::uint32_t one_byte_change(const Header& h, std::size_t at, std::uint8_t bits) {
  return crc32c_change(Bytes(&bits, 1), h.bytes.size() - at - 1);
}

void mismatch(const Header& h, const CrcJudgement& crc, std::vector<Finding>& out) {
  const std::size_t at = crc.first + tlv_head_bytes;
  const std::uint8_t* const value = &h.bytes[at];
  const std::uint32_t said = load_be32(value);
  // One flipped bit in the command byte turns PROXY into LOCAL and a checksum that was right into a wrong one.
  const std::uint8_t sentence = load_le32(value) == crc.expected                     ? says::little_endian
                                : said == (crc.expected ^ one_byte_change(h, 12, 1)) ? says::command_damaged
                                                                                     : says::checksum_wrong;
  out.push_back(make_finding(Rule::v2_crc32c, static_cast<std::uint32_t>(at), 4, sentence, {hex_word(said), hex_word(crc.expected)}));
}

void several(const Header& h, const CrcJudgement& crc, std::vector<Finding>& out) {
  const std::uint8_t sentence = crc.right_together ? says::right_together : crc.right_alone > 0 ? says::right_alone : says::none_right;
  out.push_back(make_finding(Rule::v2_crc32c_duplicate, crc.second, static_cast<std::uint32_t>(tlv_head_bytes + 4), sentence,
                             {number(crc.checksums)}));
  if (!crc.right_together && crc.right_alone == 0) mismatch(h, crc, out);
}

void check_lengths(const Header& h, const JudgedTlvs& tlvs, std::vector<Finding>& out) {
  TlvCursor cursor = tlvs_in(h, tlvs.area);
  std::uint32_t listed = 0;
  for (Tlv tlv; listed < most_findings && cursor.next(tlv);) {
    if (tlv.type != tlv_type::crc32c || tlv.value.size() == 4) continue;
    ++listed;
    out.push_back(make_finding(Rule::v2_crc32c_length, tlv.offset + 1, 2, {number(tlv.value.size())}));
  }
  out.back().left_out += tlvs.crc.misfits - listed;
}

/// A TLV of 4 bytes whose type is one bit away from CRC32C and whose value would be the right checksum.
void check_hidden(const Header& h, const TlvArea& area, std::vector<Finding>& out) {
  CrcChecker checker(h.bytes);
  TlvCursor cursor = tlvs_in(h, area);
  std::size_t listed = 0;
  for (Tlv tlv; listed < most_findings && cursor.next(tlv);) {
    const auto difference = static_cast<std::uint8_t>(tlv.type ^ tlv_type::crc32c);
    if (tlv.value.size() != 4 || (difference & (difference - 1)) != 0) continue;
    if (load_be32(tlv.value.data()) != (checker.expected(tlv) ^ one_byte_change(h, tlv.offset, difference))) continue;
    ++listed;
    out.push_back(make_finding(Rule::v2_crc32c_hidden, tlv.offset, 1, {hex_byte(tlv.type)}));
  }
}

}  // namespace

void check_crc32c(const Header& h, const JudgedTlvs& tlvs, std::vector<Finding>& out) {
  const CrcJudgement& crc = tlvs.crc;
  if (crc.verdict() == Crc::absent) return check_hidden(h, tlvs.area, out);
  if (crc.misfits > 0) check_lengths(h, tlvs, out);
  if (crc.checksums > 1) return several(h, crc, out);
  if (crc.checksums == 1 && crc.right_alone == 0) mismatch(h, crc, out);
}

}  // namespace pp::lint
