#include "pp/inspect/payload_fronts.hpp"

#include <algorithm>

namespace pp::inspect {
namespace {

constexpr std::uint8_t upper(std::uint8_t b) noexcept { return b >= 'a' && b <= 'z' ? static_cast<std::uint8_t>(b - 32) : b; }

std::uint32_t be16(Bytes b, std::size_t at) noexcept { return load_be16(b.data() + at); }
std::uint32_t le32(Bytes b, std::size_t at) noexcept { return load_le32(b.data() + at); }

bool matches(Bytes bytes, std::string_view text, bool folded) noexcept {
  if (bytes.size() < text.size()) return false;
  return std::equal(text.begin(), text.end(), bytes.begin(), [folded](char t, std::uint8_t b) {
    const auto wanted = static_cast<std::uint8_t>(t);
    return folded ? upper(b) == upper(wanted) : b == wanted;
  });
}

/// A number of 7 bits a byte, the lowest first, as MQTT and Minecraft write it; false when it is not there to its end.
bool read_varint(Bytes& b, std::uint32_t& out) noexcept {
  out = 0;
  for (unsigned i = 0; i < 5 && i < b.size(); ++i) {
    out |= (b[i] & 0x7fU) << (7 * i);
    if ((b[i] & 0x80U) != 0) continue;
    b = b.subspan(i + 1);
    return true;
  }
  return false;
}

/// A DNS header: a question, few records, no reserved bit; then a name of labels.
bool is_dns_message(Bytes b) noexcept {
  if (b.size() < 17) return false;
  const unsigned flags = be16(b, 2);
  const unsigned opcode = flags >> 11U & 15U;
  const bool known = opcode <= 6 && opcode != 3 && (flags & 0x40U) == 0;
  if (!known || be16(b, 4) != 1 || be16(b, 6) > 64 || be16(b, 8) > 64 || be16(b, 10) > 64) return false;
  std::size_t at = 12;
  while (at < b.size() && b[at] != 0) {
    const std::size_t size = b[at];
    if (size > 63) return false;
    for (std::size_t i = 1; i <= size && at + i < b.size(); ++i) {
      if (b[at + i] <= 0x20 || b[at + i] >= 0x7f) return false;
    }
    at += size + 1;
  }
  return at + 5 > b.size() || (be16(b, at + 1) > 0 && (be16(b, at + 3) & 0x7fffU) <= 255);  // type, class
}

}  // namespace

bool begins_with(Bytes bytes, std::initializer_list<std::string_view> any_of) noexcept {
  return std::any_of(any_of.begin(), any_of.end(), [bytes](std::string_view text) { return matches(bytes, text, false); });
}

bool begins_with_folded(Bytes bytes, std::initializer_list<std::string_view> any_of) noexcept {
  return std::any_of(any_of.begin(), any_of.end(), [bytes](std::string_view text) { return matches(bytes, text, true); });
}

bool contains(Bytes bytes, std::string_view part) noexcept {
  return std::search(bytes.begin(), bytes.end(), part.begin(), part.end(),
                     [](std::uint8_t b, char c) { return b == static_cast<std::uint8_t>(c); }) != bytes.end();
}

Bytes after_word(Bytes bytes) noexcept {
  constexpr std::size_t longest = 16;
  std::size_t n = 0;
  const auto is_letter = [](std::uint8_t b) { return is_digit(b) || (upper(b) >= 'A' && upper(b) <= 'Z') || b == '.'; };
  while (n < bytes.size() && n <= longest && is_letter(bytes[n])) ++n;
  if (n == 0 || n > longest || n == bytes.size() || bytes[n] != ' ') return {};
  return bytes.subspan(n + 1);
}

bool is_http_request(Bytes b) noexcept {
  return begins_with(b, {"GET ",
                         "POST ",
                         "HEAD ",
                         "PUT ",
                         "DELETE ",
                         "OPTIONS ",
                         "PATCH ",
                         "CONNECT ",
                         "TRACE ",
                         "PROPFIND ",
                         "PROPPATCH ",
                         "MKCOL ",
                         "COPY ",
                         "MOVE ",
                         "LOCK ",
                         "UNLOCK ",
                         "REPORT ",
                         "SEARCH ",
                         "MKACTIVITY ",
                         "CHECKOUT ",
                         "MERGE ",
                         "MKCALENDAR ",
                         "ACL ",
                         "BIND ",
                         "M-SEARCH ",
                         "NOTIFY ",
                         "SUBSCRIBE ",
                         "UNSUBSCRIBE ",
                         "PURGE ",
                         "BAN ",
                         "RPC_IN_DATA ",
                         "RPC_OUT_DATA ",
                         "VERSION-CONTROL ",
                         "BASELINE-CONTROL "});
}

bool is_client_hello(Bytes b) noexcept { return b.size() >= 6 && b[0] == 0x16 && b[1] == 0x03 && b[2] <= 0x04 && b[5] == 0x01; }

bool is_mqtt(Bytes b) noexcept {
  if (b[0] != 0x10) return false;
  Bytes rest = b.subspan(1);
  std::uint32_t length = 0;
  return read_varint(rest, length) && length >= 10 &&
         begins_with(rest, {std::string_view("\0\4MQTT", 6), std::string_view("\0\6MQIsdp", 8)});
}

bool is_postgresql(Bytes b) noexcept {
  if (b.size() < 8) return false;
  const std::uint32_t size = be32(b, 0);
  const std::uint32_t code = be32(b, 4);
  const bool request = size == 8 && (code == 80877103 || code == 80877104);  // for TLS, for GSSAPI
  const bool cancel = size == 16 && code == 80877102;
  const bool startup =
      (code == 0x00030000 || code == 0x00030002) && size >= 9 && size <= 10000 && (b.size() < 9 || b[8] == 0 || b[8] >= 'a');
  return request || cancel || startup;
}

bool is_mysql(Bytes b) noexcept {
  if (b.size() < 9 || b[2] != 0) return false;
  const std::uint32_t size = b[0] | std::uint32_t{b[1]} << 8U;
  const bool greeting = b[3] == 0 && b[4] == 10 && is_digit(b[5]) && b[6] == '.' && size >= 40;
  if (greeting || (b[3] == 0 && b[4] == 0xff && size >= 9 && b.size() >= 8)) return true;  // or its refusal
  if (b[3] != 1 || size < 32 || b.size() < 36) return false;
  // The login: capabilities of protocol 4.1, the largest packet, a character set, and 23 zeros.
  const bool modern = (b[5] & 0x02U) != 0 && le32(b, 8) >= 1024;
  return modern && std::all_of(b.begin() + 13, b.begin() + 32, [](std::uint8_t c) { return c == 0; });
}

bool is_tds(Bytes b) noexcept { return b.size() >= 9 && b[0] == 0x12 && b[1] <= 1 && be16(b, 2) >= 14 && be16(b, 2) <= 4096 && b[8] == 0; }

bool is_oracle(Bytes b) noexcept {
  return b.size() >= 12 && be16(b, 0) >= 34 && be16(b, 2) == 0 && b[4] == 1 && b[5] == 0 && be16(b, 8) >= 300 && be16(b, 8) <= 330;
}

bool is_mongodb(Bytes b) noexcept {
  if (b.size() < 16) return false;
  const std::uint32_t size = le32(b, 0);
  const std::uint32_t code = le32(b, 12);
  const bool known = code == 2013 || code == 2012 || code == 2004 || code == 1;  // message, compressed, query, reply
  return known && size >= 16 && size <= 48000000;
}

bool is_cassandra(Bytes b) noexcept {
  if (b.size() < 9) return false;
  const unsigned version = b[0] & 0x7fU;
  const unsigned code = b[4];
  return version >= 3 && version <= 6 && (b[1] & 0xe0U) == 0 && (code == 1 || code == 5 || code == 2 || code == 6) && be32(b, 5) <= 4096 &&
         b[2] == 0;
}

bool is_kafka(Bytes b) noexcept {
  if (b.size() < 14) return false;
  const std::uint32_t size = be32(b, 0);
  const std::uint32_t key = be16(b, 4);
  const std::uint32_t client = be16(b, 12);
  // Clients begin with ApiVersions or Metadata, and name themselves.
  return size >= 10 && size <= 65536 && (key == 18 || key == 3) && be16(b, 6) <= 13 && client > 0 && client <= 256 &&
         client + 10U <= size && (b.size() < 15 || (b[14] >= 0x20 && b[14] < 0x7f));
}

bool is_ldap(Bytes b) noexcept {
  // SEQUENCE, INTEGER of a byte or more, then the operation.
  if (b.size() < 7 || b[0] != 0x30) return false;
  const std::size_t at = b[1] < 0x80 ? 2 : 2U + (b[1] & 0x7fU);
  if ((b[1] > 0x84) || b.size() < at + 4 || b[at] != 2 || b[at + 1] == 0 || b[at + 1] > 4) return false;
  const std::size_t operation = at + 2 + b[at + 1];
  if (b.size() <= operation) return false;
  const unsigned tag = b[operation];
  return tag == 0x60 || tag == 0x61 || tag == 0x42 || tag == 0x63 || tag == 0x64 || tag == 0x77 || tag == 0x78;
}

bool is_smb(Bytes b) noexcept {
  return b.size() >= 8 && b[0] == 0 && (b[4] == 0xff || b[4] == 0xfe) && b[5] == 'S' && b[6] == 'M' && b[7] == 'B';
}

bool is_rdp(Bytes b) noexcept {
  if (b.size() < 7 || b[0] != 3 || b[1] != 0) return false;
  const std::uint32_t size = be16(b, 2);
  return size >= 7 && size <= 1024 && (b[5] == 0xe0 || b[5] == 0xd0) && b[4] <= size - 5;
}

bool is_minecraft(Bytes b) noexcept {
  std::uint32_t length = 0, id = 0, version = 0, host = 0;
  if (!read_varint(b, length) || !read_varint(b, id) || !read_varint(b, version) || !read_varint(b, host)) return false;
  if (id != 0 || length < 7 || length > 300 || host == 0 || host > 255 || host + 3 > b.size()) return false;
  const unsigned next = b[host + 2];  // after the port: status, login or transfer
  const bool printable = std::all_of(b.begin(), b.begin() + static_cast<std::ptrdiff_t>(host),
                                     [](std::uint8_t c) { return c == 0 || (c > 0x20 && c < 0x7f); });
  return printable && next >= 1 && next <= 3;
}

/// Version 3, a time, four zeros, and random bytes up to 1,537.
bool is_rtmp(Bytes b) noexcept { return b.size() >= 64 && b.size() <= 1537 && b[0] == 3 && be32(b, 5) == 0 && be32(b, 9) != 0; }

bool is_stun(Bytes b) noexcept { return b.size() >= 20 && (b[0] & 0xc0U) == 0 && (be16(b, 2) & 3U) == 0 && be32(b, 4) == 0x2112a442; }

bool is_quic(Bytes b) noexcept {
  if (b.size() < 7 || (b[0] & 0x80U) == 0) return false;
  const std::uint32_t version = be32(b, 1);
  const bool draft = (version & 0xffffff00U) == 0xff000000U;
  const bool greased = (version & 0x0f0f0f0fU) == 0x0a0a0a0aU;
  const bool known = version == 1 || version == 0x6b3343cf || draft || (greased && b.size() >= 1200);
  return known && (b[0] & 0x40U) != 0 && b[5] <= 20;
}

bool is_dtls(Bytes b) noexcept {
  if (b.size() < 13 || b[0] < 20 || b[0] > 25 || b[1] != 0xfe || (b[2] != 0xff && b[2] != 0xfd)) return false;
  return be16(b, 11) <= 16384 + 2048;
}

bool is_wireguard(Bytes b) noexcept {
  if (b.size() < 32 || b[1] != 0 || b[2] != 0 || b[3] != 0) return false;
  return (b[0] == 1 && b.size() == 148) || (b[0] == 2 && b.size() == 92) || (b[0] == 3 && b.size() == 64);
}

bool is_bgp(Bytes b) noexcept {
  if (b.size() < 19) return false;
  const bool marker = std::all_of(b.begin(), b.begin() + 16, [](std::uint8_t c) { return c == 0xff; });
  return marker && be16(b, 16) >= 19 && be16(b, 16) <= 4096 && b[18] >= 1 && b[18] <= 5;
}

bool is_diameter(Bytes b) noexcept {
  if (b.size() < 20 || b[0] != 1) return false;
  const std::uint32_t size = be32(b, 0) & 0xffffffU;
  const std::uint32_t command = be32(b, 4) & 0xffffffU;
  return size >= 20 && size % 4 == 0 && size <= 65536 && (b[4] & 0x0fU) == 0 && command >= 257 && command <= 327;
}

bool is_fastcgi(Bytes b) noexcept {
  return b.size() >= 16 && b[0] == 1 && b[1] == 1 && be16(b, 4) == 8 && be16(b, 8) >= 1 && be16(b, 8) <= 3 && be32(b, 12) == 0;
}

bool is_ajp(Bytes b) noexcept {
  return b.size() >= 5 && b[0] == 0x12 && b[1] == 0x34 && be16(b, 2) >= 1 && (b[4] == 2 || b[4] == 10 || b[4] == 7);
}

bool is_modbus(Bytes b) noexcept {
  return b.size() >= 8 && b.size() <= 260 && be16(b, 2) == 0 && be16(b, 4) >= 2 && b.size() == 6 + be16(b, 4) && b[7] >= 1 && b[7] <= 43;
}

bool is_x11(Bytes b) noexcept {
  if (b.size() < 12 || b[1] != 0) return false;
  const bool little = b[0] == 'l' && b[2] == 11 && b[3] == 0;
  const bool big = b[0] == 'B' && b[2] == 0 && b[3] == 11;
  return little || big;
}

bool is_telnet(Bytes b) noexcept { return b.size() >= 3 && b[0] == 0xff && b[1] >= 0xfa && b[1] <= 0xfe && b[2] <= 50; }

bool is_dns(Bytes b) noexcept {
  if (is_dns_message(b)) return true;
  return b.size() >= 19 && be16(b, 0) >= 17 && be16(b, 0) + 2U >= b.size() && is_dns_message(b.subspan(2));
}

}  // namespace pp::inspect
