#include "pp/packet/head_buffer.hpp"

#include <algorithm>

namespace pp::packet {
namespace {

constexpr std::uint32_t nothing = UINT32_MAX;
constexpr std::size_t capacity_to_keep = 512;

Bytes part(Bytes bytes, std::uint32_t bytes_at, std::uint32_t begin, std::uint32_t end) {
  return bytes.subspan(begin - bytes_at, end - begin);
}

}  // namespace

void HeadBuffer::clear() noexcept {
  bytes_.clear();
  if (bytes_.capacity() > capacity_to_keep) std::vector<std::uint8_t>().swap(bytes_);
  if (pieces_.capacity() > 0) std::vector<Piece>().swap(pieces_);
  contributions_.clear();
  if (contributions_.capacity() > 8) std::vector<Contribution>().swap(contributions_);
  piece_bytes_ = 0;
  further_ = 0;
  reach_ = 0;
  cut_at_ = no_cut;
}

bool HeadBuffer::add(std::uint32_t offset, Bytes bytes, std::uint32_t wire_length, std::uint32_t limit, std::uint64_t frame,
                     std::int64_t time_ns) {
  reaches(offset + wire_length);
  const auto captured = static_cast<std::uint32_t>(bytes.size());
  if (captured < wire_length && offset + captured >= size()) cut_at_ = std::min(cut_at_, offset + captured);
  if (offset >= limit || captured == 0) return false;
  bytes = bytes.first(std::min(captured, limit - offset));
  const std::uint32_t before = size();
  const std::uint32_t first_new = store(offset, bytes);
  if (first_new != nothing) {
    if (contributions_.size() < max_contributions) {
      contributions_.push_back({frame, time_ns, first_new});
    } else {
      if (further_ == 0 || time_ns >= latest_further_.time_ns) latest_further_ = {frame, time_ns, first_new};
      ++further_;
    }
  }
  // A retransmission in other segments may have brought the bytes that the snaplen had removed.
  if (cut_at_ < size()) cut_at_ = no_cut;
  return size() > before;
}

/// Keeps the new bytes. Returns the offset of the first of them, or `nothing`.
std::uint32_t HeadBuffer::store(std::uint32_t offset, Bytes bytes) {
  const std::uint32_t end = offset + static_cast<std::uint32_t>(bytes.size());
  std::uint32_t at = std::max(offset, size());
  if (at >= end) return nothing;
  if (pieces_.empty() && at == size()) {
    const Bytes fresh = part(bytes, offset, at, end);
    bytes_.insert(bytes_.end(), fresh.begin(), fresh.end());
    return at;
  }
  std::uint32_t first_new = nothing;
  const auto by_end = [](std::uint32_t position, const Piece& piece) { return position < piece.end(); };
  auto i = static_cast<std::size_t>(std::upper_bound(pieces_.begin(), pieces_.end(), at, by_end) - pieces_.begin());
  while (at < end) {
    if (i < pieces_.size() && pieces_[i].offset <= at) {
      at = pieces_[i].end();
      ++i;
      continue;
    }
    const std::uint32_t stop = i < pieces_.size() ? std::min(end, pieces_[i].offset) : end;
    if (pieces_.size() >= max_pieces && at != size() && (i == 0 || pieces_[i - 1].end() != at)) break;
    if (first_new == nothing) first_new = at;
    const std::size_t count = pieces_.size();
    insert_piece(i, at, part(bytes, offset, at, stop));
    i += pieces_.size() - count;
    at = stop;
  }
  absorb();
  return first_new;
}

/// Inserts before piece `at`, or extends a neighbour that the bytes touch.
void HeadBuffer::insert_piece(std::size_t at, std::uint32_t offset, Bytes bytes) {
  piece_bytes_ += bytes.size();
  if (at > 0 && pieces_[at - 1].end() == offset) {
    auto& front = pieces_[at - 1].bytes;
    front.insert(front.end(), bytes.begin(), bytes.end());
    return;
  }
  if (at < pieces_.size() && pieces_[at].offset == offset + bytes.size()) {
    pieces_[at].bytes.insert(pieces_[at].bytes.begin(), bytes.begin(), bytes.end());
    pieces_[at].offset = offset;
    return;
  }
  Piece piece;
  piece.offset = offset;
  piece.bytes.assign(bytes.begin(), bytes.end());
  pieces_.insert(pieces_.begin() + static_cast<std::ptrdiff_t>(at), std::move(piece));
}

void HeadBuffer::absorb() {
  std::size_t taken = 0;
  while (taken < pieces_.size() && pieces_[taken].offset == size()) {
    bytes_.insert(bytes_.end(), pieces_[taken].bytes.begin(), pieces_[taken].bytes.end());
    piece_bytes_ -= pieces_[taken].bytes.size();
    ++taken;
  }
  pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(taken));
}

void HeadBuffer::trim(std::uint32_t limit) {
  if (bytes_.size() > limit) bytes_.resize(limit);
  while (!pieces_.empty() && pieces_.back().offset >= limit) {
    piece_bytes_ -= pieces_.back().bytes.size();
    pieces_.pop_back();
  }
}

std::uint32_t HeadBuffer::size_at(std::int64_t time_ns, std::uint64_t without_frame) const noexcept {
  std::uint32_t at = contributions_.empty() ? 0 : size();
  const auto leave_out = [&](const Contribution& part) {
    if (part.time_ns > time_ns || part.frame == without_frame) at = std::min(at, part.offset);
  };
  for (const Contribution& part : contributions_) leave_out(part);
  if (further_ > 0) leave_out(latest_further_);  // of those beyond the list only the latest is known
  return at;
}

std::size_t HeadBuffer::cost() const noexcept {
  return bytes_.capacity() + piece_bytes_ + pieces_.capacity() * sizeof(Piece) + contributions_.capacity() * sizeof(Contribution);
}

}  // namespace pp::packet
