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
  result_.parsed_.verdict.size = version_ == VersionPolicy::v2 ? shortest_v2 : shortest_v1;
}

/// Called only when one version is not accepted.
bool HeaderReader::refuse_version(std::uint8_t first) noexcept {
  if (first != (version_ == VersionPolicy::v1 ? v2_signature[0] : std::uint8_t{'P'})) return false;
  result_.other_version_ = result_.parsed_.verdict.status != Status::missing;
  result_.parsed_.verdict = {Status::missing, Fault::not_proxy, 1, 0, 0};
  return true;
}

/// True for v2 after its length field: all missing bytes belong to the header, whatever they hold (2.2).
bool HeaderReader::exact() const noexcept { return result_.consumed_ >= v2_fixed_bytes && result_.buffer_.data()[0] == v2_signature[0]; }

/// v2 after its length field: bytes that do not complete the header are counted, not parsed. False when they might.
bool HeaderReader::count_v2(std::size_t old_size) noexcept {
  Verdict& v = result_.parsed_.verdict;
  const std::size_t size = result_.consumed_;
  if (result_.buffer_.data()[0] == 'P' || old_size < v2_fixed_bytes || size - old_size >= v.size) return false;
  v.size -= static_cast<std::uint32_t>(size - old_size);
  v.offset = static_cast<std::uint32_t>(size);
  return true;
}

/// Parses the first `seen` bytes of the buffer and sets the status if the verdict is final. Returns whether they may be
/// consumed: all of them when the header is incomplete, up to its end when it is done.
bool HeaderReader::judge(std::size_t seen) noexcept {
  ReadResult& r = result_;
  const std::uint8_t first = r.buffer_.data()[0];
  if (first == 'P') {
    v1_.parse(r.buffer_.first(seen), r.parsed_);
  } else {
    r.parsed_ = Parsed{};
    parse_into(r.buffer_.first(seen), r.parsed_);
  }
  r.parsed_.header.bytes = {};
  const Status status = r.parsed_.verdict.status;
  if ((version_ != VersionPolicy::any && refuse_version(first)) || status == Status::missing) {
    r.status_ = ReadStatus::missing;
    return false;
  }
  if (status == Status::malformed) {
    r.status_ = ReadStatus::malformed;
    return false;
  }
  const bool done = status == Status::done;
  const std::size_t total = r.parsed_.verdict.size + (done ? 0 : seen);
  if (total > r.max_header_) {
    r.announced_ = static_cast<std::uint32_t>(total);
    r.status_ = ReadStatus::too_long;
    return false;
  }
  if (done) r.status_ = ReadStatus::done;
  return true;
}

void HeaderReader::fail(int error) noexcept {
  result_.error_ = error;
  // A load balancer's health check may reset the connection instead of closing it; without a byte both mean the same.
  result_.status_ = error == ECONNRESET && result_.consumed_ == 0 ? ReadStatus::closed : ReadStatus::io;
}

void HeaderReader::end() noexcept {
  result_.parsed_.verdict = at_end(result_.parsed_.verdict);
  result_.status_ = result_.consumed_ == 0 ? ReadStatus::closed : ReadStatus::truncated;
}

/// Makes room for the header's `total` bytes, or for the next part of them. False when memory ran out.
bool HeaderReader::make_room(std::size_t total) noexcept {
  ReadResult& r = result_;
  const bool full = r.buffer_.capacity() == HeaderBytes::inline_bytes || r.consumed_ == r.buffer_.capacity();
  if (r.consumed_ != r.buffer_.size() || !full) return true;
  if (r.buffer_.reserve(std::min(total, std::max(first_heap_bytes, 2 * r.consumed_)))) return true;
  fail(ENOMEM);
  return false;
}

ReadStatus HeaderReader::commit(ssize_t n) noexcept {
  if (result_.status_ != ReadStatus::need_more) return result_.status_;
  if (n == 0) {
    end();
  } else if (n > 0) {
    const std::size_t old_size = result_.consumed_;
    consume(static_cast<std::size_t>(n));
    if (!count_v2(old_size)) judge(result_.consumed_);
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
