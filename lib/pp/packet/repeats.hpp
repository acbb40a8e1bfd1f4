// Datagrams that a capture holds twice: `-i any` sees them on each interface they pass, a mirrored port as they come and as
// they go. TCP needs nothing of it: sequence numbers tell.
#pragma once

#include <array>
#include <cstdint>

namespace pp::packet {

/// The latest datagrams that were of interest. A second one of the same flow and content within 50 ms is the same packet when
/// both have the same IPv4 identification that is not 0, or when what stands in front of the payload differs (another
/// interface, tag, hop limit or tunnel) and the identification does not. Two that were sent do not look like that.
class RepeatedDatagrams {
 public:
  static constexpr std::size_t size = 256;
  static constexpr std::int64_t window_ns = 50'000'000;

  /// `content` is a hash over flow and payload, `front` over all before the payload.
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
