#include "pp/render/time_text.hpp"

#include <array>
#include <cstdlib>
#include <ctime>

#include "pp/text/format.hpp"

namespace pp::render {
namespace {

constexpr std::int64_t second = 1'000'000'000;

/// Digits of a second: a line for people has three, times that are compared or counted with have all.
enum class Digits : std::uint8_t { milliseconds, microseconds, nanoseconds };

/// Every record has a time, so digits are written by hand: `width` of them, with zeros in front; n is not negative.
template <int width>
void append_digits(std::string& out, std::int64_t n) {
  std::array<char, width> digits{};
  for (int i = width; i > 0; n /= 10) digits[static_cast<std::size_t>(--i)] = static_cast<char>('0' + n % 10);
  out.append(digits.data(), digits.size());
}

void append_fraction(std::string& out, std::int64_t ns, Digits digits) {
  out += '.';
  switch (digits) {
    case Digits::milliseconds: return append_digits<3>(out, ns / 1'000'000);
    case Digits::microseconds: return append_digits<6>(out, ns / 1'000);
    case Digits::nanoseconds: return append_digits<9>(out, ns);
  }
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
  append_digits<2>(out, tm.tm_hour);
  out += ':';
  append_digits<2>(out, tm.tm_min);
  out += ':';
  append_digits<2>(out, tm.tm_sec);
}

void append_date(std::string& out, const std::tm& tm) {
  append_digits<4>(out, tm.tm_year + 1900);
  out += '-';
  append_digits<2>(out, tm.tm_mon + 1);
  out += '-';
  append_digits<2>(out, tm.tm_mday);
}

void append_difference(std::string& out, std::int64_t ns, Digits digits) {
  if (ns < 0) {
    out += '-';
    ns = -ns;
  }
  const std::int64_t seconds = ns / second;
  text::append(out, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  append_fraction(out, ns % second, digits);
}

/// Hour, minute and second change once a second, and records are many.
void append_cached_clock(std::string& out, std::int64_t seconds, bool utc, State& state) {
  if (state.clock.empty() || state.clock_second != seconds) {
    state.clock.clear();
    append_clock(state.clock, broken_down(seconds, utc));
    state.clock_second = seconds;
  }
  out += state.clock;
}

}  // namespace

void append_time(std::string& out, std::int64_t time_ns, bool nanoseconds, const Style& style, State& state) {
  if (style.time == TimeStyle::none) return;
  if (!state.first_ns) state.first_ns = state.previous_ns = time_ns;
  const Split at = split(time_ns);
  const Digits all = nanoseconds ? Digits::nanoseconds : Digits::microseconds;
  switch (style.time) {
    case TimeStyle::none: return;
    case TimeStyle::clock:
      append_cached_clock(out, at.seconds, style.utc, state);
      append_fraction(out, at.ns, Digits::milliseconds);
      break;
    case TimeStyle::date:
      append_date(out, broken_down(at.seconds, style.utc));
      out += ' ';
      append_cached_clock(out, at.seconds, style.utc, state);
      append_fraction(out, at.ns, all);
      break;
    case TimeStyle::epoch:
      text::append(out, "{}{}", time_ns < 0 ? "-" : "", std::abs(time_ns / second));
      append_fraction(out, std::abs(time_ns % second), all);
      break;
    case TimeStyle::delta: append_difference(out, time_ns - state.previous_ns, all); break;
    case TimeStyle::since_first: append_difference(out, time_ns - *state.first_ns, all); break;
  }
  state.previous_ns = time_ns;
}

void append_iso_time(std::string& out, std::int64_t time_ns, bool nanoseconds) {
  const Split at = split(time_ns);
  const std::tm tm = broken_down(at.seconds, true);
  append_date(out, tm);
  out += 'T';
  append_clock(out, tm);
  append_fraction(out, at.ns, nanoseconds ? Digits::nanoseconds : Digits::microseconds);
  out += 'Z';
}

}  // namespace pp::render
