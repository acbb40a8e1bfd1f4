// TLV types (2.2.1 to 2.2.8) and the vendors' shapes: one row each. The shape drives bounds, text, JSON and generation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "pp/base/bytes.hpp"
#include "pp/wire/section.hpp"

namespace pp {

enum class TlvShape : std::uint8_t {
  opaque,      // bytes; text beside them when printable
  alpn,        // protocol name, bytes as in RFC 7301
  ascii,       // US-ASCII text
  utf8,        // UTF-8 text
  crc32c,      // 4 bytes, big endian
  padding,     // ignored
  ssl,         // client, verify, sub-TLVs
  certificate  // X.509 DER
};

enum class TlvScope : std::uint8_t { header, ssl };

namespace tlv_type {
inline constexpr std::uint8_t alpn = 0x01;
inline constexpr std::uint8_t authority = 0x02;
inline constexpr std::uint8_t crc32c = 0x03;
inline constexpr std::uint8_t noop = 0x04;
inline constexpr std::uint8_t unique_id = 0x05;
inline constexpr std::uint8_t ssl = 0x20;
inline constexpr std::uint8_t ssl_version = 0x21;
inline constexpr std::uint8_t ssl_cn = 0x22;
inline constexpr std::uint8_t ssl_cipher = 0x23;
inline constexpr std::uint8_t ssl_sig_alg = 0x24;
inline constexpr std::uint8_t ssl_key_alg = 0x25;
inline constexpr std::uint8_t netns = 0x30;
}  // namespace tlv_type

struct TlvType {
  std::uint8_t type;
  std::string_view name;
  TlvScope scope;
  TlvShape shape;
  std::uint16_t max;  // longest value that makes sense, 65535 when there is no bound
  bool single;        // at most once in its scope
  Section section;
  std::string_view meaning;
};

// A row to a line.
// clang-format off
inline constexpr std::array tlv_table = {
    TlvType{0x01, "ALPN", TlvScope::header, TlvShape::alpn, 255, true, "2.2.1",
            "application protocol negotiated with the client, as in RFC 7301 (h2, http/1.1)"},
    TlvType{0x02, "AUTHORITY", TlvScope::header, TlvShape::utf8, 65535, true, "2.2.2",
            "host name that the client asked for (SNI), UTF-8"},
    TlvType{0x03, "CRC32C", TlvScope::header, TlvShape::crc32c, 4, true, "2.2.3",
            "CRC-32C of the whole header with these 4 bytes zero, big endian"},
    TlvType{0x04, "NOOP", TlvScope::header, TlvShape::padding, 65535, false, "2.2.4", "padding, ignored"},
    TlvType{0x05, "UNIQUE_ID", TlvScope::header, TlvShape::opaque, 128, true, "2.2.5",
            "opaque identifier of the connection"},
    TlvType{0x20, "SSL", TlvScope::header, TlvShape::ssl, 65535, true, "2.2.6",
            "the client's TLS: client bits, verify result, sub-TLVs"},
    TlvType{0x30, "NETNS", TlvScope::header, TlvShape::ascii, 65535, true, "2.2.7", "name of the sender's network namespace, ASCII"},
    TlvType{0x21, "SSL_VERSION", TlvScope::ssl, TlvShape::ascii, 65535, true, "2.2.6", "TLS version, ASCII (TLSv1.3)"},
    TlvType{0x22, "SSL_CN", TlvScope::ssl, TlvShape::utf8, 65535, true, "2.2.6", "common name of the client certificate, UTF-8"},
    TlvType{0x23, "SSL_CIPHER", TlvScope::ssl, TlvShape::ascii, 65535, true, "2.2.6", "cipher suite, ASCII"},
    TlvType{0x24, "SSL_SIG_ALG", TlvScope::ssl, TlvShape::ascii, 65535, true, "2.2.6",
            "signature algorithm of the frontend's certificate, ASCII"},
    TlvType{0x25, "SSL_KEY_ALG", TlvScope::ssl, TlvShape::ascii, 65535, true, "2.2.6",
            "key algorithm of the frontend's certificate, ASCII"},
    TlvType{0x26, "SSL_GROUP", TlvScope::ssl, TlvShape::ascii, 65535, true, "2.2.6", "key-exchange group, ASCII (since 2025/09)"},
    TlvType{0x27, "SSL_SIG_SCHEME", TlvScope::ssl, TlvShape::ascii, 65535, true, "2.2.6", "signature scheme, ASCII (since 2025/09)"},
    TlvType{0x28, "SSL_CLIENT_CERT", TlvScope::ssl, TlvShape::certificate, 65535, true, "2.2.6",
            "client certificate, X.509 DER (since 2026/01)"},
};
// clang-format on

/// The specification's ranges for types that have no row (2.2.8).
enum class TlvRange : std::uint8_t { reserved, custom, experiment, future };

constexpr TlvRange tlv_range(std::uint8_t type) noexcept {
  if (type >= 0xf8) return TlvRange::future;
  if (type >= 0xf0) return TlvRange::experiment;
  if (type >= 0xe0) return TlvRange::custom;
  return TlvRange::reserved;
}
constexpr std::string_view name(TlvRange range) noexcept {
  constexpr std::string_view names[] = {"RESERVED", "CUSTOM", "EXPERIMENT", "FUTURE"};
  return names[static_cast<std::size_t>(range)];
}

namespace tlv_types_internal {
struct Index {
  std::array<std::uint8_t, 256> row{};
  consteval explicit Index(TlvScope scope) {
    for (auto& r : row) r = 255;
    for (std::size_t i = 0; i < tlv_table.size(); ++i) {
      if (tlv_table[i].scope == scope) row[tlv_table[i].type] = static_cast<std::uint8_t>(i);
    }
  }
};
inline constexpr Index index[] = {Index(TlvScope::header), Index(TlvScope::ssl)};
}  // namespace tlv_types_internal

/// The row of a type in a scope, nullptr when the specification gives it no meaning there.
constexpr const TlvType* tlv_info(std::uint8_t type, TlvScope scope) noexcept {
  const std::uint8_t row = tlv_types_internal::index[static_cast<std::size_t>(scope)].row[type];
  return row == 255 ? nullptr : &tlv_table[row];
}

/// Which vendor's value a custom TLV holds. Types collide, so type and shape decide together.
enum class VendorId : std::uint8_t { none, ascii, number_le, number_be, text };

struct VendorTlv {
  std::uint8_t type;
  TlvScope scope;
  std::string_view vendor;
  std::string_view name;
  std::uint8_t subtype;     // first byte of the value, 0 when there is none
  std::uint8_t bytes;       // exact length of the value, 0 when it varies
  std::string_view prefix;  // what the text after the subtype starts with
  VendorId id;              // how to read the identifier after the subtype
  std::string_view meaning;
};

// A row to a line.
// clang-format off
inline constexpr std::array vendor_table = {
    VendorTlv{0xea, TlvScope::header, "AWS", "AWS_VPCE_ID", 1, 0, "vpce-", VendorId::ascii,
              "VPC endpoint id (NLB, PrivateLink)"},
    VendorTlv{0xee, TlvScope::header, "Azure", "AZURE_LINK_ID", 1, 5, "", VendorId::number_le,
              "LinkID of the private endpoint, 4 bytes little endian (Private Link Service)"},
    VendorTlv{0xe0, TlvScope::header, "GCP", "GCP_PSC_CONNECTION_ID", 0, 8, "", VendorId::number_be,
              "pscConnectionId, 8 bytes big endian (Private Service Connect)"},
    VendorTlv{0xe0, TlvScope::header, "hitch", "HITCH_CLIENT_CERT", 0, 0, "-----BEGIN", VendorId::text,
              "client certificate as PEM text (proxy-client-cert)"},
    VendorTlv{0xe1, TlvScope::header, "Alibaba", "ALIBABA_VPC_ID", 1, 0, "", VendorId::ascii, "VPC id (NLB)"},
    VendorTlv{0xe1, TlvScope::header, "Alibaba", "ALIBABA_ENDPOINT_ID", 2, 0, "", VendorId::ascii, "endpoint id (NLB)"},
    VendorTlv{0xe1, TlvScope::header, "Alibaba", "ALIBABA_SERVICE_ID", 3, 0, "", VendorId::ascii, "endpoint-service id (NLB)"},
    VendorTlv{0xd0, TlvScope::header, "Istio", "ISTIO_PEER_ID", 0, 0, "spiffe://", VendorId::ascii,
              "SPIFFE id of the client's workload (ztunnel); the type is reserved in the specification"},
    VendorTlv{0xd1, TlvScope::header, "Istio", "ISTIO_SERVICE_HOST", 0, 0, "", VendorId::ascii,
              "host name of the service that the client asked for (ztunnel); the type is reserved in the specification"},
    VendorTlv{0xe0, TlvScope::ssl, "MongoDB", "MONGODB_SUBJECT", 0, 0, "", VendorId::text, "subject distinguished name"},
    VendorTlv{0xe1, TlvScope::ssl, "MongoDB", "MONGODB_ROLES", 0, 0, "", VendorId::none, "peer roles, DER"},
};
// clang-format on

struct VendorValue {
  const VendorTlv* row = nullptr;  // nullptr: no vendor's shape, so custom bytes
  std::uint64_t number = 0;        // number_le, number_be
  Bytes text;                      // ascii, text
};

constexpr bool printable_ascii(Bytes text) noexcept {
  for (std::uint8_t b : text) {
    if (b < 0x20 || b > 0x7e) return false;
  }
  return true;
}

constexpr VendorValue vendor_value(std::uint8_t type, TlvScope scope, Bytes value) noexcept {
  for (const VendorTlv& row : vendor_table) {
    if (row.type != type || row.scope != scope) continue;
    if (row.bytes != 0 && value.size() != row.bytes) continue;
    const std::size_t skip = row.subtype != 0 ? 1 : 0;
    if (value.size() < skip + 1 || (skip != 0 && value[0] != row.subtype)) continue;
    const Bytes rest = value.subspan(skip);
    bool matches = rest.size() >= row.prefix.size();
    for (std::size_t i = 0; matches && i < row.prefix.size(); ++i) matches = rest[i] == static_cast<std::uint8_t>(row.prefix[i]);
    if (!matches || (row.id == VendorId::ascii && !printable_ascii(rest))) continue;
    if (row.id == VendorId::number_be && printable_ascii(rest)) continue;  // eight letters are a text, not a number
    VendorValue v{&row, 0, {}};
    if (row.id == VendorId::ascii || row.id == VendorId::text) v.text = rest;
    if (row.id == VendorId::number_le) v.number = load_le32(rest.data());
    if (row.id == VendorId::number_be) v.number = load_be64(rest.data());
    return v;
  }
  return {};
}

static_assert(
    [] {
      for (std::size_t i = 0; i < tlv_table.size(); ++i) {
        for (std::size_t k = 0; k < i; ++k) {
          if (tlv_table[i].type == tlv_table[k].type && tlv_table[i].scope == tlv_table[k].scope) return false;
          if (tlv_table[i].name == tlv_table[k].name) return false;
        }
      }
      for (const VendorTlv& v : vendor_table) {
        if (v.id == VendorId::number_le && v.bytes != 5) return false;
        if (v.id == VendorId::number_be && v.bytes != 8) return false;
      }
      return true;
    }(),
    "one row for a type in its scope; numbers have the size that their reader takes");

}  // namespace pp
