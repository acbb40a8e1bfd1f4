#include "pp/packet/iso_time.hpp"

namespace pp::packet {
namespace {

constexpr std::int64_t second = 1'000'000'000;

constexpr bool is_leap(int year) noexcept { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }
constexpr int days_of(int month, int year) noexcept {
  constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/// Days from 1970-01-01 to this date of the Gregorian calendar.
constexpr std::int64_t days_since_1970(int year, int month, int day) noexcept {
  const std::int64_t before = year - 1;
  std::int64_t days = before * 365 + before / 4 - before / 100 + before / 400 - 719162;
  for (int m = 1; m < month; ++m) days += days_of(m, year);
  return days + day - 1;
}
static_assert(days_since_1970(1970, 1, 1) == 0);
static_assert(days_since_1970(2000, 3, 1) == 11017);

}  // namespace

std::optional<std::int64_t> parse_iso_time(const std::string& text) {
  constexpr char shape[] = "0000-00-00T00:00:00.";
  constexpr std::size_t fraction_at = sizeof shape - 1;
  if (text.size() < fraction_at + 1 || text.size() > fraction_at + 10 || text.back() != 'Z') return std::nullopt;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (i >= fraction_at || shape[i] == '0' ? !digit : text[i] != shape[i]) return std::nullopt;
  }
  const auto number = [&text](std::size_t at, std::size_t size) {
    int n = 0;
    for (std::size_t i = at; i < at + size; ++i) n = n * 10 + (text[i] - '0');
    return n;
  };
  const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
  const int hours = number(11, 2), minutes = number(14, 2), whole = number(17, 2);
  constexpr int leap_second = 60;
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_of(month, year)) return std::nullopt;
  if (hours > 23 || minutes > 59 || whole > leap_second) return std::nullopt;
  std::int64_t fraction = 0, unit = second;
  for (std::size_t i = fraction_at; i + 1 < text.size(); ++i) {
    fraction = fraction * 10 + (text[i] - '0');
    unit /= 10;
  }
  // Years are four digits, and a clock of nanoseconds ends in 2262. A second short of the first one, its fraction still fits.
  const std::int64_t seconds = days_since_1970(year, month, day) * 86400 + hours * 3600 + minutes * 60 + whole;
  std::int64_t ns = 0;
  const std::int64_t back = seconds < 0 ? 1 : 0;
  if (__builtin_mul_overflow(seconds + back, second, &ns) || __builtin_add_overflow(ns, fraction * unit - back * second, &ns))
    return std::nullopt;
  return ns;
}

}  // namespace pp::packet
