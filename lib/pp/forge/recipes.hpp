// The words that the catalogue's recipes are written in: a good header, and edits of one field each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pp/forge/case.hpp"
#include "pp/wire/draft.hpp"

namespace pp::forge {

using Buffer = std::vector<std::uint8_t>;

inline Buffer octets(std::string_view text) { return Buffer(text.begin(), text.end()); }

inline Endpoint end_of(std::string_view address, std::uint16_t port) { return {parse_ip(address).value_or(IpAddress{}), port}; }

/// 192.0.2.10:56324 to 198.51.100.20:443, or the same in IPv6.
inline Draft v2() {
  Draft d;
  d.source = end_of("192.0.2.10", 56324);
  d.destination = end_of("198.51.100.20", 443);
  return d;
}
inline Draft v2_six() {
  Draft d;
  d.family = Family::inet6;
  d.source = end_of("2001:db8::10", 56324);
  d.destination = end_of("2001:db8:1::20", 443);
  return d;
}
inline Draft v2_unix(std::string source = "/run/client.sock", std::string destination = "/run/server.sock") {
  Draft d;
  d.family = Family::unix_socket;
  d.unix_source = std::move(source);
  d.unix_destination = std::move(destination);
  return d;
}
inline Draft as_v1(Draft d) {
  d.version = 1;
  return d;
}
inline Draft v1() { return as_v1(v2()); }
inline Draft v1_six() { return as_v1(v2_six()); }
inline Draft unknown(std::string_view rest = "") {
  Draft d = v1();
  d.family = Family::unspec;
  d.v1_rest = rest;
  return d;
}
inline Draft ends(Draft d, std::string_view source, std::uint16_t source_port, std::string_view destination,
                  std::uint16_t destination_port) {
  d.source = end_of(source, source_port);
  d.destination = end_of(destination, destination_port);
  return d;
}

// Plans.
constexpr Plan split_at(std::uint16_t at, std::uint16_t pause_ms = 200) { return {.at = at, .pause_ms = pause_ms}; }
constexpr Plan each_byte() { return {.pause_ms = 3, .each_byte = true}; }
constexpr Plan large_payload() { return {.large = true}; }
constexpr Plan with_fin() { return {.then = Then::payload_and_fin}; }
constexpr Plan with_idle() { return {.then = Then::payload_and_idle}; }
constexpr Plan ends() { return {.then = Then::fin}; }
constexpr Plan resets() { return {.then = Then::reset}; }
constexpr Plan idles() { return {.then = Then::idle}; }

// Version 1, field by field.
// A row to a line.
// clang-format off
inline Draft proto(Draft d, std::string_view text) { d.v1_protocol = text; return d; }
inline Draft source(Draft d, std::string_view text) { d.v1_source = text; return d; }
inline Draft destination(Draft d, std::string_view text) { d.v1_destination = text; return d; }
inline Draft source_port(Draft d, std::string_view text) { d.v1_source_port = text; return d; }
inline Draft destination_port(Draft d, std::string_view text) { d.v1_destination_port = text; return d; }
inline Draft rest(Draft d, std::string_view text) { d.v1_rest = text; return d; }
inline Draft line_end(Draft d, std::string_view text) { d.v1_line_end = text; return d; }

// Either version.
inline Draft signature(Draft d, std::string_view text) { d.signature = octets(text); return d; }
inline Draft patch(Draft d, std::size_t offset, std::string_view bytes) { d.patches.push_back({offset, octets(bytes)}); return d; }
inline Draft cut(Draft d, std::size_t size) { d.truncate = size; return d; }
inline Draft tail(Draft d, std::string_view bytes) { d.append = octets(bytes); return d; }
/// These bytes and nothing else.
inline Draft raw(std::string_view bytes = {}) { return tail(cut(v1(), 0), bytes); }
/// `second` follows as if it were the first bytes of the payload.
inline Draft twice(Draft first, const Draft& second) { first.append = encode(second); return first; }

// Version 2.
inline Draft local(Draft d = v2()) { d.command = Command::local; return d; }
/// LOCAL, or PROXY, with this family byte and these bytes behind the fixed part.
inline Draft body(Draft d, std::uint8_t family_transport, Buffer bytes) {
  d.family_transport = family_transport;
  d.block = std::move(bytes);
  return d;
}
inline Draft version_command(Draft d, std::uint8_t byte) { d.version_command = byte; return d; }
inline Draft family_transport(Draft d, std::uint8_t byte) { d.family_transport = byte; return d; }
inline Draft length(Draft d, std::uint16_t n) { d.length = n; return d; }
inline Draft crc(Draft d, DraftCrc how = DraftCrc::good) { d.crc = how; return d; }
inline Draft crc_value(Draft d, std::uint32_t value) {
  d.crc = DraftCrc::value;
  d.crc_value = value;
  return d;
}
inline Draft tlv(Draft d, std::uint8_t type, Buffer value) { d.tlvs.push_back({type, std::move(value), {}}); return d; }
inline Draft tlv(Draft d, std::uint8_t type, std::string_view value) { return tlv(std::move(d), type, octets(value)); }
/// A TLV whose length field says `claimed`.
inline Draft tlv_claiming(Draft d, std::uint8_t type, std::string_view value, std::uint16_t claimed) {
  d.tlvs.push_back({type, octets(value), claimed});
  return d;
}
/// A NOOP that brings the length field to `length`; the header has nothing but its INET block yet.
inline Draft noop_to_length(std::size_t length) { return tlv(v2(), 0x04, Buffer(length - 15)); }
inline DraftTlv sub(std::uint8_t type, std::string_view value) { return {type, octets(value), {}}; }
inline Draft ssl(Draft d, std::uint8_t client, std::uint32_t verify, const std::vector<DraftTlv>& subs) { return tlv(std::move(d), 0x20, ssl_value(client, verify, subs)); }
/// VERSION and CIPHER as most senders have them, then more.
inline Draft tls(std::uint8_t client, std::uint32_t verify = 0, std::vector<DraftTlv> more = {}) {
  std::vector<DraftTlv> subs{sub(0x21, "TLSv1.3"), sub(0x23, "TLS_AES_128_GCM_SHA256")};
  subs.insert(subs.end(), more.begin(), more.end());
  return ssl(v2(), client, verify, subs);
}

/// 12 bytes of an INET block, as v2() has them.
inline Buffer inet_block() { return {192, 0, 2, 10, 198, 51, 100, 20, 0xdc, 0x04, 0x01, 0xbb}; }
inline Buffer inet6_block() {
  const Buffer whole = encode(v2_six());
  return Buffer(whole.begin() + 16, whole.end());
}
inline Buffer unix_block() {
  const Buffer whole = encode(v2_unix());
  return Buffer(whole.begin() + 16, whole.end());
}
inline Buffer counting(std::uint8_t first, std::size_t n) {
  Buffer out(n);
  for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<std::uint8_t>(first + i);
  return out;
}
inline Buffer first_of(Buffer bytes, std::size_t n) {
  bytes.resize(n);
  return bytes;
}
/// SSL inside SSL, `depth` of them.
inline Draft ssl_nested(unsigned depth) {
  Buffer value{1, 0, 0, 0, 0};
  for (unsigned i = 1; i < depth; ++i) value = ssl_value(1, 0, {{0x20, value, {}}});
  return tlv(v2(), 0x20, value);
}
inline Draft same_tlv_often(std::uint8_t type, std::size_t times) {
  Draft d = v2();
  d.tlvs.assign(times, DraftTlv{type, {}, {}});
  return d;
}

}  // namespace pp::forge
// clang-format on
