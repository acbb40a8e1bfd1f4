// The golden vectors and all their prefixes, proved at compile time: constant evaluation rejects undefined behaviour.
#include <gtest/gtest.h>

#include "pp/wire/crc32c.hpp"
#include "pp/wire/parse.hpp"
#include "pp/wire/tlv.hpp"
#include "row_runner.hpp"

namespace {
using namespace pp;

#define PP_SIG "\x0d\x0a\x0d\x0a\x00\x0d\x0a\x51\x55\x49\x54\x0a"

constexpr ByteLiteral v1_tcp4("PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n");
constexpr ByteLiteral v1_tcp4_longest("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n");
constexpr ByteLiteral v1_tcp6("PROXY TCP6 2001:db8::10 2001:db8:1::20 56324 443\r\n");
constexpr ByteLiteral v1_tcp6_longest(
    "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n");
constexpr ByteLiteral v1_tcp6_shortest("PROXY TCP6 :: :: 0 0\r\n");
constexpr ByteLiteral v1_tcp6_mapped("PROXY TCP6 ::ffff:192.0.2.1 ::ffff:198.51.100.20 56324 443\r\n");
constexpr ByteLiteral v1_unknown("PROXY UNKNOWN\r\n");
constexpr ByteLiteral v1_unknown_longest(
    "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n");
constexpr ByteLiteral v2_tcp4(PP_SIG "\x21\x11\x00\x0c\xc0\x00\x02\x0a\xc6\x33\x64\x14\xdc\x04\x01\xbb");
constexpr ByteLiteral v2_local(PP_SIG "\x20\x00\x00\x00");
constexpr ByteLiteral v2_local_crc(PP_SIG "\x20\x00\x00\x07\x03\x00\x04\xa9\xb8\x7e\x8f");
constexpr ByteLiteral v2_aws_privatelink(
    PP_SIG
    "\x21\x11\x00\x54\xac\x1f\x07\x71\xac\x1f\x0a\x1f\xc8\xf2\x00\x50\x03\x00\x04\xe8\xd6\x89\x2d\xea\x00\x17\x01"
    "vpce-08d2bf15fac5001c9\x04\x00\x24\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");

/// done at its own end, with junk behind it, and need_more at every prefix, whose promise the whole keeps.
constexpr bool golden(Bytes whole) {
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const auto v = parse(whole.first(n)).verdict;
    if (v.status != Status::need_more || v.size < 1 || v.size > whole.size() - n || v.offset != n) return false;
  }
  const auto v = parse(whole).verdict;
  return v.status == Status::done && v.size == whole.size() && parse(whole).header.bytes.size() == whole.size();
}

static_assert(golden(v1_tcp4) && golden(v1_tcp4_longest) && golden(v1_unknown) && golden(v1_unknown_longest));
static_assert(golden(v1_tcp6) && golden(v1_tcp6_longest) && golden(v1_tcp6_shortest) && golden(v1_tcp6_mapped));
static_assert(golden(v2_tcp4) && golden(v2_local) && golden(v2_local_crc) && golden(v2_aws_privatelink));
static_assert(v1_tcp4_longest.view().size() == 56 && v1_tcp6_longest.view().size() == 104);
static_assert(v1_unknown_longest.view().size() == 107 && v2_aws_privatelink.view().size() == 100);

static_assert(crc32c(ByteLiteral("123456789")) == 0xe3069283U);
static_assert(header_crc32c(v2_local_crc, 19) == 0xa9b87e8fU);
static_assert(header_crc32c(v2_aws_privatelink, 31) == 0xe8d6892dU);

constexpr std::size_t count_tlvs(Bytes bytes) {
  const auto [verdict, header] = parse(bytes);
  auto cursor = tlvs(header);
  Tlv tlv;
  std::size_t n = 0;
  while (cursor.next(tlv)) ++n;
  return cursor.fault() == Fault::none && verdict.status == Status::done ? n : 999;
}
static_assert(count_tlvs(v2_aws_privatelink) == 3 && count_tlvs(v2_local_crc) == 1 && count_tlvs(v2_tcp4) == 0);

struct Row {
  std::string_view name;
  std::string_view bytes;
  Status status;
  Fault fault;
  std::uint32_t offset;
};

TEST(Golden, FaultsAndOffsets) {
  using namespace std::string_view_literals;
  const std::string unknown_106 = "PROXY UNKNOWN " + std::string(92, 'x');
  const std::string unknown_cr_107 = "PROXY UNKNOWN " + std::string(91, 'x') + "\rx";
  const Row faulty[] = {
      {"port 99999", "PROXY TCP4 192.0.2.10 198.51.100.20 99999 443\r\n", Status::malformed, Fault::v1_port_range, 36},
      {"lower case", "proxy TCP4 1.1.1.1 1.1.1.1 1 1\r\n", Status::missing, Fault::not_proxy, 0},
      {"no space", "PROXYTCP4 ", Status::malformed, Fault::v1_separator, 5},
      {"two spaces", "PROXY  TCP4", Status::malformed, Fault::v1_separator, 6},
      {"bare", "PROXY\r\n", Status::malformed, Fault::v1_missing_field, 5},
      {"TCP5", "PROXY TCP5 ", Status::malformed, Fault::v1_protocol, 9},
      {"UNKNOWNX", "PROXY UNKNOWNX\r\n", Status::malformed, Fault::v1_protocol, 13},
      {"octet", "PROXY TCP4 192.0.2.256 ", Status::malformed, Fault::v1_ipv4_octet_range, 19},
      {"octet zero", "PROXY TCP4 192.0.02.2 ", Status::malformed, Fault::v1_ipv4_leading_zero, 17},
      {"v6 in TCP4", "PROXY TCP4 ::1 ", Status::malformed, Fault::v1_family_mismatch, 11},
      {"v4 in TCP6", "PROXY TCP6 192.0.2.1 ", Status::malformed, Fault::v1_family_mismatch, 14},
      {"two ::", "PROXY TCP6 1::2::3 ", Status::malformed, Fault::v1_ipv6_compression, 16},
      {":: for none", "PROXY TCP6 1:2:3:4::5:6:7:8 ", Status::malformed, Fault::v1_ipv6_compression, 25},
      {"nine groups", "PROXY TCP6 1:2:3:4:5:6:7:8:9 ", Status::malformed, Fault::v1_ipv6_group_count, 26},
      {"nine groups, the last of two digits", "PROXY TCP6 1:2:3:4:5:6:7:8:99 ", Status::malformed, Fault::v1_ipv6_group_count, 26},
      {":: for none, then two digits", "PROXY TCP6 1:2:3:4:5:6:7::88 ", Status::malformed, Fault::v1_ipv6_compression, 26},
      {"nine groups, the last of five digits", "PROXY TCP6 1:2:3:4:5:6:7:8:99999 ", Status::malformed, Fault::v1_ipv6_group_count, 26},
      {":: for none, then five digits", "PROXY TCP6 1:2:3:4:5:6:7::88888 ", Status::malformed, Fault::v1_ipv6_compression, 26},
      {"seven groups", "PROXY TCP6 1:2:3:4:5:6:7 ", Status::malformed, Fault::v1_ipv6_group_count, 24},
      {"five digits", "PROXY TCP6 1:00db8:: ", Status::malformed, Fault::v1_ipv6_group_length, 13},
      {"dotted tail", "PROXY TCP6 ::1.2.3.4 ", Status::malformed, Fault::v1_ipv6_dotted_tail, 14},
      {"dotted tail behind ffff::", "PROXY TCP6 ffff::1.2.3.4 ", Status::malformed, Fault::v1_ipv6_dotted_tail, 18},
      {"LF only", "PROXY TCP4 1.1.1.1 1.1.1.1 1 1\n", Status::malformed, Fault::v1_line_end, 30},
      {"CR CR", "PROXY TCP4 1.1.1.1 1.1.1.1 1 1\r\r", Status::malformed, Fault::v1_line_end, 31},
      {"7th field", "PROXY TCP4 1.1.1.1 1.1.1.1 1 1 x\r\n", Status::malformed, Fault::v1_extra_field, 30},
      {"106 bytes that end in no CR", unknown_106, Status::malformed, Fault::v1_line_too_long, 105},
      {"106 bytes and CR", unknown_cr_107, Status::malformed, Fault::v1_line_too_long, 106},
      {"version 3", PP_SIG "\x31"sv, Status::malformed, Fault::v2_version, 12},
      {"command 5", PP_SIG "\x25"sv, Status::malformed, Fault::v2_command, 12},
      {"family 4", PP_SIG "\x21\x41"sv, Status::malformed, Fault::v2_family, 13},
      {"transport 3", PP_SIG "\x21\x13"sv, Status::malformed, Fault::v2_transport, 13},
      {"length 11", PP_SIG "\x21\x11\x00\x0b"sv, Status::malformed, Fault::v2_length_short, 14},
      {"damaged", "\x0d\x0a\x0d\x0a\x00\x0d\x2a"sv, Status::missing, Fault::not_proxy, 6},
  };
  for (const Row& row : faulty) {
    const std::vector<std::uint8_t> bytes(row.bytes.begin(), row.bytes.end());
    const auto v = parse(bytes).verdict;
    EXPECT_EQ(v.status, row.status) << row.name;
    EXPECT_EQ(info(v.fault).code, info(row.fault).code) << row.name;
    EXPECT_EQ(v.offset, row.offset) << row.name;
    EXPECT_EQ(rows::run(bytes), "") << row.name;
  }
}

TEST(Golden, WholeAtEveryPrefixAndAgainstAGuardPage) {
  const Bytes vectors[] = {v1_tcp4,    v1_tcp4_longest,    v1_tcp6, v1_tcp6_longest, v1_tcp6_shortest, v1_tcp6_mapped,
                           v1_unknown, v1_unknown_longest, v2_tcp4, v2_local,        v2_local_crc,     v2_aws_privatelink};
  for (std::size_t i = 0; i < std::size(vectors); ++i) EXPECT_EQ(rows::run(vectors[i]), "") << "vector " << i;
}

}  // namespace
