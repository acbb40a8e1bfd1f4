// Findings word for word: place, extent and sentence, written from the rules. What a user reads at 3 a.m. is an interface.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pp/base/hex.hpp"
#include "pp/explain/finding_text.hpp"
#include "pp/lint/lint.hpp"
#include "pp/wire/parse.hpp"
#include "pp/wire/tlv_layout.hpp"

namespace {
using namespace pp;
using Buffer = std::vector<std::uint8_t>;

/// "code@offset+length: message", one line for each finding.
std::string said(const Buffer& bytes) {
  Parsed p = parse(bytes);
  p.verdict = at_end(p.verdict);
  std::vector<lint::Finding> findings;
  lint::lint(p, bytes, findings);
  std::string out;
  for (const auto& f : findings) {
    out += (out.empty() ? "" : "\n") + std::string(f.code.name()) + "@" + std::to_string(f.offset) + "+" + std::to_string(f.length) + ": " +
           explain::finding_text(f, bytes);
  }
  return out;
}

/// RFC 4960 B, bit by bit.
std::uint32_t checksum(const Buffer& bytes) {
  std::uint32_t crc = 0xffffffffU;
  for (std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int i = 0; i < 8; ++i) crc = (crc & 1U) != 0 ? (crc >> 1) ^ 0x82f63b78U : crc >> 1;
  }
  return ~crc;
}

struct Line {
  std::string bytes, said;
};

void check(const std::vector<Line>& rows) {
  for (const Line& row : rows) EXPECT_EQ(said(Buffer(row.bytes.begin(), row.bytes.end())), row.said) << row.bytes;
}

std::string repeated(const std::string& text, std::size_t n) {
  std::string out;
  for (std::size_t i = 0; i < n; ++i) out += text;
  return out;
}

const std::string a4 = "PROXY TCP4 192.0.2.1 198.51.100.2 ", a6 = "PROXY TCP6 2001:db8::1 ::2 ";

// A row to a line.
// clang-format off
TEST(Messages, Version1) {
  check({
    Line{"PROXYTCP4", "v1-separator@5+1: \"T\" after PROXY where a space belongs"},
    Line{"PROXY\tTCP4", "v1-separator@5+1: \"\\t\" after PROXY where a space belongs"},
    Line{"PROXY\r\n", "v1-missing-field@5+1: the line ends after PROXY, before the protocol"},
    Line{"PROXY \r\n", "v1-missing-field@6+1: the line ends before the protocol"},
    Line{"PROXY  TCP4", "v1-separator@6+1: a second space before the protocol"},
    Line{"PROXY TCP5 1.2.3.4", "v1-protocol@9+1: protocol \"TCP5\" is not TCP4, TCP6 or UNKNOWN"},
    Line{"PROXY " + std::string(48, 'x') + " 1", "v1-protocol@6+1: protocol \"" + std::string(48, 'x') + "\" is not TCP4, TCP6 or UNKNOWN"},
    Line{"PROXY " + std::string(49, 'x') + " 1", "v1-protocol@6+1: protocol \"" + std::string(48, 'x') + "...\" is not TCP4, TCP6 or UNKNOWN"},
    Line{"PROXY TCP 1.2.3.4", "v1-protocol@9+1: protocol \"TCP\" is not TCP4, TCP6 or UNKNOWN"},
    Line{"PROXY TCP4 256", "v1-ipv4-octet-range@11+3: number \"256\" in source address \"256\" is above 255"},
    Line{"PROXY tcp4 1.2.3.4", "v1-protocol@6+1: protocol \"tcp4\" is not TCP4, TCP6 or UNKNOWN"},
    Line{"PROXY UNKNOWNX\r\n", "v1-protocol@13+1: protocol \"UNKNOWNX\" is not TCP4, TCP6 or UNKNOWN"},
    Line{"PROXY UNKNOWN\n", "v1-line-end@13+1: LF without CR before it"},
    Line{"PROXY UNKNOWN\rX", "v1-line-end@14+1: \"X\" after CR, where LF belongs"},
    Line{"PROXY UNKNOWN\r\r", "v1-line-end@14+1: CR after CR, where LF belongs"},
    Line{"PROXY UNKNOWN\r ", "v1-line-end@14+1: a space after CR, where LF belongs"},
    Line{"PROXY TCP4\r\n", "v1-missing-field@10+1: the line ends before the source address"},
    Line{"PROXY TCP4 \r\n", "v1-missing-field@11+1: the line ends before the source address"},
    Line{"PROXY TCP4 192.0.2.1\r\n", "v1-missing-field@20+1: the line ends before the destination address"},
    Line{"PROXY TCP4 192.0.2.1 \r\n", "v1-missing-field@21+1: the line ends before the destination address"},
    Line{"PROXY TCP4 192.0.2.1 198.51.100.2\r\n", "v1-missing-field@33+1: the line ends before the source port"},
    Line{a4 + "1\r\n", "v1-missing-field@35+1: the line ends before the destination port"},
    Line{a4 + "1 \r\n", "v1-missing-field@36+1: the line ends before the destination port"},
    Line{"PROXY TCP4  192.0.2.1", "v1-separator@11+1: a second space before the source address"},
    Line{a4 + " 1", "v1-separator@34+1: a second space before the source port"},
    Line{a4 + "1  2", "v1-separator@36+1: a second space before the destination port"},
    Line{"PROXY TCP4 192.0.2.x 198", "v1-ipv4-syntax@19+1: source address \"192.0.2.x\" is not an IPv4 address: \"x\" is not allowed there"},
    Line{"PROXY TCP4 192.0.2.x\n", "v1-ipv4-syntax@19+1: source address \"192.0.2.x\" is not an IPv4 address: \"x\" is not allowed there"},
    Line{"PROXY TCP4 192.0.2 198", "v1-ipv4-syntax@18+1: source address \"192.0.2\" is not an IPv4 address: a space is not allowed there"},
    Line{"PROXY TCP4 192.0.2.1 198.51.100.2.3 1 2\r\n", "v1-ipv4-syntax@33+1: destination address \"198.51.100.2.3\" is not an IPv4 address: \".\" is not allowed there"},
    Line{"PROXY TCP4 192.0.256.1 198", "v1-ipv4-octet-range@17+3: number \"256\" in source address \"192.0.256.1\" is above 255"},
    Line{"PROXY TCP4 2001:db8::1 ::2 1 2\r\n", "v1-ipv4-octet-range@11+4: number \"2001\" in source address \"2001:db8::1\" is above 255: an IPv6 address in a TCP4 line"},
    Line{"PROXY TCP4 1:2::3 ::2 1 2\r\n", "v1-family-mismatch@12+1: source address \"1:2::3\" is IPv6 in a TCP4 line"},
    Line{"PROXY TCP4 192.0.02.1 198", "v1-ipv4-leading-zero@17+2: number \"02\" in source address \"192.0.02.1\" has a leading zero"},
    Line{"PROXY TCP6 192.0.2.1 ::2 1 2\r\n", "v1-family-mismatch@14+1: source address \"192.0.2.1\" is IPv4 in a TCP6 line"},
    Line{"PROXY TCP6 [::1] ::2", "v1-ipv6-syntax@11+1: source address \"[::1]\" is not an IPv6 address: \"[\" is not allowed there"},
    Line{"PROXY TCP6 fe80::1%eth0 ::2", "v1-ipv6-syntax@18+1: source address \"fe80::1%eth0\" is not an IPv6 address: \"%\" is not allowed there"},
    Line{"PROXY TCP6 ::12345 ::2", "v1-ipv6-group-length@13+5: a group of more than four digits in source address \"::12345\""},
    Line{"PROXY TCP6 1:2:3:4:5:6:7 ::2", "v1-ipv6-group-count@24+1: source address \"1:2:3:4:5:6:7\" does not have eight groups"},
    Line{"PROXY TCP6 ::1 1::2::3 1 2\r\n", "v1-ipv6-compression@20+1: \"::\" in destination address \"1::2::3\" stands for no group, or occurs twice"},
    Line{"PROXY TCP6 ::1.2.3.4 ::2 1 2\r\n", "v1-ipv6-dotted-tail@14+1: source address \"::1.2.3.4\" has a dotted tail"},
    Line{"PROXY TCP6 ::ffff:1.2.3.4 ::2 1 2\r\n", "v1-ipv4-mapped@11+14: source ::ffff:1.2.3.4 is an IPv4-mapped address in a TCP6 line"},
    Line{"PROXY TCP6 ::2 ::FFFF:102:304 1 2\r\n", "v1-ipv4-mapped@15+14: destination ::ffff:1.2.3.4 is an IPv4-mapped address in a TCP6 line"},
    Line{a4 + "+1 2\r\n", "v1-port-syntax@34+1: source port \"+1\" is not a decimal number: \"+\" is not allowed there"},
    Line{a4 + "1 2x\r\n", "v1-port-syntax@37+1: destination port \"2x\" is not a decimal number: \"x\" is not allowed there"},
    Line{a4 + "65536 2\r\n", "v1-port-range@34+5: source port 65536 is above 65535"},
    Line{a6 + "1 1000000 \r\n", "v1-port-range@29+7: destination port 1000000 is above 65535"},
    Line{a4 + "0443 2\r\n", "v1-port-leading-zero@34+2: source port \"0443\" has a leading zero"},
    Line{a4 + "1 2 3\r\n", "v1-extra-field@37+1: a space and more after the destination port, where CR LF belongs"},
    Line{a4 + "1 2 \r\n", "v1-extra-field@37+1: a space and more after the destination port, where CR LF belongs"},
    Line{a4 + "1 2\n", "v1-line-end@37+1: LF without CR before it"},
    Line{a4 + "1 2\r\r\n", "v1-line-end@38+1: CR after CR, where LF belongs"},
    Line{"PROXY UNKNOWN " + std::string(100, 'x'), "v1-line-too-long@105+1: no CR LF in the first 107 bytes"},
    Line{"PROXY UNKNOWN " + std::string(91, 'x') + "\rx", "v1-line-too-long@106+1: no CR LF in the first 107 bytes"},
    Line{"PROXY UNKNOWN abc\r\n", "v1-unknown-text@13+4: 4 bytes between UNKNOWN and CRLF are ignored"},
    Line{"PROXY UNKNOWN\r\n", ""},
    Line{a4 + "1 2\r\n", ""},
    Line{a6 + "1 2\r\n", ""},
    Line{"PROXY TCP4 192.0.2.1 ", "truncated@21+0: ends after 21 bytes, at least 13 more are wanted"},
    Line{"PROXY UNKNOWN\r", "truncated@14+0: ends after 14 bytes, at least 1 more is wanted"},
    Line{"PROXY TCP4 1" + std::string(60, '9') + " 2", "v1-ipv4-octet-range@11+4: number \"1" + std::string(47, '9') + "\" in source address \"1" + std::string(47, '9') + "...\" is above 255"}});
}

TEST(Messages, NoHeader) {
  check({
    Line{"", "truncated@0+0: ends after 0 bytes, at least 15 more are wanted"},
    Line{"proxy TCP4 1.2.3.4", "not-proxy@0+1: starts with \"proxy\": PROXY is written in upper case"},
    Line{"PRoXY TCP4", "not-proxy@2+1: starts with \"PRoXY\": PROXY is written in upper case"},
    Line{std::string("\r\n\r\n\0\r\nQUIX\x20\x00\x00\x00", 16), "not-proxy@10+1: byte 10 of the signature is damaged: 10 of 12 bytes are right"},
    Line{std::string("\r\n\r\n\0\r\nQUIX\n", 12), "not-proxy@10+1: byte 10 of the signature is damaged: 11 of 12 bytes are right"},
    Line{std::string("\r\n\r\n\0\r\nQABC\n", 12), "not-proxy@8+1: byte 8 of the signature is damaged: 9 of 12 bytes are right"},
    Line{std::string("\r\n\r\n\0\r\nQABCD", 12), "not-proxy@8+0: not a PROXY header: it starts with \"\\r\\n\\r\\n\\0\\r\\nQABCD\""},
    Line{std::string("\r\n\r\n\0\r\nQUIX", 11), "not-proxy@10+0: not a PROXY header: it starts with \"\\r\\n\\r\\n\\0\\r\\nQUIX\""},
    Line{"GET /secret?token=1 HTTP/1.1\r\n", "not-proxy@0+0: not a PROXY header: it starts with \"GET\""},
    Line{" PROXY UNKNOWN\r\n", "not-proxy@0+1: a header begins at byte 1, after \" \""},
    Line{std::string("\n\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", 17), "not-proxy@0+1: a header begins at byte 1, after \"\\n\""},
    Line{std::string("\n\r\n\r\n\0\r\nQUIT\n", 13), "not-proxy@0+1: a header begins at byte 1, after \"\\n\""},
    Line{std::string(16, 'x') + "PROXY UNKNOWN\r\n", "not-proxy@0+1: a header begins at byte 16, after \"" + std::string(16, 'x') + "\""},
    Line{std::string(17, 'x') + "PROXY UNKNOWN\r\n", "not-proxy@0+0: not a PROXY header: it starts with \"" + std::string(16, 'x') + "\""},
    Line{"\x16\x03\x01", "not-proxy@0+0: not a PROXY header: it starts with \"\\x16\\x03\\x01\""},
    Line{" ", "not-proxy@0+0: not a PROXY header: it starts with \" \""},
    Line{"PRO", "truncated@3+0: ends after 3 bytes, at least 12 more are wanted"}});
}

struct Hex {
  std::string behind, said;  // behind the signature
};

void check(const std::vector<Hex>& rows) {
  for (const Hex& row : rows) EXPECT_EQ(said(*from_hex("0d0a0d0a000d0a515549540a" + row.behind)), row.said) << row.behind;
}

const std::string block = "c0000201c633640200010002";
std::string v4(const std::string& length, const std::string& tlvs) { return "2111" + length + block + tlvs; }

TEST(Messages, Version2) {
  check({
    Hex{"31110000", "v2-version@12+1: version 3 is not 2"},
    Hex{"25110000", "v2-command@12+1: command 5 is neither 0 LOCAL nor 1 PROXY"},
    Hex{"21410000", "v2-family@13+1: address family 4 is not defined"},
    Hex{"21130000", "v2-transport@13+1: transport 3 is not defined"},
    Hex{"2111000b", "v2-length-short@14+2: length 11 is less than the 12 that IPv4 needs"},
    Hex{"21210023", "v2-length-short@14+2: length 35 is less than the 36 that IPv6 needs"},
    Hex{"213100d7", "v2-length-short@14+2: length 215 is less than the 216 that UNIX needs"},
    Hex{"2111000c", "truncated@16+0: ends after 16 bytes, at least 12 more are wanted"},
    Hex{"20000000", ""},
    Hex{v4("000c", ""), ""},
    Hex{"20440000", "v2-local-family@13+1: family 4, transport 4 is not defined; LOCAL ignores it"},
    Hex{"20400000", "v2-local-family@13+1: family 4, transport 0 is not defined; LOCAL ignores it"},
    Hex{"20130000", "v2-local-family@13+1: family 1, transport 3 is not defined; LOCAL ignores it"},
    Hex{"21010000", "v2-unspec@13+1: family UNSPEC: no address is announced"},
    Hex{"2110000c" + block, "v2-unspec@13+1: transport UNSPEC: no address is announced\n"
                            "v2-unspec-block@16+12: 12 bytes after the fixed part: an address block, ignored, and TLVs from byte 28 on"},
    Hex{"20110003040000", "v2-local-block@16+3: 3 bytes after the fixed part: TLVs from byte 16 on, no address block"},
    Hex{"2011000cffffffffffffffffffffffff", "v2-local-block@16+12: 12 bytes after the fixed part: an address block, ignored, and TLVs from byte 28 on"},
    Hex{"2011000c000000000000000000000000", "v2-local-block@16+12: 12 bytes after the fixed part: they divide into TLVs from byte 16 on and from byte 28 on, read from byte 28 on"},
    Hex{"20110002ffff", "v2-local-block@16+2: 2 bytes after the fixed part: they do not divide into TLVs, with or without an address block; skipped by length"},
    Hex{v4("000d", "04"), "v2-tlv-stray@28+1: 1 stray byte at the end of the header, a TLV takes at least 3"},
    Hex{v4("000e", "0400"), "v2-tlv-stray@28+2: 2 stray bytes at the end of the header, a TLV takes at least 3"},
    Hex{v4("0010", "02000277"), "v2-tlv-overrun@29+2: AUTHORITY TLV claims 2 bytes, only 1 is left in the header"},
    Hex{v4("0011", "0202007777"), "v2-tlv-overrun@29+2: AUTHORITY TLV claims 512 bytes, only 2 are left in the header (2 when read as little endian)"},
    Hex{v4("000f", "99ffff"), "v2-tlv-overrun@29+2: 0x99 TLV claims 65535 bytes, only 0 are left in the header"},
    Hex{v4("000f", "200000"), "v2-ssl-empty@28+3: SSL TLV of length 0: some senders mean that the client was encrypted, strict receivers refuse it"},
    Hex{v4("0013", "20000401000000"), "v2-ssl-short@29+2: SSL TLV has 4 bytes, client and verify take 5"},
    Hex{v4("0014", "2000050000000000"), ""},
    Hex{v4("0014", "2000050800000000"), "v2-ssl-client-bits@31+1: client 0x08 has reserved bits"},
    Hex{v4("0014", "2000050100000000"), "v2-ssl-version-missing@31+1: client has 01 SSL, but there is no SSL_VERSION"},
    Hex{v4("0018", "200009010000000021000178"), ""},
    Hex{v4("0015", "200006000000000021"), "v2-ssl-stray@36+1: 1 stray byte at the end of the SSL TLV, a TLV takes at least 3"},
    Hex{v4("0017", "2000080000000000210005"), "v2-ssl-tlv-overrun@37+2: SSL_VERSION TLV claims 5 bytes, only 0 are left in the SSL TLV"},
    Hex{v4("0017", "2000080000000000200000"), "v2-ssl-nested@36+3: an SSL TLV inside the SSL TLV; its value is opaque"},
    Hex{v4("0017", "2000080000000000010000"), "v2-ssl-tlv-unknown@36+3: type 0x01 inside the SSL TLV is not defined"},
    Hex{v4("0017", "2000080000000000e00000"), ""},
    Hex{v4("000f", "210000"), "v2-tlv-scope@28+3: SSL_VERSION is outside the SSL TLV"},
    Hex{v4("000f", "060000"), "v2-tlv-reserved@28+3: type 0x06 is not assigned"},
    Hex{v4("000f", "f00000"), "v2-tlv-experiment@28+3: type 0xf0 is in the range for experiments"},
    Hex{v4("000f", "f80000"), "v2-tlv-future@28+3: type 0xf8 is reserved for future use"},
    Hex{v4("000f", "e00000"), ""},
    Hex{v4("0014", "0100016101000162"), "v2-tlv-duplicate@32+4: a second ALPN TLV"},
    Hex{v4("0012", "010000010000"), "v2-text-empty@28+3: ALPN is empty\nv2-tlv-duplicate@31+3: a second ALPN TLV\nv2-text-empty@31+3: ALPN is empty"},
    Hex{v4("000f", "010000"), "v2-text-empty@28+3: ALPN is empty"},
    Hex{v4("000f", "020000"), "v2-text-empty@28+3: AUTHORITY is empty"},
    Hex{v4("0011", "0200026100"), "v2-text-nul@32+1: AUTHORITY has a NUL at its byte 1"},
    Hex{v4("0011", "020002611f"), "v2-text-control@32+1: AUTHORITY has a control character at its byte 1"},
    Hex{v4("0011", "020002617f"), "v2-text-control@32+1: AUTHORITY has a control character at its byte 1"},
    Hex{v4("0011", "0200026180"), "v2-text-utf8@32+1: AUTHORITY is not UTF-8 at its byte 1"},
    Hex{v4("0011", "3000026180"), "v2-text-ascii@32+1: NETNS is not ASCII at its byte 1"},
    Hex{v4("008f", "050080" + repeated("00", 128)), ""},
    Hex{v4("0090", "050081" + repeated("00", 129)), "v2-unique-id-long@28+132: UNIQUE_ID has 129 bytes, more than 128"},
    Hex{v4("010f", "010100" + repeated("61", 256)), "v2-alpn-long@28+259: ALPN has 256 bytes, more than 255"},
    Hex{v4("010e", "0100ff" + repeated("61", 255)), ""},
    Hex{v4("0208", "0401f9" + repeated("00", 505)), ""},
    Hex{v4("0209", "0401fa" + repeated("00", 506)), "v2-header-long@14+2: header of 537 bytes is longer than the 536 of the smallest segment"},
    Hex{v4("000f", "030000"), "v2-crc32c-length@29+2: CRC32C TLV has 0 bytes, not 4"},
    Hex{"2131" "00d8" "2f610078" + repeated("00", 212), "v2-unix-padding@19+1: bytes other than NUL after the end of the path"},
    Hex{"2131" "00d8" "00610078" + repeated("00", 212), ""},
    Hex{"2131" "00d8" + repeated("00", 108) + "2f0001" + repeated("00", 105), "v2-unix-padding@126+1: bytes other than NUL after the end of the path"}});
}

/// Past 64 findings on TLVs the rest is counted.
TEST(Messages, ManyFindingsAreCounted) {
  std::string tlvs;
  for (int i = 0; i < 100; ++i) tlvs += "060000";
  const std::string text = said(*from_hex("0d0a0d0a000d0a515549540a" + v4("0138", tlvs)));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 63);
  EXPECT_EQ(text.substr(text.rfind('\n') + 1), "v2-tlv-reserved@217+3: type 0x06 is not assigned (and 36 more findings on TLVs)");
}

TEST(Messages, ChecksumsInWords) {
  EXPECT_EQ(said(*from_hex("0d0a0d0a000d0a515549540a" "20000007" "030004a9b87e8f")), "");
  EXPECT_EQ(said(*from_hex("0d0a0d0a000d0a515549540a" "20000007" "030004a9b87e80")), "v2-crc32c@19+4: CRC32C a9b87e80 is wrong, the header's is a9b87e8f");
  EXPECT_EQ(said(*from_hex("0d0a0d0a000d0a515549540a" "20000007" "0300048f7eb8a9")),
            "v2-crc32c@19+4: CRC32C 8f7eb8a9 is wrong, the header's is a9b87e8f: right only as little endian, the byte order of the field is big endian");
  EXPECT_EQ(said(*from_hex("0d0a0d0a000d0a515549540a" "20000007" "020004a9b87e8f")),
            "v2-crc32c-hidden@16+1: type 0x02 would be a right CRC32C if it were 0x03: a damaged bit\n"
            "v2-text-utf8@19+1: AUTHORITY is not UTF-8 at its byte 0");
  // Two bits away from the type, it is any TLV of 4 bytes.
  EXPECT_EQ(said(*from_hex("0d0a0d0a000d0a515549540a" "20000007" "e10004a9b87e8f")), "");
}

/// Two checksums: what each covers is for the sender to know, so every reading is tried.
TEST(Messages, SeveralChecksumsInWords) {
  Buffer bytes = *from_hex("0d0a0d0a000d0a515549540a" "2000000e" "0300040000000003000400000000");
  const std::string front = "v2-crc32c-duplicate@23+7: 2 CRC32C TLVs: ";
  const std::uint32_t all_zero = checksum(bytes);
  store_be32(&bytes[19], all_zero);
  store_be32(&bytes[26], all_zero);
  EXPECT_EQ(said(bytes), front + "right with the bytes of all of them zero");
  store_be32(&bytes[26], 0x01020304);
  store_be32(&bytes[19], 0);
  const std::uint32_t own = checksum(bytes);
  store_be32(&bytes[19], own);
  EXPECT_EQ(said(bytes), front + "right with its own 4 bytes zero, the others as they are");
  store_be32(&bytes[19], own ^ 1U);
  EXPECT_EQ(said(bytes).substr(0, 23), "v2-crc32c@19+4: CRC32C ");
  EXPECT_NE(said(bytes).find(front + "none is right"), std::string::npos);
}

/// However long the header is, and however many TLVs look alike.
TEST(Messages, HiddenChecksumsAreFound) {
  const auto with = [](int decoys, std::size_t padding) {
    Buffer bytes = *from_hex("0d0a0d0a000d0a515549540a" "20000000");
    for (int i = 0; i < decoys; ++i) {
      const Buffer decoy = *from_hex("02000461626364");
      bytes.insert(bytes.end(), decoy.begin(), decoy.end());
    }
    bytes.insert(bytes.end(), {4, static_cast<std::uint8_t>(padding >> 8), static_cast<std::uint8_t>(padding)});
    bytes.resize(bytes.size() + padding);
    bytes.insert(bytes.end(), {3, 0, 4, 0, 0, 0, 0});
    store_be16(&bytes[14], static_cast<std::uint16_t>(bytes.size() - 16));
    store_be32(&bytes[bytes.size() - 4], checksum(bytes));
    bytes[bytes.size() - 7] = 0x83;  // one bit away
    return said(bytes).find("v2-crc32c-hidden") != std::string::npos;
  };
  EXPECT_TRUE(with(0, 5));
  EXPECT_TRUE(with(7, 5));
  EXPECT_TRUE(with(800, 5));
  EXPECT_TRUE(with(0, 4096 - 16 - 3 - 7));
  EXPECT_TRUE(with(0, 65000));
}

TEST(Messages, ManyErrorsAreCountedToo) {
  std::string tlvs;
  for (int i = 0; i < 70; ++i) tlvs += "20000100";
  const std::string text = said(*from_hex("0d0a0d0a000d0a515549540a" + v4("0124", tlvs)));
  // 70 too short, 69 of them duplicates: 64 of each are said.
  EXPECT_NE(text.find("(and 11 more findings on TLVs)"), std::string::npos);
  std::size_t errors = 0;
  for (std::size_t at = text.find("v2-ssl-short@"); at != std::string::npos; at = text.find("v2-ssl-short@", at + 1)) ++errors;
  EXPECT_EQ(errors, 64U);
}

/// However many there are, they are counted, and each is compared with a checksum of its own.
TEST(Messages, ChecksumsAreCountedToTheLast) {
  const auto with = [](int count, std::size_t right, bool all_zero) {
    Buffer bytes = *from_hex("0d0a0d0a000d0a515549540a" + v4("0000", ""));
    const std::size_t first = bytes.size();
    for (int i = 0; i < count; ++i) bytes.insert(bytes.end(), {3, 0, 4, 0, 0, 0, static_cast<std::uint8_t>(all_zero ? 0 : 1)});
    store_be16(&bytes[14], static_cast<std::uint16_t>(bytes.size() - 16));
    std::uint8_t* const value = &bytes[first + 7 * right + 3];
    store_be32(value, 0);
    store_be32(value, checksum(bytes));
    return said(bytes);
  };
  const auto says = [](const std::string& text, const char* sentence) { return text.find(sentence) != std::string::npos; };
  EXPECT_TRUE(says(with(64, 63, false), "64 CRC32C TLVs: right with its own 4 bytes zero"));
  EXPECT_TRUE(says(with(65, 63, false), "65 CRC32C TLVs: right with its own 4 bytes zero"));
  EXPECT_TRUE(says(with(65, 64, false), "65 CRC32C TLVs: right with its own 4 bytes zero"));
  EXPECT_TRUE(says(with(9000, 8999, false), "9000 CRC32C TLVs: right with its own 4 bytes zero"));
  EXPECT_TRUE(says(with(70, 69, true), "70 CRC32C TLVs: right with the bytes of all of them zero"));
  std::string crcs;
  for (int i = 0; i < 64; ++i) crcs += "03000400000000";
  EXPECT_TRUE(says(said(*from_hex("0d0a0d0a000d0a515549540a" + v4("01cc", crcs))), "64 CRC32C TLVs: none is right"));
}

/// LOCAL with a family: both layouts are in use, and where both divide into TLVs a right checksum decides.
TEST(Readings, ARightChecksumDecides) {
  const auto layout = [](const std::string& body, std::size_t crc_at) {
    Buffer bytes = *from_hex("0d0a0d0a000d0a515549540a" "20110000" + body);
    store_be16(&bytes[14], static_cast<std::uint16_t>(bytes.size() - 16));
    if (crc_at != 0) store_be32(&bytes[crc_at], checksum(bytes));
    return tlv_area(parse(bytes).header).layout;
  };
  const std::string crc = "03000400000000", zeros = repeated("00", 12);
  EXPECT_EQ(layout(crc + "0400020000" "040000", 19), TlvLayout::no_block);
  // A NOOP over the block's rest and the checksum: only behind the block is there a checksum.
  EXPECT_EQ(layout("040010" + repeated("00", 9) + crc, 31), TlvLayout::block);
  EXPECT_EQ(layout(zeros, 0), TlvLayout::both);
  EXPECT_EQ(layout(zeros + "030000", 0), TlvLayout::both) << "a checksum of no bytes decides nothing";
  EXPECT_EQ(layout(zeros + "03000400000001", 0), TlvLayout::both) << "nor does a wrong one";
  EXPECT_EQ(layout(zeros + "e10004" "00000000", 31), TlvLayout::both) << "nor does what is right and no checksum";
  EXPECT_EQ(layout(crc + "0400020000" + crc, 19), TlvLayout::no_block) << "of two the first is right";
  const TlvArea v1 = tlv_area(parse(Buffer{'P', 'R', 'O', 'X', 'Y', ' ', 'U', 'N', 'K', 'N', 'O', 'W', 'N', '\r', '\n'}).header);
  EXPECT_EQ(v1.layout, TlvLayout::tlvs);
  EXPECT_EQ(v1.offset, v1.end);
  EXPECT_FALSE(v1.opaque());
  EXPECT_TRUE(tlv_area(parse(*from_hex("0d0a0d0a000d0a515549540a" "20110002" "ffff")).header).opaque());
}

TEST(Messages, WhatIsNotCompleteIsNotJudged) {
  const Buffer front = {'P', 'R', 'O', 'X', 'Y', ' '};
  std::vector<lint::Finding> findings;
  lint::lint(parse(front), front, findings);
  EXPECT_TRUE(findings.empty());
}

TEST(Messages, NothingAtAll) {
  Parsed p;
  p.verdict = {Status::missing, Fault::not_proxy, 0, 0, 0};
  const lint::Finding f = lint::describe(p, {});
  EXPECT_EQ(explain::finding_text(f, Bytes()), "no bytes at all");
  EXPECT_EQ(f.length, 0U);
}
// clang-format on

}  // namespace
