// Records that come in as JSON: what is taken of a line, and what makes it none.
#include "pp/source/json_headers.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>

namespace {

using namespace pp::source;

std::optional<std::int64_t> time_of(const std::string& text) {
  const auto records = json_records(R"({"hex":"00","time":")" + text + "\"}");
  EXPECT_EQ(records.size(), 1U) << text;
  return records.empty() ? std::nullopt : records[0].time_ns;
}

TEST(JsonRecords, TimesAreReadToTheNanosecond) {
  EXPECT_EQ(time_of("1970-01-01T00:00:00.000000Z"), 0);
  EXPECT_EQ(time_of("1970-01-01T00:00:01.000001Z"), 1'000'001'000);
  EXPECT_EQ(time_of("2026-11-23T06:33:06.640321123Z"), 1'795'415'586'640'321'123);
  EXPECT_EQ(time_of("1969-12-31T23:59:59.999999999Z"), -1);
}

/// 64 bits of nanoseconds and no more; a year that they do not hold is no time, and nothing overflows.
TEST(JsonRecords, TimesThatNoClockShowsAreNone) {
  EXPECT_EQ(time_of("2262-04-11T23:47:16.854775807Z"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(time_of("1677-09-21T00:12:43.145224192Z"), std::numeric_limits<std::int64_t>::min());
  for (const char* text : {"2262-04-11T23:47:16.854775808Z", "1677-09-21T00:12:43.145224191Z", "9999-12-31T23:59:59.999999Z",
                           "0001-01-01T00:00:00.000000Z", "2026-11-23T06:33:06Z", "2026-11-23 06:33:06.640321Z",
                           "2026-11-23T06:33:06.6403211234Z", "2026-11-23T06:33:06.64x321Z", "soon", ""})
    EXPECT_EQ(time_of(text), std::nullopt) << text;
}

TEST(JsonRecords, OnlyTheOutermostObjectIsTheRecord) {
  const auto records = json_records(
      "\n{\"tlvs\":[{\"hex\":\"ff\",\"verdict\":\"x\"}],\"hex\":\"0d0A\",\"verdict\":\"valid\"}\r\n{\"a\":{\"hex\":\"00\"}}\n{\"hex\":\"\"}");
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].line, 2U);
  EXPECT_EQ(records[0].bytes, (std::vector<std::uint8_t>{0x0d, 0x0a}));
  EXPECT_EQ(records[0].verdict, "valid");
  EXPECT_EQ(records[1].line, 4U);
  EXPECT_TRUE(records[1].bytes.empty());
}

TEST(JsonRecords, ALineThatIsNoneIsNamed) {
  for (const char* line : {"[]", "\"x\"", "5", "null", "{", "{}{}", "{\"a\":NaN}", "{\"hex\":\"\xff\"}", "{\"hex\":\"0\"}",
                           "{\"hex\":\"0g\"}", "{'hex':\"00\"}"}) {
    try {
      json_records(std::string("{}\n{\"hex\":\"00\"}\n") + line);
      ADD_FAILURE() << line;
    } catch (const std::runtime_error& error) {
      EXPECT_EQ(std::string(error.what()).substr(0, 8), "line 3: ") << line;
    }
  }
  const std::string deep(100000, '[');
  EXPECT_THROW(json_records("{\"a\":" + deep), std::runtime_error) << "nesting takes no stack";
}

}  // namespace
