// A row for each fault and rule that a header's bytes can break: what is found, at which level, where. A closing test
// holds the tables against the rows, so that none goes without.
#include "pp/lint/lint.hpp"
#include "pp/lint/sentences.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "pp/wire/draft.hpp"
#include "pp/wire/parse.hpp"
#include "pp/wire/tlv_layout.hpp"

namespace {

using namespace pp;
using lint::Finding;

using Buffer = std::vector<std::uint8_t>;

Buffer bytes_of(std::string_view text) { return Buffer(text.begin(), text.end()); }

IpAddress v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  IpAddress address;
  address.size = 4;
  address.bytes = {a, b, c, d};
  return address;
}

/// PROXY, TCP over IPv4, 192.0.2.10:56324 > 198.51.100.20:443, with these TLVs: they begin at byte 28.
Draft good(std::vector<DraftTlv> tlvs = {}) {
  Draft d;
  d.source = {v4(192, 0, 2, 10), 56324};
  d.destination = {v4(198, 51, 100, 20), 443};
  d.tlvs = std::move(tlvs);
  return d;
}
DraftTlv tlv(std::uint8_t type, std::string_view value) { return {type, bytes_of(value), {}}; }
DraftTlv claiming(std::uint8_t type, std::string_view value, std::uint16_t length) { return {type, bytes_of(value), length}; }
DraftTlv ssl_tlv(std::uint8_t client, std::vector<DraftTlv> subs) { return {0x20, ssl_value(client, 0, subs), {}}; }
Draft with_crc(Draft d, DraftCrc crc) {
  d.crc = crc;
  return d;
}
Draft patched(Draft d, std::size_t offset, Buffer bytes) {
  d.patches.push_back({offset, std::move(bytes)});
  return d;
}
Draft bare(std::uint8_t version_command, std::uint8_t family_transport, Buffer block) {
  Draft d;
  d.version_command = version_command;
  d.family_transport = family_transport;
  d.block = std::move(block);
  return d;
}
Draft unix_stream(std::string source) {
  Draft d;
  d.family = Family::unix_socket;
  d.unix_source = std::move(source);
  d.unix_destination = "/run/server";
  return d;
}

std::vector<Finding> findings_of(const Buffer& bytes) {
  std::vector<Finding> out;
  Parsed parsed = parse(bytes);
  parsed.verdict = at_end(parsed.verdict);
  lint::lint(parsed, bytes, out);
  return out;
}

struct Row {
  std::string name;
  Buffer bytes;
  std::string code;  // of the one finding that this row is about; empty: nothing at all is found
  std::string level;
  std::uint32_t offset;
  std::uint32_t length;
};

const Buffer twelve = {192, 0, 2, 10, 198, 51, 100, 20, 0xdc, 4, 1, 0xbb};

std::vector<Row> v1_rows() {
  const auto line = [](std::string_view text) { return bytes_of(text); };
  return {
      {"not a header", line("GET / HTTP/1.1\r\n\r\n"), "not-proxy", "error", 0, 0},
      {"cut short", line("PROXY TCP4 192.0.2.10 "), "truncated", "error", 22, 0},
      {"two spaces", line("PROXY TCP4  192.0.2.10 198.51.100.20 1 2\r\n"), "v1-separator", "error", 11, 1},
      {"TCP5", line("PROXY TCP5 192.0.2.10 198.51.100.20 1 2\r\n"), "v1-protocol", "error", 9, 1},
      {"no destination port", line("PROXY TCP4 192.0.2.10 198.51.100.20 1\r\n"), "v1-missing-field", "error", 37, 1},
      {"five octets", line("PROXY TCP4 192.0.2.1.5 198.51.100.20 1 2\r\n"), "v1-ipv4-syntax", "error", 20, 1},
      {"octet 256", line("PROXY TCP4 192.0.2.256 198.51.100.20 1 2\r\n"), "v1-ipv4-octet-range", "error", 19, 3},
      {"octet 010", line("PROXY TCP4 192.0.2.010 198.51.100.20 1 2\r\n"), "v1-ipv4-leading-zero", "error", 19, 2},
      {"brackets", line("PROXY TCP6 [::1] ::2 1 2\r\n"), "v1-ipv6-syntax", "error", 11, 1},
      {"five digits", line("PROXY TCP6 1:00db8::1 ::2 1 2\r\n"), "v1-ipv6-group-length", "error", 13, 5},
      {"seven groups", line("PROXY TCP6 1:2:3:4:5:6:7 ::2 1 2\r\n"), "v1-ipv6-group-count", "error", 24, 1},
      {"two ::", line("PROXY TCP6 1::2::3 ::2 1 2\r\n"), "v1-ipv6-compression", "error", 16, 1},
      {"dotted tail", line("PROXY TCP6 ::1.2.3.4 ::2 1 2\r\n"), "v1-ipv6-dotted-tail", "error", 14, 1},
      {"IPv4 in TCP6", line("PROXY TCP6 2001:db8::10 198.51.100.20 1 2\r\n"), "v1-family-mismatch", "error", 27, 1},
      {"port x", line("PROXY TCP4 192.0.2.10 198.51.100.20 80a 2\r\n"), "v1-port-syntax", "error", 38, 1},
      {"port 99999", line("PROXY TCP4 192.0.2.10 198.51.100.20 99999 443\r\n"), "v1-port-range", "error", 36, 5},
      {"port 4294967376", line("PROXY TCP4 192.0.2.10 198.51.100.20 4294967376 443\r\n"), "v1-port-range", "error", 36, 10},
      {"port 080", line("PROXY TCP4 192.0.2.10 198.51.100.20 080 443\r\n"), "v1-port-leading-zero", "error", 36, 2},
      {"a field more", line("PROXY TCP4 192.0.2.10 198.51.100.20 80 443 x\r\n"), "v1-extra-field", "error", 42, 1},
      {"LF alone", line("PROXY TCP4 192.0.2.10 198.51.100.20 80 443\n"), "v1-line-end", "error", 42, 1},
      {"no end in sight", line("PROXY UNKNOWN " + std::string(100, 'x')), "v1-line-too-long", "error", 105, 1},
      {"a mapped address", line("PROXY TCP6 ::1 ::ffff:192.0.2.1 1 2\r\n"), "v1-ipv4-mapped", "warning", 15, 16},
      {"a mapped address in hexadecimal", line("PROXY TCP6 ::FFFF:c000:0201 ::1 1 2\r\n"), "v1-ipv4-mapped", "warning", 11, 16},
      {"UNKNOWN with text", line("PROXY UNKNOWN abc\r\n"), "v1-unknown-text", "note", 13, 4},
      {"a good line", line("PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n"), "", "", 0, 0},
      {"a good IPv6 line", line("PROXY TCP6 2001:db8::10 2001:db8:1::20 56324 443\r\n"), "", "", 0, 0},
      {"UNKNOWN", line("PROXY UNKNOWN\r\n"), "", "", 0, 0},
  };
}

std::vector<Row> v2_rows() {
  const DraftTlv version = tlv(0x21, "TLSv1.3");
  return {
      {"version 3", encode(bare(0x31, 0x11, twelve)), "v2-version", "error", 12, 1},
      {"command 5", encode(bare(0x25, 0x11, twelve)), "v2-command", "error", 12, 1},
      {"family 4", encode(bare(0x21, 0x41, twelve)), "v2-family", "error", 13, 1},
      {"transport 3", encode(bare(0x21, 0x13, twelve)), "v2-transport", "error", 13, 1},
      {"11 bytes for IPv4", encode(bare(0x21, 0x11, Buffer(11))), "v2-length-short", "error", 14, 2},
      {"537 bytes", encode(good({{0x04, Buffer(506), {}}})), "v2-header-long", "warning", 14, 2},
      {"536 bytes", encode(good({{0x04, Buffer(505), {}}})), "", "", 0, 0},
      {"LOCAL with TLVs behind a block", encode(bare(0x20, 0x11, twelve)), "v2-local-block", "note", 16, 12},
      {"LOCAL with junk", encode(bare(0x20, 0x00, Buffer(5, 0xff))), "v2-local-block", "note", 16, 5},
      {"LOCAL of family F", encode(bare(0x20, 0xff, {})), "v2-local-family", "note", 13, 1},
      {"LOCAL", encode(bare(0x20, 0x00, {})), "", "", 0, 0},
      {"UNSPEC", encode(bare(0x21, 0x00, {})), "v2-unspec", "note", 13, 1},
      {"UNSPEC with a block", encode(bare(0x21, 0x00, twelve)), "v2-unspec-block", "note", 16, 12},
      {"UNIX", encode(unix_stream("/run/client")), "", "", 0, 0},
      {"UNIX, abstract", encode(unix_stream(std::string("\0name\0x", 7))), "", "", 0, 0},
      {"UNIX, bytes behind the path", encode(patched(unix_stream("/run/client"), 16 + 50, {1})), "v2-unix-padding", "note", 66, 1},
      {"TLV past the end", encode(good({claiming(0x02, "www.a", 64)})), "v2-tlv-overrun", "error", 29, 2},
      {"stray bytes", encode(bare(0x21, 0x11, {192, 0, 2, 10, 198, 51, 100, 20, 0xdc, 4, 1, 0xbb, 4, 0})), "v2-tlv-stray", "error", 28, 2},
      {"right checksum", encode(with_crc(good(), DraftCrc::good)), "", "", 0, 0},
      {"wrong checksum", encode(with_crc(good(), DraftCrc::bad)), "v2-crc32c", "error", 31, 4},
      {"checksum of 3 bytes", encode(good({tlv(0x03, "abc")})), "v2-crc32c-length", "error", 29, 2},
      {"type of the checksum damaged", encode(patched(with_crc(good(), DraftCrc::good), 28, {0x83})), "v2-crc32c-hidden", "note", 28, 1},
      {"SSL of 0 bytes", encode(good({tlv(0x20, "")})), "v2-ssl-empty", "warning", 28, 3},
      {"SSL of 4 bytes", encode(good({tlv(0x20, "abcd")})), "v2-ssl-short", "error", 29, 2},
      {"SSL with a sub-TLV past its end", encode(good({ssl_tlv(1, {version, claiming(0x22, "ab", 3)})})), "v2-ssl-tlv-overrun", "error", 47,
       2},
      {"SSL with a stray byte", encode(good({{0x20, {0, 0, 0, 0, 0, 9}, {}}})), "v2-ssl-stray", "error", 36, 1},
      {"SSL with reserved bits", encode(good({ssl_tlv(0xf9, {version})})), "v2-ssl-client-bits", "note", 31, 1},
      {"SSL without a version", encode(good({ssl_tlv(1, {})})), "v2-ssl-version-missing", "warning", 31, 1},
      {"SSL in SSL", encode(good({ssl_tlv(1, {version, tlv(0x20, "")})})), "v2-ssl-nested", "note", 46, 3},
      {"unknown in SSL", encode(good({ssl_tlv(1, {version, tlv(0x2f, "zz")})})), "v2-ssl-tlv-unknown", "note", 46, 5},
      {"MongoDB in SSL", encode(good({ssl_tlv(1, {version, tlv(0xe0, "CN=a")})})), "", "", 0, 0},
      {"SSL", encode(good({ssl_tlv(5, {version, tlv(0x22, "ren\xc3\xa9")})})), "", "", 0, 0},
      {"CN outside SSL", encode(good({tlv(0x22, "a")})), "v2-tlv-scope", "warning", 28, 4},
      {"two AUTHORITY", encode(good({tlv(0x02, "a"), tlv(0x02, "b")})), "v2-tlv-duplicate", "warning", 32, 4},
      {"two CN in SSL", encode(good({ssl_tlv(1, {version, tlv(0x22, "a"), tlv(0x22, "b")})})), "v2-tlv-duplicate", "warning", 50, 4},
      {"two NOOP", encode(good({tlv(0x04, "a"), tlv(0x04, "b")})), "", "", 0, 0},
      {"type 06", encode(good({tlv(0x06, "a")})), "v2-tlv-reserved", "warning", 28, 4},
      {"type E5", encode(good({tlv(0xe5, "a")})), "", "", 0, 0},
      {"type F0", encode(good({tlv(0xf0, "a")})), "v2-tlv-experiment", "warning", 28, 4},
      {"type FF", encode(good({tlv(0xff, "a")})), "v2-tlv-future", "warning", 28, 4},
      {"UNIQUE_ID of 128 bytes", encode(good({{0x05, Buffer(128), {}}})), "", "", 0, 0},
      {"UNIQUE_ID of 129 bytes", encode(good({{0x05, Buffer(129), {}}})), "v2-unique-id-long", "warning", 28, 132},
      {"ALPN of 256 bytes", encode(good({{0x01, Buffer(256, 'a'), {}}})), "v2-alpn-long", "warning", 28, 259},
      {"AUTHORITY of Latin-1",
       encode(good({tlv(0x02,
                        "b\xfc"
                        "cher")})),
       "v2-text-utf8", "warning", 32, 1},
      {"AUTHORITY of UTF-8",
       encode(good({tlv(0x02,
                        "b\xc3\xbc"
                        "cher")})),
       "", "", 0, 0},
      {"NETNS beyond ASCII", encode(good({tlv(0x30, "\xff\xfe")})), "v2-text-ascii", "warning", 31, 1},
      {"AUTHORITY with NUL", encode(good({tlv(0x02, std::string_view("a\0b", 3))})), "v2-text-nul", "warning", 32, 1},
      {"AUTHORITY with CR LF", encode(good({tlv(0x02, "a\r\nX: 1")})), "v2-text-control", "warning", 32, 1},
      {"AUTHORITY of 0 bytes", encode(good({tlv(0x02, "")})), "v2-text-empty", "note", 28, 3},
  };
}

/// With its own 4 bytes zero each checksum is of a header that holds the other as it is.
Buffer two_checksums(bool right) {
  Buffer bytes = encode(good({{0x03, Buffer(4), {}}, {0x03, Buffer(4), {}}}));
  if (right) {
    const std::uint32_t all_zero = crc32c(bytes);
    store_be32(&bytes[31], all_zero);
    store_be32(&bytes[38], all_zero);
  }
  return bytes;
}

TEST(Lint, EachRowFindsWhatItIsAbout) {
  std::vector<Row> rows = v1_rows();
  for (Row& row : v2_rows()) rows.push_back(std::move(row));
  for (const Row& row : rows) {
    const auto found = findings_of(row.bytes);
    if (row.code.empty()) {
      EXPECT_TRUE(found.empty()) << row.name << ": " << (found.empty() ? "" : found[0].code.name());
      continue;
    }
    const auto it = std::find_if(found.begin(), found.end(), [&](const Finding& f) { return f.code.name() == row.code; });
    ASSERT_NE(it, found.end()) << row.name;
    EXPECT_EQ(name(it->level), row.level) << row.name;
    EXPECT_EQ(it->offset, row.offset) << row.name;
    EXPECT_EQ(it->length, row.length) << row.name;
    for (const Finding& f : found) {
      EXPECT_LE(f.offset + f.length, std::max<std::size_t>(row.bytes.size(), 1)) << row.name << ' ' << f.code.name();
    }
    EXPECT_TRUE(std::is_sorted(found.begin(), found.end(), [](const Finding& a, const Finding& b) { return a.offset < b.offset; }))
        << row.name;
  }
}

TEST(Lint, TwoChecksums) {
  const auto right = findings_of(two_checksums(true));
  ASSERT_EQ(right.size(), 1U);
  EXPECT_EQ(right[0].code.name(), "v2-crc32c-duplicate");
  EXPECT_EQ(name(right[0].level), "warning");
  EXPECT_EQ(right[0].sentence, lint::says::right_together);
  const auto wrong = findings_of(two_checksums(false));
  ASSERT_EQ(wrong.size(), 2U);
  EXPECT_EQ(wrong[0].code.name(), "v2-crc32c");
  EXPECT_EQ(wrong[1].code.name(), "v2-crc32c-duplicate");
}

TEST(Lint, SaysWhatAWrongChecksumLooksLike) {
  Buffer bytes = encode(with_crc(good(), DraftCrc::good));
  std::reverse(bytes.end() - 4, bytes.end());
  auto found = findings_of(bytes);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].sentence, lint::says::little_endian);

  bytes = encode(with_crc(good(), DraftCrc::good));
  bytes[12] = 0x20;  // LOCAL, by one bit
  found = findings_of(bytes);
  ASSERT_FALSE(found.empty());
  EXPECT_NE(std::find_if(found.begin(), found.end(),
                         [](const Finding& f) { return f.code == "v2-crc32c" && f.sentence == lint::says::command_damaged; }),
            found.end());
}

TEST(Lint, ChoosesTheReadingOfALocalHeader) {
  // AWS NLB's health check: family INET, no block. Others send one.
  const Buffer noop(74);
  Draft aws = bare(0x20, 0x11, {});
  aws.tlvs = {{0x04, noop, {}}};
  aws = with_crc(aws, DraftCrc::good);
  Buffer bytes = encode(aws);
  EXPECT_EQ(tlv_area(parse(bytes).header).layout, TlvLayout::no_block);

  Draft block = bare(0x20, 0x11, twelve);
  block.tlvs = {{0x04, noop, {}}};
  bytes = encode(block);
  EXPECT_EQ(tlv_area(parse(bytes).header).layout, TlvLayout::block);
  EXPECT_EQ(tlv_area(parse(bytes).header).offset, 28U);

  bytes = encode(bare(0x20, 0x11, Buffer(12)));  // zeros are four TLVs of type 0 as well as a block
  EXPECT_EQ(tlv_area(parse(bytes).header).layout, TlvLayout::both);
  bytes = encode(bare(0x20, 0x11, Buffer(5, 1)));
  EXPECT_EQ(tlv_area(parse(bytes).header).layout, TlvLayout::neither);
}

TEST(Lint, WarningsInFrontNeverHideAnError) {
  Draft d = good();
  for (int i = 0; i < 1000; ++i) d.tlvs.push_back(tlv(0x06, ""));
  d.tlvs.push_back(claiming(0x02, "", 9));
  const auto found = findings_of(encode(d));
  EXPECT_LT(found.size(), 200U);
  EXPECT_NE(std::find_if(found.begin(), found.end(), [](const Finding& f) { return f.code == "v2-tlv-overrun"; }), found.end());
}

TEST(Lint, EveryFaultAndRuleHasARow) {
  std::set<std::string> shown{"v2-crc32c-duplicate"};  // TwoChecksums
  for (const Row& row : v1_rows()) shown.insert(row.code);
  for (const Row& row : v2_rows()) shown.insert(row.code);
  for (const FaultInfo& fault : fault_table) {
    EXPECT_TRUE(fault.fault == Fault::none || shown.contains(std::string(fault.code))) << fault.code;
  }
  for (const lint::RuleInfo& rule : lint::rule_table) {
    if (rule.rule >= lint::Rule::header_chained) break;  // those need the flow: inspect_test
    EXPECT_TRUE(shown.contains(std::string(rule.code))) << rule.code;
  }
}

}  // namespace
