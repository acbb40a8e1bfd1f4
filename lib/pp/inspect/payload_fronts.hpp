// How protocols begin that take more than a few characters to recognise, and what the rows of payload_names.cpp share.
// Each looks only at bytes that are there: a front that is too short is not recognised.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "pp/base/bytes.hpp"

namespace pp::inspect {

bool begins_with(Bytes bytes, std::initializer_list<std::string_view> any_of) noexcept;
/// Letters of either case.
bool begins_with_folded(Bytes bytes, std::initializer_list<std::string_view> any_of) noexcept;
bool contains(Bytes bytes, std::string_view part) noexcept;
/// What follows a first word of 1 to 16 letters and digits and a space; nothing when there is none.
Bytes after_word(Bytes bytes) noexcept;
constexpr bool is_digit(std::uint8_t b) noexcept { return b >= '0' && b <= '9'; }
/// Four bytes at `at`, which are there.
inline std::uint32_t be32(Bytes b, std::size_t at) noexcept { return load_be32(b.data() + at); }

bool is_http_request(Bytes b) noexcept;  // RFC 9112, WebDAV (RFC 4918) and other registered methods
bool is_client_hello(Bytes b) noexcept;  // RFC 8446, 4.1.2
bool is_mqtt(Bytes b) noexcept;          // MQTT 3.1 to 5: CONNECT
bool is_postgresql(Bytes b) noexcept;    // startup, SSLRequest, GSSENCRequest, CancelRequest
bool is_mysql(Bytes b) noexcept;         // the server's greeting, the client's login
bool is_tds(Bytes b) noexcept;
bool is_oracle(Bytes b) noexcept;
bool is_mongodb(Bytes b) noexcept;
bool is_cassandra(Bytes b) noexcept;
bool is_kafka(Bytes b) noexcept;
bool is_ldap(Bytes b) noexcept;  // RFC 4511: a bind, search or extended request
bool is_smb(Bytes b) noexcept;
bool is_rdp(Bytes b) noexcept;  // X.224 in TPKT (RFC 1006)
bool is_minecraft(Bytes b) noexcept;
bool is_rtmp(Bytes b) noexcept;
bool is_stun(Bytes b) noexcept;  // RFC 8489
bool is_quic(Bytes b) noexcept;  // RFC 9000, 17.2: a long header
bool is_dtls(Bytes b) noexcept;
bool is_wireguard(Bytes b) noexcept;
bool is_bgp(Bytes b) noexcept;
bool is_diameter(Bytes b) noexcept;
bool is_fastcgi(Bytes b) noexcept;
bool is_ajp(Bytes b) noexcept;
bool is_modbus(Bytes b) noexcept;
bool is_x11(Bytes b) noexcept;
bool is_telnet(Bytes b) noexcept;
bool is_dns(Bytes b) noexcept;  // over UDP or, after two bytes of length, over TCP

}  // namespace pp::inspect
