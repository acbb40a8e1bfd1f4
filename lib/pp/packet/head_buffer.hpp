// The first bytes of one stream, assembled from segments that may be split, reordered, repeated or overlapping.
//
//   offset 0                    size()            reach()
//   |------ contiguous ---------|  hole  |piece|   |
//
// The first byte received for a position wins; a later segment does not change it. The receiver's
// kernel treats data it has acknowledged in the same way.
#pragma once

#include <cstdint>
#include <vector>

#include "pp/base/bytes.hpp"

namespace pp::packet {

/// A segment that brought new bytes, and the offset of the first of them.
struct Contribution {
  std::uint64_t frame = 0;
  std::int64_t time_ns = 0;
  std::uint32_t offset = 0;
};

class HeadBuffer {
 public:
  static constexpr std::size_t max_contributions = 64;
  static constexpr std::size_t max_pieces = 512;
  static constexpr std::uint32_t no_cut = UINT32_MAX;

  void clear() noexcept;

  /// Fast path for an empty buffer: `bytes` are the first of a stream that extends to `reach`. Equivalent to add() and trim(),
  /// but without a contribution.
  void begin(Bytes bytes, std::uint32_t reach) {
    bytes_.assign(bytes.begin(), bytes.end());
    reach_ = reach;
  }

  /// A segment with `wire_length` bytes at `offset` of the stream, of which `bytes` were captured. Bytes at and beyond `limit`
  /// are not kept. True when the contiguous part has grown.
  bool add(std::uint32_t offset, Bytes bytes, std::uint32_t wire_length, std::uint32_t limit, std::uint64_t frame, std::int64_t time_ns);

  /// Drops the bytes at and beyond `limit`.
  void trim(std::uint32_t limit);

  /// The stream extends to `end`, whether its bytes were captured or not.
  void reaches(std::uint32_t end) noexcept { reach_ = end > reach_ ? end : reach_; }

  Bytes contiguous() const noexcept PP_LIFETIMEBOUND { return bytes_; }
  std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(bytes_.size()); }
  /// The contiguous bytes that segments up to that time brought, without those of one frame. 0 after begin().
  std::uint32_t size_at(std::int64_t time_ns, std::uint64_t without_frame) const noexcept;
  std::uint32_t reach() const noexcept { return reach_; }
  bool has_hole() const noexcept { return size() < reach_; }
  /// The next byte was sent and not captured, because of the snaplen.
  bool cut_here() const noexcept { return cut_at_ == size(); }

  const std::vector<Contribution>& contributions() const noexcept { return contributions_; }
  /// Contributions beyond max_contributions: how many, and the latest.
  std::uint32_t further_contributions() const noexcept { return further_; }
  const Contribution& latest_further() const noexcept { return latest_further_; }

  /// Memory in use, in bytes.
  std::size_t cost() const noexcept;

 private:
  struct Piece {
    std::uint32_t offset = 0;
    std::vector<std::uint8_t> bytes;
    std::uint32_t end() const noexcept { return offset + static_cast<std::uint32_t>(bytes.size()); }
  };
  std::uint32_t store(std::uint32_t offset, Bytes bytes);
  void insert_piece(std::size_t at, std::uint32_t offset, Bytes bytes);
  void absorb();

  std::vector<std::uint8_t> bytes_;
  std::vector<Piece> pieces_;  // ascending, without overlap, after the contiguous part
  std::vector<Contribution> contributions_;
  std::size_t piece_bytes_ = 0;
  std::uint32_t further_ = 0;
  Contribution latest_further_;
  std::uint32_t reach_ = 0;
  std::uint32_t cut_at_ = no_cut;
};

}  // namespace pp::packet
