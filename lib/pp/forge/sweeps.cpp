// Generated cases. What is to be found is worked out here from the specification's rules for the field alone, not by
// asking the parser.
#include <array>

#include "pp/forge/catalogue.hpp"
#include "pp/forge/recipes.hpp"
#include "pp/forge/sweep_items.hpp"
#include "pp/text/format.hpp"
#include "pp/wire/header.hpp"

namespace pp::forge {
namespace {

constexpr std::uint32_t first_tlv = 28;  // behind an INET block

Asks asks_for(const Expected& expected, Asks otherwise) { return expected.code.none() ? otherwise : Asks::must_reject; }

/// Byte 12 of a header with an INET block (2.2): version 2, command 0 or 1.
Expected of_version_command(unsigned byte) {
  if (byte >> 4 != 2) return {"v2-version", 12};
  if ((byte & 15) > 1) return {"v2-command", 12};
  return {};
}
Case version_command_item(std::size_t i) {
  const Expected e = of_version_command(static_cast<unsigned>(i));
  return generated("v2/version-command/" + two_digits(i), "2.2", asks_for(e, i == 0x20 ? Asks::must_accept_real : Asks::must_accept), e,
                   version_command(v2(), static_cast<std::uint8_t>(i)), "byte 12 is " + two_digits(i));
}

/// Byte 13, with a block of the size that its family has.
Expected of_family(unsigned byte) {
  if (byte >> 4 > 3) return {"v2-family", 13};
  if ((byte & 15) > 2) return {"v2-transport", 13};
  return {};
}
Case family_item(std::size_t i) {
  const auto byte = static_cast<std::uint8_t>(i);
  const Expected e = of_family(byte);
  const Buffer block = byte >> 4 == 2 ? inet6_block() : byte >> 4 == 3 ? unix_block() : inet_block();
  const bool unspec = byte >> 4 == 0 || (byte & 15) == 0;
  return generated("v2/family-transport/" + two_digits(i), "2.2",
                   asks_for(e, byte == 0x11 || byte == 0x21 ? Asks::must_accept
                               : unspec                     ? Asks::may_real
                                                            : Asks::may_use),
                   e, body(v2(), byte, block), "byte 13 is " + two_digits(i));
}

constexpr std::array<std::uint16_t, 18> far_lengths = {127, 128,  215,  216,   217,   255,   256,   519,   520,
                                                       521, 4095, 4096, 16383, 16384, 32767, 32768, 65534, 65535};
constexpr std::size_t near_lengths = 65;
std::size_t length_at(std::size_t i) { return i < near_lengths ? i : far_lengths[i - near_lengths]; }

/// The length field and as many bytes: the INET block cut, whole, or followed by stray bytes or a NOOP.
Case length_item(std::size_t i) {
  const std::size_t n = length_at(i);
  Expected e;
  if (n < 12) e = {"v2-length-short", 14};
  if (n == 13 || n == 14) e = {"v2-tlv-stray", first_tlv};
  if (16 + n > 536) e = {"v2-header-long", 14};
  Draft d = n < 15 ? body(v2(), 0x11, first_of(inet_block(), n)) : noop_to_length(n);
  const Asks asks = n < 12 ? Asks::must_reject : n == 13 || n == 14 || 16 + n > 536 ? Asks::may_clean : Asks::must_accept;
  return generated(text::format("v2/length-right/{}", n), "2.2", asks, e, std::move(d), text::format("length {}, and as many bytes", n));
}

/// The length field alone: 12 bytes follow whatever it says, then the stream ends.
Case length_lie_item(std::size_t i) {
  const std::size_t n = length_at(i);
  Expected e;
  if (n < 12) e = {"v2-length-short", 14};
  if (n > 12) e = {"truncated", first_tlv};
  return generated(text::format("v2/length-lie/{}", n), "2.2", asks_for(e, Asks::must_accept), e,
                   length(v2(), static_cast<std::uint16_t>(n)), text::format("length {}, and 12 bytes", n));
}

/// A custom TLV of 8 zero bytes whose length says something else: what it does not cover reads as more TLVs, of type 0
/// and no value, and as stray bytes.
constexpr std::array<std::uint16_t, 22> tlv_lengths = {0,  1,  2,  3,  4,  5,  6,   7,   8,    9,     10,
                                                       11, 12, 13, 14, 15, 16, 255, 256, 2048, 32768, 65535};
Case tlv_length_item(std::size_t i) {
  const std::uint16_t n = tlv_lengths[i];
  Expected e;
  if (n > 8) {
    e = {"v2-tlv-overrun", first_tlv + 1};
  } else if (n < 8) {
    const std::uint32_t rest = 8U - n;
    e = rest % 3 != 0 ? Expected{"v2-tlv-stray", first_tlv + 3 + 8 - rest % 3} : Expected{"v2-tlv-reserved", first_tlv + 3 + n};
  }
  return generated(text::format("v2/tlv-length/{}", n), "2.2",
                   n > 8    ? Asks::should_reject
                   : n == 8 ? Asks::must_accept
                            : Asks::may_clean,
                   e, tlv_claiming(v2(), 0xe5, std::string_view("\0\0\0\0\0\0\0\0", 8), n), text::format("a TLV of 8 bytes says {}", n));
}

// 192.0.2.10:56324 > 198.51.100.20:443 and a CRC32C TLV, 35 bytes, one of them replaced.
constexpr std::size_t damaged_bytes = 35;
constexpr std::array<std::uint8_t, damaged_bytes> good = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a,
                                                          0x21, 0x11, 0x00, 0x13, 0xc0, 0x00, 0x02, 0x0a, 0xc6, 0x33, 0x64, 0x14,
                                                          0xdc, 0x04, 0x01, 0xbb, 0x03, 0x00, 0x04, 0x04, 0xfc, 0xfa, 0x2e};

/// The type of the checksum's TLV, replaced: 4 bytes 04 FC FA 2E of another kind.
Expected of_damaged_type(unsigned type) {
  if (type == 0x02 || type == 0x30) return {"v2-text-control", 31};  // text
  if (type == 0x20) return {"v2-ssl-short", 29};
  if (type >= 0x21 && type <= 0x28) return {"v2-tlv-scope", 28};
  if (type == 0x01 || type == 0x04 || type == 0x05 || (type >= 0xe0 && type <= 0xef)) return {};
  if (type >= 0xf8) return {"v2-tlv-future", 28};
  if (type >= 0xf0) return {"v2-tlv-experiment", 28};
  return {"v2-tlv-reserved", 28};
}

Expected of_damaged_family(unsigned byte) {
  const Expected e = of_family(byte);
  if (!e.code.none()) return e;
  // Read as INET the checksum is found, and wrong. UNSPEC and an ignored block that is not there are opaque.
  if (byte >> 4 == 1) return {"v2-crc32c", 31};
  if (byte >> 4 == 0 || (byte & 15) == 0) return {};
  return {"v2-length-short", 14};
}

Expected of_damaged_length(unsigned low) {
  if (low > 0x13) return {"truncated", damaged_bytes};
  if (low < 12) return {"v2-length-short", 14};
  if (low == 12) return {};
  return low < 15 ? Expected{"v2-tlv-stray", 28} : Expected{"v2-tlv-overrun", 29};
}

Expected of_damage(std::size_t offset, unsigned byte) {
  if (offset == 0 && byte == 'P') return {"not-proxy", 1};  // the start of version 1 as well
  if (offset < 12) return {"not-proxy", static_cast<std::uint32_t>(offset)};
  switch (offset) {
    case 12: return byte == 0x20 ? Expected{"v2-crc32c", 31} : of_version_command(byte);
    case 13: return of_damaged_family(byte);
    case 14: return {"truncated", damaged_bytes};
    case 15: return of_damaged_length(byte);
    case 28: return of_damaged_type(byte);
    case 29: return {"v2-tlv-overrun", 29};
    case 30: return byte > 4 ? Expected{"v2-tlv-overrun", 29} : Expected{"v2-crc32c-length", 29};
    default: return {"v2-crc32c", 31};
  }
}

Case damage_item(std::size_t i) {
  const std::size_t offset = i / 255;
  std::size_t byte = i % 255;
  if (byte >= good[offset]) ++byte;  // every value but the good one
  const Expected e = of_damage(offset, static_cast<unsigned>(byte));
  const auto value = static_cast<char>(byte);
  // Apart from framing, it is the checksum that shows the damage, to a receiver that supports it (2.2.3).
  const bool framing = e.code == "not-proxy" || e.code == "v2-version" || e.code == "v2-command" || e.code == "v2-family" ||
                       e.code == "v2-transport" || e.code == "v2-length-short" || e.code == "truncated";
  return generated(text::format("v2/damage/{}/{}", offset, two_digits(byte)), "2.2",
                   framing                 ? Asks::must_reject
                   : e.code == "v2-crc32c" ? Asks::must_reject_checksum
                                           : Asks::may_clean,
                   e, patch(crc(v2()), offset, std::string_view(&value, 1)),
                   text::format("byte {} is {}, not {}", offset, two_digits(byte), two_digits(good[offset])));
}

constexpr std::array all_sweeps = {
    Sweep{"v2/version-command/", "2.2", 256, version_command_item, "every value of byte 12, version and command"},
    Sweep{"v2/family-transport/", "2.2", 256, family_item, "every value of byte 13, with a block of its family's size"},
    Sweep{"v2/length-right/", "2.2", near_lengths + far_lengths.size(), length_item, "the length field, and as many bytes as it says"},
    Sweep{"v2/length-lie/", "2.2", near_lengths + far_lengths.size(), length_lie_item, "the length field, and 12 bytes whatever it says"},
    Sweep{"v2/tlv-length/", "2.2", tlv_lengths.size(), tlv_length_item, "the length of a TLV of 8 bytes"},
    Sweep{"v2/damage/", "2.2", damaged_bytes * 255, damage_item,
          "every single byte of a header with a checksum, replaced by every other value"},
    Sweep{"v1/damage/", "2.1", v1_damage_count, v1_damage_item, "every single byte of a TCP4 line, replaced by every other value"},
};

}  // namespace

std::span<const Sweep> sweeps() noexcept { return all_sweeps; }

}  // namespace pp::forge
