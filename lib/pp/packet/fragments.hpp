// IP datagrams out of their fragments, within bounds.
//
// * What overlaps is not believed: a datagram of which two fragments cover the same bytes in different ways is dropped and
//   counted, as RFC 5722 asks for IPv6 and as Linux does for both. A fragment that comes again as it was, as in a capture that
//   sees packets twice, is passed over; so is one that belongs to a datagram that was whole within the last second.
// * A datagram that does not become whole within 30 s of capture time, or has to make room, ends with the front that is
//   there: a capture filtered by port has the first fragment alone.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "pp/packet/decode.hpp"
#include "pp/packet/packet.hpp"

namespace pp::packet {

class FragmentTable {
 public:
  static constexpr std::size_t max_datagrams = 256;
  static constexpr std::size_t max_bytes = 1U << 20;
  static constexpr std::size_t max_fragments = 512;  // of one datagram
  static constexpr std::int64_t patience_ns = 30'000'000'000;
  static constexpr std::int64_t memory_ns = 1'000'000'000;

  /// Owns its bytes. time and frame are those of the fragment that made it whole, else of the first one.
  struct Done {
    Datagram datagram;  // without `bytes`
    std::vector<std::uint8_t> bytes;
    std::int64_t time_ns = 0;
    std::uint64_t frame = 0;
    bool nanoseconds = false;

    Datagram view() const noexcept PP_LIFETIMEBOUND {
      Datagram d = datagram;
      d.bytes = bytes;
      return d;
    }
  };

  /// True: `out` is whole now. There is room when must_go() says so.
  bool add(const Fragment& fragment, const Packet& packet, Done& out);

  /// Whether the oldest one has to end: its time is up, or there is no room for `more` bytes.
  bool must_go(std::int64_t now_ns, std::size_t more) const noexcept;
  /// Ends the oldest, which exists. True: `out` is the front of it, which has bytes.
  bool end_oldest(std::int64_t now_ns, Done& out);
  bool empty() const noexcept { return entries_.empty(); }
  /// The time after which the oldest has to end.
  std::int64_t deadline() const noexcept { return entries_.empty() ? std::numeric_limits<std::int64_t>::max() : deadline_of_oldest(); }

  std::uint64_t whole() const noexcept { return whole_; }
  /// Datagrams that never became whole, and those dropped for fragments that overlap.
  std::uint64_t incomplete() const noexcept { return incomplete_; }
  std::uint64_t overlapping() const noexcept { return overlapping_; }
  /// Of the incomplete ones those that had to make room before their time.
  std::uint64_t evicted() const noexcept { return evicted_; }

 private:
  std::int64_t deadline_of_oldest() const noexcept;

  struct Part {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t captured_end = 0;
  };
  struct Entry {
    Fragment key;  // its addresses, protocol and id
    std::int64_t first_ns = 0;
    std::int64_t time_ns = 0;  // of the first fragment, once there
    std::uint64_t frame = 0;
    bool nanoseconds = false;
    bool over = false;  // whole or dropped: kept so that repetitions are known
    std::int64_t over_ns = 0;
    std::uint32_t total = no_total;
    std::uint32_t covered = 0;
    std::vector<Part> parts;
    std::vector<std::uint8_t> bytes;
  };
  static constexpr std::uint32_t no_total = UINT32_MAX;

  Entry& entry_of(const Fragment& fragment, const Packet& packet);
  bool fits(const Entry& entry, const Fragment& fragment, bool& repeated) const noexcept;
  void release(Entry& entry, std::int64_t now_ns) noexcept;
  static std::uint32_t captured_front(Entry& entry, std::uint32_t& sent) noexcept;
  static void hand_over(Entry& entry, std::uint32_t captured, std::uint32_t length, bool whole, Done& out);

  std::vector<Entry> entries_;  // the oldest first
  std::size_t bytes_ = 0;
  std::uint64_t whole_ = 0;
  std::uint64_t incomplete_ = 0;
  std::uint64_t overlapping_ = 0;
  std::uint64_t evicted_ = 0;
};

}  // namespace pp::packet
