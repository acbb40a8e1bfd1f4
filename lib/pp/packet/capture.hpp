// Capture files (pcap, pcapng, snoop, ERF) parsed in memory: a pull parser over bytes that the caller reads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pp/base/bytes.hpp"
#include "pp/packet/capture_clock.hpp"
#include "pp/packet/packet.hpp"

namespace pp::packet {

/// The most bytes one packet may hold; the limit of tcpdump and libpcap. A longer length means that the file is corrupt.
inline constexpr std::uint32_t max_captured = 262144;
/// pcapng blocks up to this size are parsed as a whole; larger ones are skipped piece by piece, so that no caller has to hold
/// more bytes than this.
inline constexpr std::uint32_t max_block = max_captured + 65536;
inline constexpr std::size_t max_interfaces = 65536;

enum class CaptureFault : std::uint8_t {
  none,
  not_a_capture,
  version,
  truncated,
  record_length,  // a packet longer than the limit, or than its block
  block_length,   // a block shorter than its kind, not a multiple of 4, or above the limit
  block_trailer,  // the two lengths of a block differ
  interface_id,   // a packet whose interface has no description block
  interface_count,
  option,          // an option longer than its block
  second_capture,  // the file goes on with another capture's header
};

/// A stable name, such as "capture-truncated".
std::string_view code_text(CaptureFault fault) noexcept;

/// `offset` counts from the start of the file to the record or block that is wrong; `text` is a finished sentence.
struct CaptureError {
  CaptureFault fault = CaptureFault::none;
  std::uint64_t offset = 0;
  std::string text;
};

enum class Likeness : std::uint8_t { no, yes, need_more };

/// Whether bytes begin like a capture file: pcap by 4 bytes, pcapng by 12, snoop by 8.
Likeness looks_like_capture(Bytes head) noexcept;
/// ERF has no magic: its records must lie one after the other as they say. need_more until the header of a second one is there;
/// a single record counts when nothing follows it.
Likeness looks_like_erf(Bytes head) noexcept;

/// What to do next:
/// * packet: consume `size` bytes; the packet borrows from them.
/// * skip:   consume `size` bytes, no packet.
/// * need:   call again with at least `size` bytes in all, or call at_end. Never more than max_block.
/// * end, error: final.
/// `size` of packet and skip is never above what was available.
struct Step {
  enum class Kind : std::uint8_t { packet, skip, need, end, error };
  Kind kind = Kind::error;
  std::uint64_t size = 0;
};

/// Reads pcap (microseconds and nanoseconds, either byte order, versions 2.0 to 2.4, the kinds with longer record headers),
/// pcapng (several sections and interfaces, enhanced, simple and obsolete packet blocks), snoop and ERF. It holds no
/// bytes, only a table of at most max_interfaces interfaces. Frames are numbered as Wireshark does.
class CaptureReader {
 public:
  /// Before the first next(): the first bytes of the file, as many as are at hand. They alone tell ERF from what is not a
  /// capture, and kinds of pcap with longer record headers from the ordinary one.
  void look_at(Bytes head);

  /// `available` starts where the last packet or skip ended.
  Step next(Bytes available, Packet& out);

  /// Calls `sink(const Packet&)` for each packet, as long as next() would return one and the sink returns true. Returns the
  /// number of bytes consumed; next() continues after them.
  template <class Sink>
  std::size_t run(Bytes available, Packet& out, Sink&& sink) {
    if (state_ != State::pcap) return 0;
    const std::uint8_t* p = available.data();
    const std::uint8_t* const end = p + available.size();
    const std::size_t header = record_header_;
    const bool swapped = big_endian_;
    const auto load = [swapped](const std::uint8_t* from) { return swapped ? load_be32(from) : load_le32(from); };
    const std::size_t captured_at = captured_at_;
    std::uint64_t frame = frames_;
    out.link_type = link_type_;
    out.nanoseconds = fraction_ns_ == 1;
    const std::uint8_t* ahead = p;
    bool more = true;
    while (more && static_cast<std::size_t>(end - p) >= header) {
      // Prefetch ahead: with mmap the next record is usually not in cache yet.
      const std::uint8_t* const until = static_cast<std::size_t>(end - p) > lookahead ? p + lookahead : end;
      for (; ahead < until; ahead += 64) __builtin_prefetch(ahead);
      std::uint32_t captured = load(p + captured_at);
      std::uint32_t wire = load(p + 20 - captured_at);
      if (lengths_in_doubt_ && captured > wire) std::swap(captured, wire);
      if (captured > max_captured || static_cast<std::size_t>(end - p) < header + captured) break;
      if (captured == 0 && begins_capture({p, header})) break;
      // 32 bits of seconds and 32 bits of fraction cannot overflow 63 bits of nanoseconds.
      out.time_ns = std::int64_t{load(p)} * 1'000'000'000 + std::int64_t{load(p + 4)} * fraction_ns_;
      out.wire_length = wire;
      out.data = Bytes(p + header, captured);
      out.frame = ++frame;
      p += header + captured;
      more = sink(std::as_const(out));
    }
    const auto used = static_cast<std::size_t>(p - available.data());
    frames_ = frame;
    offset_ += used;
    return used;
  }

  /// The file has ended, and `rest` is what next() has not consumed: end when that is nothing, else error (truncated).
  Step at_end(Bytes rest);

  const CaptureError& error() const noexcept PP_LIFETIMEBOUND { return error_; }
  std::uint64_t frames() const noexcept { return frames_; }
  /// Offset in the file of the first byte not consumed.
  std::uint64_t offset() const noexcept { return offset_; }

 private:
  static constexpr std::size_t lookahead = 2048;
  static constexpr std::uint32_t snoop_record_header = 24;
  static constexpr std::uint32_t erf_record_header = 16;

  enum class State : std::uint8_t { start, pcap, block, rest_of_block, snoop, erf, failed };

  struct Interface {
    std::uint32_t link_type = 0;
    std::uint32_t snaplen = 0;
    CaptureClock clock;
  };

  std::uint32_t load32(const std::uint8_t* p) const noexcept { return big_endian_ ? load_be32(p) : load_le32(p); }
  std::uint16_t load16(const std::uint8_t* p) const noexcept { return big_endian_ ? load_be16(p) : load_le16(p); }

  /// Whether a capture's header is where a record should be.
  static bool begins_capture(Bytes at) noexcept;
  Step fail_second();
  std::uint32_t captured_length(const std::uint8_t* record) const noexcept;
  Step pcap_record(Bytes available, Packet& out);
  Step snoop_header(Bytes available);
  Step snoop_record(Bytes available, Packet& out);
  Step erf_record(Bytes available, Packet& out);
  Step pcap_header(Bytes available);
  Step block(Bytes available, Packet& out);
  Step rest_of_block(Bytes available);
  Step packet_block(Bytes available, std::uint32_t type, std::uint32_t total, Packet& out);
  Step section(Bytes whole);
  Step interface_block(Bytes whole);
  Step interface_options(Bytes whole, Interface& interface);
  Step used(Step::Kind kind, std::uint64_t size) noexcept;
  Step fail(CaptureFault fault, std::uint64_t offset, std::string text);
  Step fail_record(std::uint32_t captured);
  Step cut(std::string_view what, std::uint64_t offset, std::uint64_t got, std::uint64_t wanted);

  State state_ = State::start;
  bool big_endian_ = false;
  std::uint32_t record_header_ = 16;
  std::uint32_t extra_header_ = 0;  // of a kind of pcap with longer record headers (look_at)
  std::uint8_t captured_at_ = 8;    // in a record header, of the captured length; the length on the wire is in the other place
  bool lengths_in_doubt_ = false;   // pcap 2.3: writers disagreed about the order of the two
  std::uint32_t link_type_ = 0;
  std::int64_t fraction_ns_ = 1000;
  std::uint64_t frames_ = 0;
  std::uint64_t offset_ = 0;
  std::uint64_t rest_ = 0;  // bytes to skip before the trailer of a large block
  std::uint32_t block_total_ = 0;
  std::vector<Interface> interfaces_;
  CaptureError error_;
};

}  // namespace pp::packet
