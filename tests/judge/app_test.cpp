// The table of applications: requests carry their mark, answers are read.
#include "pp/judge/app.hpp"

#include <gtest/gtest.h>

#include <string>

#include "pp/base/hex.hpp"

namespace {
using namespace pp;
using Buffer = std::vector<std::uint8_t>;
using namespace std::string_literals;

Buffer bytes(std::string_view text) { return {text.begin(), text.end()}; }

TEST(App, EveryRequestCarriesItsMarkAndGrows) {
  for (const judge::App& app : judge::apps()) {
    judge::Request request{.mark = "q0abcdef", .host = "x.example", .text = "say {mark} and {mark}\r\n"};
    const Buffer small = app.payload(request);
    const std::string text(small.begin(), small.end());
    if (app.name != "tls") {
      EXPECT_NE(text.find("q0abcdef"), std::string::npos) << app.name;
    }
    EXPECT_FALSE(app.what.empty());
    EXPECT_EQ(judge::find_app(app.name), &app);
    request.large = true;
    if (app.name != "tls" && app.name != "custom") {
      EXPECT_GT(app.payload(request).size(), small.size() + 2500) << app.name;
    }
  }
  EXPECT_EQ(judge::find_app("gopher"), nullptr);
  EXPECT_EQ(judge::mark_of(0x1234567f), "q234567f");
}

TEST(App, ClassesOfAnswers) {
  struct Row {
    const char* app;
    std::string answer, answer_class;
    bool complete;
  };
  const Row rows[] = {
      {"http", "", "", false},
      {"http", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", "http-200", true},
      {"http", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", "http-200", false},
      {"http", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", "http-200", true},
      {"http", "HTTP/1.0 400 Bad Request\r\n\r\n", "http-400", false},
      {"http", "SSH-2.0-x\r\n", "data", false},
      {"smtp", "220 x ESMTP\r\n", "", false},
      {"smtp", "220 x ESMTP\r\n250-x\r\n250 y\r\n250 ok\r\n550 no src=192.0.2.1\r\n221 bye\r\n", "smtp-550", true},
      {"smtp", "421 busy src=192.0.2.1\r\n", "smtp-421", true},
      {"smtp", "220 x\r\n503 wait\r\n", "smtp-503", false},
      {"imap", "* OK hello\r\n", "", false},
      {"imap", "* OK hello\r\na OK in\r\n* BYE\r\nb OK out\r\n", "imap-ok", true},
      {"imap", "* OK hello\r\na NO\r\n", "imap-no", false},
      {"imap", "* BYE timeout\r\n", "imap-bye", true},
      {"sip", "SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n", "sip-200", true},
      {"irc", ":x 001 q0abcdef :hello\r\nERROR :bye\r\n", "irc-welcome", true},
      {"irc", "ERROR :Closing link\r\n", "irc-error", true},
      {"tls", "\x16\x03\x03\x00\x05"s, "tls-handshake", true},
      {"tls", "\x15\x03\x03\x00\x02\x02\x28"s, "tls-alert", true},
      {"dns", "\x00\x0c\x50\x50\x80\x00\x00\x01\x00\x01\x00\x00\x00\x00"s, "dns-0-answer", true},
      {"dns", "\x00\x0c\x50\x50\x80\x05\x00\x01\x00\x00\x00\x00\x00\x00"s, "dns-5", true},
      {"stun", "\x01\x01\x00\x00\x21\x12\xa4\x42q0abcdef\0\0\0\0"s, "stun-ok", true},
      {"pop3", "+OK ready\r\n", "", false},
      {"redis", "$8\r\nq0abcdef\r\n+OK\r\n", "data", true},
      {"mysql", "\x17\x00\x00\x02\xff\x15\x04#28000Access denied"s, "mysql-denied", false},
  };
  for (const Row& row : rows) {
    const judge::App& app = *judge::find_app(row.app);
    const Buffer answer = bytes(row.answer);
    EXPECT_EQ(app.answer_class(answer, false), row.answer_class) << row.app << ' ' << row.answer;
    EXPECT_EQ(app.complete(answer, false), row.complete) << row.app << ' ' << row.answer;
  }
}

TEST(App, ErrorClasses) {
  for (const char* name : {"http-400", "http-503", "smtp-550", "smtp-421", "dns-5", "sip-403", "imap-no", "tls-alert", "mysql-denied"})
    EXPECT_TRUE(judge::is_error_class(name)) << name;
  for (const char* name :
       {"http-200", "http-301", "smtp-250", "dns-0", "dns-0-answer", "sip-200", "imap-ok", "tls-handshake", "data", "ok"})
    EXPECT_FALSE(judge::is_error_class(name)) << name;
}

TEST(App, NaturalEchoes) {
  const auto told = [](const char* app, const std::string& answer) { return judge::find_app(app)->told(bytes(answer), "q0abcdef"); };
  const judge::Told sip =
      told("sip", "SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP ppgen.invalid;branch=z;rport=56324;received=192.0.2.10\r\nCall-ID: q0abcdef\r\n\r\n");
  EXPECT_EQ(sip.source, "192.0.2.10");
  EXPECT_EQ(sip.source_port, "56324");
  EXPECT_EQ(sip.mark, "q0abcdef");
  // 192.0.2.10:56324, XORed with the cookie 2112a442.
  const judge::Told stun =
      told("stun", "\x01\x01\x00\x0c\x21\x12\xa4\x42q0abcdef\0\0\0\0\x00\x20\x00\x08\x00\x01\xfd\x16\xe1\x12\xa6\x48"s);
  EXPECT_EQ(stun.source, "192.0.2.10");
  EXPECT_EQ(stun.source_port, "56324");
  EXPECT_EQ(stun.mark, "q0abcdef");
  EXPECT_EQ(told("irc", "ERROR :Closing link: (q0abcdef@192.0.2.10) [bye]\r\n").source, "192.0.2.10");
  EXPECT_EQ(told("mysql", "Access denied for user 'q0abcdef'@'192.0.2.10' (using password: YES)").source, "192.0.2.10");
  // A TXT record whose length byte, 0x61, is a letter.
  const std::string txt = "src=192.0.2.10 " + std::string(82, 'x');
  const std::string dns =
      "\x50\x50\x80\x00\x00\x01\x00\x01\x00\x00\x00\x00\x01q\x00\x00\x10\x00\x01\xc0\x0c\x00\x10\x00\x01\x00\x00\x00\x00\x00\x62\x61"s +
      txt;
  EXPECT_EQ(judge::find_app("dns")->text(bytes(dns), true), txt + "\n");
  EXPECT_EQ(judge::find_app("dns")->text(bytes(dns.substr(0, 40)), true), "");
  EXPECT_FALSE(told("mysql", "Access denied for user 'x'@'192.0.2.10'").source);
}

}  // namespace
