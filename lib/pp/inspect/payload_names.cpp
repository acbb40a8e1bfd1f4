#include "pp/inspect/payload_names.hpp"

#include <algorithm>
#include <array>

#include "pp/inspect/payload_fronts.hpp"
#include "pp/wire/header.hpp"

namespace pp::inspect {
namespace {

using B = Bytes;

bool is_proxy_v2(B b) noexcept {
  return b.size() >= sizeof v2_signature && std::equal(std::begin(v2_signature), std::end(v2_signature), b.begin());
}
bool is_simple_proxy(B b) noexcept { return b.size() >= 38 && b[0] == 0x56 && b[1] == 0xec; }
// Methods of the two are also HTTP's: the target decides.
bool is_sip(B b) noexcept { return begins_with(b, {"SIP/2.0 "}) || begins_with(after_word(b), {"sip:", "sips:", "tel:"}); }
bool is_rtsp(B b) noexcept {
  return begins_with(b, {"RTSP/"}) || begins_with(after_word(b), {"rtsp://", "rtsps://", "rtspu://", "* RTSP/"});
}
bool is_nats(B b) noexcept { return begins_with(b, {"CONNECT {", "INFO {"}); }
bool is_http(B b) noexcept { return is_http_request(b) && !is_sip(b) && !is_rtsp(b) && !is_nats(b); }
bool is_smtp(B b) noexcept { return begins_with_folded(b, {"EHLO ", "HELO ", "LHLO "}); }
bool is_imap(B b) noexcept {
  // A tag, then a command: "a1 LOGIN"; or the server's "* OK".
  if (begins_with(b, {"* OK ", "* PREAUTH", "* BYE "})) return true;
  const Bytes after = after_word(b);
  return !after.empty() &&
         begins_with_folded(after, {"LOGIN ", "CAPABILITY\r", "STARTTLS\r", "AUTHENTICATE ", "ID (", "ID NIL", "LOGOUT\r", "NOOP\r"});
}
bool is_pop3(B b) noexcept { return begins_with(b, {"+OK "}) || begins_with_folded(b, {"CAPA\r\n", "APOP ", "STLS\r\n"}); }
bool is_ftp(B b) noexcept { return begins_with_folded(b, {"AUTH TLS\r", "FEAT\r\n", "USER anonymous\r", "OPTS UTF8", "SYST\r\n"}); }
bool is_irc(B b) noexcept {
  return begins_with(b, {"NICK ", "CAP LS", "CAP REQ", "NOTICE AUTH ", ":"}) && (b[0] != ':' || contains(b, " NOTICE "));
}
bool is_xmpp(B b) noexcept {
  return contains(b.first(std::min<std::size_t>(b.size(), 200)), "<stream:stream") || begins_with(b, {"<stream:"});
}
bool is_memcached(B b) noexcept {
  if (begins_with(b, {"get ", "gets ", "set ", "add ", "mg ", "stats\r\n", "version\r\n", "flush_all"})) return true;
  return b.size() >= 24 && b[0] == 0x80 && b[1] <= 0x3d && b[5] == 0 && be32(b, 8) <= 0x100000;
}
bool is_redis(B b) noexcept { return b.size() >= 4 && b[0] == '*' && b[1] >= '1' && b[1] <= '9' && (b[2] == '\r' || b[3] == '\r'); }
bool is_stomp(B b) noexcept { return begins_with(b, {"CONNECT\n", "STOMP\n", "CONNECT\r\n", "CONNECTED\n"}); }
bool is_rsync(B b) noexcept { return begins_with(b, {"@RSYNCD: "}); }
bool is_git(B b) noexcept {
  return b.size() > 8 && begins_with(b.subspan(4), {"git-upload-pack ", "git-receive-pack ", "git-upload-archive "});
}
bool is_syslog(B b) noexcept { return b.size() > 8 && b[0] == '<' && is_digit(b[1]) && (b[2] == '>' || b[3] == '>' || b[4] == '>'); }
bool is_socks(B b) noexcept {
  if (b.size() >= 3 && b[0] == 5) return b[1] >= 1 && b[1] <= 10 && b.size() == 2U + b[1];
  return b.size() >= 9 && b[0] == 4 && (b[1] == 1 || b[1] == 2) && b.back() == 0;
}

constexpr std::array rows = {
    PayloadName{PayloadKind::nothing, "nothing", "nothing at all", "nothing", nullptr},
    PayloadName{PayloadKind::http1, "http/1.1", "an HTTP request", "HTTP", is_http},
    PayloadName{PayloadKind::http2, "http/2", "an HTTP/2 connection preface", "HTTP/2",
                [](B b) noexcept { return begins_with(b, {"PRI * HTTP/2"}); }},
    PayloadName{PayloadKind::sip, "sip", "a SIP request", "SIP", is_sip},
    PayloadName{PayloadKind::rtsp, "rtsp", "an RTSP request", "RTSP", is_rtsp},
    PayloadName{PayloadKind::nats, "nats", "a NATS command", "NATS", is_nats},
    PayloadName{PayloadKind::tls, "tls", "a TLS ClientHello", "TLS", is_client_hello, true},
    PayloadName{PayloadKind::ssh, "ssh", "an SSH banner", "SSH", [](B b) noexcept { return begins_with(b, {"SSH-"}); }},
    PayloadName{PayloadKind::smtp, "smtp", "an SMTP command", "SMTP", is_smtp},
    PayloadName{PayloadKind::proxy_v1, "proxy-v1", "a PROXY v1 header", "PROXY v1",
                [](B b) noexcept { return begins_with(b, {"PROXY "}); }},
    PayloadName{PayloadKind::proxy_v2, "proxy-v2", "a PROXY v2 header", "PROXY v2", is_proxy_v2, true},
    PayloadName{PayloadKind::simple_proxy, "simple-proxy-protocol", "Cloudflare's Simple Proxy Protocol", "Simple Proxy Protocol",
                is_simple_proxy, true},
    PayloadName{PayloadKind::redis, "redis", "a Redis command", "Redis", is_redis},
    PayloadName{PayloadKind::imap, "imap", "an IMAP command", "IMAP", is_imap},
    PayloadName{PayloadKind::pop3, "pop3", "a POP3 command", "POP3", is_pop3},
    PayloadName{PayloadKind::ftp, "ftp", "an FTP command", "FTP", is_ftp},
    PayloadName{PayloadKind::irc, "irc", "an IRC command", "IRC", is_irc},
    PayloadName{PayloadKind::xmpp, "xmpp", "an XMPP stream", "XMPP", is_xmpp},
    PayloadName{PayloadKind::memcached, "memcached", "a memcached command", "memcached", is_memcached},
    PayloadName{PayloadKind::stomp, "stomp", "a STOMP frame", "STOMP", is_stomp},
    PayloadName{PayloadKind::rsync, "rsync", "an rsync greeting", "rsync", is_rsync},
    PayloadName{PayloadKind::git, "git", "a Git request", "Git", is_git},
    PayloadName{PayloadKind::syslog, "syslog", "a syslog message", "syslog", is_syslog},
    PayloadName{PayloadKind::rfb, "rfb", "a VNC greeting", "VNC", [](B b) noexcept { return begins_with(b, {"RFB 00"}); }},
    PayloadName{PayloadKind::amqp, "amqp", "an AMQP header", "AMQP",
                [](B b) noexcept { return begins_with(b, {"AMQP"}) && b.size() >= 8 && b[4] <= 3; }, true},
    PayloadName{PayloadKind::mqtt, "mqtt", "an MQTT CONNECT", "MQTT", is_mqtt, true},
    PayloadName{PayloadKind::postgresql, "postgresql", "a PostgreSQL startup message", "PostgreSQL", is_postgresql, true},
    PayloadName{PayloadKind::mysql, "mysql", "a MySQL packet", "MySQL", is_mysql, true},
    PayloadName{PayloadKind::tds, "tds", "a SQL Server PRELOGIN", "SQL Server", is_tds, true},
    PayloadName{PayloadKind::oracle, "oracle", "an Oracle connect packet", "Oracle", is_oracle, true},
    PayloadName{PayloadKind::mongodb, "mongodb", "a MongoDB message", "MongoDB", is_mongodb, true},
    PayloadName{PayloadKind::cassandra, "cassandra", "a Cassandra frame", "Cassandra", is_cassandra, true},
    PayloadName{PayloadKind::kafka, "kafka", "a Kafka request", "Kafka", is_kafka, true},
    PayloadName{PayloadKind::ldap, "ldap", "an LDAP message", "LDAP", is_ldap, true},
    PayloadName{PayloadKind::smb, "smb", "an SMB negotiation", "SMB", is_smb, true},
    PayloadName{PayloadKind::rdp, "rdp", "an RDP connection request", "RDP", is_rdp, true},
    PayloadName{PayloadKind::minecraft, "minecraft", "a Minecraft handshake", "Minecraft", is_minecraft, true},
    PayloadName{PayloadKind::bittorrent, "bittorrent", "a BitTorrent handshake", "BitTorrent",
                [](B b) noexcept {
                  return begins_with(b, {"\x13"
                                         "BitTorrent protocol"});
                },
                true},
    PayloadName{PayloadKind::rtmp, "rtmp", "an RTMP handshake", "RTMP", is_rtmp, true},
    PayloadName{PayloadKind::stun, "stun", "a STUN message", "STUN", is_stun, true},
    PayloadName{PayloadKind::quic, "quic", "a QUIC packet", "QUIC", is_quic, true},
    PayloadName{PayloadKind::dtls, "dtls", "a DTLS record", "DTLS", is_dtls, true},
    PayloadName{PayloadKind::wireguard, "wireguard", "a WireGuard message", "WireGuard", is_wireguard, true},
    PayloadName{PayloadKind::bgp, "bgp", "a BGP message", "BGP", is_bgp, true},
    PayloadName{PayloadKind::diameter, "diameter", "a Diameter message", "Diameter", is_diameter, true},
    PayloadName{PayloadKind::fastcgi, "fastcgi", "a FastCGI request", "FastCGI", is_fastcgi, true},
    PayloadName{PayloadKind::ajp, "ajp", "an AJP request", "AJP", is_ajp, true},
    PayloadName{PayloadKind::modbus, "modbus", "a Modbus request", "Modbus", is_modbus, true},
    PayloadName{PayloadKind::socks, "socks", "a SOCKS request", "SOCKS", is_socks, true},
    PayloadName{PayloadKind::x11, "x11", "an X11 connection setup", "X11", is_x11, true},
    PayloadName{PayloadKind::telnet, "telnet", "Telnet options", "Telnet", is_telnet, true},
    PayloadName{PayloadKind::dns, "dns", "a DNS message", "DNS", is_dns, true},
    PayloadName{PayloadKind::text, "text", "text", "text", nullptr},
    PayloadName{PayloadKind::binary, "binary", "binary data", "binary data", nullptr, true},
};

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (static_cast<std::size_t>(rows[i].kind) != i) return false;
  }
  return rows.size() == static_cast<std::size_t>(PayloadKind::binary) + 1;
}
static_assert(is_in_order());

}  // namespace

std::span<const PayloadName> payload_names() noexcept { return rows; }

}  // namespace pp::inspect
