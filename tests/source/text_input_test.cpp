// Text forms of bytes: what real tools print, what people paste, and where it goes wrong.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "pp/source/lines.hpp"
#include "pp/source/text_input.hpp"
#include "pp/wire/header.hpp"

namespace {
using namespace pp;
using namespace pp::source;
using namespace std::string_literals;
using namespace std::string_view_literals;

const std::string v1 = "PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n";
const std::string v2 = "\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c\xc0\x00\x02\x0a\xc6\x33\x64\x14\xdc\x04\x01\xbb"s;
const std::string zeros(64, '\0');

Bytes bytes_of(std::string_view s) { return {reinterpret_cast<const std::uint8_t*>(s.data()), s.size()}; }
std::string string_of(const std::vector<std::uint8_t>& b) { return {b.begin(), b.end()}; }

/// What the tools of Debian 12 (xxd, hexdump, od, base64) print of these headers.
struct Fixture {
  std::string_view name;
  std::string_view text;
  std::string bytes;
};
const Fixture fixtures[] = {
    {"xxd v1", R"(00000000: 5052 4f58 5920 5443 5034 2031 3932 2e30  PROXY TCP4 192.0
00000010: 2e32 2e31 3020 3139 382e 3531 2e31 3030  .2.10 198.51.100
00000020: 2e32 3020 3536 3332 3420 3434 330d 0a    .20 56324 443..
)",
     v1},
    {"xxd v2", R"(00000000: 0d0a 0d0a 000d 0a51 5549 540a 2111 000c  .......QUIT.!...
00000010: c000 020a c633 6414 dc04 01bb            .....3d.....
)",
     v2},
    {"xxd -u -c 8 -g 1", R"(00000000: 0D 0A 0D 0A 00 0D 0A 51  .......Q
00000008: 55 49 54 0A 21 11 00 0C  UIT.!...
00000010: C0 00 02 0A C6 33 64 14  .....3d.
00000018: DC 04 01 BB              ....
)",
     v2},
    {"xxd -g 0", R"(00000000: 50524f58592054435034203139322e30  PROXY TCP4 192.0
00000010: 2e322e3130203139382e35312e313030  .2.10 198.51.100
00000020: 2e3230203536333234203434330d0a    .20 56324 443..
)",
     v1},
    {"xxd -g 4 -c 12", R"(00000000: 50524f58 59205443 50342031  PROXY TCP4 1
0000000c: 39322e30 2e322e31 30203139  92.0.2.10 19
00000018: 382e3531 2e313030 2e323020  8.51.100.20 
00000024: 35363332 34203434 330d0a    56324 443..
)",
     v1},
    {"xxd -p", R"(50524f58592054435034203139322e302e322e3130203139382e35312e31
30302e3230203536333234203434330d0a
)",
     v1},
    {"xxd -i", R"(  0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a,
  0x21, 0x11, 0x00, 0x0c, 0xc0, 0x00, 0x02, 0x0a, 0xc6, 0x33, 0x64, 0x14,
  0xdc, 0x04, 0x01, 0xbb
)",
     v2},
    {"xxd -s 16", R"(00000010: c000 020a c633 6414 dc04 01bb            .....3d.....
)",
     v2.substr(16)},
    {"hexdump -C v1", R"(00000000  50 52 4f 58 59 20 54 43  50 34 20 31 39 32 2e 30  |PROXY TCP4 192.0|
00000010  2e 32 2e 31 30 20 31 39  38 2e 35 31 2e 31 30 30  |.2.10 198.51.100|
00000020  2e 32 30 20 35 36 33 32  34 20 34 34 33 0d 0a     |.20 56324 443..|
0000002f
)",
     v1},
    {"hexdump -C v2", R"(00000000  0d 0a 0d 0a 00 0d 0a 51  55 49 54 0a 21 11 00 0c  |.......QUIT.!...|
00000010  c0 00 02 0a c6 33 64 14  dc 04 01 bb              |.....3d.....|
0000001c
)",
     v2},
    {"hexdump -C with repeats", R"(00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
*
00000040  0d 0a 0d 0a 00 0d 0a 51  55 49 54 0a 21 11 00 0c  |.......QUIT.!...|
00000050  c0 00 02 0a c6 33 64 14  dc 04 01 bb              |.....3d.....|
0000005c
)",
     zeros + v2},
    {"hexdump, 47 bytes in words", R"(0000000 5250 584f 2059 4354 3450 3120 3239 302e
0000010 322e 312e 2030 3931 2e38 3135 312e 3030
0000020 322e 2030 3635 3233 2034 3434 0d33 000a
000002f
)",
     v1},
    {"hexdump v2", R"(0000000 0a0d 0a0d 0d00 510a 4955 0a54 1121 0c00
0000010 00c0 0a02 33c6 1464 04dc bb01          
000001c
)",
     v2},
    {"od -An -tx1", R"( 50 52 4f 58 59 20 54 43 50 34 20 31 39 32 2e 30
 2e 32 2e 31 30 20 31 39 38 2e 35 31 2e 31 30 30
 2e 32 30 20 35 36 33 32 34 20 34 34 33 0d 0a
)",
     v1},
    {"od -tx1", R"(0000000 50 52 4f 58 59 20 54 43 50 34 20 31 39 32 2e 30
0000020 2e 32 2e 31 30 20 31 39 38 2e 35 31 2e 31 30 30
0000040 2e 32 30 20 35 36 33 32 34 20 34 34 33 0d 0a
0000057
)",
     v1},
    {"od -tx1 v2", R"(0000000 0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a 21 11 00 0c
0000020 c0 00 02 0a c6 33 64 14 dc 04 01 bb
0000034
)",
     v2},
    {"od -Ax -tx1z", R"(000000 50 52 4f 58 59 20 54 43 50 34 20 31 39 32 2e 30  >PROXY TCP4 192.0<
000010 2e 32 2e 31 30 20 31 39 38 2e 35 31 2e 31 30 30  >.2.10 198.51.100<
000020 2e 32 30 20 35 36 33 32 34 20 34 34 33 0d 0a     >.20 56324 443..<
00002f
)",
     v1},
    {"od -Ad -tx1 with repeats", R"(0000000 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
*
0000064 0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a 21 11 00 0c
0000080 c0 00 02 0a c6 33 64 14 dc 04 01 bb
0000092
)",
     zeros + v2},
    {"od -tx1 with repeats", R"(0000000 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
*
0000100 0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a 21 11 00 0c
0000120 c0 00 02 0a c6 33 64 14 dc 04 01 bb
0000134
)",
     zeros + v2},
    {"od -x", R"(0000000 0a0d 0a0d 0d00 510a 4955 0a54 1121 0c00
0000020 00c0 0a02 33c6 1464 04dc bb01
0000034
)",
     v2},
    {"od -tx2, 47 bytes", R"(0000000 5250 584f 2059 4354 3450 3120 3239 302e
0000020 322e 312e 2030 3931 2e38 3135 312e 3030
0000040 322e 2030 3635 3233 2034 3434 0d33 000a
0000057
)",
     v1},
    {"base64", R"(UFJPWFkgVENQNCAxOTIuMC4yLjEwIDE5OC41MS4xMDAuMjAgNTYzMjQgNDQzDQo=
)",
     v1},
    {"base64 -w 20", R"(DQoNCgANClFVSVQKIREA
DMAAAgrGM2QU3AQBuw==
)",
     v2},
};

/// Every other character at every place of a line of digits, in a block of exactly its size.
TEST(Lines, DigitsAndWhatStandsAmongThem) {
  std::vector<std::uint8_t> buffer;
  Line line;
  for (std::size_t size = 0; size <= 100; ++size) {
    for (std::size_t at = 0; at <= size; ++at) {
      for (const char c : {'f', 'F', 'g', ' ', '\t', '/', ':', '@', 'G', '`', '\xb0'}) {
        std::vector<char> text(size);
        for (std::size_t i = 0; i < size; ++i) text[i] = "0123456789abcdefABCDEF"[(i * 7 + at) % 22];
        if (at < size) text[at] = c;
        std::string digits;
        bool hex = true;
        for (const char t : text) {
          if (t == ' ' || t == '\t') continue;
          digits += t;
          hex = hex && std::isxdigit(static_cast<unsigned char>(t)) != 0;
        }
        decode_line({text.data(), text.size()}, buffer, line);
        if (!hex) {
          ASSERT_TRUE(line.error.empty() && string_of({line.bytes.begin(), line.bytes.end()}) == std::string(text.begin(), text.end()));
        } else if (digits.size() % 2 != 0) {
          ASSERT_EQ(line.error, std::to_string(digits.size()) + " hexadecimal digits, a byte has two");
        } else {
          std::string bytes;
          for (std::size_t i = 0; i < digits.size(); i += 2) bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
          ASSERT_EQ(string_of({line.bytes.begin(), line.bytes.end()}), bytes);
        }
      }
    }
  }
}

TEST(TextInput, RealToolsOutput) {
  for (const auto& row : fixtures) {
    for (const bool dos : {false, true}) {
      SCOPED_TRACE(std::string(row.name) + (dos ? ", CRLF" : ""));
      std::string text;
      for (const char c : row.text) text += c == '\n' && dos ? "\r\n"s : std::string(1, c);
      const auto type = row.name.starts_with("base64") ? InputType::base64 : InputType::hex;
      EXPECT_EQ(detect(bytes_of(text)).type, type);
      const auto got = decode_text(InputType::automatic, text);
      EXPECT_FALSE(got.error) << got.error->text;
      EXPECT_EQ(got.type, type);
      EXPECT_EQ(string_of(got.bytes), row.bytes);
      EXPECT_EQ(string_of(decode_text(type, text).bytes), row.bytes);
      // Without its last line break too.
      const std::string cut = text.substr(0, text.size() - (dos ? 2 : 1));
      EXPECT_EQ(string_of(decode_text(InputType::automatic, cut).bytes), row.bytes);
    }
  }
}

constexpr std::string_view tcpdump_X =
    R"(06:32:02.368228 IP 127.0.0.1.44252 > 127.0.0.1.19001: Flags [P.], seq 1086446473:1086446489, ack 1147090936, win 64, options [nop,nop,TS val 582724813 ecr 2588671542], length 16
	0x0000:  4500 0044 b8f6 4000 4006 83bb 7f00 0001  E..D..@.@.......
	0x0010:  7f00 0001 acdc 4a39 40c1 db89 445f 37f8  ......J9@...D_7.
	0x0020:  8018 0040 fe38 0000 0101 080a 22bb accd  ...@.8......"...
	0x0030:  9a4b fe36 0d0a 0d0a 000d 0a51 5549 540a  .K.6.......QUIT.
	0x0040:  2000 0000                                ....
)";
constexpr std::string_view tcpdump_xx =
    R"(06:32:02.368228 IP 127.0.0.1.44252 > 127.0.0.1.19001: Flags [P.], seq 1086446473:1086446489, ack 1147090936, win 64, options [nop,nop,TS val 582724813 ecr 2588671542], length 16
	0x0000:  0000 0000 0000 0000 0000 0000 0800 4500
	0x0010:  0044 b8f6 4000 4006 83bb 7f00 0001 7f00
	0x0020:  0001 acdc 4a39 40c1 db89 445f 37f8 8018
	0x0030:  0040 fe38 0000 0101 080a 22bb accd 9a4b
	0x0040:  fe36 0d0a 0d0a 000d 0a51 5549 540a 2000
	0x0050:  0000
)";

TEST(TextInput, Tcpdump) {
  const std::string packet =
      "\x45\0\0\x44\xb8\xf6\x40\0\x40\x06\x83\xbb\x7f\0\0\1\x7f\0\0\1"
      "\xac\xdc\x4a\x39\x40\xc1\xdb\x89\x44\x5f\x37\xf8\x80\x18\0\x40\xfe\x38\0\0\1\1\x08\x0a\x22\xbb\xac\xcd\x9a\x4b\xfe\x36"
      "\r\n\r\n\0\r\nQUIT\n\x20\0\0\0"s;
  const auto ip = decode_text(InputType::automatic, tcpdump_X);
  EXPECT_FALSE(ip.error) << ip.error->text;
  EXPECT_EQ(string_of(ip.bytes), packet);
  EXPECT_EQ(string_of(decode_text(InputType::automatic, tcpdump_xx).bytes), "\0\0\0\0\0\0\0\0\0\0\0\0\x08\0"s + packet);
  const auto two = decode_text(InputType::automatic, std::string(tcpdump_X) + std::string(tcpdump_X));
  ASSERT_TRUE(two.error);
  EXPECT_EQ(two.error->line, 7U);
  EXPECT_EQ(two.error->text, "no offset: this line is no part of the dump above it");
}

TEST(TextInput, WhatPeoplePaste) {
  struct Row {
    std::string_view text;
    InputType type;
    std::string_view bytes;
  };
  const Row rows[] = {
      {"0d0a0d0a000d0a51", InputType::hex, "\r\n\r\n\0\r\nQ"sv},
      {"50524F58 59 20\n", InputType::hex, "PROXY "},
      {"0x50, 0x52, 0x4f", InputType::hex, "PRO"},
      {"0x50524f58", InputType::hex, "PROX"},
      {"0xd 0xa 0x0D", InputType::hex, "\r\n\r"},
      {"\\x50\\x52\\x4F", InputType::hex, "PRO"},
      {"\\xd\\xa\\xd", InputType::hex, "\r\n\r"},
      {"50:52:4f:58:59", InputType::hex, "PROXY"},
      {"505\n24f5\n8", InputType::hex, "PROX"},
      {"  505\n  24f58\n", InputType::hex, "PROX"},
      {"\t50\t52\r\n", InputType::hex, "PR"},
      {"face", InputType::hex, "\xfa\xce"},
      {"50524f58 59205443 50342031", InputType::hex, "PROXY TCP4 1"},
      {"0d0a 0d0a 000d 0a51", InputType::hex, "\r\n\r\n\0\r\nQ"sv},
      {"0000 0d 0a", InputType::hex, "\r\n"},
      {"0000   50 52 4f 58   PROX", InputType::hex, "PROX"},
      {"$ xxd header\n00000000: 5052 4f58  PROX", InputType::hex, "PROX"},
      {"UFJPWFkg", InputType::base64, "PROXY "},
      {"UFJP\nWFkg\n", InputType::base64, "PROXY "},
      {"UFJPWFk=", InputType::base64, "PROXY"},
      {"UFJPWFk", InputType::base64, "PROXY"},
      {"DQoNCgANClFVSVQKIREAVP__-_8=", InputType::base64, "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x54\xff\xff\xfb\xff"sv},
      {"R0VUIC8gSFRUUA==", InputType::raw, "R0VUIC8gSFRUUA=="},  // base64, of no header
      {"GET / HTTP/1.1\r\n", InputType::raw, "GET / HTTP/1.1\r\n"},
      {"PROXY TCP4 1.1.1.1", InputType::raw, "PROXY TCP4 1.1.1.1"},
      {"PROXYTCP4", InputType::raw, "PROXYTCP4"},
      {"PROX", InputType::raw, "PROX"},
      {"P", InputType::raw, "P"},
      {"\r", InputType::raw, "\r"},
      {"\r\n\r\n", InputType::raw, "\r\n\r\n"},
      {"\n", InputType::raw, "\n"},
      {"", InputType::raw, ""},
      {"proxy tcp4", InputType::raw, "proxy tcp4"},
      {"\x16\x03\x01", InputType::raw, "\x16\x03\x01"},
      {"\r\n5052", InputType::hex, "PR"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const auto got = decode_text(InputType::automatic, row.text);
    EXPECT_FALSE(got.error) << got.error->text;
    EXPECT_EQ(got.type, row.type);
    EXPECT_EQ(string_of(got.bytes), row.bytes);
  }
}

TEST(TextInput, Complaints) {
  struct Row {
    InputType type;
    std::string_view text;
    std::size_t line;
    std::size_t column;
    std::string_view error;
  };
  constexpr auto any = InputType::automatic;
  const Row rows[] = {
      {any, "50 5", 1, 4, "a digit without its pair, a byte has two"},
      {any, "50\n5 2", 2, 1, "a digit without its pair, a byte has two"},
      {any, "0x123", 1, 5, "a digit without its pair, a byte has two"},
      {InputType::hex, "50 5g", 1, 5, "'g' is not a hexadecimal digit"},
      {InputType::hex, "50\x1b", 1, 3, "0x1b is not a hexadecimal digit"},
      {any, "00000000: 5052 4f58  PROX\n00000008: 5052 4f58  PROX\n", 2, 1,
       "offset 00000008 stands for byte 8, due is 4: a line is lost or another dump starts"},
      {any, "00000000: 5052 4f58  PROX\n00000000: 5052 4f58  PROX\n", 2, 1,
       "offset 00000000 stands for byte 0, due is 4: a line is lost or another dump starts"},
      {any, "00000000: 5052 4f58  PROX\n00000004: 50zz 4f58  PROX\n", 2, 13, "'z' does not fit the digits of this dump"},
      {any, "0000000 50 52\n0000009 50\n", 2, 1, "offset 0000009 is no number of base 8"},
      {any, "00000000  50  |P|\n*\nffffffff\n", 3, 1, "repeated lines make 4294967295 bytes, above the limit of 16777216"},
      {InputType::base64, "UFJP?", 1, 5, "'?' is not a base64 character"},
      {InputType::base64, "UFJPW", 1, 6, "base64 ends inside a byte: one character is left over"},
      {InputType::base64, "UFJPWF=", 1, 8, "base64 ends inside its padding"},
      {InputType::base64, "UFJPWF==UFJP", 1, 9, "'U' follows the padding"},
      {InputType::base64, "U=", 1, 2, "'=' stands where no padding can"},
      {any, "\x1f\x8b\x08", 1, 1, "compressed with gzip, which only files and pipes may be"},
      {any, "\x28\xb5\x2f\xfd", 1, 1, "compressed with zstd, which only files and pipes may be"},
      {any, "\xd4\xc3\xb2\xa1", 1, 1, "a capture file, not the bytes of a header"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const auto got = decode_text(row.type, row.text);
    ASSERT_TRUE(got.error);
    EXPECT_EQ(got.error->text, row.error);
    EXPECT_EQ(got.error->line, row.line);
    EXPECT_EQ(got.error->column, row.column);
  }
}

TEST(TextInput, DetectionOfEveryPrefix) {
  for (std::size_t n = 1; n <= v1.size(); ++n) {
    const auto d = detect(bytes_of(v1).first(n));
    EXPECT_EQ(d.type, InputType::raw) << n;
    EXPECT_EQ(d.settled, n == v1.size()) << n;  // until then it may be a line with escapes
  }
  for (std::size_t n = 1; n <= v2.size(); ++n) {
    const auto d = detect(bytes_of(v2).first(n));
    EXPECT_EQ(d.type, InputType::raw) << n;
    EXPECT_EQ(d.settled, n >= 12) << n;
  }
  EXPECT_EQ(std::string_view(v2).substr(0, 12), std::string_view(reinterpret_cast<const char*>(v2_signature), 12));
  EXPECT_TRUE(detect(bytes_of("\xd4\xc3\xb2\xa1")).settled);
  EXPECT_EQ(detect(bytes_of("\xd4\xc3")).type, InputType::pcap);
  EXPECT_FALSE(detect(bytes_of("\xd4\xc3")).settled);
  EXPECT_EQ(detect(bytes_of("\x1f\x8b")).compression, Compression::gzip);
  EXPECT_FALSE(detect(bytes_of("\x1f")).settled);
  EXPECT_FALSE(detect(bytes_of("(")).settled);
  EXPECT_TRUE(detect(bytes_of("\x16\x03\x01")).settled);
  EXPECT_FALSE(detect(bytes_of("5")).settled);
  EXPECT_FALSE(detect({}).settled);
  // A byte that is no text settles it, so a dump behind it is none: more bytes must not change that.
  const std::string late = "\x8d\n00000000: 0d0a 0d0a\n";
  EXPECT_TRUE(detect(bytes_of(late).first(2)).settled);
  EXPECT_EQ(detect(bytes_of(late)).type, InputType::raw);
}

TEST(TextInput, EveryPrefixOfEveryFixtureIsSafe) {
  for (const auto& row : fixtures) {
    for (std::size_t n = 0; n < row.text.size(); ++n) {
      const std::vector<char> exact(row.text.begin(), row.text.begin() + static_cast<std::ptrdiff_t>(n));
      for (const auto type : {InputType::automatic, InputType::hex, InputType::base64}) {
        EXPECT_LE(decode_text(type, {exact.data(), n}).bytes.size(), std::max(n, row.bytes.size() + 16));
      }
    }
  }
}

TEST(TextInput, Names) {
  for (const auto* name : {"auto", "pcap", "raw", "hex", "base64", "lines"})
    EXPECT_EQ(input_type_name(input_type_from(name).value()), name);
  EXPECT_FALSE(input_type_from("Hex"));
}

/// A dump written here, in the layout of xxd -g 2.
std::string xxd(const std::vector<std::uint8_t>& bytes) {
  std::string out;
  char text[32];
  for (std::size_t at = 0; at < bytes.size(); at += 16) {
    std::snprintf(text, sizeof text, "%08zx: ", at);
    out += text;
    std::string ascii;
    for (std::size_t i = at; i < at + 16; ++i) {
      if (i < bytes.size()) {
        std::snprintf(text, sizeof text, i % 2 == 1 ? "%02x " : "%02x", bytes[i]);
        out += text;
        ascii += bytes[i] >= 0x20 && bytes[i] < 0x7f ? static_cast<char>(bytes[i]) : '.';
      } else {
        out += i % 2 == 1 ? "   " : "  ";
      }
    }
    out += " " + ascii + "\n";
  }
  return out;
}

RC_GTEST_PROP(TextInput, DumpsReadBack, (std::vector<std::uint8_t> bytes)) {
  RC_PRE(!bytes.empty());
  const auto got = decode_text(InputType::automatic, xxd(bytes));
  RC_ASSERT(!got.error);
  RC_ASSERT(got.bytes == bytes);
}

RC_GTEST_PROP(TextInput, DigitsReadBackWhateverStandsBetween, (std::vector<std::uint8_t> bytes)) {
  RC_PRE(!bytes.empty());
  std::string text;
  for (const auto b : bytes) {
    // Digits in front of a blank would look like the offset of a dump, so it starts with a prefix.
    const auto separator = text.empty() ? "0x"s : *rc::gen::element<std::string>(":", ", ", " 0x", "\n", " \\x", "\r\n\t", ",0x");
    char digits[3];
    std::snprintf(digits, sizeof digits, *rc::gen::arbitrary<bool>() ? "%02x" : "%02X", b);
    text += separator + digits;
  }
  const auto got = decode_text(InputType::automatic, text);
  RC_ASSERT(!got.error);
  RC_ASSERT(got.bytes == bytes);
}

RC_GTEST_PROP(TextInput, Base64ReadsBack, (std::vector<std::uint8_t> bytes, bool url, bool padded, bool folded)) {
  const std::string_view alphabet = url ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
                                        : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  unsigned bits = 0;
  unsigned held = 0;
  for (const auto b : bytes) {
    bits = (bits << 8 | b) & 0xffff;
    held += 8;
    for (; held >= 6; held -= 6) text += alphabet[bits >> (held - 6) & 63];
  }
  if (held > 0) text += alphabet[bits << (6 - held) & 63];
  while (padded && text.size() % 4 != 0) text += '=';
  for (std::size_t at = 5; folded && at < text.size(); at += 6) text.insert(at, "\n");
  const auto got = decode_text(InputType::base64, text);
  RC_ASSERT(!got.error);
  RC_ASSERT(got.bytes == bytes);
}

RC_GTEST_PROP(TextInput, AnythingIsDecodedOrRefused, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::elementOf("0123456789abcdefxX:,* \n\r\t|>\\=gP"s));
  for (const auto type : {InputType::automatic, InputType::hex, InputType::base64}) {
    const auto got = decode_text(type, text);
    if (got.error) RC_ASSERT(got.error->offset <= text.size());
  }
}

}  // namespace
