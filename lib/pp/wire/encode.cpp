#include "pp/wire/encode.hpp"

#include <cstring>
#include <string_view>

#include "pp/base/octet_text.hpp"
#include "pp/wire/crc32c.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp {
namespace {

constexpr std::size_t crc_tlv_bytes = tlv_head_bytes + 4;

char* put_port(char* out, unsigned v) noexcept {
  if (v < 256) return put_octet(out, static_cast<std::uint8_t>(v));
  if (v >= 10000) {
    *out++ = static_cast<char>('0' + v / 10000);
    v %= 10000;
    *out++ = static_cast<char>('0' + v / 1000);
  } else if (v >= 1000) {
    *out++ = static_cast<char>('0' + v / 1000);
  }
  *out++ = static_cast<char>('0' + v / 100 % 10);
  *out++ = static_cast<char>('0' + v / 10 % 10);
  *out++ = static_cast<char>('0' + v % 10);
  return out;
}

/// The grammar of 2.1 has no dotted tail, so an IPv4-mapped address goes out in hexadecimal.
char* put_ipv6(char* out, const IpAddress& a) noexcept {
  if (!is_ipv4_mapped(a)) return out + format_ip(a, out);
  constexpr std::string_view prefix = "::ffff:";
  std::memcpy(out, prefix.data(), prefix.size());
  out += prefix.size();
  constexpr char digit[] = "0123456789abcdef";
  for (std::size_t group = 0; group < 2; ++group) {
    const unsigned v = load_be16(&a.bytes[12 + group * 2]);
    if (group > 0) *out++ = ':';
    for (unsigned shift = 16; shift > 0;) {
      shift -= 4;
      if (v >> shift != 0 || shift == 0) *out++ = digit[(v >> shift) & 15U];
    }
  }
  return out;
}

/// 107 bytes plus slack: fields are written in 4-byte stores that overshoot before the next field overwrites the excess.
constexpr std::size_t v1_room = v1_max_bytes + 4;

/// Both addresses are of one family; `line` has room for v1_room bytes. Returns the line's size.
std::size_t put_v1(const Endpoint& source, const Endpoint& destination, char* const line) noexcept {
  const bool v6 = source.address.is_v6();
  std::memcpy(line, v6 ? "PROXY TCP6 " : "PROXY TCP4 ", 11);
  char* p = line + 11;
  p = v6 ? put_ipv6(p, source.address) : put_ipv4(p, source.address.bytes.data());
  *p++ = ' ';
  p = v6 ? put_ipv6(p, destination.address) : put_ipv4(p, destination.address.bytes.data());
  *p++ = ' ';
  p = put_port(p, source.port);
  *p++ = ' ';
  p = put_port(p, destination.port);
  *p++ = '\r';
  *p++ = '\n';
  return static_cast<std::size_t>(p - line);
}

/// The fixed part with its signature; the caller has checked that there is room.
void put_fixed(std::uint8_t* out, std::uint8_t version_command, std::uint8_t family_transport, std::size_t length) noexcept {
  std::memcpy(out, v2_signature, sizeof v2_signature);
  out[12] = version_command;
  out[13] = family_transport;
  store_be16(out + 14, static_cast<std::uint16_t>(length));
}

/// Appends the TLVs and, if requested, the CRC32C TLV to the `at` bytes already written; returns the total size.
std::size_t put_tlvs(std::uint8_t* out, std::size_t at, const V2Options& options) noexcept {
  if (!options.tlvs.empty()) std::memcpy(out + at, options.tlvs.data(), options.tlvs.size());
  at += options.tlvs.size();
  if (!options.crc32c) return at;
  out[at] = tlv_type::crc32c;
  store_be16(out + at + 1, 4);
  store_be32(out + at + tlv_head_bytes, 0);
  at += crc_tlv_bytes;
  store_be32(out + at - 4, crc32c(Bytes(out, at)));
  return at;
}

/// The value of the length field; above 65,535 when it does not fit.
std::size_t v2_length(std::size_t block, const V2Options& options) noexcept {
  return block + options.tlvs.size() + (options.crc32c ? crc_tlv_bytes : 0);
}

}  // namespace

std::size_t encode_v1(const Endpoint& source, const Endpoint& destination, std::span<std::uint8_t> out) noexcept {
  if (source.address.size != destination.address.size || source.address.size == 0) return 0;
  // Into the caller's buffer: copying the line right after writing it would stall on store-to-load forwarding.
  if (out.size() >= v1_room) return put_v1(source, destination, static_cast<char*>(static_cast<void*>(out.data())));
  char line[v1_room];
  const std::size_t size = put_v1(source, destination, line);
  if (size > out.size()) return 0;
  std::memcpy(out.data(), line, size);
  return size;
}

std::size_t encode_v1_unknown(std::span<std::uint8_t> out) noexcept {
  constexpr std::string_view line = "PROXY UNKNOWN\r\n";
  if (out.size() < line.size()) return 0;
  std::memcpy(out.data(), line.data(), line.size());
  return line.size();
}

std::size_t encode_v2(const Endpoint& source, const Endpoint& destination, const V2Options& options, std::span<std::uint8_t> out) noexcept {
  const std::size_t size = source.address.size;
  if (size != destination.address.size || size == 0) return 0;
  const std::size_t block = 2 * size + 4;
  const std::size_t length = v2_length(block, options);
  if (length > 65535 || v2_fixed_bytes + length > out.size()) return 0;
  const unsigned family = size == 4 ? 1 : 2;
  std::uint8_t* p = out.data();
  put_fixed(p, 0x21, static_cast<std::uint8_t>(family << 4 | static_cast<unsigned>(options.transport)), length);
  p += v2_fixed_bytes;
  if (size == 4) {
    std::memcpy(p, source.address.bytes.data(), 4);
    std::memcpy(p + 4, destination.address.bytes.data(), 4);
  } else {
    std::memcpy(p, source.address.bytes.data(), 16);
    std::memcpy(p + 16, destination.address.bytes.data(), 16);
  }
  store_be16(p + 2 * size, source.port);
  store_be16(p + 2 * size + 2, destination.port);
  return put_tlvs(out.data(), v2_fixed_bytes + block, options);
}

std::size_t encode_v2_local(const V2Options& options, std::span<std::uint8_t> out) noexcept {
  const std::size_t length = v2_length(0, options);
  if (length > 65535 || v2_fixed_bytes + length > out.size()) return 0;
  put_fixed(out.data(), 0x20, 0, length);
  return put_tlvs(out.data(), v2_fixed_bytes, options);
}

std::size_t encode_simple(const Endpoint& client, const Endpoint& proxy, std::span<std::uint8_t> out) noexcept {
  if (client.address.size == 0 || proxy.address.size == 0 || out.size() < simple_bytes) return 0;
  std::uint8_t* p = out.data();
  store_be16(p, 0x56ec);
  p += 2;
  for (const Endpoint* side : {&client, &proxy}) {
    std::memset(p, 0, 16);
    if (side->address.is_v4()) {
      store_be16(p + 10, 0xffff);
      std::memcpy(p + 12, side->address.bytes.data(), 4);
    } else {
      std::memcpy(p, side->address.bytes.data(), 16);
    }
    p += 16;
  }
  store_be16(p, client.port);
  store_be16(p + 2, proxy.port);
  return simple_bytes;
}

std::size_t encode_tlv(std::uint8_t type, Bytes value, std::span<std::uint8_t> out) noexcept {
  if (value.size() > 65535 || tlv_head_bytes + value.size() > out.size()) return 0;
  out[0] = type;
  store_be16(&out[1], static_cast<std::uint16_t>(value.size()));
  if (!value.empty()) std::memcpy(&out[tlv_head_bytes], value.data(), value.size());
  return tlv_head_bytes + value.size();
}

}  // namespace pp
