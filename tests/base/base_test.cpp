// Bytes, hex, UTF-8 for people, addresses out and networks in: rows written by hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "pp/base/ascii.hpp"
#include "pp/base/bytes.hpp"
#include "pp/base/hex.hpp"
#include "pp/base/ip.hpp"
#include "pp/base/ip_text.hpp"
#include "pp/base/utf8.hpp"

namespace {
using namespace pp;
using Buffer = std::vector<std::uint8_t>;

TEST(Bytes, LoadsInBothOrders) {
  constexpr std::uint8_t b[] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
  EXPECT_EQ(load_be16(b), 0x0123U);
  EXPECT_EQ(load_be32(b), 0x01234567U);
  EXPECT_EQ(load_be64(b), 0x0123456789abcdefU);
  EXPECT_EQ(load_le16(b), 0x2301U);
  EXPECT_EQ(load_le32(b), 0x67452301U);
  EXPECT_EQ(load_le64(b), 0xefcdab8967452301U);
  std::uint8_t out[6];
  store_be16(out, 0xfedc);
  store_be32(out + 2, 0xba987654U);
  EXPECT_EQ(to_hex(out), "fedcba987654");
  static constexpr ByteLiteral literal("a\0b");
  EXPECT_EQ(to_hex(literal.view()), "610062");
  EXPECT_EQ(to_hex(literal), "610062");
}

TEST(Bytes, CursorReadsToTheEndAndNeverPastIt) {
  const Buffer bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  pp::Cursor c(bytes);
  EXPECT_EQ(c.u8(), 1U);
  EXPECT_EQ(c.u16(), 0x0203U);
  EXPECT_EQ(c.u32(), 0x04050607U);
  EXPECT_EQ(c.position(), 7U);
  c.skip(1);
  const Bytes two = c.bytes(2);
  ASSERT_EQ(two.size(), 2U);
  EXPECT_EQ(two[0], 9U);
  EXPECT_EQ(c.left(), 2U);
  EXPECT_EQ(c.u16(), 0x0b0cU);
  EXPECT_TRUE(c.ok());
  EXPECT_EQ(c.left(), 0U);
  EXPECT_EQ(c.u8(), 0U);
  EXPECT_FALSE(c.ok());
}

TEST(Bytes, CursorThatFailedStaysFailed) {
  const Buffer bytes = {1, 2, 3};
  for (const int what : {0, 1, 2, 3}) {
    pp::Cursor c(bytes);
    if (what == 0) {
      EXPECT_EQ(c.u32(), 0U);
    }
    if (what == 1) {
      EXPECT_TRUE(c.bytes(4).empty());
    }
    if (what == 2) c.skip(4);
    if (what == 3) {
      c.skip(2);
      EXPECT_EQ(c.u16(), 0U);
    }
    EXPECT_FALSE(c.ok());
    EXPECT_EQ(c.position(), what == 3 ? 2U : 0U) << "a read that fails takes nothing";
    EXPECT_EQ(c.u8(), what == 3 ? 3U : 1U);
    EXPECT_FALSE(c.ok());
  }
}

TEST(Hex, InAndOut) {
  EXPECT_EQ(to_hex(Buffer{0x00, 0x9f, 0xa0, 0xff}), "009fa0ff");
  EXPECT_EQ(from_hex("009FA0ff"), std::optional(Buffer{0x00, 0x9f, 0xa0, 0xff}));
  EXPECT_EQ(from_hex(""), std::optional(Buffer{}));
  std::string out = "x";
  append_hex(out, Buffer{0x1e});
  EXPECT_EQ(out, "x1e");
  for (const char* wrong : {"0", "000", "0g", "g0", " 0", "0 ", "0x", "/0", "0/", ":0", "0:", "@0", "0@", "G0", "`0", "0`", "a\0b"})
    EXPECT_EQ(from_hex(wrong), std::nullopt) << wrong;
}

TEST(Hex, EveryCharacter) {
  for (int c = -128; c < 128; ++c) {
    const std::string_view digits = "0123456789abcdefABCDEF";
    const auto at = digits.find(static_cast<char>(c));
    const int expected = at == std::string_view::npos ? -1 : at < 16 ? static_cast<int>(at) : static_cast<int>(at) - 6;
    EXPECT_EQ(hex_value(static_cast<char>(c)), expected) << c;
    EXPECT_EQ(hex_nibble(static_cast<std::uint8_t>(c)), expected < 0 ? 16U : static_cast<unsigned>(expected)) << c;
    EXPECT_EQ(is_digit(static_cast<std::uint8_t>(c)), c >= '0' && c <= '9') << c;
  }
}

/// Every length up to two blocks of 32 digits and more, with every character at every place.
TEST(Hex, DecodesUpToTheFirstPairThatIsNotDigits) {
  const std::string digits = "0123456789abcdefABCDEF";
  std::string text;
  Buffer expected;
  std::uint32_t seed = 20261125;
  while (text.size() < 75) {
    seed = seed * 1664525U + 1013904223U;
    const std::size_t at = (seed >> 16) % digits.size();
    const auto nibble = static_cast<std::uint8_t>(at < 16 ? at : at - 6);
    if (text.size() % 2 == 0) expected.push_back(static_cast<std::uint8_t>(nibble << 4));
    if (text.size() % 2 == 1) expected.back() |= nibble;
    text += digits[at];
  }
  for (std::size_t size = 0; size <= text.size(); ++size) {
    std::vector<std::uint8_t> out(size / 2);  // exactly the room that is asked for
    ASSERT_EQ(decode_hex(text.substr(0, size), out.data()), size / 2) << size;
    ASSERT_TRUE(std::equal(out.begin(), out.end(), expected.begin())) << size;
  }
  for (std::size_t at = 0; at < 70; ++at) {
    for (unsigned b = 0; b < 256; ++b) {
      std::string changed = text;
      changed[at] = static_cast<char>(b);
      if (digits.find(changed[at]) != std::string::npos) continue;
      std::vector<std::uint8_t> out(changed.size() / 2);
      ASSERT_EQ(decode_hex(changed, out.data()), at / 2) << at << ' ' << b;
      ASSERT_TRUE(std::equal(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(at / 2), expected.begin())) << at << ' ' << b;
    }
  }
}

TEST(Shown, Rows) {
  struct Row {
    std::string text, utf8, ascii;
  };
  const std::string nul(1, '\0');
  for (const Row& row :
       {Row{"plain ~text", "plain ~text", "plain ~text"}, Row{"a\\b", "a\\\\b", "a\\\\b"},
        Row{"\r\n\t" + nul, "\\r\\n\\t\\0", "\\r\\n\\t\\0"}, Row{"\x1b[31m", "\\x1b[31m", "\\x1b[31m"}, Row{"\x7f", "\\x7f", "\\x7f"},
        Row{"caf\xc3\xa9", "caf\xc3\xa9", "caf\\xc3\\xa9"}, Row{"\xc2\x9b", "\\xc2\\x9b", "\\xc2\\x9b"},
        Row{"\xe2\x80\xae", "\\xe2\\x80\\xae", "\\xe2\\x80\\xae"}, Row{"\xff", "\\xff", "\\xff"},
        Row{"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", "\\xf0\\x9f\\x98\\x80"}, Row{"\xc3", "\\xc3", "\\xc3"},
        Row{"\xc3z", "\\xc3z", "\\xc3z"}, Row{"\xed\xa0\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80"},
        Row{"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80", "\\xf4\\x90\\x80\\x80"}, Row{"\xe0\x80\x80", "\\xe0\\x80\\x80", "\\xe0\\x80\\x80"},
        Row{"", "", ""}}) {
    EXPECT_EQ(shown(std::string_view(row.text)), row.utf8);
    EXPECT_EQ(shown(std::string_view(row.text), Charset::ascii), row.ascii);
  }
}

TEST(Utf8, PrefixEndsAtTheFirstBadSequence) {
  for (const auto& [text, good] : std::vector<std::pair<std::string, std::size_t>>{{"", 0},
                                                                                   {"abc", 3},
                                                                                   {"\xc3\xa9z", 3},
                                                                                   {"\xc3\xa9\xff", 2},
                                                                                   {"a\xc3", 1},
                                                                                   {"\xe2\x82", 0},
                                                                                   {"\xf0\x9f\x98", 0},
                                                                                   {"\x80", 0},
                                                                                   {"\xc2\x80", 2},
                                                                                   {"\xe0\x9f\xbf", 0},
                                                                                   {"\xe0\xa0\x80", 3},
                                                                                   {"\xed\xbf\xbf", 0},
                                                                                   {"\xf0\x8f\xbf\xbf", 0},
                                                                                   {"\xf0\x90\x80\x80", 4},
                                                                                   {"\xf8\x90\x80\x80", 0},
                                                                                   {"\xc1\xbf", 0},
                                                                                   {"\xf5\x80\x80\x80", 0},
                                                                                   {"\xf4\x8f\xbf\xbf", 4},
                                                                                   {"\xee\x80\x80", 3},
                                                                                   {"\xed\x9f\xbf", 3}}) {
    EXPECT_EQ(utf8_prefix(Buffer(text.begin(), text.end())), good) << to_hex(Buffer(text.begin(), text.end()));
  }
}

TEST(Hex, EveryByteAtEveryPlace) {
  Buffer bytes;
  std::string digits;
  for (unsigned i = 0; i < 600; ++i) {
    const unsigned b = i * 7 % 256;
    bytes.push_back(static_cast<std::uint8_t>(b));
    digits += "0123456789abcdef"[b / 16];
    digits += "0123456789abcdef"[b % 16];
  }
  for (std::size_t at = 0; at < 40; ++at) {
    for (std::size_t size = 0; size <= 560; size += size < 70 ? 1 : 49) {
      std::string out = "before ";
      append_hex(out, Bytes(bytes).subspan(at, size));
      ASSERT_EQ(out, "before " + digits.substr(2 * at, 2 * size)) << at << ' ' << size;
    }
  }
}

TEST(PrintableText, EveryByteAtEveryPlace) {
  for (std::size_t size = 0; size <= 20; ++size) {
    EXPECT_EQ(printable_prefix(Buffer(size, '~')), size);
    for (std::size_t at = 0; at < size; ++at) {
      for (unsigned b = 0; b < 256; ++b) {
        Buffer text(size, at % 2 == 0 ? ' ' : '~');
        text[at] = static_cast<std::uint8_t>(b);
        if (at + 1 < size) text[at + 1] = 0xff;
        const std::size_t good = b >= 0x20 && b < 0x7f ? std::min(size, at + 1) : at;
        ASSERT_EQ(printable_prefix(text), good) << size << ' ' << at << ' ' << b;
      }
    }
  }
}

/// RFC 5952: the longest run of two or more zero groups, the first of equals; lower case; no leading zeros; mapped as dotted.
TEST(AddressText, Rfc5952) {
  for (const auto& [text, canonical] : std::vector<std::pair<std::string, std::string>>{
           {"2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"},
           {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
           {"0:0:0:0:0:0:0:0", "::"},
           {"0:0:0:0:0:0:0:1", "::1"},
           {"1:0:0:0:0:0:0:0", "1::"},
           {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
           {"ABCD:EF01:2345:6789:ABCD:EF01:2345:6789", "abcd:ef01:2345:6789:abcd:ef01:2345:6789"},
           {"::ffff:c000:201", "::ffff:192.0.2.1"},
           {"::ffff:0.0.0.0", "::ffff:0.0.0.0"},
           {"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},
           {"0:0:3:4:5:6:7:8", "::3:4:5:6:7:8"},
           {"0:2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
           {"::ffff:0:1.2.3.4", ""},
           {"0000:0000:0000:0000:0000:ffff:255.255.255.255", "::ffff:255.255.255.255"},
           {"::0:0:0:0:ffff:1.2.3.4", "::ffff:1.2.3.4"},
           {"0:0:0:0::ffff:1.2.3.4", "::ffff:1.2.3.4"},
           {"0:0:0:0:0::ffff:1.2.3.4", ""},
           {"0:0:0:0:0:ffff::1.2.3.4", ""},
           {"0:0:0:0:ffff:1.2.3.4", ""},
           {"::ff00:1.2.3.4", ""},
           {"::fff:1.2.3.4", ""},
           {"1::ffff:1.2.3.4", ""},
           {"::1:ffff:1.2.3.4", ""},
           {"::ffff:1.2.3", ""},
           {"::ffff:1.2.3.256", ""},
           {"::1.2.3.4", ""},
           {"10.0.0.255", "10.0.0.255"},
           {"1::fffe:102:304", "1::fffe:102:304"},
           {"::fffe:102:304", "::fffe:102:304"},
           {"::ff00:102:304", "::ff00:102:304"}}) {
    const auto address = parse_ip(text);
    EXPECT_EQ(address ? to_string(*address) : "", canonical) << text;
  }
}

TEST(AddressText, WholeTextsOnly) {
  for (const char* wrong : {"", "1.2.3", "1.2.3.4 ", "1.2.3.4x", " 1.2.3.4", "::1 ", "::1%eth0", "[::1]", "1.2.3.4.5",
                            "0001:0002:0003:0004:0005:0006:0007:00081", "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255xxx", "::1\n"}) {
    EXPECT_EQ(parse_ip(wrong), std::nullopt) << wrong;
  }
  EXPECT_EQ(to_string(IpAddress{}), "");
  EXPECT_FALSE(read_ipv4(ByteLiteral("x")).complete());
  for (const std::string text : {"x", "1:x"}) {
    const auto read = read_ipv6(Buffer(text.begin(), text.end()));
    EXPECT_EQ(read.fault, TextFault::not_a_digit);
    EXPECT_EQ(read.used, text.size() - 1);
  }
}

TEST(AddressText, Endpoints) {
  EXPECT_EQ(endpoint_text(*parse_ip("192.0.2.1"), 0), "192.0.2.1:0");
  EXPECT_EQ(endpoint_text(*parse_ip("2001:db8::1"), 65535), "[2001:db8::1]:65535");
  std::string out = "to ";
  append_endpoint(out, *parse_ip("::"), 8080);
  EXPECT_EQ(out, "to [::]:8080");
  for (const auto& [port, text] : std::vector<std::pair<std::uint16_t, std::string>>{{9, "9"},
                                                                                     {10, "10"},
                                                                                     {99, "99"},
                                                                                     {100, "100"},
                                                                                     {999, "999"},
                                                                                     {1000, "1000"},
                                                                                     {9999, "9999"},
                                                                                     {10000, "10000"},
                                                                                     {60305, "60305"}}) {
    EXPECT_EQ(endpoint_text(*parse_ip("1.2.3.4"), port), "1.2.3.4:" + text);
  }
}

TEST(Mapped, ElevenBytesDecide) {
  EXPECT_TRUE(is_ipv4_mapped(*parse_ip("::ffff:1.2.3.4")));
  for (const char* no : {"1.2.3.4", "::1.2.3.4", "::fffe:1:2", "::feff:1:2", "::1:ffff:1:2", "1::ffff:1:2", "::ff:1:2", "::ff00:1:2"}) {
    const auto address = parse_ip(no);
    EXPECT_FALSE(address && is_ipv4_mapped(*address)) << no;
  }
  IpAddress short_one = *parse_ip("::ffff:1.2.3.4");
  short_one.size = 4;
  EXPECT_FALSE(is_ipv4_mapped(short_one));
}

TEST(Networks, Texts) {
  for (const char* wrong : {"", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/a", "10.0.0.0/ 8", "10.0.0.0/-1", "10.0.0.0/8/", "10.0.0.0/1/",
                            "::/129", "::/0128", "x/8", "10.0.0/8", "10.0.0.0/:", "10.0.0.0/+"}) {
    EXPECT_FALSE(parse_cidr(wrong).has_value()) << wrong;
  }
  for (const auto& [text, prefix] : std::vector<std::pair<std::string, unsigned>>{{"10.0.0.0", 32},
                                                                                  {"10.0.0.0/0", 0},
                                                                                  {"10.0.0.0/32", 32},
                                                                                  {"::", 128},
                                                                                  {"::/128", 128},
                                                                                  {"::/9", 9},
                                                                                  {"::/128", 128},
                                                                                  {"::/09", 9}}) {
    const auto cidr = parse_cidr(text);
    ASSERT_TRUE(cidr.has_value()) << text;
    EXPECT_EQ(cidr->prefix, prefix) << text;
  }
}

/// Against a comparison bit by bit.
TEST(Networks, ContainWhatAgreesInTheirBits) {
  const auto bit = [](const IpAddress& a, unsigned i) { return a.bytes[i / 8] >> (7 - i % 8) & 1U; };
  for (const char* base : {"192.0.2.129", "2001:db8:8000::ff01"}) {
    const IpAddress network = *parse_ip(base);
    for (unsigned prefix = 0; prefix <= network.size * 8U; ++prefix) {
      for (unsigned flipped = 0; flipped < network.size * 8U; ++flipped) {
        IpAddress other = network;
        other.bytes[flipped / 8] = static_cast<std::uint8_t>(other.bytes[flipped / 8] ^ (0x80U >> flipped % 8));
        bool same = true;
        for (unsigned i = 0; i < prefix; ++i) same = same && bit(network, i) == bit(other, i);
        EXPECT_EQ((Cidr{network, prefix}.contains(other)), same) << base << "/" << prefix << " bit " << flipped;
      }
    }
  }
  EXPECT_TRUE(parse_cidr("2001:db8::1/128")->contains(*parse_ip("2001:db8::1")));
  EXPECT_FALSE(parse_cidr("0.0.0.0/0")->contains(*parse_ip("::")));
  EXPECT_FALSE(parse_cidr("::/0")->contains(*parse_ip("1.2.3.4")));
}

TEST(Ascii, LowerCaseOfLettersAlone) { EXPECT_EQ(ascii_lower("AZ az [@ \xc3\x84"), "az az [@ \xc3\x84"); }

TEST(Ascii, PartsOfAListInOrder) {
  const std::vector<std::pair<std::string_view, std::vector<std::string_view>>> rows = {
      {"", {}}, {"a", {"a"}}, {"a\nb", {"a", "b"}}, {"a\n", {"a"}}, {"\n\nb", {"", "", "b"}},
  };
  for (const auto& [text, expected] : rows) {
    std::vector<std::string_view> parts;
    for (std::string_view rest = text; !rest.empty();) parts.push_back(take_part(rest, '\n'));
    EXPECT_EQ(parts, expected);
  }
}

}  // namespace
