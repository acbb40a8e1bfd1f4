// Names of payloads: samples as real software sends them, and no name fits the sample of another.
#include "pp/inspect/payload_names.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using pp::inspect::kind_of;
using pp::inspect::payload_names;
using pp::inspect::PayloadKind;
using Buffer = std::vector<std::uint8_t>;

/// Two hex digits a byte; '.' and blanks between them are for the reader.
Buffer unhex(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != ' ' && c != '.') digits += c;
  }
  Buffer out;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    out.push_back(static_cast<std::uint8_t>(std::stoul(digits.substr(i, 2), nullptr, 16)));
  return out;
}
Buffer text(std::string_view words) { return Buffer(words.begin(), words.end()); }
Buffer padded(Buffer bytes, std::size_t size, std::uint8_t with) {
  bytes.resize(size, with);
  return bytes;
}

struct Sample {
  PayloadKind kind;
  Buffer bytes;
};

const std::vector<Sample>& samples() {
  using K = PayloadKind;
  static const std::vector<Sample> table = {
      {K::http2, text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")},
      {K::sip, text("OPTIONS sip:probe@a.example SIP/2.0\r\nVia: SIP/2.0/TCP a.example\r\n\r\n")},
      {K::sip, text("REGISTER sips:a.example SIP/2.0\r\n")},
      {K::sip, text("INVITE tel:+15551234 SIP/2.0\r\n")},
      {K::sip, text("SIP/2.0 200 OK\r\n")},
      {K::rtsp, text("OPTIONS rtsp://media.example:554/ RTSP/1.0\r\nCSeq: 1\r\n\r\n")},
      {K::rtsp, text("OPTIONS * RTSP/1.0\r\n")},
      {K::rtsp, text("RTSP/1.0 200 OK\r\n")},
      {K::nats, text("CONNECT {\"verbose\":false}\r\n")},
      {K::nats, text("INFO {\"server_id\":\"x\"}\r\n")},
      {K::http1, text("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")},
      {K::http1, text("OPTIONS * HTTP/1.1\r\n\r\n")},
      {K::http1, text("CONNECT a.example:443 HTTP/1.1\r\n\r\n")},
      {K::http1, text("PROPFIND /dav HTTP/1.1\r\nHost: a.example\r\n\r\n")},
      {K::http1, text("REPORT /calendars HTTP/1.1\r\n")},
      {K::http1, text("MKCALENDAR /c HTTP/1.1\r\n")},
      {K::http1, text("LOCK /a HTTP/1.1\r\n")},
      {K::tls, unhex("16 0301 0200 01 0001fc 0303")},
      {K::ssh, text("SSH-2.0-OpenSSH_9.2p1\r\n")},
      {K::smtp, text("EHLO a.example\r\n")},
      {K::smtp, text("helo a\r\n")},
      {K::proxy_v1, text("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n")},
      {K::proxy_v2, unhex("0d0a0d0a000d0a515549540a 21 11 000c c0000201 c0000202 0001 0002")},
      {K::simple_proxy, padded(unhex("56ec"), 38, 0)},
      {K::redis, text("*1\r\n$4\r\nPING\r\n")},
      {K::imap, text("a001 LOGIN user secret\r\n")},
      {K::imap, text("1 capability\r\n")},
      {K::imap, text("* OK [CAPABILITY IMAP4rev1] ready\r\n")},
      {K::pop3, text("+OK POP3 ready\r\n")},
      {K::pop3, text("CAPA\r\n")},
      {K::ftp, text("AUTH TLS\r\n")},
      {K::ftp, text("USER anonymous\r\n")},
      {K::irc, text("NICK someone\r\nUSER a 0 * :b\r\n")},
      {K::irc, text("CAP LS 302\r\n")},
      {K::irc, text(":irc.example NOTICE * :*** Looking up your hostname\r\n")},
      {K::xmpp, text("<?xml version='1.0'?><stream:stream to='a.example' xmlns='jabber:client'>")},
      {K::memcached, text("get key\r\n")},
      {K::memcached, text("version\r\n")},
      {K::memcached, padded(unhex("80 0b 0000 00 00 0000 00000000"), 24, 0)},
      {K::stomp, text("CONNECT\naccept-version:1.2\nhost:a\n\n")},
      {K::rsync, text("@RSYNCD: 31.0\n")},
      {K::git, text("0033git-upload-pack /a.git")},
      {K::syslog, text("<34>1 2026-12-01T00:00:00Z host app - - - text")},
      {K::rfb, text("RFB 003.008\n")},
      {K::amqp, unhex("414d5150 00 00 09 01")},
      {K::amqp, unhex("414d5150 03 01 00 00")},
      {K::mqtt, unhex("10 10 0004 4d515454 04 02 003c 0004 74657374")},
      {K::mqtt, unhex("10 8c01 0006 4d51497364 70 03 02 003c")},
      {K::postgresql, unhex("00000008 04d2162f")},
      {K::postgresql, unhex("00000008 04d21630")},
      {K::postgresql, unhex("00000013 00030000 75736572 00 7500 0000 00")},
      {K::mysql, unhex("4a000000 0a 382e302e3336 00 0a000000 4142434445464748 00 fff7 ff 0200 ffc7 15 00000000000000000000")},
      {K::mysql, padded(unhex("55000001 8da20f00 00000001 21"), 64, 0)},
      {K::mysql, unhex("45000000 ff 6a04 486f737420277827206973206e6f7420616c6c6f776564")},
      {K::tds, unhex("12 01 002f 0000 01 00 00 001a 0006 01 0020 0001")},
      {K::oracle, unhex("00c3 0000 01 00 0000 0139 012c 0c41 2000 ffff")},
      {K::mongodb, unhex("3a000000 01000000 00000000 d4070000 00000000 61646d696e2e24636d64 00")},
      {K::mongodb, unhex("88000000 02000000 00000000 dd070000 00000000 00")},
      {K::cassandra, unhex("04 00 0000 05 00000000")},
      {K::cassandra, unhex("03 00 0001 01 00000016 0001 000b 43514c5f56455253494f4e")},
      {K::kafka, unhex("00000023 0012 0003 00000001 000a 7264 6b61666b612d2d2d")},
      {K::ldap, unhex("30 0c 02 01 01 60 07 02 01 03 04 00 80 00")},
      {K::ldap, unhex("30 84 00000041 02 01 02 63 84 00000038")},
      {K::smb, unhex("00000054 ff534d42 72 00000000")},
      {K::smb, unhex("000000e0 fe534d42 4000")},
      {K::rdp, unhex("03 00 0013 0e e0 0000 0000 00 01 00 0800 0b000000")},
      {K::minecraft, unhex("10 00 47 09 6d632e6578616d706c 63dd 01")},
      {K::minecraft, unhex("15 00 fb05 0e 706c61792e6578616d706c652e61 63dd 02")},
      {K::bittorrent, text("\x13"
                           "BitTorrent protocol\0\0\0\0\0\0\0\0")},
      {K::rtmp, padded(unhex("03 00001234 00000000"), 1537, 0x5a)},
      {K::stun, unhex("0001 0000 2112a442 000102030405060708090a0b")},
      {K::quic, padded(unhex("c3 00000001 08 8394c8f03e515708 00 00 449e"), 50, 0)},
      {K::quic, padded(unhex("d0 6b3343cf 08 8394c8f03e515708 00 00 449e"), 1200, 0)},
      {K::dtls, unhex("16 feff 0000 000000000000 0036 01 00002a 0000 00000000002a fefd")},
      {K::wireguard, padded(unhex("01000000 12345678"), 148, 0x6b)},
      {K::bgp, unhex("ffffffffffffffffffffffffffffffff 001d 01 04 fde8 00b4 c0000201 00")},
      {K::diameter, unhex("01 000014 80 000101 00000000 00000001 00000002")},
      {K::fastcgi, unhex("01 01 0001 0008 00 00 0001 00 0000000000 01 04")},
      {K::ajp, unhex("1234 0054 02 02 0008")},
      {K::modbus, unhex("0001 0000 0006 01 03 0000 000a")},
      {K::socks, unhex("05 01 00")},
      {K::socks, unhex("04 01 0050 c0000201 00")},
      {K::x11, unhex("6c 00 0b00 0000 0000 0000 0000")},
      {K::telnet, unhex("ff fd 03 ff fb 18")},
      {K::dns, unhex("1234 0100 0001 0000 0000 0000 03 777777 07 6578616d706c65 00 0001 0001")},
      {K::dns, unhex("001d 1234 0100 0001 0000 0000 0000 03 777777 07 6578616d706c65 00 0001 0001")},
      {K::text, text("hello there\r\n")},
      {K::binary, unhex("0001 fe 9a")},
      {K::binary, Buffer(64, 0)},
      {K::nothing, {}},
  };
  return table;
}

TEST(PayloadNames, EachSampleHasItsName) {
  std::set<PayloadKind> seen;
  for (const Sample& sample : samples()) {
    SCOPED_TRACE(std::string(name(sample.kind)) + " " +
                 std::string(sample.bytes.begin(), sample.bytes.begin() + std::min<std::ptrdiff_t>(20, std::ssize(sample.bytes))));
    EXPECT_EQ(name(kind_of(sample.bytes)), name(sample.kind));
    seen.insert(sample.kind);
  }
  EXPECT_EQ(seen.size(), payload_names().size()) << "a name without a sample";
}

TEST(PayloadNames, FitNoSampleOfAnother) {
  for (const auto& row : payload_names()) {
    for (const Sample& sample : samples()) {
      if (row.fits == nullptr || sample.bytes.empty() || sample.kind == row.kind) continue;
      const bool later = sample.kind < row.kind;  // asked before this row
      EXPECT_FALSE(row.fits(sample.bytes)) << row.name << " fits a sample of " << name(sample.kind)
                                           << (later ? ", which is asked first" : "");
    }
  }
}

/// Whatever a capture cuts off: no byte past the end is read, and what is left is never taken for a third protocol's.
TEST(PayloadNames, OfCutSamples) {
  for (const Sample& sample : samples()) {
    for (std::size_t n = 1; n < sample.bytes.size() && n < 64; ++n) {
      const Buffer cut(sample.bytes.begin(), sample.bytes.begin() + static_cast<std::ptrdiff_t>(n));
      const PayloadKind kind = kind_of(cut);
      const bool shares_methods = sample.kind == PayloadKind::sip || sample.kind == PayloadKind::rtsp || sample.kind == PayloadKind::nats;
      EXPECT_TRUE(kind == sample.kind || kind == PayloadKind::text || kind == PayloadKind::binary ||
                  (shares_methods && kind == PayloadKind::http1))
          << name(sample.kind) << " cut to " << n << " is " << name(kind);
    }
  }
}

}  // namespace
