#include <gtest/gtest.h>

#include <array>
#include <string>

#include "pp/base/ip.hpp"
#include "pp/text/format.hpp"

namespace {

using namespace pp;
using namespace pp::text;

IpAddress v4(std::array<std::uint8_t, 4> bytes) {
  IpAddress out;
  out.size = 4;
  std::copy(bytes.begin(), bytes.end(), out.bytes.begin());
  return out;
}

TEST(Text, AppendsBehindWhatIsThere) {
  std::string out = "x ";
  append(out, "{} of {:>3}", 5, 7);
  EXPECT_EQ(out, "x 5 of   7");
}

TEST(Text, CountsAndGroups) {
  struct Row {
    std::uint64_t n;
    std::string_view one, plural, expected;
  };
  for (const Row& row :
       {Row{0, "header", "", "0 headers"}, Row{1, "header", "", "1 header"}, Row{2, "header", "", "2 headers"},
        Row{1, "reply", "replies", "1 reply"}, Row{12, "reply", "replies", "12 replies"}, Row{999, "packet", "", "999 packets"},
        Row{1000, "packet", "", "1,000 packets"}, Row{1234567, "packet", "", "1,234,567 packets"}}) {
    EXPECT_EQ(format("{}", Counted{row.n, row.one, row.plural}), row.expected);
  }
  EXPECT_EQ(format("{:>9}", Grouped{12345}), "   12,345");
  EXPECT_EQ(format("{}", Grouped{18446744073709551615U}), "18,446,744,073,709,551,615");
}

TEST(Text, EscapesWhatCameOffTheWire) {
  EXPECT_EQ(format("{}", Shown{std::string_view("a\x1b[2J\0b", 7)}), "a\\x1b[2J\\0b");
  EXPECT_EQ(format("[{:<6}]", Shown{"\n"}), "[\\n    ]");
  EXPECT_EQ(format("{}", Shown{"caf\xc3\xa9", Charset::utf8}), "caf\xc3\xa9");
  EXPECT_EQ(format("{}", Shown{"caf\xc3\xa9", Charset::ascii}), "caf\\xc3\\xa9");
}

TEST(Text, AddressesAndEndpoints) {
  const IpAddress four = v4({192, 0, 2, 1});
  IpAddress six;
  six.size = 16;
  six.bytes = {0x20, 0x01, 0x0d, 0xb8};
  EXPECT_EQ(format("{}", four), "192.0.2.1");
  EXPECT_EQ(format("{:>15}|", four), "      192.0.2.1|");
  EXPECT_EQ(format("{}", Endpoint{four, 443}), "192.0.2.1:443");
  EXPECT_EQ(format("{:<22}|", Endpoint{six, 0}), "[2001:db8::]:0        |");
}

}  // namespace
