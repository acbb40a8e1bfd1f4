// Headers that begin a later segment of a connection, as after STARTTLS or on a connection that is kept alive.
#pragma once

#include <array>
#include <cstdint>

#include "pp/base/bytes.hpp"

namespace pp::packet {

/// Headers further into what a side has sent are not looked for.
inline constexpr std::uint32_t max_later_offset = 64U << 10U;

/// The first four bytes of the signature or of "PROXY": asked of every segment with a payload, so it is one load.
inline bool begins_like_header(const std::uint8_t* p) noexcept {
  const std::uint32_t first = load_be32(p);
  return first == 0x0d0a0d0a || first == 0x50524f58;
}

/// The latest of them, so that a retransmission does not count again.
class LaterHeaders {
 public:
  /// True the first time.
  bool is_new(std::uint64_t hash, std::uint32_t seq) noexcept {
    for (const Entry& entry : entries_) {
      if (entry.hash == hash && entry.seq == seq) return false;
    }
    entries_[next_] = {hash, seq};
    next_ = (next_ + 1) % entries_.size();
    return true;
  }

 private:
  struct Entry {
    std::uint64_t hash = 0;
    std::uint32_t seq = 0;
  };
  std::array<Entry, 64> entries_{};
  std::size_t next_ = 0;
};

}  // namespace pp::packet
