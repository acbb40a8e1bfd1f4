#include "pp/net/deadline.hpp"

#include <algorithm>

namespace pp {
namespace {

#if defined(CLOCK_MONOTONIC_COARSE)
constexpr clockid_t coarse_clock = CLOCK_MONOTONIC_COARSE;
#else
constexpr clockid_t coarse_clock = CLOCK_MONOTONIC;
#endif

/// Long enough to mean "never", and far from every overflow.
constexpr std::chrono::milliseconds longest = std::chrono::hours(24 * 20);

std::chrono::nanoseconds now(clockid_t clock) noexcept {
  timespec t{};
  ::clock_gettime(clock, &t);
  return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

}  // namespace

Deadline::Deadline(std::chrono::milliseconds from_now, Clock clock) noexcept
    : clock_(clock == Clock::coarse ? coarse_clock : CLOCK_MONOTONIC),
      end_(now(clock_) + std::clamp(from_now, std::chrono::milliseconds(0), longest)) {}

std::chrono::nanoseconds Deadline::left() const noexcept { return end_ - now(clock_); }

int Deadline::poll_milliseconds() const noexcept {
  const auto rest = std::chrono::ceil<std::chrono::milliseconds>(left());
  return static_cast<int>(std::clamp(rest, std::chrono::milliseconds(0), longest).count());
}

}  // namespace pp
