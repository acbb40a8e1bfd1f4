#include "pp/render/time_text.hpp"

#include <array>
#include <cstdlib>
#include <ctime>

namespace pp::render {
namespace {

constexpr std::int64_t second = 1'000'000'000;

void append_padded(std::string& out, std::int64_t value, int width) {
  std::array<char, 24> digits{};
  int n = 0;
  do {
    digits[static_cast<std::size_t>(n++)] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value > 0);
  for (int i = n; i < width; ++i) out += '0';
  while (n > 0) out += digits[static_cast<std::size_t>(--n)];
}

void append_fraction(std::string& out, std::int64_t ns, bool nanoseconds) {
  out += '.';
  append_padded(out, nanoseconds ? ns : ns / 1000, nanoseconds ? 9 : 6);
}

struct Split {
  std::int64_t seconds;
  std::int64_t ns;
};
/// Times before 1970 stay in order: the fraction is never negative.
Split split(std::int64_t time_ns) {
  Split s{time_ns / second, time_ns % second};
  if (s.ns < 0) {
    s.ns += second;
    --s.seconds;
  }
  return s;
}

std::tm broken_down(std::int64_t seconds, bool utc) {
  const auto t = static_cast<std::time_t>(seconds);
  std::tm tm{};
  if (utc) {
    gmtime_r(&t, &tm);
  } else {
    localtime_r(&t, &tm);
  }
  return tm;
}

void append_clock(std::string& out, const std::tm& tm) {
  append_padded(out, tm.tm_hour, 2);
  out += ':';
  append_padded(out, tm.tm_min, 2);
  out += ':';
  append_padded(out, tm.tm_sec, 2);
}

void append_date(std::string& out, const std::tm& tm) {
  append_padded(out, tm.tm_year + 1900, 4);
  out += '-';
  append_padded(out, tm.tm_mon + 1, 2);
  out += '-';
  append_padded(out, tm.tm_mday, 2);
}

void append_difference(std::string& out, std::int64_t ns, bool nanoseconds) {
  if (ns < 0) {
    out += '-';
    ns = -ns;
  }
  const std::tm tm = broken_down(ns / second % 86400, true);
  const std::int64_t hours = ns / second / 3600;
  append_padded(out, hours, 2);
  out += ':';
  append_padded(out, tm.tm_min, 2);
  out += ':';
  append_padded(out, tm.tm_sec, 2);
  append_fraction(out, ns % second, nanoseconds);
}

}  // namespace

void append_time(std::string& out, std::int64_t time_ns, bool nanoseconds, const Style& style, State& state) {
  if (style.time == TimeStyle::none) return;
  if (!state.first_ns) state.first_ns = state.previous_ns = time_ns;
  const Split at = split(time_ns);
  switch (style.time) {
    case TimeStyle::none: return;
    case TimeStyle::clock:
    case TimeStyle::date: {
      const std::tm tm = broken_down(at.seconds, style.utc);
      if (style.time == TimeStyle::date) {
        append_date(out, tm);
        out += ' ';
      }
      append_clock(out, tm);
      append_fraction(out, at.ns, nanoseconds);
      break;
    }
    case TimeStyle::epoch:
      if (time_ns < 0) out += '-';
      append_padded(out, std::abs(time_ns / second), 1);
      append_fraction(out, std::abs(time_ns % second), nanoseconds);
      break;
    case TimeStyle::delta: append_difference(out, time_ns - state.previous_ns, nanoseconds); break;
    case TimeStyle::since_first: append_difference(out, time_ns - *state.first_ns, nanoseconds); break;
  }
  state.previous_ns = time_ns;
  out += "  ";
}

void append_iso_time(std::string& out, std::int64_t time_ns, bool nanoseconds) {
  const Split at = split(time_ns);
  const std::tm tm = broken_down(at.seconds, true);
  append_date(out, tm);
  out += 'T';
  append_clock(out, tm);
  append_fraction(out, at.ns, nanoseconds);
  out += 'Z';
}

}  // namespace pp::render
