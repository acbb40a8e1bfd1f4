// What the encoder refuses, drafts that are wrong on purpose, the tables' look-ups and the views of headers: rows written by hand.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pp/base/hex.hpp"
#include "pp/wire/crc32c.hpp"
#include "pp/wire/draft.hpp"
#include "pp/wire/encode.hpp"
#include "pp/wire/parse.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_types.hpp"

namespace {
using namespace pp;
using Buffer = std::vector<std::uint8_t>;

Buffer bytes_of(std::string_view text) { return {text.begin(), text.end()}; }
std::string text_of(Bytes bytes) { return {bytes.begin(), bytes.end()}; }
Endpoint at(const char* address, std::uint16_t port) { return {*parse_ip(address), port}; }

const Endpoint v4_source = at("192.0.2.1", 1), v4_destination = at("198.51.100.2", 2), v6_source = at("2001:db8::1", 3),
               v6_destination = at("::2", 4);

TEST(Encoder, RefusesWhatItCannotSay) {
  Buffer out(200);
  EXPECT_EQ(encode_v1(v4_source, v6_destination, out), 0U);
  EXPECT_EQ(encode_v1(v6_source, v4_destination, out), 0U);
  EXPECT_EQ(encode_v1(Endpoint{}, Endpoint{}, out), 0U);
  EXPECT_EQ(encode_v1(Endpoint{}, v4_destination, out), 0U);
  EXPECT_EQ(encode_v2(v4_source, v6_destination, {}, out), 0U);
  EXPECT_EQ(encode_v2(v6_source, v4_destination, {}, out), 0U);
  EXPECT_EQ(encode_v2(Endpoint{}, Endpoint{}, {}, out), 0U);
  EXPECT_EQ(encode_simple(Endpoint{}, v4_destination, out), 0U);
  EXPECT_EQ(encode_simple(v4_source, Endpoint{}, out), 0U);
  EXPECT_EQ(encode_simple(v4_source, v4_destination, std::span(out).first(37)), 0U);
}

TEST(Encoder, WritesIntoExactlyItsRoom) {
  const std::string line = "PROXY TCP4 192.0.2.1 198.51.100.2 1 2\r\n";
  Buffer exact(line.size());
  EXPECT_EQ(encode_v1(v4_source, v4_destination, exact), line.size());
  EXPECT_EQ(text_of(exact), line);
  EXPECT_EQ(encode_v1(v4_source, v4_destination, std::span(exact).first(line.size() - 1)), 0U);
  Buffer unknown(15);
  EXPECT_EQ(encode_v1_unknown(unknown), 15U);
  EXPECT_EQ(text_of(unknown), "PROXY UNKNOWN\r\n");
  EXPECT_EQ(encode_v1_unknown(std::span(unknown).first(14)), 0U);
  Buffer v2(28);
  EXPECT_EQ(encode_v2(v4_source, v4_destination, {Transport::dgram, {}, false}, v2), 28U);
  EXPECT_EQ(to_hex(v2), "0d0a0d0a000d0a515549540a2112000cc0000201c633640200010002");
  EXPECT_EQ(encode_v2(v4_source, v4_destination, {}, std::span(v2).first(27)), 0U);
  Buffer local(16);
  EXPECT_EQ(encode_v2_local({}, local), 16U);
  EXPECT_EQ(to_hex(local), "0d0a0d0a000d0a515549540a20000000");
  EXPECT_EQ(encode_v2_local({}, std::span(local).first(15)), 0U);
}

TEST(Encoder, PortsAndOctetsInDecimal) {
  for (const unsigned port : {0U, 9U, 10U, 99U, 100U, 255U, 256U, 999U, 1000U, 9999U, 10000U, 10203U, 65535U}) {
    const auto p = static_cast<std::uint16_t>(port);
    for (const std::size_t room : {v1_max_bytes, std::size_t{200}}) {  // written aside first, and at once
      Buffer out(room);
      const std::size_t size = encode_v1(at("0.9.10.99", p), at("100.109.200.255", p), out);
      EXPECT_EQ(text_of(Bytes(out).first(size)),
                "PROXY TCP4 0.9.10.99 100.109.200.255 " + std::to_string(port) + " " + std::to_string(port) + "\r\n");
    }
  }
}

/// 65,535 bytes behind the fixed part, with and without a checksum, and not one more.
TEST(Encoder, KnowsTheLongestHeader) {
  for (const bool crc : {false, true}) {
    const std::size_t room = 65535 - (crc ? 7 : 0);
    for (const std::size_t block : {0U, 12U, 36U}) {
      const Buffer area(room - block, 0);
      const Buffer more(room - block + 1, 0);
      Buffer out(max_header_bytes + 10);
      const auto encode = [&](const Buffer& tlvs) {
        const V2Options options{Transport::stream, tlvs, crc};
        if (block == 0) return encode_v2_local(options, out);
        return block == 12 ? encode_v2(v4_source, v4_destination, options, out) : encode_v2(v6_source, v6_destination, options, out);
      };
      EXPECT_EQ(encode(area), max_header_bytes);
      EXPECT_EQ(parse(Bytes(out).first(max_header_bytes)).verdict.size, max_header_bytes);
      EXPECT_EQ(encode(more), 0U);
    }
  }
}

TEST(Encoder, Tlvs) {
  Buffer out(8, 0xee);
  EXPECT_EQ(encode_tlv(0xea, bytes_of("abcde"), out), 8U);
  EXPECT_EQ(to_hex(out), "ea00056162636465");
  EXPECT_EQ(encode_tlv(0xea, bytes_of("abcdef"), out), 0U);
  EXPECT_EQ(encode_tlv(4, {}, std::span(out).first(3)), 3U);
  EXPECT_EQ(to_hex(Bytes(out).first(3)), "040000");
  EXPECT_EQ(encode_tlv(4, {}, std::span(out).first(2)), 0U);
  Buffer large(70000);
  EXPECT_EQ(encode_tlv(1, Buffer(65535), large), 65538U);
  EXPECT_EQ(encode_tlv(1, Buffer(65536), large), 0U);
}

TEST(Encoder, SimpleHeaders) {
  Buffer out(simple_bytes, 0xee);
  EXPECT_EQ(encode_simple(v4_source, v6_destination, out), simple_bytes);
  EXPECT_EQ(to_hex(out), "56ec00000000000000000000ffffc00002010000000000000000000000000000000200010004");
}

Draft good() {
  Draft d;
  d.source = v4_source;
  d.destination = v4_destination;
  return d;
}

TEST(Drafts, SayWhatTheyAreTold) {
  Draft d = good();
  d.signature = bytes_of("SIG");
  d.crc = DraftCrc::none;
  EXPECT_EQ(to_hex(encode(d)), "5349472111000cc0000201c633640200010002");
  d = good();
  d.truncate = 5;
  EXPECT_EQ(to_hex(encode(d)), "0d0a0d0a00");
  d.truncate = 28;
  EXPECT_EQ(encode(d).size(), 28U);
  d.truncate = 100;
  d.append = {1, 2};
  EXPECT_EQ(encode(d).size(), 30U);
  d = good();
  d.patches = {{26, {0xaa, 0xbb, 0xcc}}, {500, {1}}, {0, {0xff}}};
  EXPECT_EQ(to_hex(encode(d)), "ff0a0d0a000d0a515549540a2111000cc0000201c63364020001aabb");
  d = good();
  d.length = 9;
  d.version_command = 0x35;
  d.family_transport = 0x41;
  EXPECT_EQ(to_hex(encode(d)).substr(24, 8), "35410009");
  d = good();
  d.block = Buffer{7, 7};
  EXPECT_EQ(to_hex(encode(d)).substr(24), "211100020707");
  d.command = Command::local;
  EXPECT_EQ(to_hex(encode(d)).substr(24), "201100020707");
  d.block.reset();
  EXPECT_EQ(to_hex(encode(d)).substr(24), "20110000");
  d = good();
  d.family = Family::unspec;
  EXPECT_EQ(to_hex(encode(d)).substr(24), "21010000");
  d = good();
  d.simple = true;
  EXPECT_EQ(encode(d).size(), simple_bytes);
  EXPECT_EQ(encode(d)[0], 0x56U);
}

TEST(Drafts, Checksums) {
  Draft d = good();
  d.crc = DraftCrc::value;
  d.crc_value = 0x01020304;
  EXPECT_EQ(to_hex(encode(d)).substr(56), "03000401020304");
  const auto crc_of = [](const Buffer& header) { return load_be32(&header[31]); };
  d.crc = DraftCrc::good;
  const Buffer right = encode(d);
  EXPECT_EQ(crc_of(right), header_crc32c(right, 31));
  d.crc = DraftCrc::bad;
  EXPECT_EQ(crc_of(encode(d)), ~crc_of(right));
}

TEST(Drafts, TlvLengthsThatLie) {
  Draft d = good();
  d.tlvs = {{0x02, bytes_of("ab"), 300}, {0x05, bytes_of("c"), std::nullopt}};
  EXPECT_EQ(to_hex(encode(d)).substr(56), "02012c616205000163");
  EXPECT_EQ(to_hex(ssl_value(5, 0x01020304, {{0x21, bytes_of("x"), std::nullopt}})), "050102030421000178");
}

TEST(Drafts, Lines) {
  Draft d = good();
  d.version = 1;
  EXPECT_EQ(text_of(encode(d)), "PROXY TCP4 192.0.2.1 198.51.100.2 1 2\r\n");
  d.signature = bytes_of("proxy");
  d.v1_protocol = "TCP5";
  d.v1_source = "a";
  d.v1_destination = "b";
  d.v1_source_port = "c";
  d.v1_destination_port = "d";
  d.v1_rest = " e";
  d.v1_line_end = "\n";
  EXPECT_EQ(text_of(encode(d)), "proxy TCP5 a b c d e\n");
  d = good();
  d.version = 1;
  d.command = Command::local;
  d.v1_rest = " x";
  EXPECT_EQ(text_of(encode(d)), "PROXY UNKNOWN x\r\n");
  d = good();
  d.version = 1;
  d.family = Family::unix_socket;
  EXPECT_EQ(text_of(encode(d)), "PROXY UNKNOWN\r\n");
  d.family = Family::inet6;
  d.source = v6_source;
  d.destination = at("::ffff:1.2.3.4", 5);
  EXPECT_EQ(text_of(encode(d)), "PROXY TCP6 2001:db8::1 ::ffff:102:304 3 5\r\n");
  d.source = Endpoint{};
  EXPECT_EQ(text_of(encode(d)), "PROXY TCP6  ::ffff:102:304 0 5\r\n");
}

TEST(Drafts, UnixPathsFillTheirPlace) {
  Draft d = good();
  d.family = Family::unix_socket;
  d.unix_source = std::string(200, 'p');
  d.unix_destination = "/s";
  const Buffer out = encode(d);
  ASSERT_EQ(out.size(), 16U + 216U);
  EXPECT_EQ(text_of(Bytes(out).subspan(16, 108)), std::string(108, 'p'));
  EXPECT_EQ(text_of(Bytes(out).subspan(124, 108)), "/s" + std::string(106, '\0'));
}

TEST(Tables, FamiliesAndTransports) {
  EXPECT_EQ(family_info(1)->name, "inet");
  EXPECT_EQ(family_info(3)->block_bytes, 216U);
  EXPECT_EQ(family_info(4), nullptr);
  EXPECT_EQ(transport_info(2)->name, "dgram");
  EXPECT_EQ(transport_info(3), nullptr);
  EXPECT_EQ(address_block_bytes(0), 0U);
  EXPECT_EQ(address_block_bytes(2), 36U);
  EXPECT_EQ(address_block_bytes(4), 0U);
}

TEST(Tables, TlvTypesByScope) {
  EXPECT_EQ(tlv_info(0x02, TlvScope::header)->name, "AUTHORITY");
  EXPECT_EQ(tlv_info(0x02, TlvScope::ssl), nullptr);
  EXPECT_EQ(tlv_info(0x21, TlvScope::ssl)->name, "SSL_VERSION");
  EXPECT_EQ(tlv_info(0x21, TlvScope::header), nullptr);
  EXPECT_EQ(tlv_info(0xff, TlvScope::header), nullptr);
  const std::vector<std::pair<unsigned, std::string>> ranges = {{0x00, "RESERVED"}, {0xdf, "RESERVED"},   {0xe0, "CUSTOM"},
                                                                {0xef, "CUSTOM"},   {0xf0, "EXPERIMENT"}, {0xf7, "EXPERIMENT"},
                                                                {0xf8, "FUTURE"},   {0xff, "FUTURE"}};
  for (const auto& [type, word] : ranges) EXPECT_EQ(name(tlv_range(static_cast<std::uint8_t>(type))), word) << type;
}

/// SPEC: types collide, so type and shape decide together.
TEST(Tables, VendorsByShape) {
  struct Row {
    unsigned type;
    std::string value, name;
    std::uint64_t number;
    std::string text;
  };
  const std::string pem = "-----BEGIN CERTIFICATE-----";
  for (const Row& row : {Row{0xea, "\x01vpce-08d2bf15fac5001c9", "AWS_VPCE_ID", 0, "vpce-08d2bf15fac5001c9"},
                         Row{0xea, "\x02vpce-1", "", 0, ""},
                         Row{0xea, "\x01vpc", "", 0, ""},
                         Row{0xea, "\x01other-1", "", 0, ""},
                         Row{0xea, "\x01vpce-", "AWS_VPCE_ID", 0, "vpce-"},
                         Row{0xea, "\x01vpce-\x80", "", 0, ""},
                         Row{0xea, "", "", 0, ""},
                         Row{0xea, "\x01", "", 0, ""},
                         Row{0xea, "\x01vpce~\x7f", "", 0, ""},
                         Row{0xea, "\x01vpce-\x1f", "", 0, ""},
                         Row{0xea, "\x01vpce- ~", "AWS_VPCE_ID", 0, "vpce- ~"},
                         Row{0xee, std::string("\x01\x45\x00\x00\x10", 5), "AZURE_LINK_ID", 268435525, ""},
                         Row{0xee, std::string("\x01\x45\x00\x00", 4), "", 0, ""},
                         Row{0xee, std::string("\x01\x45\x00\x00\x10\x00", 6), "", 0, ""},
                         Row{0xee, std::string("\x02\x45\x00\x00\x10", 5), "", 0, ""},
                         Row{0xe0, std::string("\x00\x00\x00\x00\x00\x00\x01\x02", 8), "GCP_PSC_CONNECTION_ID", 258, ""},
                         Row{0xe0, pem, "HITCH_CLIENT_CERT", 0, pem},
                         Row{0xe0, "1234567", "", 0, ""},
                         Row{0xe1, "\x01vpc-1", "ALIBABA_VPC_ID", 0, "vpc-1"},
                         Row{0xe1,
                             "\x02"
                             "ep-1",
                             "ALIBABA_ENDPOINT_ID", 0, "ep-1"},
                         Row{0xe1, "\x01v", "ALIBABA_VPC_ID", 0, "v"},
                         Row{0xe1, "\x03svc", "ALIBABA_SERVICE_ID", 0, "svc"},
                         Row{0xe1, "\x04svc", "", 0, ""},
                         Row{0xe2, "\x01vpc", "", 0, ""}}) {
    const Buffer value = bytes_of(row.value);
    const VendorValue v = vendor_value(static_cast<std::uint8_t>(row.type), TlvScope::header, value);
    EXPECT_EQ(v.row != nullptr ? std::string(v.row->name) : "", row.name) << to_hex(value);
    EXPECT_EQ(v.number, row.number);
    EXPECT_EQ(text_of(v.text), row.text);
  }
  const Buffer subject = bytes_of("CN=client");
  EXPECT_EQ(vendor_value(0xe0, TlvScope::ssl, subject).row->name, "MONGODB_SUBJECT");
  EXPECT_EQ(text_of(vendor_value(0xe0, TlvScope::ssl, subject).text), "CN=client");
  EXPECT_EQ(vendor_value(0xe1, TlvScope::ssl, subject).row->name, "MONGODB_ROLES");
  EXPECT_TRUE(vendor_value(0xe1, TlvScope::ssl, subject).text.empty());
  EXPECT_EQ(vendor_value(0xea, TlvScope::ssl, subject).row, nullptr);
  EXPECT_TRUE(printable_ascii(bytes_of(" ~")));
  EXPECT_FALSE(printable_ascii(bytes_of("\x1f")));
  EXPECT_FALSE(printable_ascii(bytes_of("\x7f")));
}

TEST(Headers, ViewsOfWhatIsNotThere) {
  const Buffer front = bytes_of("PROXY UNKNOWN");
  const Header unfinished = parse(front).header;
  EXPECT_TRUE(unfinished.is_unknown());
  EXPECT_TRUE(unfinished.unknown_text().empty());
  const Buffer line = bytes_of("PROXY UNKNOWN abc\r\n");
  EXPECT_EQ(text_of(parse(line).header.unknown_text()), " abc");
  const Buffer tcp = bytes_of("PROXY TCP4 1.2.3.4 5.6.7.8 9 10\r\n");
  EXPECT_TRUE(parse(tcp).header.unknown_text().empty());
  EXPECT_TRUE(parse(tcp).header.body().empty());
  EXPECT_TRUE(parse(tcp).header.unix_source().empty());
  EXPECT_TRUE(parse(tcp).header.unix_destination().empty());
  const Buffer v2 = encode(good());
  EXPECT_EQ(parse(v2).header.body().size(), 12U);
  EXPECT_TRUE(parse(Bytes(v2).first(12)).header.body().empty());
  EXPECT_EQ(parse_v2(v2).verdict.size, 28U);
  EXPECT_EQ(parse_v2(Bytes(v2).first(15)).verdict.size, 1U);
  EXPECT_EQ(parse_v2(Bytes(v2).first(11)).verdict.size, 5U);
  EXPECT_EQ(parse_v2(Bytes{}).verdict.size, 16U);
  EXPECT_EQ(parse_v2(bytes_of("\r\n\r\nx")).verdict.offset, 4U);
}

TEST(Headers, WhatWasSeenOfOthers) {
  const Buffer get = bytes_of("GET /"), nearly = bytes_of("\r\n\r\nx");
  EXPECT_EQ(text_of(parse(get).header.bytes), "GET /");
  EXPECT_EQ(text_of(parse(nearly).header.bytes), "\r\n\r\nx");
  EXPECT_EQ(text_of(parse_v2(nearly).header.bytes), "\r\n\r\nx");
  // A version 2 header that says it is version 1 is no UNKNOWN.
  Buffer odd = encode(good());
  odd[12] = 0x10;
  EXPECT_EQ(info(parse(odd).verdict.fault).code, "v2-version");
  EXPECT_FALSE(parse(odd).header.is_unknown());
  // LOCAL's TLVs begin at byte 16, whatever its family.
  Draft local = good();
  local.command = Command::local;
  local.block = Buffer{4, 0, 0};
  const Buffer bytes = encode(local);
  EXPECT_EQ(parse(bytes).header.tlv_offset(), 16U);
  Tlv tlv;
  EXPECT_TRUE(tlvs(parse(bytes).header).next(tlv));
  const Buffer line = bytes_of(std::string_view("PROXY UNKNOWN xy\x04\0\0\r\n", 21));
  EXPECT_FALSE(tlvs(parse(line).header).next(tlv)) << "a line has none";
  Ssl ssl;
  EXPECT_FALSE(ssl.has_certificate());
  for (const unsigned client : {1U, 8U, 0xf9U})
    EXPECT_FALSE((ssl.client = static_cast<std::uint8_t>(client), ssl.has_certificate())) << client;
  for (const unsigned client : {2U, 4U, 7U}) EXPECT_TRUE((ssl.client = static_cast<std::uint8_t>(client), ssl.has_certificate())) << client;
}

TEST(Headers, CursorsStayInsideWhatTheyAreGiven) {
  const Buffer bytes = {4, 0, 0, 4, 0, 0};
  Tlv tlv;
  for (const auto& [from, to, count] : std::vector<std::tuple<std::size_t, std::size_t, int>>{
           {0, 6, 2}, {3, 6, 1}, {6, 6, 0}, {0, 100, 2}, {50, 100, 0}, {5, 3, 0}, {100, 50, 0}}) {
    TlvCursor c(bytes, from, to);
    int seen = 0;
    while (c.next(tlv)) ++seen;
    EXPECT_EQ(seen, count) << from << " " << to;
    EXPECT_LE(c.position(), bytes.size());
  }
}

}  // namespace
