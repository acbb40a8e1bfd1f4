// The clock of a pcapng interface: ticks of any decimal or binary fraction of a second, shifted by whole seconds.
#pragma once

#include <cstdint>

namespace pp::packet {

/// Converts by if_tsresol and if_tsoffset. Times outside 63 bits of nanoseconds are clamped to that range; finer ticks are
/// truncated, not rounded.
class CaptureClock {
 public:
  /// The value of if_tsresol: a negative power of ten, or of two when the top bit is set.
  void set_resolution(std::uint8_t option) noexcept;
  /// The value of if_tsoffset, in seconds.
  void set_offset(std::int64_t seconds) noexcept;

  /// Nanoseconds since 1970.
  std::int64_t time(std::uint64_t ticks) const noexcept;
  /// The ticks of a time, for writing; 0 for times before the offset.
  std::uint64_t ticks(std::int64_t time_ns) const noexcept;
  /// True when ticks are finer than a microsecond.
  bool nanoseconds() const noexcept { return nanoseconds_; }

 private:
  enum class Unit : std::uint8_t { multiply, divide, binary };

  std::uint64_t scale_ = 1000;  // nanoseconds per tick, or ticks per nanosecond; 0 when that exceeds 64 bits
  std::int64_t offset_ns_ = 0;
  Unit unit_ = Unit::multiply;
  std::uint8_t exponent_ = 6;
  bool nanoseconds_ = false;
};

}  // namespace pp::packet
