// Simple Proxy Protocol: 38 bytes, at every prefix, and addresses that chance does not make.
#include "pp/wire/simple.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace {
using namespace pp;

constexpr std::array<std::uint8_t, 39> v4 = {0x56, 0xec, 0, 0, 0, 0, 0, 0, 0,    0,    0,   0,  0xff, 0xff, 192,  0,    2, 10, 0,  0,
                                             0,    0,    0, 0, 0, 0, 0, 0, 0xff, 0xff, 198, 51, 100,  20,   0xdc, 0x04, 0, 53, 'x'};
static_assert(parse_simple(v4).verdict.status == Status::done && parse_simple(v4).verdict.size == 38);
static_assert(parse_simple(v4).header.source_port == 56324 && parse_simple(v4).header.destination_port == 53);
static_assert(parse_simple(v4).header.source.is_v4() && parse_simple(v4).header.family_transport == 0x12);
static_assert(looks_simple(v4));

TEST(Simple, EveryPrefixWantsExactlyTheRest) {
  for (std::size_t n = 0; n < 38; ++n) {
    const std::vector<std::uint8_t> part(v4.begin(),
                                         v4.begin() + static_cast<std::ptrdiff_t>(n));  // exactly sized: a read past it is caught
    const Parsed parsed = parse_simple(part);
    EXPECT_EQ(parsed.verdict.status, Status::need_more) << n;
    EXPECT_EQ(parsed.verdict.size, 38 - n);
    EXPECT_FALSE(is_simple(part));
    EXPECT_FALSE(looks_simple(part));
  }
  EXPECT_EQ(parse_simple(v4).header.bytes.size(), 38U);
}

TEST(Simple, OtherBytesAreMissing) {
  for (const std::size_t at : {0U, 1U}) {
    auto bytes = v4;
    bytes[at] ^= 1U;
    EXPECT_EQ(parse_simple(bytes).verdict.status, Status::missing);
    EXPECT_EQ(parse_simple(Bytes(bytes).first(2)).verdict.status, Status::missing);
    EXPECT_FALSE(begins_simple(bytes));
  }
}

TEST(Simple, SaysWhatItIs) {
  const std::vector<std::uint8_t> exact(v4.begin(), v4.begin() + 38);
  EXPECT_TRUE(is_simple(exact));
  const Parsed whole = parse_simple(exact);
  EXPECT_EQ(whole.verdict.status, Status::done);
  EXPECT_EQ(whole.verdict.size, 38U);
  EXPECT_EQ(whole.header.addresses, Addresses::inet);
  EXPECT_EQ(whole.header.family_transport, 0x12U);
  EXPECT_EQ(parse_simple(Bytes(exact).first(9)).verdict.fault, Fault::none);
  const std::vector<std::uint8_t> other = {0x56, 0xed};
  EXPECT_EQ(parse_simple(other).verdict.fault, Fault::not_proxy);
  EXPECT_EQ(parse_simple(other).verdict.size, 0U);
  EXPECT_FALSE(begins_simple(Bytes(exact).first(1))) << "the second byte is not there";
}

TEST(Simple, AddressesOfBothKinds) {
  auto bytes = v4;
  const std::array<std::uint8_t, 16> six = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  std::copy(six.begin(), six.end(), bytes.begin() + 18);
  const Header h = parse_simple(bytes).header;
  EXPECT_EQ(to_string(h.source), "192.0.2.10");
  EXPECT_EQ(to_string(h.destination), "2001:db8::1");
  EXPECT_EQ(h.addresses, Addresses::inet6);
  EXPECT_EQ(h.family_transport, 0x22U);
  EXPECT_TRUE(looks_simple(bytes));
  std::copy(six.begin(), six.end(), bytes.begin() + 2);
  EXPECT_EQ(to_string(parse_simple(bytes).header.source), "2001:db8::1");
  EXPECT_EQ(parse_simple(bytes).header.family_transport, 0x22U);
}

struct ChanceRow {
  std::array<std::uint8_t, 16> address;
  bool possible;
};

TEST(Simple, WhatAnAddressCouldBe) {
  const ChanceRow rows[] = {{{0x20, 0x01}, true},
                            {{0x3f, 0xff}, true},
                            {{0x40}, false},
                            {{0x1f, 0xff}, false},
                            {{0xfc}, true},
                            {{0xfd}, true},
                            {{0xfe, 0x80}, true},
                            {{0xfe, 0xbf}, true},
                            {{0xfe, 0xc0}, false},
                            {{0xff, 0x02}, false},
                            {{0xff, 0x80}, false},
                            {{}, false},
                            {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, true},
                            {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1}, false},
                            {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 1, 2, 3}, false},
                            {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10}, true},
                            {{0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 10}, false}};
  for (const ChanceRow& row : rows) {
    for (const int side : {0, 1}) {
      auto bytes = v4;
      std::copy(row.address.begin(), row.address.end(), bytes.begin() + 2 + 16 * side);
      EXPECT_EQ(looks_simple(bytes), row.possible) << to_string(simple_address(row.address));
    }
  }
}

}  // namespace
