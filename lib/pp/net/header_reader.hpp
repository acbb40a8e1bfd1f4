// Reading one header in steps: for event loops over sockets, and for byte sources of any other kind.
#pragma once

#include <sys/types.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "pp/net/read_result.hpp"
#include "pp/wire/v1.hpp"

namespace pp {

/// Which versions are accepted. A header of the version not accepted gives `missing` after its first byte, and on a socket
/// it is not consumed.
enum class VersionPolicy : std::uint8_t { any, v1, v2 };

struct ReadOptions {
  /// For the whole header, counted from the call, not for each read. Section 2 recommends at least 3 seconds.
  std::chrono::milliseconds deadline{3000};
  /// Longer headers are too_long as soon as that is known, without being read. Clamped to 107 (the longest v1 line)..65,551.
  std::size_t max_header = 4096;
  VersionPolicy version = VersionPolicy::any;
};

/// Two ways to use it; one connection uses only one of them:
/// * on_readable(fd) each time a stream socket (or pipe) is readable, edge-triggered or level-triggered;
/// * space() and commit(n) for sources that are read by other means, such as a TLS library or a completion queue.
/// The caller owns the timer and calls on_timeout() when it expires. Nothing throws. ReadOptions::deadline is ignored.
class HeaderReader {
 public:
  explicit HeaderReader(const ReadOptions& options = {}) noexcept;

  /// Never blocks, whatever the descriptor's flags. Reads until the status is final or nothing is left to read.
  ReadStatus on_readable(int fd) noexcept;

  /// Where to put the next bytes: as many as certainly belong to the header, if it is one. Empty once the status is final.
  std::span<std::uint8_t> space() noexcept PP_LIFETIMEBOUND {
    ReadResult& r = result_;
    if (r.status_ != ReadStatus::need_more) return {};
    const std::size_t wanted = r.parsed_.verdict.size;
    if (r.consumed_ + wanted > r.buffer_.capacity() && !make_room(r.consumed_ + wanted)) return {};
    return {r.buffer_.data() + r.consumed_, std::min(wanted, r.buffer_.capacity() - r.consumed_)};
  }
  /// n > 0: n bytes were written to the start of space(); 0: the peer has closed; -EINTR, -EAGAIN: no bytes yet, try again;
  /// any other negative value: reading failed with errno -n.
  ReadStatus commit(ssize_t n) noexcept;

  /// Makes the status `timeout` unless it is final.
  ReadStatus on_timeout() noexcept;

  ReadStatus status() const noexcept { return result_.status_; }
  /// When done, the bytes after the header that on_readable peeked at: payload that is still in the socket, perhaps not all
  /// of it. Valid until the reader is used again.
  Bytes behind() const noexcept PP_LIFETIMEBOUND {
    return looked_behind() ? Bytes(result_.buffer_.data() + result_.consumed_, peeked_ - result_.consumed_) : Bytes{};
  }
  /// False when the end of the header was received without peeking.
  bool looked_behind() const noexcept { return result_.status_ == ReadStatus::done && peeked_ >= result_.consumed_; }
  /// Memory beyond the object itself.
  std::size_t heap_bytes() const noexcept {
    return result_.buffer_.capacity() > HeaderBytes::inline_bytes ? result_.buffer_.capacity() : 0;
  }
  const ReadResult& result() const& noexcept PP_LIFETIMEBOUND { return result_; }
  ReadResult&& result() && noexcept PP_LIFETIMEBOUND { return std::move(result_); }

 private:
  bool judge(std::size_t seen) noexcept;
  bool refuse_version(std::uint8_t first) noexcept;
  bool peek(int fd) noexcept;
  bool take(int fd) noexcept;
  bool nothing(ssize_t n, int error) noexcept;
  bool exact() const noexcept;
  bool count_v2(std::size_t old_size) noexcept;
  bool make_room(std::size_t total) noexcept;
  void consume(std::size_t n) noexcept {
    result_.consumed_ += n;
    result_.buffer_.set_size(result_.consumed_);
  }
  void fail(int error) noexcept;
  void end() noexcept;

  VersionPolicy version_;
  bool is_socket_ = true;
  std::size_t peeked_ = 0;  // bytes in the buffer after the last peek
  V1Parser v1_;
  ReadResult result_;
};

}  // namespace pp
