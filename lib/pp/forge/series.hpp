// What the seeded series of headers draw from: a list for each version of the series, which never changes again.
//
// Somebody noted down "item 17 of seed 5" as the header that broke a receiver. A TLV type that the specification adds gets a
// row in wire/tlv_types.hpp at once, and is drawn from the next series on: a new list here, with a number of its own.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "pp/wire/tlv_types.hpp"

namespace pp::forge {

/// A TLV type as it was when the list was written: its row in wire/tlv_types.hpp may change.
struct SeriesTlv {
  std::uint8_t type;
  TlvScope scope;
  TlvShape shape;
  std::uint16_t longest;  // bytes of the value
  bool single;            // at most once in its scope
};

struct SeriesVendorTlv {
  std::uint8_t type;
  TlvScope scope;
  std::uint8_t subtype;     // first byte of the value, 0 when there is none
  std::uint8_t bytes;       // of the whole value, 0 when it varies
  std::string_view prefix;  // of what follows the subtype
  bool text;                // the rest is letters, not arbitrary bytes
};

struct Series {
  unsigned number;
  std::span<const SeriesTlv> tlvs;
  std::span<const SeriesVendorTlv> vendors;
};

// The order of rows is a part of the series.
// clang-format off
inline constexpr std::array series_1_tlvs = {
    SeriesTlv{0x01, TlvScope::header, TlvShape::alpn,        255,   true},
    SeriesTlv{0x02, TlvScope::header, TlvShape::utf8,        65535, true},
    SeriesTlv{0x03, TlvScope::header, TlvShape::crc32c,      4,     true},
    SeriesTlv{0x04, TlvScope::header, TlvShape::padding,     65535, false},
    SeriesTlv{0x05, TlvScope::header, TlvShape::opaque,      128,   true},
    SeriesTlv{0x20, TlvScope::header, TlvShape::ssl,         65535, true},
    SeriesTlv{0x30, TlvScope::header, TlvShape::ascii,       65535, true},
    SeriesTlv{0x21, TlvScope::ssl,    TlvShape::ascii,       65535, true},
    SeriesTlv{0x22, TlvScope::ssl,    TlvShape::utf8,        65535, true},
    SeriesTlv{0x23, TlvScope::ssl,    TlvShape::ascii,       65535, true},
    SeriesTlv{0x24, TlvScope::ssl,    TlvShape::ascii,       65535, true},
    SeriesTlv{0x25, TlvScope::ssl,    TlvShape::ascii,       65535, true},
    SeriesTlv{0x26, TlvScope::ssl,    TlvShape::ascii,       65535, true},
    SeriesTlv{0x27, TlvScope::ssl,    TlvShape::ascii,       65535, true},
    SeriesTlv{0x28, TlvScope::ssl,    TlvShape::certificate, 65535, true},
};
inline constexpr std::array series_1_vendors = {
    SeriesVendorTlv{0xea, TlvScope::header, 1, 0, "vpce-",      true},
    SeriesVendorTlv{0xee, TlvScope::header, 1, 5, "",           false},
    SeriesVendorTlv{0xe0, TlvScope::header, 0, 8, "",           false},
    SeriesVendorTlv{0xe0, TlvScope::header, 0, 0, "-----BEGIN", true},
    SeriesVendorTlv{0xe1, TlvScope::header, 1, 0, "",           true},
    SeriesVendorTlv{0xe1, TlvScope::header, 2, 0, "",           true},
    SeriesVendorTlv{0xe1, TlvScope::header, 3, 0, "",           true},
    SeriesVendorTlv{0xe0, TlvScope::ssl,    0, 0, "",           true},
    SeriesVendorTlv{0xe1, TlvScope::ssl,    0, 0, "",           false},
};
// clang-format on

inline constexpr std::array all_series = {
    Series{1, series_1_tlvs, series_1_vendors},
};

constexpr const Series& newest_series() noexcept { return all_series.back(); }

/// nullptr when there is none of that number.
constexpr const Series* find_series(unsigned number) noexcept {
  for (const Series& series : all_series) {
    if (series.number == number) return &series;
  }
  return nullptr;
}

}  // namespace pp::forge
