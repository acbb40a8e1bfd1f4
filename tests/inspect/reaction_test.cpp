// What the two sides of a connection do around a header, and what a record says of it: rows of packets.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "diagnosed.hpp"
#include "packet_builder.hpp"
#include "pp/explain/diagnosis.hpp"
#include "pp/inspect/answer.hpp"
#include "pp/inspect/capture.hpp"

namespace {

using namespace std::string_view_literals;
using namespace pp::test;
using pp::inspect::Record;

struct Step {
  bool client;
  std::string_view bytes;  // empty: the flags alone
  unsigned flags = ack;
  std::int64_t after_ms = 1;
  bool captured = true;
};

Step client(std::string_view bytes) { return {true, bytes}; }
Step server(std::string_view bytes) { return {false, bytes}; }
Step end(bool client, unsigned flags, std::int64_t after_ms = 1) { return {client, {}, flags | ack, after_ms}; }

constexpr std::string_view v1 = "PROXY TCP4 192.0.2.10 198.51.100.20 4711 443\r\n";
constexpr std::string_view v2 = "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\2\x0a\xc6\x33\x64\x14\x12\x67\1\xbb"sv;
constexpr std::string_view local = "\r\n\r\n\0\r\nQUIT\n\x20\0\0\0"sv;
constexpr std::string_view wrong_crc = "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x13\xc0\0\2\x0a\xc6\x33\x64\x14\x12\x67\1\xbb\3\0\4\0\0\0\0"sv;
constexpr std::string_view get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view bad = "HTTP/1.1 400 Bad Request\r\n\r\n";
const Step server_fin = end(false, fin);
const Step server_rst = end(false, rst);
const Step client_fin = end(true, fin);

struct Row {
  const char* id;
  std::vector<Step> steps;
  bool expected;     // -e
  std::string told;  // a line for each record: verdict, reaction, side and code, findings that are no notes
};

const std::vector<Row> rows = {
    {"accepted", {client(v1), client(get), server("HTTP/1.1 200 OK\r\n")}, false, "valid ok\n"},

    // A server that greets does so when the connection is there, mostly just after the header: that is no answer to it.
    {"smtp-greets-then-refuses",
     {client(v1), server("220 mail\r\n"), server("500 what?\r\n")},
     false,
     "warning smtp-5xx receiver:receiver-smtp header-refused\n"},
    {"smtp-greets-and-refuses-at-once",
     {client(v1), server("220-a\r\n220 b\r\n500 what?\r\n")},
     false,
     "warning smtp-5xx receiver:receiver-smtp header-refused\n"},
    {"smtp-greets-then-takes-it", {client(v1), server("220 mail\r\n"), client("EHLO a\r\n"), server("250 mail\r\n")}, false, "valid ok\n"},
    {"smtp-greeting-before-the-header",
     {server("220 mail\r\n"), client(v2), server("500 what?\r\n")},
     false,
     "warning smtp-5xx receiver:receiver-smtp header-refused\n"},
    {"smtp-two-answers-are-no-two-greetings", {client(v1), server("220 mail\r\n"), server("220 go ahead\r\n")}, false, "valid ok\n"},
    {"smtp-greeting-alone", {client(v1), server("220 mail\r\n")}, false, "valid\n"},
    {"ssh-greets-then-refuses",
     {client(v2), server("SSH-2.0-a\r\n"), server("Invalid SSH identification string.\r\n")},
     false,
     "warning ssh-error receiver:receiver-other-protocol header-refused\n"},
    {"ssh-greets-then-takes-it",
     {client(v1), server("SSH-2.0-a\r\n"), client("SSH-2.0-b\r\n"), server("\0\0\4\x3c\6\x14\x99"sv)},
     false,
     "valid ok\n"},
    {"ssh-greets-then-closes",
     {client(v1), server("SSH-2.0-a\r\n"), server_fin},
     false,
     "warning fin receiver:receiver-closed header-refused\n"},

    // The end of a header that is not whole is the decision of the side that acted first.
    {"sender-stopped", {client(v1.substr(0, 14)), client_fin}, false, "truncated fin sender:sender-stopped truncated\n"},
    {"sender-stopped-then-receiver-closed",
     {client(v1.substr(0, 14)), client_fin, server_fin},
     false,
     "truncated fin sender:sender-stopped truncated\n"},
    {"receiver-closed-inside",
     {client(v1.substr(0, 14)), server_fin, client_fin},
     false,
     "truncated fin unknown:receiver-closed-inside truncated\n"},
    {"receiver-reset-inside", {client(v2.substr(0, 14)), server_rst}, false, "truncated rst unknown:receiver-closed-inside truncated\n"},
    {"receiver-waited-inside",
     {client(v1.substr(0, 14)), end(false, fin, 3000), client_fin},
     false,
     "truncated fin sender:sender-stalled truncated\n"},
    {"receiver-answered-inside",
     {client(v2.substr(0, 20)), server(bad), server_fin, client_fin},
     false,
     "truncated http-400 receiver:receiver-answered-inside truncated\n"},
    {"receiver-greeted-then-closed-inside",
     {client(v1.substr(0, 14)), server("220 mail\r\n"), server_fin, client_fin},
     false,
     "truncated fin unknown:receiver-closed-inside truncated\n"},

    // SIP keeps connections alive with line ends, either side; the signature begins so, and nobody stops there.
    {"line-ends-alone", {client("\r\n\r\n"), client_fin}, false, ""},
    {"line-ends-both-ways", {client("\r\n\r\n"), server("\r\n"), client_fin}, false, ""},
    {"line-ends-expected", {client("\r\n\r\n"), client_fin}, true, "truncated fin unknown:line-ends-only truncated\n"},
    {"line-ends-and-a-byte-more", {client("\r\n\r\n\0"sv), client_fin}, false, "truncated fin sender:sender-stopped truncated\n"},

    // One cause, one diagnosis.
    {"two-headers-refused",
     {client(v1), client(v2), client(get), server(bad)},
     false,
     "warning http-400 sender:chained-headers header-refused\nwarning http-400 sender:chained-headers header-chained\n"},
    {"http-1.0-needs-no-host",
     {client(v1), client("GET / HTTP/1.0\r\n\r\n"), server(bad)},
     false,
     "warning http-400 receiver:receiver-http-400 header-refused\n"},
    {"http-1.1-without-host",
     {client(v1), client("GET / HTTP/1.1\r\n\r\n"), server(bad)},
     false,
     "warning http-400 unknown:receiver-http-400-unclear header-refused\n"},
    {"local-answered-400", {client(local), server(bad)}, false, "warning http-400 receiver:receiver-http-400 header-refused\n"},
    {"local-closed", {client(local), server_fin}, false, "valid fin\n"},
    {"a-wrong-header-is-refused-with-reason",
     {client(wrong_crc), client(get), server_rst},
     false,
     "malformed rst unknown:checksum-broken v2-crc32c\n"},
    {"closed-after-a-while",
     {client(v1), client(get), end(false, fin, 3000)},
     false,
     "warning fin unknown:receiver-timeout header-refused\n"},
    {"closed-at-once", {client(v1), client(get), server_fin}, false, "warning fin receiver:receiver-closed header-refused\n"},

    // What happened before the header was complete is no reaction to it.
    {"closed-after-the-first-piece",
     {client(v1.substr(0, 20)), server_fin, client(v1.substr(20)), client(get)},
     false,
     "warning receiver:header-in-pieces-refused header-refused\n"},
    {"gave-up-before-the-header",
     {end(false, fin, 5000), {true, v1, ack, 2000}, client(get)},
     false,
     "warning sender:late-header header-refused\n"},
    {"answer-lost", {client(v1), client(get), {false, "HTTP/1.1 200 OK\r\n", ack, 1, false}, server_fin}, false, "valid\n"},

    // LOCAL and UNKNOWN are judged when a payload follows and the receiver ends it; without one that is how a check ends.
    {"local-reset", {client(local), server_rst}, false, "valid rst\n"},
    {"local-and-payload-reset",
     {client(local), client("AMQP\0\0\11\1"sv), server_rst},
     false,
     "warning rst receiver:local-refused header-refused\n"},
    {"local-and-payload-reset-by-the-sender", {client(local), client(get), end(true, rst)}, false, "valid rst\n"},
    {"local-and-request-answered-400",
     {client(local), client(get), server(bad)},
     false,
     "warning http-400 receiver:health-check header-refused\n"},
    {"unknown-and-payload-closed",
     {client("PROXY UNKNOWN\r\n"), client(get), server_fin},
     false,
     "warning fin receiver:unknown-refused header-refused\n"},

    // Refusals in the words of each protocol.
    {"smtp-421", {client(v1), server("421 4.7.0 too many\r\n")}, false, "warning smtp-4xx unknown:receiver-policy header-refused\n"},
    {"ftp",
     {client(v2), server("220 (vsFTPd 3.0.3)\r\n"), server("530 Please login with USER and PASS.\r\n")},
     false,
     "warning ftp-error receiver:receiver-other-protocol header-refused\n"},
    {"nntp",
     {client(v1), server("200 InterNetNews ready (posting ok)\r\n"), server("500 What?\r\n")},
     false,
     "warning nntp-error receiver:receiver-other-protocol header-refused\n"},
    {"imap",
     {client(v1), server("* OK ready\r\n"), server("PROXY BAD Error in IMAP command\r\n")},
     false,
     "warning imap-error receiver:receiver-other-protocol header-refused\n"},
    {"imap-without-a-tag",
     {client(v2), server("* OK ready\r\n"), server("* BAD Error in IMAP command\r\n")},
     false,
     "warning imap-error receiver:receiver-other-protocol header-refused\n"},
    {"imap-takes-it", {client(v1), server("* OK ready\r\n"), client("a1 NOOP\r\n"), server("a1 OK done\r\n")}, false, "valid data\n"},
    {"pop3",
     {client(v1), server("+OK ready\r\n"), server("-ERR Unknown command.\r\n")},
     false,
     "warning pop3-error receiver:receiver-other-protocol header-refused\n"},
    {"redis",
     {client(v1), server("-ERR unknown command 'PROXY'\r\n")},
     false,
     "warning redis-error receiver:receiver-other-protocol header-refused\n"},
    {"nats",
     {client(v2), server("INFO {}\r\n"), server("-ERR 'Unknown Protocol Operation'\r\n")},
     false,
     "warning nats-error receiver:receiver-other-protocol header-refused\n"},
    {"memcached",
     {client(v1), client("version\r\n"), server("ERROR\r\nVERSION 1.6\r\n")},
     false,
     "warning memcached-error receiver:receiver-other-protocol header-refused\n"},
    {"managesieve",
     {client(v1), server("\"IMPLEMENTATION\" \"Dovecot Pigeonhole\"\r\nOK \"ready.\"\r\n"),
      server("NO \"Error in MANAGESIEVE command\"\r\n")},
     false,
     "warning sieve-error receiver:receiver-other-protocol header-refused\n"},
    {"xmpp",
     {client(v1), server("<?xml version='1.0'?><stream:stream><stream:error><not-well-formed/></stream:error></stream:stream>")},
     false,
     "warning xmpp-error receiver:receiver-other-protocol header-refused\n"},
    {"mpd",
     {client(v1), server("OK MPD 0.23.5\n"), server("ACK [5@0] {} unknown command \"PROXY\"\n")},
     false,
     "warning mpd-error receiver:receiver-other-protocol header-refused\n"},
    {"beanstalkd",
     {client(v1), server("UNKNOWN_COMMAND\r\n")},
     false,
     "warning beanstalk-error receiver:receiver-other-protocol header-refused\n"},
    {"stomp",
     {client(v1), server("ERROR\nmessage:Bad command\n\n")},
     false,
     "warning stomp-error receiver:receiver-other-protocol header-refused\n"},
    {"rsync",
     {client(v1), server("@RSYNCD: 31.0\n"), server("@ERROR: protocol startup error\n")},
     false,
     "warning rsync-error receiver:receiver-other-protocol header-refused\n"},
    {"irc",
     {client(v1), server(":irc NOTICE * :*** Looking up your hostname...\r\n"), server(":irc 421 * PROXY :Unknown command\r\n")},
     false,
     "warning irc-error receiver:receiver-other-protocol header-refused\n"},
    {"mysql-networks",
     {client(v2), server("\x1b\0\0\0\n5.5.5-10.11.1-MariaDB\0\1\0\0\0"sv),
      server("\x34\0\0\1\xff\x6a\4#HY000Proxy header is not accepted from 10.0.0.1"sv)},
     false,
     "warning proxy-networks receiver:receiver-networks header-refused\n"},
    {"mysql-host-not-allowed",
     {client(v2), server("\x46\0\0\1\xff\x6a\4Host '192.0.2.10' is not allowed to connect to this MariaDB server"sv)},
     false,
     "warning mysql-error unknown:receiver-policy header-refused\n"},
    {"postgres-protocol-violation",
     {client(v2), server("E\0\0\0\x3dSFATAL\0C08P01\0Mclient sent partial pkt in startup phase\0\0"sv)},
     false,
     "warning postgres-error receiver:receiver-other-protocol header-refused\n"},
    {"postgres-password",
     {client(v2), client("\0\0\0\x08\4\xd2\x16\x2f"sv), server("E\0\0\0\x3dSFATAL\0C28P01\0Mpassword authentication failed\0\0"sv)},
     false,
     "valid postgres-error\n"},
    {"amqp",
     {client(v1), client("AMQP\0\0\11\1"sv), server("AMQP\0\0\11\1"sv)},
     false,
     "warning amqp-error receiver:receiver-other-protocol header-refused\n"},
    {"ldap",
     {client(v1), server("0\x24\2\1\0\x78\x1f\n\1\2\4\0"sv)},
     false,
     "warning ldap-error receiver:receiver-other-protocol header-refused\n"},
    {"sip",
     {client(v1), client("OPTIONS sip:a SIP/2.0\r\n\r\n"), server("SIP/2.0 400 Bad Request\r\n")},
     false,
     "warning sip-400 receiver:receiver-other-protocol header-refused\n"},
    {"rtsp",
     {client(v1), server("RTSP/1.0 400 Bad Request\r\n")},
     false,
     "warning rtsp-400 receiver:receiver-other-protocol header-refused\n"},
    {"http-without-status-line",
     {client(v1), client(get), server("<html><head><title>400 Bad Request</title>")},
     false,
     "warning html-error receiver:receiver-http-400 header-refused\n"},
    {"http2-goaway",
     {client(v1), client(get), server("\0\0\6\4\0\0\0\0\0\0\3\0\0\0\x64"sv), server("\0\0\x08\7\0\0\0\0\0\0\0\0\0\0\0\0\1"sv)},
     false,
     "warning http2-goaway receiver:receiver-http-400 header-refused\n"},
    {"http2-takes-it",
     {client(v1), client("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), server("\0\0\6\4\0\0\0\0\0\0\3\0\0\0\x64"sv), server("\0\0\0\4\1\0\0\0\0"sv)},
     false,
     "valid ok\n"},

    // What an answer proves. One that an application gives, or that quotes what the client sent, is no refusal of the header.
    {"http-keeps-the-connection",
     {client(v1), client(get), server("HTTP/1.1 400 Bad Request\r\nConnection: keep-alive\r\n\r\n")},
     false,
     "valid http-400\n"},
    {"http-json",
     {client(v1), client(get), server("HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n\r\n{}")},
     false,
     "valid http-400\n"},
    {"http-json-that-quotes-the-header",
     {client(v1), client(get), server("HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n\r\n{\"reason\":\"PROXY TCP4\"}")},
     false,
     "warning http-400 receiver:receiver-http-400 header-refused\n"},
    {"http-headers-too-large",
     {client(v1), client(get),
      server("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<title>400 Request Header Or Cookie Too Large</title>")},
     false,
     "valid http-400\n"},
    {"http-to-an-https-port",
     {client(v1), client(get), server("HTTP/1.1 400 Bad Request\r\n\r\nThe plain HTTP request was sent to HTTPS port")},
     false,
     "valid http-400\n"},
    {"http-answers-tls",
     {client(v2), client("\x16\3\1\0\5\1\0\0\1\0"sv), server(bad)},
     false,
     "warning http-400 receiver:receiver-http-400 header-refused\n"},
    {"http-host-with-a-blank",
     {client(v1), client("GET / HTTP/1.1\r\nHost: bad host\r\n\r\n"), server(bad)},
     false,
     "warning http-400 unknown:receiver-http-400-unclear header-refused\n"},
    {"http-two-lengths",
     {client(v1), client("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"), server(bad)},
     false,
     "warning http-400 unknown:receiver-http-400-unclear header-refused\n"},
    {"http-501-that-quotes-the-header",
     {client(v1), client(get), server("HTTP/1.0 501 Unsupported method ('PROXY')\r\n")},
     false,
     "warning http-501 receiver:receiver-http-400 header-refused\n"},
    {"http-501", {client(v1), client(get), server("HTTP/1.0 501 Not Implemented\r\n")}, false, "valid http-501\n"},
    {"smtp-quotes-the-client",
     {client(v1), server("220 mail\r\n"), client("EHLO\r\n"), server("501 Syntax: EHLO hostname\r\n")},
     false,
     "valid smtp-5xx\n"},
    {"tls-name-unknown", {client(v2), client("\x16\3\1\0\5\1\0\0\1\0"sv), server("\x15\3\3\0\2\2\x70"sv)}, false, "valid tls-alert\n"},
    {"tls-version",
     {client(v2), client("\x16\3\1\0\5\1\0\0\1\0"sv), server("\x15\3\3\0\2\2\x46"sv)},
     false,
     "warning tls-alert unknown:receiver-tls-or-handshake header-refused\n"},
    {"ssh-refuses-http",
     {client(v2), client(get), server("SSH-2.0-a\r\n"), server("Invalid SSH identification string.\r\n")},
     false,
     "warning ssh-error unknown:receiver-other-protocol header-refused\n"},

    // Where a header is expected.
    {"both-wait", {end(false, fin, 5000), client_fin}, true, "missing fin sender:no-header-silent not-proxy\n"},
    {"lower-case",
     {client("proxy tcp4 192.0.2.10 198.51.100.20 4711 443\r\n"), server_fin},
     true,
     "missing fin sender:header-not-upper-case not-proxy\n"},
};

void tell(std::string& out, const Record& r) {
  using pp::inspect::ReactionKind;
  out += name(r.outcome);
  if (r.reaction.kind == ReactionKind::data) {
    out += " " + class_name(r.reaction);
  } else if (r.reaction.kind != ReactionKind::unknown) {
    out += " " + std::string(name(r.reaction.kind));
  }
  if (r.diagnosis) out += " " + std::string(name(r.diagnosis->side)) + ":" + std::string(r.diagnosis->code);
  for (const pp::lint::Finding& f : r.findings) {
    if (f.level != pp::lint::Level::note) out += " " + std::string(f.code.name());
  }
  out += "\n";
}

constexpr std::int64_t ms = 1'000'000;
constexpr std::int64_t start_ns = 1'000'001 * ms;  // of the SYN; each step is a millisecond later

void play(const std::vector<Step>& steps, bool expected, pp::inspect::CaptureOptions options, const pp::inspect::Inspector::Sink& sink) {
  pp::inspect::Inspector inspector({}, pp::inspect::diagnosed(sink));
  if (expected) options.expected = [](std::uint16_t port) { return port == 9999; };
  pp::inspect::CaptureInspector capture(options, inspector, "capture");
  std::int64_t now = start_ns - ms;
  std::uint64_t frame = 0;
  std::uint32_t next[2] = {9000, 1000};  // the server's sequence number, and the client's
  const auto send = [&](const Step& step) {
    now += step.after_ms * ms;
    const TcpFields fields{step.client ? 40000U : 9999U, step.client ? 9999U : 40000U, next[step.client ? 1 : 0], 0, step.flags, 0};
    const Ipv4Fields ip{step.client ? 0x0a000001U : 0x0a000002U, step.client ? 0x0a000002U : 0x0a000001U};
    const Frame bytes = ethernet(0x0800, ipv4(ip, tcp(fields, bytes_of(step.bytes))));
    if (step.captured) capture.feed(packet_of(bytes, ++frame, now));
    next[step.client ? 1 : 0] += static_cast<std::uint32_t>(step.bytes.size()) + ((step.flags & (syn | fin)) != 0 ? 1U : 0U);
  };
  send({true, {}, syn});
  send({false, {}, syn | ack});
  for (const Step& step : steps) send(step);
  capture.finish();
}

TEST(Reaction, Rows) {
  for (const Row& row : rows) {
    std::string told;
    play(row.steps, row.expected, {}, [&](const Record& r) { tell(told, r); });
    EXPECT_EQ(told, row.told) << row.id;
  }
}

Step lost(std::string_view bytes) { return {true, bytes, ack, 1, false}; }

struct LossRow {
  const char* id;
  std::vector<Step> steps;
  std::string verdict;
  bool marked;  // when packets were lost after the SYN
  bool asked = true;
};

TEST(Losses, MarkWhatALostPacketCouldExplain) {
  const LossRow loss_rows[] = {
      {"whole", {client(v1), client(get), server("HTTP/1.1 200 OK\r\n")}, "valid", false, false},
      {"wrong", {client("PROXY TCP9 "), client("a\r\n"), server("HTTP/1.1 200 OK\r\n")}, "malformed", false, false},
      {"hole", {client(v1.substr(0, 14)), lost(v1.substr(14, 10)), client(v1.substr(24)), client_fin}, "gap", true},
      {"first-segment-lost-in-part", {client(v1.substr(0, 1)), lost(v1.substr(1)), client(get), client_fin}, "gap", true},
      {"rest-lost", {client(v1.substr(0, 14)), lost(v1.substr(14))}, "incomplete", true},
      {"cut-by-reset", {client(v1.substr(0, 14)), lost(v1.substr(14)), server_rst}, "truncated", true},
      {"cut-by-fin", {client(v1.substr(0, 14)), client_fin}, "truncated", false},
      {"all-lost", {lost(v1)}, "missing", true},
      {"closed-without-a-byte", {client_fin}, "missing", false},
      {"another-protocol", {client(get)}, "missing", false},
      {"reset-after-it", {client(v1), client(get), server_rst}, "warning", true},
      {"refused", {client(v1), client(get), server(bad)}, "warning", true},
      {"chained", {client(v1), client(v2), client(get), server(bad)}, "warning", true},
  };
  for (const LossRow& row : loss_rows) {
    for (const std::int64_t until : {start_ns - 1, start_ns, start_ns + 100 * ms}) {
      unsigned asked = 0;
      std::vector<Record> told;
      pp::inspect::CaptureOptions options;
      options.lost_until = [&] { return ++asked, until; };
      play(row.steps, true, options, [&](const Record& r) { told.push_back(r); });
      ASSERT_FALSE(told.empty()) << row.id;
      EXPECT_EQ(name(told[0].outcome), row.verdict) << row.id;
      EXPECT_EQ(asked > 0, row.asked) << row.id;
      std::size_t marks = 0;
      for (const Record& r : told) {
        for (const pp::lint::Finding& f : r.findings) marks += f.code == "capture-incomplete" && f.level == pp::lint::Level::note ? 1 : 0;
      }
      EXPECT_EQ(marks, row.marked && until >= start_ns ? 1U : 0U) << row.id << " " << until - start_ns;
    }
  }
}

struct Greeting {
  std::string_view bytes;
  std::size_t size;
};

TEST(Reaction, Greetings) {
  const Greeting greetings[] = {
      {"", 0},
      {"SSH-2.0-a\r\n", 11},
      {"SSH-2.0-a\r\nbinary", 11},
      {"SSH-2.0-without-an-end", 22},
      {"220 a\r\n", 7},
      {"220 a\r\n220 b\r\n", 7},
      {"220-a\r\n220-b\r\n220 c\r\n250 d\r\n", 21},
      {"220-a\r\n500 b\r\n", 7},
      {"220", 0},
      {"2200 a\r\n", 0},
      {"+OK ready\r\n", 11},
      {"* OK ready\r\n", 12},
      {"250 a\r\n", 0},
      {"HTTP/1.1 400 Bad Request\r\n", 0},
      {"INFO {\"server_id\":\"a\"}\r\n-ERR", 24},
      {"200 InterNetNews ready\r\n", 24},
      {"200 done\r\n", 0},
      {"RFB 003.008\n", 12},
      {":irc NOTICE * :a\r\n:irc 421 * b\r\n", 18},
      {"NOTICE AUTH :a\r\n", 16},
      {"\x1a\0\0\0\n5.5.5-10.11.1-MariaDB\0\1\0\0\0\x34"sv, 30},
      {"\x1a\0\0\1\n5.5.5-10.11.1-MariaDB\0\1\0\0\0"sv, 0},
      {"\0\0\0\4\0\0\0\0\0\0\0\4\x08\0\0\0\0\0\0\0\0\1\0\0\0\4\1\0\0\0\0"sv, 22},
      {"\0\0\0\4\1\0\0\0\0"sv, 0},
  };
  for (const Greeting& row : greetings) EXPECT_EQ(pp::inspect::greeting_size(bytes_of(row.bytes)), row.size) << row.bytes;
}

}  // namespace
