// What is shown of a payload: rows of bytes and the little that may be said of them.
#include "pp/inspect/payload.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pp/base/bytes.hpp"

namespace {

using pp::inspect::identify;
using pp::inspect::Payload;
using pp::inspect::PayloadKind;

struct Row {
  const char* id;
  std::string bytes;
  PayloadKind kind;
  std::string line;
  std::string host;
};

/// In a heap block of just that size, so that a read behind its end is seen.
Payload of(const std::string& text) {
  const std::vector<std::uint8_t> bytes(text.begin(), text.end());
  return identify(bytes);
}

const std::vector<Row>& rows() {
  static const std::vector<Row> table = {
      {"origin-form", "GET /a/b HTTP/1.1\r\nHost: www.example.com\r\n\r\n", PayloadKind::http1, "GET /a/b HTTP/1.1", "www.example.com"},
      {"query", "GET /a?k=secret HTTP/1.1\r\nHost: h:8080\r\n\r\n", PayloadKind::http1, "GET /a?... HTTP/1.1", "h:8080"},
      {"fragment", "GET /a#secret HTTP/1.1\r\n\r\n", PayloadKind::http1, "GET /a?... HTTP/1.1", ""},
      {"query-without-version", "GET /a?secret\r\n", PayloadKind::http1, "GET /a?...", ""},
      {"space-in-path", "GET /a b?secret HTTP/1.1\r\n", PayloadKind::http1, "GET /a HTTP/1.1", ""},
      {"space-and-no-version", "GET /a b?secret\r\n", PayloadKind::http1, "GET /a", ""},
      {"method-alone", "GET ", PayloadKind::http1, "GET ", ""},
      {"at-in-path", "GET /@me/a@b HTTP/1.1\r\n", PayloadKind::http1, "GET /@me/a@b HTTP/1.1", ""},
      {"absolute-form", "GET http://h:80/a HTTP/1.1\r\n", PayloadKind::http1, "GET http://h:80/a HTTP/1.1", ""},
      {"userinfo", "GET http://u:secret@h/a HTTP/1.1\r\n", PayloadKind::http1, "GET http://h/a HTTP/1.1", ""},
      {"userinfo-twice", "GET http://u:secret@more@h/ HTTP/1.1\r\n", PayloadKind::http1, "GET http://h/ HTTP/1.1", ""},
      {"question-in-password", "GET http://u:sec?ret@h/ HTTP/1.1\r\n", PayloadKind::http1, "GET http://... HTTP/1.1", ""},
      {"slash-in-password", "GET http://u:sec/ret@h/ HTTP/1.1\r\n", PayloadKind::http1, "GET http://... HTTP/1.1", ""},
      {"authority-form", "CONNECT u:secret@h:443 HTTP/1.1\r\nHost: u:secret@h\r\n\r\n", PayloadKind::http1, "CONNECT h:443 HTTP/1.1", "h"},
      {"host-with-userinfo-twice", "GET / HTTP/1.1\r\nHost: user:p@ss@h\r\n\r\n", PayloadKind::http1, "GET / HTTP/1.1", "h"},
      {"ipv6", "GET http://[::1]:80/ HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", PayloadKind::http1, "GET http://[::1]:80/ HTTP/1.1", "[::1]:80"},
      {"cut-in-userinfo", "GET http://u:secr", PayloadKind::http1, "GET http://...", ""},
      {"cut-in-host", "GET / HTTP/1.1\r\nHost: u:12", PayloadKind::http1, "GET / HTTP/1.1", "u"},
      {"network-path", "GET //u:secret@h/ HTTP/1.1\r\n", PayloadKind::http1, "GET //h/ HTTP/1.1", ""},
      {"host-behind-others", "GET / HTTP/1.1\r\nCookie: secret\r\nhOST:h\r\n\r\n", PayloadKind::http1, "GET / HTTP/1.1", "h"},
      {"host-in-body", "POST / HTTP/1.1\r\nA: b\r\n\r\nHost: secret\r\n", PayloadKind::http1, "POST / HTTP/1.1", ""},
      {"long-path", "GET /" + std::string(100, 'a') + "?secret HTTP/1.1\r\n", PayloadKind::http1, "GET /" + std::string(59, 'a'), ""},
      {"ssh", "SSH-2.0-x y\r\nsecret", PayloadKind::ssh, "SSH-2.0-x y", ""},
      {"smtp", "ehlo h\r\nAUTH secret\r\n", PayloadKind::smtp, "ehlo h", ""},
      {"redis", "*2\r\n$4\r\nAUTH\r\nsecret", PayloadKind::redis, "", ""},
      {"text", "PASS secret\r\n", PayloadKind::text, "", ""},
      {"binary", std::string("\0\1secret", 8), PayloadKind::binary, "", ""},
      {"nothing", "", PayloadKind::nothing, "", ""},
  };
  return table;
}

TEST(Payload, Rows) {
  for (const Row& row : rows()) {
    SCOPED_TRACE(row.id);
    const Payload p = of(row.bytes);
    EXPECT_EQ(p.kind, row.kind);
    EXPECT_EQ(p.line, row.line);
    EXPECT_EQ(p.host, row.host);
  }
}

// A capture may keep any front of a payload.
TEST(Payload, PrefixesShowNoMore) {
  for (const Row& row : rows()) {
    for (std::size_t n = 0; n <= row.bytes.size(); ++n) {
      SCOPED_TRACE(std::string(row.id) + " " + std::to_string(n));
      const Payload p = of(row.bytes.substr(0, n));
      EXPECT_LE(p.line.size(), 64U);
      for (const std::string& shown : {p.line, p.host}) {
        EXPECT_EQ(shown.find("sec"), std::string::npos) << shown;
        EXPECT_EQ(shown.find(":s"), std::string::npos) << shown;
      }
    }
  }
}

}  // namespace
