// HeaderReader on descriptors: peek, parse, and receive exactly what belongs to the header.
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "pp/net/header_reader.hpp"

namespace pp {

/// Handles a call that returned no bytes. Returns whether to try again at once.
bool HeaderReader::nothing(ssize_t n, int error) noexcept {
  if (n == 0) {
    end();
    return false;
  }
  if (error == EINTR) return true;
  if (error == EAGAIN || error == EWOULDBLOCK) return false;
  if (error == ENOTSOCK && is_socket_) {
    is_socket_ = false;
    return true;
  }
  fail(error);
  return false;
}

/// Peeks at the bytes that have arrived, and receives only those that belong to the header.
bool HeaderReader::peek(int fd) noexcept {
  ReadResult& r = result_;
  std::uint8_t* const at = r.buffer_.data() + r.consumed_;
  // v1 and the fixed part of v2 are shorter than the inline buffer, so there is always room.
  const ssize_t n = ::recv(fd, at, r.buffer_.capacity() - r.consumed_, MSG_PEEK | MSG_DONTWAIT);
  if (n <= 0) return nothing(n, errno);
  const auto seen = static_cast<std::size_t>(n);
  peeked_ = r.consumed_ + seen;
  if (!judge(r.consumed_ + seen)) {
    r.buffer_.set_size(r.consumed_ + seen);
    return false;
  }
  const std::size_t wanted = r.status_ == ReadStatus::done ? r.parsed_.verdict.size - r.consumed_ : seen;
  ssize_t got = 0;
  do {
    got = ::recv(fd, at, wanted, MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  const int error = errno;
  if (got == static_cast<ssize_t>(wanted)) {
    consume(wanted);
    return r.status_ == ReadStatus::need_more;
  }
  // MSG_PEEK had shown more: another process reads this socket, or urgent data intervened.
  r.status_ = ReadStatus::need_more;
  r.parsed_ = Parsed{};
  v1_ = V1Parser();
  if (got <= 0) return nothing(got, error);
  consume(static_cast<std::size_t>(got));
  judge(r.consumed_);
  return true;
}

/// Reads only bytes that certainly belong to the header; the only way to read pipes, which cannot be peeked into.
bool HeaderReader::take(int fd) noexcept {
  const std::span<std::uint8_t> room = space();
  if (room.empty()) return false;
  ssize_t n = 0;
  if (is_socket_) {
    n = ::recv(fd, room.data(), room.size(), MSG_DONTWAIT);
  } else {
    pollfd ready{fd, POLLIN, 0};
    n = ::poll(&ready, 1, 0);
    if (n == 0) return false;
    if (n > 0) n = ::read(fd, room.data(), room.size());
  }
  if (n <= 0) return nothing(n, errno);
  return commit(n) == ReadStatus::need_more;
}

ReadStatus HeaderReader::on_readable(int fd) noexcept {
  // Until nothing is left, not just once: with edge-triggered events a close that arrived with the last bytes is not
  // reported again.
  while (result_.status_ == ReadStatus::need_more && (is_socket_ && !exact() ? peek(fd) : take(fd))) {
  }
  return result_.status_;
}

}  // namespace pp
