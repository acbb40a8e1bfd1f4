// Receivers' words about headers, as they print them, and what they are taken for; a closing test holds the table against
// the rows.
#include "pp/explain/log_line.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

#include "pp/explain/log_line_rows.hpp"
#include "pp/explain/log_quote.hpp"
#include "pp/explain/log_report.hpp"
#include "pp/explain/log_words.hpp"
#include "pp/explain/products.hpp"
#include "pp/wire/parse.hpp"

namespace {

using namespace pp;
using namespace pp::explain;

struct Row {
  std::string text;
  std::string id;      // empty: nothing is known of it
  std::string quoted;  // with the escapes decoded
};

const std::string v2_start{"\r\n\r\n\0\r\nQUIT\n", 12};

const Row rows[] = {
    {R"(2026/11/23 06:33:06 [error] 7#7: *1 broken header: "GET / HTTP/1.1)"
     "\r\nHost: a\r\n\r\n\" while reading PROXY protocol, client: 10.0.0.1, server: 0.0.0.0:443",
     "nginx-broken-header", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {R"(broken header: "\x16\x03\x01\x02\x00" while reading PROXY protocol, client: 10.0.0.1, server: 0.0.0.0:443)", "nginx-broken-header",
     std::string("\x16\x03\x01\x02\0", 5)},
    {"broken header: \"" + v2_start + "!\" while reading PROXY protocol, client: \"x\"", "nginx-broken-header", v2_start + "!"},
    {"broken header: \"a\"b\" while reading PROXY protocol", "nginx-broken-header", "a\"b"},
    {"BROKEN HEADER: \"PROXY TCP4 1.2.3.4\"", "nginx-broken-header", "PROXY TCP4 1.2.3.4"},
    {"client timed out (110: Connection timed out) while reading PROXY protocol, client: 10.0.0.1", "nginx-header-timeout", ""},
    {"recv() failed (104: Connection reset by peer) while reading PROXY protocol", "nginx-closed", ""},
    {"bad thing while reading PROXY protocol, client: 10.0.0.1", "nginx-reading-header", ""},
    {"[ALERT] fe/1: Received something which does not look like a PROXY protocol header", "haproxy-no-header", ""},
    {"[remoteip:error] AH03513: RemoteIPProxyProtocol: ...", "apache-no-header", ""},
    {"AH10186: RemoteIPProxyProtocol: ...", "apache-large", ""},
    {"http: TLS handshake error from 10.0.0.1:4: tls: first record does not look like a TLS handshake", "go-tls", ""},
    {"tls: oversized record received with length 22617", "go-tls-length", ""},
    {"tls: oversized record received with length 20527", "", ""},
    {"SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number)", "openssl-version", ""},
    {"error:0A00009C:SSL routines::http request", "openssl-http", ""},
    {"got an http request", "", ""},
    {"500 Invalid command\n500 Invalid command\n500 Invalid command\n221 bye", "smtp-v2", ""},
    {"500 Invalid command", "", ""},
    {"502 5.5.2 Error: command not recognized: PROXY TCP4", "smtp-v1", ""},
    {"LOG:  invalid length of startup packet", "postgresql", ""},
    {"Got packet of 5198416 bytes", "mysql-v1", ""},
    {"packet length 854541", "mysql-v2", ""},
    {"org.apache.kafka.common.network.InvalidReceiveException: Invalid receive (size = 1347571544 larger than 104857600)", "kafka-v1", ""},
    {"Invalid receive (size = 218762506 larger than 104857600)", "kafka-v2", ""},
    {"frame of 1347571544 bytes", "length-v1", ""},
    {"frame of 218762506 bytes", "length-v2", ""},
    {"-ERR unknown command 'PROXY', with args beginning with: 'TCP4'", "redis-v1", ""},
    {"sshd[7]: Bad protocol version identification 'PROXY TCP4 192.0.2.1 198.51.100.1 1 2' from 10.0.0.1", "ssh-v1",
     "PROXY TCP4 192.0.2.1 198.51.100.1 1 2"},
    {"kex_exchange_identification: client sent invalid protocol identifier \"PROXY TCP4 192.0.2.1\"", "ssh-v1", "PROXY TCP4 192.0.2.1"},
    {"Invalid SSH identification string.", "ssh-v2", ""},
    {R"(10.0.0.1 - - [23/Nov/2026:06:33:06 +0000] "\x00" 400 157 "-" "-")", "nginx-http-v2", ""},
    {"10.0.0.1:4 [23/Nov] fe fe/<NOSRV> -1/-1/-1/-1/0 400 0 - - PR-- 1/1/0/0/0 0/0 \"<BADREQ>\"", "haproxy-flags", ""},
    {R"(10.0.0.1 - - [23/Nov/2026:06:33:06 +0000] "PROXY TCP4 192.0.2.1 198.51.100.1 1 2" 400 150 "-")", "header-as-data",
     "PROXY TCP4 192.0.2.1 198.51.100.1 1 2"},
    {R"(unexpected input "\r\n\r\n\0\r\nQUIT\n!\x11")", "header-as-data", v2_start + "!\x11"},
    {"bad line: PROXY TCP6 ::1 ::1 1 2", "header-as-data", "PROXY TCP6 ::1 ::1 1 2"},
    {"the PROXY environment variable is not set", "", ""},
    {"connection refused", "", ""},
    {"", "", ""},
};

TEST(LogLine, IsTakenForWhatItSays) {
  for (const Row& row : rows) {
    const auto log = read_log_line(row.text);
    EXPECT_EQ(log ? std::string(log->id) : std::string(), row.id) << row.text;
    if (!log) continue;
    EXPECT_EQ(std::string(log->quoted.begin(), log->quoted.end()), row.quoted) << row.text;
    EXPECT_FALSE(log->meaning.empty());
    EXPECT_FALSE(log->fix.empty());
  }
}

/// log_lines.tsv: real lines with the side that has to change, found by a person.
TEST(LogLine, GivesTheSideOfRealLines) {
  std::ifstream file(PP_SOURCE_DIR "/tests/explain/log_lines.tsv");
  std::string line;
  int rows_read = 0;
  while (std::getline(file, line)) {
    if (line.starts_with("#")) continue;
    const std::size_t tab = line.find('\t');
    ASSERT_NE(tab, std::string::npos) << line;
    const auto log = read_log_line(std::string_view(line).substr(tab + 1));
    EXPECT_EQ(log ? name(log->side) : "none", line.substr(0, tab)) << line;
    ++rows_read;
  }
  EXPECT_GT(rows_read, 140);
}

/// A receiver that expects a header got a header: no advice to turn sending on.
TEST(LogLine, TheFixFollowsFromTheQuote) {
  const auto fix = [](std::string quote) {
    const auto log = read_log_line("broken header: \"" + quote + "\" while reading PROXY protocol, client: 10.0.0.1");
    return log ? std::string(log->fix) : std::string();
  };
  EXPECT_NE(fix("GET / HTTP/1.1").find("send-proxy-v2"), std::string::npos);
  EXPECT_NE(fix("PROXY T").find("at once"), std::string::npos);
  EXPECT_NE(fix("PROXY TCP4 192.0.2.10 198.51.100.20 56324 99999").find("correct the header"), std::string::npos);
  EXPECT_NE(fix("PROXY TCP4 192.0.2.10 198.51.100.20 56324 443").find("version and family"), std::string::npos);
  EXPECT_NE(fix("").find("nothing"), std::string::npos);
}

TEST(LogLine, EveryRowHasItsWordsInLowerCase) {
  for (const LogRow& row : log_rows()) {
    EXPECT_FALSE(row.words[0].empty()) << row.id;
    EXPECT_FALSE(row.meaning.empty() || row.who.empty() || row.source.empty()) << row.id;
    const bool text = row.fix.kind == LogFix::Kind::text;
    EXPECT_TRUE(text ? !row.fix.what.empty() : row.fix.what.empty() || find_product(row.fix.what) != nullptr) << row.id;
    for (const std::string_view word : {row.words[0], row.words[1], row.words[2], row.quote_after, row.unless}) {
      for (const char c : word) EXPECT_FALSE(c >= 'A' && c <= 'Z') << row.id << ": " << word;
    }
  }
}

TEST(LogLine, TheNumbersAreThoseOfTheBytes) {
  const std::string v1 = "PROXY TCP4";
  const auto be32 = [](std::string_view t) { return load_be32(reinterpret_cast<const std::uint8_t*>(t.data())); };
  const auto le24 = [](std::string_view t) {
    return static_cast<unsigned char>(t[0]) + 256U * static_cast<unsigned char>(t[1]) + 65536U * static_cast<unsigned char>(t[2]);
  };
  EXPECT_EQ(be32(v1), 1347571544U);
  EXPECT_EQ(be32(v2_start), 218762506U);
  EXPECT_EQ(le24(v1), 5198416U);
  EXPECT_EQ(le24(v2_start), 854541U);
  EXPECT_EQ(256U * static_cast<unsigned char>(v1[3]) + static_cast<unsigned char>(v1[4]), 22617U);
}

/// Half a minute for each of the two when every quote had the whole rest copied.
TEST(LogLine, AllQuotesTakeNoLongerThanAnyOtherLine) {
  const std::string quotes(std::size_t{1} << 17U, '"');
  EXPECT_FALSE(read_log_line(quotes));
  const auto log = read_log_line(quotes + "PROXY UNKNOWN\"" + quotes);
  ASSERT_TRUE(log);
  EXPECT_EQ(std::string(log->quoted.begin(), log->quoted.end()), "PROXY UNKNOWN");
}

TEST(LogLine, AnyCutIsReadWithoutHarm) {
  for (const Row& row : rows) {
    for (std::size_t n = 0; n <= row.text.size(); ++n) {
      const std::string cut(row.text.begin(), row.text.begin() + static_cast<std::ptrdiff_t>(n));
      read_log_line(cut);
      quoted_bytes(cut, "header:");
    }
  }
}

/// The fast look at a line passes over none that a row fits.
TEST(LogReport, TheFilterLetsEveryKnownLineThrough) {
  std::ifstream file(PP_SOURCE_DIR "/tests/explain/log_lines.tsv");
  std::string line;
  while (std::getline(file, line)) {
    const std::string_view text = std::string_view(line).substr(std::min(line.size(), line.find('\t') + 1));
    EXPECT_TRUE(line.starts_with("#") || line.starts_with("none") || may_be_known(text)) << text;
  }
  for (const LogRow& row : log_rows()) {
    for (std::size_t at = 0; at <= row.words[0].size();) {
      const std::size_t end = std::min(row.words[0].find('|', at), row.words[0].size());
      EXPECT_TRUE(may_be_known(row.words[0].substr(at, end - at))) << row.id;
      at = end + 1;
    }
  }
  EXPECT_FALSE(may_be_known("2026-11-30 19:29:05 all is well here"));
}

TEST(LogReport, GroupsByRowAndClient) {
  LogReport report;
  const std::string closed = " [info] 1#1: *1 client closed connection while reading PROXY protocol, client: ";
  report.add("2026/11/30 19:29:05" + closed + "10.42.1.0, server: 0.0.0.0:80");
  report.add("2026/11/30 19:29:06" + closed + "10.42.1.0, server: 0.0.0.0:80");
  report.add("2026/11/30 19:29:07" + closed + "10.42.2.0, server: 0.0.0.0:80");
  report.add("nothing of interest");
  report.add("2026/11/30 19:29:08 [error] 1#1: *1 broken header: \"GET /\" while reading PROXY protocol, client: 10.9.9.9, server: a");
  const auto groups = report.groups();
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_EQ(groups[0].reading.id, "nginx-broken-header");  // harmless ones come last
  EXPECT_EQ(groups[0].client, "10.9.9.9");
  EXPECT_EQ(groups[1].count, 2U);
  EXPECT_EQ(groups[1].client, "10.42.1.0");
  EXPECT_EQ(groups[1].first, "2026/11/30 19:29:05");
  EXPECT_EQ(groups[1].last, "2026/11/30 19:29:06");
  EXPECT_EQ(report.lines(), 5U);
  EXPECT_EQ(report.known(), 4U);
}

/// nginx quotes bytes as they are: a header's or a request's line ends split its log line.
TEST(LogReport, AQuoteOverSeveralLinesIsOneLine) {
  LogReport report;
  report.add("2026/11/30 19:29:08 [error] 1#1: *1 broken header: \"GET / HTTP/1.1\r");
  report.add("Host: PROXY protocol\r");
  report.add("\" while reading PROXY protocol, client: 10.9.9.9, server: a");
  report.add("2026/11/30 19:29:09 [error] 1#1: *2 broken header: \"PROXY TCP4 192.0.2.10 198.51.100.20 56324 99999\r");
  report.add("2026/11/30 19:29:10 [error] 1#1: *3 broken header: \"GET / HTTP/1.1\r");
  report.finish();
  EXPECT_EQ(report.lines(), 5U);
  EXPECT_EQ(report.known(), 3U);
  const auto groups = report.groups();
  ASSERT_EQ(groups.size(), 3U);
  unsigned of_client = 0;
  for (const auto& group : groups) of_client += group.client == "10.9.9.9" ? 1 : 0;
  EXPECT_EQ(of_client, 1U);

  LogReport endless;
  endless.add("broken header: \"GET");
  for (int i = 0; i < 100000; ++i) endless.add("more of it, without an end");
  endless.finish();
  EXPECT_EQ(endless.known(), 1U);
}

TEST(LogReport, ReadsTheTimesOfLogs) {
  const std::string closed = "client closed connection while reading PROXY protocol, client: 10.42.1.0, server: 0.0.0.0:80";
  for (const std::string time : {"2026/11/30 19:29:05", "2026-12-01T13:04:42", "Dec  1 13:04:42", "01/Dec/2026:13:04:42"}) {
    LogReport report;
    report.add((time[2] == '/' ? "[" : "") + time + (time[2] == '/' ? ".216] " : " ") + closed);
    ASSERT_EQ(report.groups().size(), 1U);
    EXPECT_EQ(report.groups()[0].first, time);
  }
}

TEST(LogReport, MemoryIsBounded) {
  LogReport report;
  for (unsigned i = 0; i < LogReport::most_groups + 100; ++i) {
    const std::string client = "10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256);
    report.add("client closed connection while reading PROXY protocol, client: " + client + ", server: a");
  }
  EXPECT_LE(report.groups().size(), LogReport::most_groups + 1);
  EXPECT_EQ(report.known(), LogReport::most_groups + 100);
}

}  // namespace
