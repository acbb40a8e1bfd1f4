#include <vector>

#include "pp/base/hex.hpp"
#include "pp/lint/checks.hpp"

namespace pp::lint {
namespace {

std::string hex32(std::uint32_t v) {
  std::uint8_t bytes[4];
  store_be32(bytes, v);
  return to_hex(bytes);
}

/// The checksum with every one of the CRC32C values zero.
std::uint32_t crc_all_zero(const Header& h, const std::vector<Tlv>& crcs) {
  std::vector<std::uint8_t> copy(h.bytes.begin(), h.bytes.end());
  for (const Tlv& tlv : crcs) store_be32(&copy[tlv.value_offset()], 0);
  return crc32c(copy);
}

/// One flipped bit in the command byte turns PROXY into LOCAL and a checksum that was right into a wrong one.
bool right_with_command_flipped(const Header& h, const Tlv& crc) {
  std::vector<std::uint8_t> copy(h.bytes.begin(), h.bytes.end());
  copy[12] ^= 1U;
  return header_crc32c(copy, crc.value_offset()) == load_be32(crc.value.data());
}

void mismatch(const Header& h, const Tlv& tlv, std::uint32_t right, std::vector<Finding>& out) {
  const std::uint32_t said = load_be32(tlv.value.data());
  std::string message = "CRC32C " + hex32(said) + " is wrong, the header's is " + hex32(right);
  if (load_le32(tlv.value.data()) == right) {
    message += ": right only as little endian, the byte order of the field is big endian";
  } else if (right_with_command_flipped(h, tlv)) {
    message += ": right with the lowest bit of byte 12 flipped, the command byte is damaged";
  }
  out.push_back(make_finding(Rule::v2_crc32c, tlv.value_offset(), 4, std::move(message)));
}

void several(const Header& h, const std::vector<Tlv>& crcs, std::vector<Finding>& out) {
  const std::uint32_t all_zero = crc_all_zero(h, crcs);
  constexpr std::size_t tried = 64;  // a checksum of the whole header for each: bounded work
  bool own = false;
  bool all = false;
  for (const Tlv& tlv : crcs) {
    own = own || (&tlv < &crcs[0] + tried && load_be32(tlv.value.data()) == header_crc32c(h.bytes, tlv.value_offset()));
    all = all || load_be32(tlv.value.data()) == all_zero;
  }
  std::string message = std::to_string(crcs.size()) + " CRC32C TLVs: ";
  message += all                   ? "right with the bytes of all of them zero"
             : own                 ? "right with its own 4 bytes zero, the others as they are"
             : crcs.size() > tried ? "none of the first " + std::to_string(tried) + " is right"
                                   : "none is right";
  out.push_back(make_finding(Rule::v2_crc32c_duplicate, crcs[1].offset, static_cast<std::uint32_t>(tlv_head_bytes + 4), message));
  if (!own && !all) mismatch(h, crcs.front(), header_crc32c(h.bytes, crcs.front().value_offset()), out);
}

/// A TLV of 4 bytes whose type is one bit away from CRC32C and whose value would be the right checksum.
void check_hidden(const Header& h, const TlvArea& area, std::vector<Finding>& out) {
  constexpr std::size_t longest = 4096;  // a copy for each candidate: bounded work
  if (h.bytes.size() > longest) return;
  TlvCursor tlvs = tlvs_in(h, area);
  std::size_t candidates = 0;
  for (Tlv tlv; tlvs.next(tlv) && candidates < 8;) {
    const unsigned difference = tlv.type ^ unsigned { tlv_type::crc32c };
    if (tlv.value.size() != 4 || (difference & (difference - 1)) != 0) continue;
    ++candidates;
    std::vector<std::uint8_t> copy(h.bytes.begin(), h.bytes.end());
    copy[tlv.offset] = tlv_type::crc32c;
    if (header_crc32c(copy, tlv.value_offset()) != load_be32(tlv.value.data())) continue;
    out.push_back(make_finding(Rule::v2_crc32c_hidden, tlv.offset, 1,
                               "type 0x" + to_hex(Bytes(&tlv.type, 1)) + " would be a right CRC32C if it were 0x03: a damaged bit"));
  }
}

}  // namespace

void check_crc32c(const Header& h, const TlvArea& area, std::vector<Finding>& out) {
  Tlv first;
  std::vector<Tlv> crcs;  // all of them, from the second on
  TlvCursor tlvs = tlvs_in(h, area);
  bool any = false;
  for (Tlv tlv; tlvs.next(tlv);) {
    if (tlv.type != tlv_type::crc32c) continue;
    any = true;
    if (tlv.value.size() == 4) {
      if (first.value.empty()) {
        first = tlv;
        continue;
      }
      if (crcs.empty()) crcs.push_back(first);
      crcs.push_back(tlv);
    } else {
      out.push_back(
          make_finding(Rule::v2_crc32c_length, tlv.offset + 1, 2, "CRC32C TLV has " + std::to_string(tlv.value.size()) + " bytes, not 4"));
    }
  }
  if (!any) return check_hidden(h, area, out);
  if (!crcs.empty()) return several(h, crcs, out);
  if (first.value.empty()) return;
  const std::uint32_t right = header_crc32c(h.bytes, first.value_offset());
  if (load_be32(first.value.data()) != right) mismatch(h, first, right, out);
}

}  // namespace pp::lint
