#include "pp/packet/capture_clock.hpp"

#include <limits>

namespace pp::packet {

namespace {
constexpr std::int64_t time_max = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t time_min = std::numeric_limits<std::int64_t>::min();
constexpr std::uint64_t ticks_max = std::numeric_limits<std::uint64_t>::max();
constexpr std::int64_t second_ns = 1'000'000'000;

__extension__ using Wide = unsigned __int128;

/// Avoids __int128 literals, which -Wpedantic rejects.
constexpr Wide wide(std::int64_t n) { return Wide{static_cast<std::uint64_t>(n)}; }
}  // namespace

void CaptureClock::set_resolution(std::uint8_t option) noexcept {
  exponent_ = option & 0x7f;
  if ((option & 0x80) != 0) {
    unit_ = Unit::binary;
    nanoseconds_ = exponent_ > 19;
    return;
  }
  unit_ = exponent_ <= 9 ? Unit::multiply : Unit::divide;
  nanoseconds_ = exponent_ > 6;
  scale_ = 1;
  const unsigned steps = exponent_ <= 9 ? 9U - exponent_ : exponent_ - 9U;
  if (steps > 19) scale_ = 0;
  for (unsigned i = 0; i < steps && scale_ != 0; ++i) scale_ *= 10;
}

void CaptureClock::set_offset(std::int64_t seconds) noexcept {
  if (__builtin_mul_overflow(seconds, second_ns, &offset_ns_)) offset_ns_ = seconds < 0 ? time_min : time_max;
}

std::int64_t CaptureClock::time(std::uint64_t ticks) const noexcept {
  Wide ns = 0;
  switch (unit_) {
    case Unit::multiply: ns = Wide{ticks} * scale_; break;
    // With 10^-29 s and finer, 64 bits of ticks are less than one nanosecond.
    case Unit::divide: ns = scale_ == 0 ? 0 : ticks / scale_; break;
    case Unit::binary: ns = (Wide{ticks} * wide(second_ns)) >> exponent_; break;
  }
  const std::int64_t since = ns > wide(time_max) ? time_max : static_cast<std::int64_t>(ns);
  std::int64_t sum = 0;
  // Ticks are never negative, so an overflow can only be upward.
  return __builtin_add_overflow(since, offset_ns_, &sum) ? time_max : sum;
}

std::uint64_t CaptureClock::ticks(std::int64_t time_ns) const noexcept {
  std::int64_t since = 0;
  if (__builtin_sub_overflow(time_ns, offset_ns_, &since)) since = offset_ns_ < 0 ? time_max : 0;
  if (since < 0) return 0;
  Wide count = 0;
  switch (unit_) {
    case Unit::multiply: count = wide(since) / scale_; break;
    case Unit::divide: count = wide(since) * scale_; break;
    case Unit::binary:
      if (exponent_ > 64) return since == 0 ? 0 : ticks_max;
      count = (wide(since) << exponent_) / wide(second_ns);
      break;
  }
  return count > Wide{ticks_max} ? ticks_max : static_cast<std::uint64_t>(count);
}

}  // namespace pp::packet
