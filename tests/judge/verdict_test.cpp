// The table of verdicts, cell by cell, against a copy written from its specification.
#include "pp/judge/verdict.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace {
using namespace pp;
using judge::Circumstances;
using judge::Code;
using judge::Verdict;

/// Columns A L N T X D R E H. "pass*": the address was not observed; "fail**": a pass for UNIX addresses; "crc": fails where the
/// receiver checks checksums, and does not apply elsewhere; "late+": a pass while the header is not final.
constexpr std::string_view table[][10] = {
    {"MUST accept, use header addresses", "pass", "fail", "fail", "pass*", "fail", "fail", "fail", "fail", "fail"},
    {"MUST accept, use real endpoints", "fail", "pass", "pass*", "pass*", "fail", "fail", "fail", "fail", "fail"},
    {"SHOULD accept", "pass", "warn", "warn", "pass*", "fail", "fail", "warn", "warn", "warn"},
    {"SHOULD accept, real endpoints; never header addresses", "fail", "pass", "pass*", "pass*", "fail", "fail", "warn", "warn", "warn"},
    {"SHOULD tolerate, MAY reject", "pass", "fail", "fail", "pass*", "fail", "fail", "note", "note", "warn"},
    {"MAY use addresses, fall back to real endpoints, or reject", "pass", "pass", "pass", "pass", "fail**", "fail", "pass", "pass", "warn"},
    {"MAY accept with real endpoints or reject; MUST NOT use header addresses", "fail", "pass", "pass", "pass", "fail", "fail", "pass",
     "pass", "warn"},
    {"MAY accept or reject cleanly; never desync", "pass", "pass", "pass", "pass", "fail**", "fail", "pass", "pass", "warn"},
    {"MAY either", "pass", "pass", "pass", "pass", "pass", "fail", "pass", "pass", "pass"},
    {"SHOULD reject", "warn", "warn", "warn", "warn", "warn", "fail", "pass", "pass", "late"},
    {"MUST reject if CRC32C is supported, else ignore", "crc", "crc", "crc", "crc", "crc", "fail", "pass", "pass", "late"},
    {"MUST reject", "fail", "fail", "fail", "fail", "fail", "fail", "pass", "pass", "late+"},
    {"second header is application data: MUST NOT change the address", "pass", "pass", "pass", "pass", "fail", "pass", "pass", "pass",
     "late"},
};

std::string said(forge::Asks asks, Code code, const Circumstances& c) {
  const judge::Judgement j = judge::judge(asks, code, c);
  return std::string(name(j.verdict)) + (j.address_unobserved ? "*" : "");
}

TEST(Verdict, EveryCell) {
  ASSERT_EQ(std::size(table), forge::asks_count);
  for (std::size_t row = 0; row < std::size(table); ++row) {
    const auto asks = static_cast<forge::Asks>(row);
    EXPECT_EQ(name(asks), table[row][0]);
    for (std::size_t column = 0; column < 9; ++column) {
      const auto code = static_cast<Code>(column);
      const std::string cell(table[row][column + 1]);
      const std::string at = std::string(name(asks)) + " " + letter(code);
      const std::string plain = said(asks, code, {});
      if (cell == "crc") {
        EXPECT_EQ(plain, "n/a") << at;
        EXPECT_EQ(said(asks, code, {.checks_crc = true}), "fail") << at;
      } else if (cell == "fail**") {
        EXPECT_EQ(plain, "fail") << at;
        EXPECT_EQ(said(asks, code, {.unix_path = true}), "pass") << at;
      } else if (cell == "late+") {
        EXPECT_EQ(plain, "late") << at;
        EXPECT_EQ(said(asks, code, {.header_final = false}), "pass") << at;
      } else {
        EXPECT_EQ(plain, cell) << at;
        EXPECT_EQ(said(asks, code, {.header_final = false, .unix_path = true, .checks_crc = true}), cell) << at;
      }
    }
  }
}

TEST(Verdict, OutsideTheTable) {
  using forge::Asks;
  // Who waits for more of a header that never comes holds a connection, and breaks no rule.
  EXPECT_EQ(said(Asks::must_reject, Code::waits, {.header_final = false, .idle = true}), "note");
  EXPECT_EQ(said(Asks::may_either, Code::waits, {.header_final = false, .idle = true}), "note");
  EXPECT_EQ(said(Asks::must_reject, Code::waits, {.header_final = true, .idle = true}), "late");
  EXPECT_EQ(said(Asks::must_reject, Code::left, {}), "pass");
  EXPECT_EQ(said(Asks::must_accept, Code::unreachable, {}), "error");
}

TEST(Verdict, OnlyAnAcceptanceIsWorthAskingAgainFor) {
  using forge::Asks;
  for (std::size_t i = 0; i < forge::asks_count; ++i) {
    const auto asks = static_cast<Asks>(i);
    EXPECT_FALSE(judge::worth_repeating(asks, Code::announced)) << name(asks);
    EXPECT_FALSE(judge::worth_repeating(asks, Code::other_address)) << name(asks);
    const bool may_be_taken = i <= static_cast<std::size_t>(Asks::should_tolerate) || asks == Asks::must_reject_checksum;
    EXPECT_EQ(judge::worth_repeating(asks, Code::refused), may_be_taken) << name(asks);
  }
}

TEST(Verdict, NamesAreReadBack) {
  for (std::size_t i = 0; i < judge::verdict_count; ++i) {
    const auto verdict = static_cast<Verdict>(i);
    EXPECT_EQ(judge::verdict_named(name(verdict)), verdict);
  }
  EXPECT_FALSE(judge::verdict_named("flaky"));
}

}  // namespace
