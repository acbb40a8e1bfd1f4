// Times as text, those before 1970 too.
#include "pp/render/time_text.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace {
using pp::render::State;
using pp::render::Style;
using pp::render::TimeStyle;

constexpr std::int64_t second = 1'000'000'000;

std::string text(std::int64_t time_ns, TimeStyle time, bool nanoseconds, State& state) {
  Style style;
  style.utc = true;
  style.time = time;
  std::string out;
  pp::render::append_time(out, time_ns, nanoseconds, style, state);
  return out;
}

TEST(TimeText, EachStyleOnBothSidesOf1970) {
  struct Row {
    std::int64_t time_ns;
    TimeStyle style;
    bool nanoseconds;
    std::string_view expected;
  };
  const Row rows[] = {
      {0, TimeStyle::clock, false, "00:00:00.000"},
      {-1, TimeStyle::clock, true, "23:59:59.999"},
      {-second / 2, TimeStyle::clock, false, "23:59:59.500"},
      {-second, TimeStyle::clock, false, "23:59:59.000"},
      {-second - 1, TimeStyle::clock, true, "23:59:58.999"},
      {-1, TimeStyle::date, true, "1969-12-31 23:59:59.999999999"},
      {1'500'000'000, TimeStyle::epoch, false, "1.500000"},
      {-1'500'000'000, TimeStyle::epoch, false, "-1.500000"},
      {-second / 2, TimeStyle::epoch, false, "-0.500000"},
      {-1, TimeStyle::epoch, true, "-0.000000001"},
      {-second, TimeStyle::none, false, ""},
  };
  for (const Row& row : rows) {
    State state;
    EXPECT_EQ(text(row.time_ns, row.style, row.nanoseconds, state), row.expected) << row.time_ns;
  }
}

TEST(TimeText, IsoTimes) {
  struct Row {
    std::int64_t time_ns;
    bool nanoseconds;
    std::string_view expected;
  };
  const Row rows[] = {
      {0, false, "1970-01-01T00:00:00.000000Z"},
      {-1, true, "1969-12-31T23:59:59.999999999Z"},
      {-second * 86400 + 1'000, false, "1969-12-31T00:00:00.000001Z"},
      {-second * 86400 * 365 - second / 4, false, "1968-12-31T23:59:59.750000Z"},
  };
  for (const Row& row : rows) {
    std::string out;
    pp::render::append_iso_time(out, row.time_ns, row.nanoseconds);
    EXPECT_EQ(out, row.expected);
  }
}

TEST(TimeText, DifferencesAcross1970) {
  State since_first, delta;
  EXPECT_EQ(text(-2 * second, TimeStyle::since_first, false, since_first), "00:00:00.000000");
  EXPECT_EQ(text(-second / 2, TimeStyle::since_first, false, since_first), "00:00:01.500000");
  EXPECT_EQ(text(second, TimeStyle::since_first, false, since_first), "00:00:03.000000");
  EXPECT_EQ(text(-3 * second, TimeStyle::since_first, false, since_first), "-00:00:01.000000");
  EXPECT_EQ(text(-second, TimeStyle::delta, false, delta), "00:00:00.000000");
  EXPECT_EQ(text(second / 2, TimeStyle::delta, false, delta), "00:00:01.500000");
}

}  // namespace
