// Naming what bytes are when they are no header, or what follows one: protocol, and the little that may be shown of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pp/base/bytes.hpp"

namespace pp::inspect {

/// In the order in which payload_names.cpp asks for them.
enum class PayloadKind : std::uint8_t {
  nothing,
  http1,
  http2,
  sip,
  rtsp,
  nats,
  tls,
  ssh,
  smtp,
  proxy_v1,
  proxy_v2,
  simple_proxy,
  redis,
  imap,
  pop3,
  ftp,
  irc,
  xmpp,
  memcached,
  stomp,
  rsync,
  git,
  syslog,
  rfb,
  amqp,
  mqtt,
  postgresql,
  mysql,
  tds,
  oracle,
  mongodb,
  cassandra,
  kafka,
  ldap,
  smb,
  rdp,
  minecraft,
  bittorrent,
  rtmp,
  stun,
  quic,
  dtls,
  wireguard,
  bgp,
  diameter,
  fastcgi,
  ajp,
  modbus,
  socks,
  x11,
  telnet,
  dns,
  text,
  binary,
};

/// The word for JSON: "http/1.1", "tls", ...
std::string_view name(PayloadKind kind) noexcept;
/// The words for people: "an HTTP request", "a TLS ClientHello", ...
std::string_view title(PayloadKind kind) noexcept;
/// The word for a line: "HTTP", "TLS", ...
std::string_view brief(PayloadKind kind) noexcept;

/// Only what may be shown: never a query string, another header, a credential or a cookie.
struct Payload {
  PayloadKind kind = PayloadKind::nothing;
  bool sound = false;             // HTTP: nothing in the request, as far as it is here, is a reason for status 400 (is_sound_request)
  bool head = false;              // HTTP: a HEAD request, whose answer has no body
  std::string line;               // HTTP: method, path up to '?', version. Others: empty, or a banner's first 64 characters
  std::string host;               // HTTP Host
  std::string sni;                // TLS
  std::vector<std::string> alpn;  // TLS
};

/// A protocol of messages, not of lines of text.
bool is_binary(PayloadKind kind) noexcept;

/// Looks at the first bytes; more of them help (a ClientHello's names can lie 2 KB deep), none is required.
Payload identify(Bytes bytes);
/// The same without the line: what can be compared with a header.
Payload identify_names(Bytes bytes);

/// A request whose line and fields keep to the grammar of HTTP/1, with a Host that may be one: no reason for status 400.
bool is_sound_request(Bytes bytes) noexcept;

/// The kind alone, cheap and without allocation.
PayloadKind kind_of(Bytes bytes) noexcept;

}  // namespace pp::inspect
