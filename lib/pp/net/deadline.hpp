// A deadline on the monotonic clock.
#pragma once

#include <time.h>

#include <chrono>
#include <cstdint>

namespace pp {

class Deadline {
 public:
  /// precise: to the microsecond. coarse: to the kernel's tick (at most 10 ms), but reading it takes only a few nanoseconds.
  enum class Clock : std::uint8_t { precise, coarse };

  Deadline(std::chrono::milliseconds from_now, Clock clock) noexcept;
  bool passed() const noexcept { return left().count() <= 0; }
  std::chrono::nanoseconds left() const noexcept;
  /// For poll(2): rounded up, so that waiting this long is enough; 0 when passed.
  int poll_milliseconds() const noexcept;

 private:
  clockid_t clock_;
  std::chrono::nanoseconds end_;
};

}  // namespace pp
