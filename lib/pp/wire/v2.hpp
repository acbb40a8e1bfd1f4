// Version 2, the binary header (2.2): framing, fixed part and address block.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "pp/base/bytes.hpp"
#include "pp/wire/header.hpp"
#include "pp/wire/verdict.hpp"

namespace pp {

/// Does not walk the TLVs (see tlv.hpp): the header ends after 16 + length bytes, whatever they hold.
constexpr Parsed parse_v2(Bytes in) noexcept;

namespace v2_internal {

constexpr void fault(Parsed& r, Bytes in, Fault fault, std::uint32_t offset, std::uint16_t span = 1) noexcept {
  r.header.bytes = in;
  r.verdict = {Status::malformed, fault, span, 0, offset};
}

constexpr void need(Parsed& r, Bytes in, std::size_t n) noexcept {
  r.header.bytes = in;
  r.verdict = {Status::need_more, Fault::none, 0, static_cast<std::uint32_t>(n), static_cast<std::uint32_t>(in.size())};
}

/// Checks bytes 12 and 13 as far as they have arrived; false after setting the verdict.
constexpr bool check_fixed(Parsed& r, Bytes in) noexcept {
  if (in.size() > 12) {
    r.header.version_command = in[12];
    if (in[12] >> 4 != 2) return fault(r, in, Fault::v2_version, 12), false;
    if ((in[12] & 15U) > 1) return fault(r, in, Fault::v2_command, 12), false;
  }
  if (in.size() > 13) {
    r.header.family_transport = in[13];
    // LOCAL: the receiver ignores the family, so every value is valid.
    if ((in[12] & 15U) == 0) return true;
    if (in[13] >> 4 > 3) return fault(r, in, Fault::v2_family, 13), false;
    if ((in[13] & 15U) > 2) return fault(r, in, Fault::v2_transport, 13), false;
  }
  return true;
}

constexpr bool has_signature(Bytes in) noexcept {
  constexpr std::uint64_t front = load_le64(v2_signature);
  constexpr std::uint32_t back = load_le32(v2_signature + 8);
  return in.size() >= sizeof v2_signature && load_le64(in.data()) == front && load_le32(in.data() + 8) == back;
}

/// Out of line, and parse_fixed inline: a complete header is then parsed without a call.
[[gnu::noinline]] constexpr void incomplete(Parsed& r, Bytes in) noexcept {
  if (has_signature(in)) {
    r.header.version = 2;
  } else {
    for (std::size_t i = 0; i < std::min(in.size(), sizeof v2_signature); ++i) {
      if (in[i] != v2_signature[i]) {
        r.header.bytes = in;
        r.verdict = {Status::missing, Fault::not_proxy, 1, 0, static_cast<std::uint32_t>(i)};
        return;
      }
    }
  }
  if (check_fixed(r, in)) need(r, in, v2_fixed_bytes - in.size());
}

constexpr void read_inet(Header& h, const std::uint8_t* block) noexcept {
  std::copy_n(block, 4, h.source.bytes.data());
  std::copy_n(block + 4, 4, h.destination.bytes.data());
  h.source.size = h.destination.size = 4;
  h.source_port = load_be16(block + 8);
  h.destination_port = load_be16(block + 10);
  h.addresses = Addresses::inet;
}

constexpr void read_inet6(Header& h, const std::uint8_t* block) noexcept {
  std::copy_n(block, 16, h.source.bytes.data());
  std::copy_n(block + 16, 16, h.destination.bytes.data());
  h.source.size = h.destination.size = 16;
  h.source_port = load_be16(block + 32);
  h.destination_port = load_be16(block + 34);
  h.addresses = Addresses::inet6;
}

/// True when all of the fixed part has arrived and starts with the signature.
constexpr bool has_fixed(Bytes in) noexcept { return in.size() >= v2_fixed_bytes && has_signature(in); }

/// After has_fixed(); into a default-constructed result, to avoid a copy.
[[gnu::always_inline]] constexpr void parse_fixed(Bytes in, Parsed& r) noexcept {
  Header& h = r.header;
  h.version = 2;
  // Check the length only after bytes 12 and 13 are valid, so that the fault does not depend on how many bytes have arrived.
  if (!check_fixed(r, in)) return;
  h.length = load_be16(&in[14]);

  const std::size_t total = v2_fixed_bytes + std::size_t{h.length};
  const unsigned family = h.family();
  // LOCAL discards the block; with UNSPEC in either nibble no address may be used. The header is still framed by its length.
  const bool usable = h.version_command == 0x21 && family != 0 && h.transport() != 0;
  if (usable && h.length < address_block_bytes(family)) {
    fault(r, in, Fault::v2_length_short, 14, 2);
    return;
  }
  if (in.size() < total) {
    need(r, in, total - in.size());
    return;
  }
  h.bytes = in.first(total);
  r.verdict = {Status::done, Fault::none, 0, static_cast<std::uint32_t>(total), 0};
  if (!usable) return;
  const std::uint8_t* block = in.data() + v2_fixed_bytes;
  if (family == 1) {
    read_inet(h, block);
  } else if (family == 2) {
    read_inet6(h, block);
  } else {
    h.addresses = Addresses::unix_socket;
  }
}

}  // namespace v2_internal

constexpr Parsed parse_v2(Bytes in) noexcept {
  Parsed r;
  if (v2_internal::has_fixed(in)) {
    v2_internal::parse_fixed(in, r);
  } else {
    v2_internal::incomplete(r, in);
  }
  return r;
}

}  // namespace pp
