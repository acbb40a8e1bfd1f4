// Where the TLVs of a v2 header begin. With believed addresses that is behind the block; LOCAL and UNSPEC are read by
// shape, since senders use both layouts.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pp/wire/crc32c.hpp"
#include "pp/wire/header.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::lint {

enum class Layout : std::uint8_t {
  tlvs,      // believed addresses, then TLVs; or nothing behind the fixed part
  no_block,  // TLVs at byte 16 (AWS NLB's health check)
  block,     // an ignored address block, then TLVs
  both,      // both readings divide into TLVs; read as block
  neither,   // no reading divides into TLVs: opaque
};

struct Reading {
  Layout layout = Layout::tlvs;
  std::uint32_t tlv_offset = 0;  // where the walk begins; the header's end when the rest is opaque
  std::uint32_t end = 0;

  constexpr bool opaque() const noexcept { return layout == Layout::neither; }
};

/// Of an area that divides into TLVs: true when it holds a CRC32C of 4 bytes that is right.
constexpr bool has_right_crc(Bytes header, std::size_t from) noexcept {
  TlvCursor cursor(header, from, header.size());
  for (Tlv tlv; cursor.next(tlv);) {
    if (tlv.type != tlv_type::crc32c || tlv.value.size() != 4) continue;
    if (load_be32(tlv.value.data()) == header_crc32c(header, tlv.value_offset())) return true;
  }
  return false;
}

/// For a complete header; v1 has nothing to read.
constexpr Reading tlv_reading(const Header& h) noexcept {
  const auto end = static_cast<std::uint32_t>(h.bytes.size());
  if (h.version != 2) return {Layout::tlvs, end, end};
  const auto at = static_cast<std::uint32_t>(h.tlv_offset());
  if (h.addresses != Addresses::none || end == v2_fixed_bytes) return {Layout::tlvs, at, end};
  const auto behind = static_cast<std::uint32_t>(v2_fixed_bytes + address_block_bytes(h.family()));
  const bool has_block = behind > v2_fixed_bytes && behind <= end;
  const bool plain = walks(h.bytes, v2_fixed_bytes, end);
  const bool blocked = has_block && walks(h.bytes, behind, end);
  if (plain && blocked) {
    if (has_right_crc(h.bytes, v2_fixed_bytes)) return {Layout::no_block, v2_fixed_bytes, end};
    if (has_right_crc(h.bytes, behind)) return {Layout::block, behind, end};
    return {Layout::both, behind, end};
  }
  if (plain) return {Layout::no_block, v2_fixed_bytes, end};
  if (blocked) return {Layout::block, behind, end};
  return {Layout::neither, end, end};
}

/// The TLVs of the reading.
constexpr TlvCursor cursor(const Header& h, const Reading& reading) noexcept { return TlvCursor(h.bytes, reading.tlv_offset, reading.end); }

}  // namespace pp::lint
