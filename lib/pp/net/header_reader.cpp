#include "pp/net/header_reader.hpp"

#include <algorithm>
#include <cerrno>

#include "pp/wire/parse.hpp"

namespace pp {
namespace {

/// The shortest headers: PROXY UNKNOWN CRLF (2.1), and the fixed 16 bytes (2.2).
constexpr std::uint32_t shortest_v1 = 15;
constexpr std::uint32_t shortest_v2 = v2_fixed_bytes;

/// A buffer beyond this grows with the bytes that arrived, not with what the length field announces.
constexpr std::size_t first_heap_bytes = 4096;

}  // namespace

HeaderReader::HeaderReader(const ReadOptions& options) noexcept : version_(options.version) {
  result_.max_header_ = static_cast<std::uint32_t>(std::clamp(options.max_header, v1_max_bytes, max_header_bytes));
  result_.verdict_.size = version_ == VersionPolicy::v2 ? shortest_v2 : shortest_v1;
}

bool HeaderReader::refuse_version(std::uint8_t first) noexcept {
  if (version_ == VersionPolicy::any || first != (version_ == VersionPolicy::v1 ? v2_signature[0] : std::uint8_t{'P'})) return false;
  result_.other_version_ = result_.verdict_.status != Status::missing;
  result_.verdict_ = {Status::missing, Fault::not_proxy, 1, 0, 0};
  return true;
}

/// v2 behind its length field: what is missing is header, whatever it holds (2.2).
bool HeaderReader::exact() const noexcept {
  return result_.consumed_ >= v2_fixed_bytes && result_.buffer_.data()[0] == v2_signature[0];
}

/// After bytes that leave the header unfinished and faultless beyond doubt: counts them, and need not parse.
bool HeaderReader::still_short(std::size_t old_size) noexcept {
  Verdict& v = result_.verdict_;
  const std::size_t size = result_.consumed_;
  std::uint32_t need = 0;
  if (result_.buffer_.data()[0] == 'P') {
    need = v1_.need(result_.buffer_.first(size));
    if (need + size > result_.max_header_) return false;
  } else if (old_size >= v2_fixed_bytes && size - old_size < v.size) {
    need = v.size - static_cast<std::uint32_t>(size - old_size);
  }
  if (need == 0) return false;
  v.size = need;
  v.offset = static_cast<std::uint32_t>(size);
  return true;
}

/// Parses the first `seen` bytes of the buffer and settles the status when they do. Returns whether the header goes on
/// with all of them or ends among them, so that they may be consumed.
bool HeaderReader::judge(std::size_t seen) noexcept {
  ReadResult& r = result_;
  const Parsed parsed = parse(r.buffer_.first(seen));
  r.verdict_ = parsed.verdict;
  if (refuse_version(r.buffer_.data()[0]) || parsed.verdict.status == Status::missing) {
    r.status_ = ReadStatus::missing;
    return false;
  }
  if (parsed.verdict.status == Status::malformed) {
    r.status_ = ReadStatus::malformed;
    return false;
  }
  const bool done = parsed.verdict.status == Status::done;
  const std::size_t total = done ? parsed.verdict.size : seen + parsed.verdict.size;
  if (total > r.max_header_) {
    r.announced_ = static_cast<std::uint32_t>(total);
    r.status_ = ReadStatus::too_long;
    return false;
  }
  if (done) {
    r.header_ = parsed.header;
    r.header_.bytes = {};
    r.status_ = ReadStatus::done;
  }
  return true;
}

void HeaderReader::consume(std::size_t n) noexcept {
  result_.consumed_ += n;
  result_.buffer_.set_size(result_.consumed_);
}

void HeaderReader::fail(int error) noexcept {
  result_.error_ = error;
  // A load balancer's health check may end in a reset instead of an orderly close; without a byte both say the same.
  result_.status_ = error == ECONNRESET && result_.consumed_ == 0 ? ReadStatus::closed : ReadStatus::io;
}

void HeaderReader::end() noexcept {
  result_.verdict_ = at_end(result_.verdict_);
  result_.status_ = result_.consumed_ == 0 ? ReadStatus::closed : ReadStatus::truncated;
}

std::span<std::uint8_t> HeaderReader::space() noexcept {
  ReadResult& r = result_;
  if (r.status_ != ReadStatus::need_more) return {};
  const std::size_t total = r.consumed_ + r.verdict_.size;
  if (total > r.buffer_.capacity() && r.consumed_ == r.buffer_.size() &&
      (r.buffer_.capacity() == HeaderBytes::inline_bytes || r.consumed_ == r.buffer_.capacity())) {
    if (!r.buffer_.reserve(std::min(total, std::max(first_heap_bytes, 2 * r.consumed_)))) {
      fail(ENOMEM);
      return {};
    }
  }
  return {r.buffer_.data() + r.consumed_, std::min<std::size_t>(r.verdict_.size, r.buffer_.capacity() - r.consumed_)};
}

ReadStatus HeaderReader::commit(ssize_t n) noexcept {
  if (result_.status_ != ReadStatus::need_more) return result_.status_;
  if (n == 0) {
    end();
  } else if (n > 0) {
    const std::size_t old_size = result_.consumed_;
    consume(static_cast<std::size_t>(n));
    if (!still_short(old_size)) judge(result_.consumed_);
  } else if (n != -EINTR && n != -EAGAIN && n != -EWOULDBLOCK) {
    fail(static_cast<int>(-n));
  }
  return result_.status_;
}

ReadStatus HeaderReader::on_timeout() noexcept {
  if (result_.status_ == ReadStatus::need_more) result_.status_ = ReadStatus::timeout;
  return result_.status_;
}

}  // namespace pp
