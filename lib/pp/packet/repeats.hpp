// Datagrams that a capture holds twice: `-i any` sees them on every interface they pass, a mirrored port on their way in and
// out. TCP does not need this, since it has sequence numbers.
#pragma once

#include <array>
#include <cstdint>

namespace pp::packet {

/// The latest datagrams of interest. A second one of the same flow and content within 50 ms is the same packet when both have
/// the same non-zero IPv4 identification, or when the bytes before the payload differ (another interface, tag, hop limit or
/// tunnel) and the identification does not. Two genuinely sent datagrams would differ in IP ID or arrive identically
/// encapsulated.
class RepeatedDatagrams {
 public:
  static constexpr std::size_t size = 256;
  static constexpr std::int64_t window_ns = 50'000'000;

  /// `content` is a hash of flow and payload, `front` one of all bytes before the payload.
  bool seen(std::uint64_t content, std::uint64_t front, std::uint32_t ip_id, std::int64_t time_ns) noexcept {
    for (const Entry& e : entries_) {
      if (e.content != content || e.ip_id != ip_id || !e.used) continue;
      const bool near = time_ns <= e.time_ns + window_ns && e.time_ns <= time_ns + window_ns;
      if (near && (ip_id != 0 || e.front != front)) return true;
    }
    entries_[next_] = {content, front, time_ns, ip_id, true};
    next_ = (next_ + 1) % size;
    return false;
  }

 private:
  struct Entry {
    std::uint64_t content = 0;
    std::uint64_t front = 0;
    std::int64_t time_ns = 0;
    std::uint32_t ip_id = 0;
    bool used = false;
  };
  std::array<Entry, size> entries_{};
  std::size_t next_ = 0;
};

}  // namespace pp::packet
