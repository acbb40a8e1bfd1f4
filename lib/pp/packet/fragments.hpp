// Reassembles IP datagrams from their fragments, in bounded memory.
//
// * A datagram with fragments that overlap in different ways is dropped and counted, as RFC 5722 requires for IPv6 and as Linux
//   does for both versions. An exact repetition of a fragment is ignored, since some captures hold packets twice; so is a
//   fragment of a datagram that was completed within the last second.
// * A datagram that is not complete after 30 s of capture time, or is evicted, is handed over as far as it is contiguous from
//   its start: a capture filtered by port holds only first fragments.
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

  /// Owns its bytes. time and frame are those of the fragment that completed it; of an incomplete one, of its first fragment.
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

  /// True: the datagram is complete, in `out`. Call end_oldest() first for as long as must_go().
  bool add(const Fragment& fragment, const Packet& packet, Done& out);

  /// Whether the oldest datagram has to end: it has timed out, or `more` bytes would exceed a limit.
  bool must_go(std::int64_t now_ns, std::size_t more) const noexcept;
  /// Ends the oldest datagram; there must be one. True: `out` holds its first bytes.
  bool end_oldest(std::int64_t now_ns, Done& out);
  bool empty() const noexcept { return entries_.empty(); }
  /// The time after which the oldest datagram has to end.
  std::int64_t deadline() const noexcept { return entries_.empty() ? std::numeric_limits<std::int64_t>::max() : deadline_of_oldest(); }

  std::uint64_t whole() const noexcept { return whole_; }
  /// Datagrams that were never completed, and those dropped because fragments overlap.
  std::uint64_t incomplete() const noexcept { return incomplete_; }
  std::uint64_t overlapping() const noexcept { return overlapping_; }
  /// Incomplete datagrams that were evicted before they timed out.
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
    std::int64_t time_ns = 0;  // of the first fragment, once it has arrived
    std::uint64_t frame = 0;
    bool nanoseconds = false;
    bool over = false;  // complete or dropped; kept so that repetitions are recognised
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
