#include "pp/base/hex.hpp"
#include "pp/lint/checks.hpp"

namespace pp::lint {
namespace {

std::string hex32(std::uint32_t v) {
  std::uint8_t bytes[4];
  store_be32(bytes, v);
  return to_hex(bytes);
}

/// How the header's checksum changes when `bits` of its byte at `at` flip.
std::uint32_t one_byte_change(const Header& h, std::size_t at, std::uint8_t bits) {
  return crc32c_change(Bytes(&bits, 1), h.bytes.size() - at - 1);
}

/// The first of the judged checksums.
Tlv first_checksum(const Header& h, const CrcJudgement& crc) {
  return {tlv_type::crc32c, crc.first, h.bytes.subspan(crc.first + tlv_head_bytes, 4)};
}

void mismatch(const Header& h, const CrcJudgement& crc, std::vector<Finding>& out) {
  const Tlv tlv = first_checksum(h, crc);
  std::string message = "CRC32C " + hex32(load_be32(tlv.value.data())) + " is wrong, the header's is " + hex32(crc.expected);
  // One flipped bit in the command byte turns PROXY into LOCAL and a checksum that was right into a wrong one.
  if (load_le32(tlv.value.data()) == crc.expected) {
    message += ": right only as little endian, the byte order of the field is big endian";
  } else if (load_be32(tlv.value.data()) == (crc.expected ^ one_byte_change(h, 12, 1))) {
    message += ": right with the lowest bit of byte 12 flipped, the command byte is damaged";
  }
  out.push_back(make_finding(Rule::v2_crc32c, tlv.value_offset(), 4, std::move(message)));
}

void several(const Header& h, const CrcJudgement& crc, std::vector<Finding>& out) {
  std::string message = std::to_string(crc.checksums) + " CRC32C TLVs: ";
  message += crc.right_together    ? "right with the bytes of all of them zero"
             : crc.right_alone > 0 ? "right with its own 4 bytes zero, the others as they are"
                                   : "none is right";
  out.push_back(make_finding(Rule::v2_crc32c_duplicate, crc.second, static_cast<std::uint32_t>(tlv_head_bytes + 4), message));
  if (!crc.right_together && crc.right_alone == 0) mismatch(h, crc, out);
}

void check_lengths(const Header& h, const JudgedTlvs& tlvs, std::vector<Finding>& out) {
  TlvCursor cursor = tlvs_in(h, tlvs.area);
  std::size_t said = 0;
  for (Tlv tlv; said < most_findings && cursor.next(tlv);) {
    if (tlv.type != tlv_type::crc32c || tlv.value.size() == 4) continue;
    ++said;
    out.push_back(
        make_finding(Rule::v2_crc32c_length, tlv.offset + 1, 2, "CRC32C TLV has " + std::to_string(tlv.value.size()) + " bytes, not 4"));
  }
  if (tlvs.crc.misfits > said)
    out.back().message += " (and " + std::to_string(tlvs.crc.misfits - said) + " more CRC32C TLVs of another length)";
}

/// A TLV of 4 bytes whose type is one bit away from CRC32C and whose value would be the right checksum.
void check_hidden(const Header& h, const TlvArea& area, std::vector<Finding>& out) {
  CrcChecker checker(h.bytes);
  TlvCursor cursor = tlvs_in(h, area);
  std::size_t said = 0;
  for (Tlv tlv; said < most_findings && cursor.next(tlv);) {
    const auto difference = static_cast<std::uint8_t>(tlv.type ^ tlv_type::crc32c);
    if (tlv.value.size() != 4 || (difference & (difference - 1)) != 0) continue;
    if (load_be32(tlv.value.data()) != (checker.expected(tlv) ^ one_byte_change(h, tlv.offset, difference))) continue;
    ++said;
    out.push_back(make_finding(Rule::v2_crc32c_hidden, tlv.offset, 1,
                               "type 0x" + to_hex(Bytes(&tlv.type, 1)) + " would be a right CRC32C if it were 0x03: a damaged bit"));
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
