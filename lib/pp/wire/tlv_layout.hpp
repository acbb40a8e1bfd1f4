// Where the TLVs of a v2 header begin: decided here for the library, the linter and every view. With addresses that a
// receiver may use, they follow the address block. LOCAL and UNSPEC are read by shape, since senders use both layouts.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pp/wire/crc_judgement.hpp"
#include "pp/wire/header.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp {

enum class TlvLayout : std::uint8_t {
  tlvs,      // addresses that a receiver may use, then TLVs; or nothing after the fixed part
  no_block,  // TLVs at byte 16 (AWS NLB's health check)
  block,     // an ignored address block, then TLVs
  both,      // ambiguous: valid TLVs with and without an address block; read as having one
  neither,   // not valid TLVs either way: opaque
};

struct TlvArea {
  TlvLayout layout = TlvLayout::tlvs;
  std::uint32_t offset = 0;  // where the walk begins; the header's end when the rest is opaque
  std::uint32_t end = 0;

  constexpr bool opaque() const noexcept { return layout == TlvLayout::neither; }
};

/// True when a CRC32C TLV of 4 bytes from `from` on is right. From there on the header divides into TLVs.
constexpr bool has_right_crc(Bytes header, std::size_t from) noexcept {
  CrcChecker checker(header);
  TlvCursor cursor(header, from, header.size());
  for (Tlv tlv; cursor.next(tlv);) {
    if (tlv.type == tlv_type::crc32c && tlv.value.size() == 4 && checker.right(tlv)) return true;
  }
  return false;
}

/// Of a complete header. The area of a v1 header is empty.
constexpr TlvArea tlv_area(const Header& h) noexcept {
  const auto end = static_cast<std::uint32_t>(h.bytes.size());
  if (h.version != 2) return {TlvLayout::tlvs, end, end};
  const auto at = static_cast<std::uint32_t>(h.tlv_offset());
  if (h.addresses != Addresses::none || end == v2_fixed_bytes) return {TlvLayout::tlvs, at, end};
  const auto after_block = static_cast<std::uint32_t>(v2_fixed_bytes + address_block_bytes(h.family()));
  const bool has_block = after_block > v2_fixed_bytes && after_block <= end;
  const bool plain = walks(h.bytes, v2_fixed_bytes, end);
  const bool blocked = has_block && walks(h.bytes, after_block, end);
  if (plain && blocked) {
    if (has_right_crc(h.bytes, v2_fixed_bytes)) return {TlvLayout::no_block, v2_fixed_bytes, end};
    if (has_right_crc(h.bytes, after_block)) return {TlvLayout::block, after_block, end};
    return {TlvLayout::both, after_block, end};
  }
  if (plain) return {TlvLayout::no_block, v2_fixed_bytes, end};
  if (blocked) return {TlvLayout::block, after_block, end};
  return {TlvLayout::neither, end, end};
}

constexpr TlvCursor tlvs_in(const Header& h, const TlvArea& area) noexcept { return TlvCursor(h.bytes, area.offset, area.end); }

/// What is decided once for a header and handed to whoever shows, counts or checks its TLVs.
struct JudgedTlvs {
  TlvArea area;
  CrcJudgement crc;
};

/// Of a complete header.
constexpr JudgedTlvs judge_tlvs(const Header& h) noexcept {
  const TlvArea area = tlv_area(h);
  return {area, area.offset < area.end ? judge_crc(h.bytes, tlvs_in(h, area)) : CrcJudgement{}};
}

}  // namespace pp
