// Lines of version 1 byte by byte: what an unfinished one still wants, and which byte of a wrong one is the first: rows written
// by hand from 2.1.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "pp/wire/parse.hpp"
#include "row_runner.hpp"

namespace {
using namespace pp;
using Buffer = std::vector<std::uint8_t>;

Buffer bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

/// Receivers ask the socket for just as many bytes as are said to be wanted, so the shortest rest is pinned, and not any bound.
TEST(V1Rows, WhatIsWantedIsTheShortestRest) {
  struct Row {
    std::string front, shortest_rest;
  };
  // clang-format off
  const Row rows[] = {
      {"P", "ROXY UNKNOWN\r\n"},
      {"PROXY", " UNKNOWN\r\n"},
      {"PROXY ", "UNKNOWN\r\n"},
      {"PROXY U", "NKNOWN\r\n"},
      {"PROXY UNKNOW", "N\r\n"},
      {"PROXY UNKNOWN", "\r\n"},
      {"PROXY UNKNOWN\r", "\n"},
      {"PROXY UNKNOWN ", "\r\n"},
      {"PROXY UNKNOWN a\rb", "\r\n"},
      {"PROXY UNKNOWN a\rb\r", "\n"},
      {"PROXY T", "CP6 :: :: 0 0\r\n"},
      {"PROXY TC", "P6 :: :: 0 0\r\n"},
      {"PROXY TCP", "6 :: :: 0 0\r\n"},
      {"PROXY TCP4", " 0.0.0.0 0.0.0.0 0 0\r\n"},
      {"PROXY TCP4 ", "0.0.0.0 0.0.0.0 0 0\r\n"},
      {"PROXY TCP4 1", ".0.0.0 0.0.0.0 0 0\r\n"},
      {"PROXY TCP4 1.", "0.0.0 0.0.0.0 0 0\r\n"},
      {"PROXY TCP4 1.2", ".0.0 0.0.0.0 0 0\r\n"},
      {"PROXY TCP4 1.2.", "0.0 0.0.0.0 0 0\r\n"},
      {"PROXY TCP4 1.2.3", ".0 0.0.0.0 0 0\r\n"},
      {"PROXY TCP4 1.2.3.", "0 0.0.0.0 0 0\r\n"},
      {"PROXY TCP4 1.2.3.4", " 0.0.0.0 0 0\r\n"},
      {"PROXY TCP4 1.2.3.4 ", "0.0.0.0 0 0\r\n"},
      {"PROXY TCP4 1.2.3.4 5", ".0.0.0 0 0\r\n"},
      {"PROXY TCP4 1.2.3.4 5.", "0.0.0 0 0\r\n"},
      {"PROXY TCP4 1.2.3.4 5.6.7.", "0 0 0\r\n"},
      {"PROXY TCP4 1.2.3.4 5.6.7.8", " 0 0\r\n"},
      {"PROXY TCP4 1.2.3.4 5.6.7.8 ", "0 0\r\n"},
      {"PROXY TCP4 1.2.3.4 5.6.7.8 9", " 0\r\n"},
      {"PROXY TCP4 1.2.3.4 5.6.7.8 9 ", "0\r\n"},
      {"PROXY TCP4 1.2.3.4 5.6.7.8 9 10", "\r\n"},
      {"PROXY TCP4 1.2.3.4 5.6.7.8 9 10\r", "\n"},
      {"PROXY TCP6", " :: :: 0 0\r\n"},
      {"PROXY TCP6 ", ":: :: 0 0\r\n"},
      {"PROXY TCP6 :", ": :: 0 0\r\n"},
      {"PROXY TCP6 ::", " :: 0 0\r\n"},
      {"PROXY TCP6 1", ":: :: 0 0\r\n"},
      {"PROXY TCP6 1:", ": :: 0 0\r\n"},
      {"PROXY TCP6 1:2", ":: :: 0 0\r\n"},
      {"PROXY TCP6 1::", " :: 0 0\r\n"},
      {"PROXY TCP6 1::2", " :: 0 0\r\n"},
      {"PROXY TCP6 1::2 ", ":: 0 0\r\n"},
      {"PROXY TCP6 1::2:", "0 :: 0 0\r\n"},
      {"PROXY TCP6 1:2:3:4:5:6:7", ":: :: 0 0\r\n"},
      {"PROXY TCP6 1:2:3:4:5:6:7:", "8 :: 0 0\r\n"},
      {"PROXY TCP6 1:2:3:4:5:6:7::", " :: 0 0\r\n"},
      {"PROXY TCP6 1:2:3:4:5:6:7:8", " :: 0 0\r\n"},
      {"PROXY TCP6 1:2:3:4:5:6:7:8 ", ":: 0 0\r\n"},
      {"PROXY TCP6 ::ffff:1", " :: 0 0\r\n"},
      {"PROXY TCP6 ::ffff:1.", "0.0.0 :: 0 0\r\n"},
      {"PROXY TCP6 ::ffff:1.2", ".0.0 :: 0 0\r\n"},
      {"PROXY TCP6 ::ffff:1.2.3.", "0 :: 0 0\r\n"},
      {"PROXY TCP6 ::ffff:1.2.3.4", " :: 0 0\r\n"},
      {"PROXY TCP6 ::ffff:1.2.3.4 ", ":: 0 0\r\n"},
      {"PROXY TCP6 ::1 ", ":: 0 0\r\n"},
      {"PROXY TCP6 ::1 :", ": 0 0\r\n"},
      {"PROXY TCP6 ::1 ::2", " 0 0\r\n"},
      {"PROXY TCP6 ::1 ::2 ", "0 0\r\n"},
      {"PROXY TCP6 ::1 ::2 3", " 0\r\n"},
      {"PROXY TCP6 ::1 ::2 3 ", "0\r\n"},
      {"PROXY TCP6 ::1 ::2 3 4", "\r\n"},
      {"PROXY TCP6 ::1 ::2 3 4\r", "\n"},
  };
  // clang-format on
  for (const Row& row : rows) {
    SCOPED_TRACE(row.front);
    const Verdict v = parse(bytes_of(row.front)).verdict;
    EXPECT_EQ(v.status, Status::need_more);
    EXPECT_EQ(v.size, row.shortest_rest.size());
    EXPECT_EQ(v.offset, row.front.size());
    const Buffer whole = bytes_of(row.front + row.shortest_rest);
    EXPECT_EQ(parse(whole).verdict.status, Status::done);
    EXPECT_EQ(parse(whole).verdict.size, whole.size());
    EXPECT_EQ(rows::run(whole), "");
  }
}

TEST(V1Rows, TheFirstWrongByte) {
  struct Row {
    std::string line, code;
    std::uint32_t offset;
    std::uint16_t span;
  };
  const std::string end4 = " 5.6.7.8 1 2\r\n", end6 = " ::2 1 2\r\n";
  // clang-format off
  const Row rows[] = {
      {"PROXY\r\n", "v1-missing-field", 5, 1},
      {"PROXY\n", "v1-missing-field", 5, 1},
      {"PROXYTCP4", "v1-separator", 5, 1},
      {"PROXY  TCP4", "v1-separator", 6, 1},
      {"PROXY \r\n", "v1-missing-field", 6, 1},
      {"PROXY X", "v1-protocol", 6, 1},
      {"PROXY UNKNOWM", "v1-protocol", 12, 1},
      {"PROXY UNKNOWNX", "v1-protocol", 13, 1},
      {"PROXY UNKNOWN\n", "v1-line-end", 13, 1},
      {"PROXY UNKNOWN\rx", "v1-line-end", 14, 1},
      {"PROXY TCQ", "v1-protocol", 8, 1},
      {"PROXY TCP5", "v1-protocol", 9, 1},
      {"PROXY TCP41", "v1-protocol", 10, 1},
      {"PROXY TCP4\r\n", "v1-missing-field", 10, 1},
      {"PROXY TCP4  1", "v1-separator", 11, 1},
      {"PROXY TCP4 \r", "v1-missing-field", 11, 1},
      {"PROXY TCP4 x", "v1-ipv4-syntax", 11, 1},
      {"PROXY TCP4 :", "v1-family-mismatch", 11, 1},
      {"PROXY TCP4 1:", "v1-family-mismatch", 12, 1},
      {"PROXY TCP4 1.:", "v1-family-mismatch", 13, 1},
      {"PROXY TCP4 1..2", "v1-ipv4-syntax", 13, 1},
      {"PROXY TCP4 1.2.3.04", "v1-ipv4-leading-zero", 17, 2},
      {"PROXY TCP4 1.2.3.256", "v1-ipv4-octet-range", 17, 3},
      {"PROXY TCP4 1.2.3 ", "v1-ipv4-syntax", 16, 1},
      {"PROXY TCP4 1.2.3\r", "v1-missing-field", 16, 1},
      {"PROXY TCP4 1.2.3.4x", "v1-ipv4-syntax", 18, 1},
      {"PROXY TCP4 1.2.3.4\n", "v1-missing-field", 18, 1},
      {"PROXY TCP4 1.2.3.4 5.6.7.8 x", "v1-port-syntax", 27, 1},
      {"PROXY TCP4 1.2.3.4 5.6.7.8 01", "v1-port-leading-zero", 27, 2},
      {"PROXY TCP4 1.2.3.4 5.6.7.8 65536", "v1-port-range", 27, 5},
      {"PROXY TCP4 1.2.3.4 5.6.7.8 1x", "v1-port-syntax", 28, 1},
      {"PROXY TCP4 1.2.3.4 5.6.7.8 1\r", "v1-missing-field", 28, 1},
      {"PROXY TCP4 1.2.3.4 5.6.7.8 1  2", "v1-separator", 29, 1},
      {"PROXY TCP4 1.2.3.4 5.6.7.8 1 \n", "v1-missing-field", 29, 1},
      {"PROXY TCP4 1.2.3.4 5.6.7.8 1 2x", "v1-port-syntax", 30, 1},
      {"PROXY TCP4 1.2.3.4 5.6.7.8 1 2 ", "v1-extra-field", 30, 1},
      {"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n", "v1-line-end", 30, 1},
      {"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\rx", "v1-line-end", 31, 1},
      {"PROXY TCP6 x", "v1-ipv6-syntax", 11, 1},
      {"PROXY TCP6 :x", "v1-ipv6-syntax", 12, 1},
      {"PROXY TCP6 :\r", "v1-missing-field", 12, 1},
      {"PROXY TCP6 1:x", "v1-ipv6-syntax", 13, 1},
      {"PROXY TCP6 1:\r", "v1-missing-field", 13, 1},
      {"PROXY TCP6 :::", "v1-ipv6-compression", 13, 1},
      {"PROXY TCP6 1:::", "v1-ipv6-compression", 14, 1},
      {"PROXY TCP6 1::2::", "v1-ipv6-compression", 16, 1},
      {"PROXY TCP6 12345", "v1-ipv6-group-length", 11, 5},
      {"PROXY TCP6 1:2:3:4:5:6:7 ", "v1-ipv6-group-count", 24, 1},
      {"PROXY TCP6 1:2:3:4:5:6:7:8:", "v1-ipv6-group-count", 26, 1},
      {"PROXY TCP6 1:2:3:4:5:6:7::8", "v1-ipv6-compression", 26, 1},
      {"PROXY TCP6 1::3:4:5:6:7:8:", "v1-ipv6-compression", 25, 1},
      {"PROXY TCP6 1.", "v1-family-mismatch", 12, 1},
      {"PROXY TCP6 ::1.", "v1-ipv6-dotted-tail", 14, 1},
      {"PROXY TCP6 ::ff00:1.", "v1-ipv6-dotted-tail", 19, 1},
      {"PROXY TCP6 0:0:0:0:0:ffff::1.", "v1-ipv6-dotted-tail", 28, 1},
      {"PROXY TCP6 ::ffff:1.2.3.256", "v1-ipv4-octet-range", 24, 3},
      {"PROXY TCP6 ::ffff:1.x", "v1-ipv6-syntax", 20, 1},
      {"PROXY TCP6 ::1x", "v1-ipv6-syntax", 14, 1},
      {"PROXY TCP6 ::1\r", "v1-missing-field", 14, 1},
  };
  // clang-format on
  for (const Row& row : rows) {
    SCOPED_TRACE(row.line);
    const Buffer bytes = bytes_of(row.line);
    const Verdict v = parse(bytes).verdict;
    EXPECT_EQ(v.status, Status::malformed);
    EXPECT_EQ(info(v.fault).code, row.code);
    EXPECT_EQ(v.offset, row.offset);
    EXPECT_EQ(v.span, row.span);
    // The bytes in front of the fault decide nothing yet, so that a row can't be right by accident.
    EXPECT_EQ(parse(Bytes(bytes).first(row.offset)).verdict.status, Status::need_more);
    EXPECT_EQ(rows::run(bytes), "");
  }
}

/// 107 bytes with CRLF are the most (2.1): settled at byte 105 when that is no CR, else at byte 106.
TEST(V1Rows, TheLongestLine) {
  const std::string front = "PROXY UNKNOWN ";
  const auto verdict = [&](std::size_t size, const std::string& end) {
    return parse(bytes_of(front + std::string(size - front.size() - end.size(), 'x') + end)).verdict;
  };
  EXPECT_EQ(verdict(107, "\r\n").status, Status::done);
  EXPECT_EQ(verdict(107, "\r\n").size, 107U);
  EXPECT_EQ(verdict(105, "").size, 2U);
  EXPECT_EQ(verdict(106, "\r").size, 1U);
  for (const auto& [size, end, offset] : std::vector<std::tuple<std::size_t, std::string, std::uint32_t>>{
           {106, "", 105}, {107, "", 105}, {108, "\r\n", 105}, {107, "\rx", 106}, {200, "", 105}}) {
    EXPECT_EQ(verdict(size, end).status, Status::malformed) << size;
    EXPECT_EQ(verdict(size, end).fault, Fault::v1_line_too_long) << size;
    EXPECT_EQ(verdict(size, end).offset, offset) << size;
  }
}

}  // namespace
