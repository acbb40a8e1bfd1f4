#include "ppgen/stdio.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "cli/interrupt.hpp"
#include "pp/net/target.hpp"
#include "pp/text/format.hpp"

namespace pp::tool {
namespace {

/// Blocking, in pieces; false when the reader has gone or the run is interrupted.
bool write_all(int fd, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EAGAIN) {
      pollfd wanted{fd, POLLOUT, 0};
      if (::poll(&wanted, 1, -1) < 0 && interrupted()) return false;
      continue;
    }
    if (n < 0 && errno == EINTR && !interrupted()) continue;
    if (n < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace

std::string carry_stdio(Fd socket, Bytes first) {
  if (!write_all(STDOUT_FILENO, first) || !socket) return {};
  std::array<std::uint8_t, 65536> in;  // from standard input, sent as the socket takes it
  std::array<std::uint8_t, 65536> out;
  std::size_t begin = 0, end = 0;
  bool input_over = false;
  while (!interrupted()) {
    const bool holds = begin < end;
    pollfd polls[] = {{holds || input_over ? -1 : STDIN_FILENO, POLLIN, 0},
                      {socket.get(), static_cast<short>(POLLIN | (holds ? POLLOUT : 0)), 0}};
    if (::poll(polls, 2, -1) < 0) {
      if (errno == EINTR) continue;
      return text::format("poll: {}", error_words(errno));
    }
    if ((polls[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
      const ssize_t n = ::recv(socket.get(), out.data(), out.size(), 0);
      if (n == 0) return {};
      if (n < 0 && errno != EINTR && errno != EAGAIN) return error_words(errno);
      if (n > 0 && !write_all(STDOUT_FILENO, Bytes(out).first(static_cast<std::size_t>(n)))) return {};
    }
    if (polls[0].revents != 0) {
      const ssize_t n = ::read(STDIN_FILENO, in.data(), in.size());
      if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      begin = 0;
      end = n > 0 ? static_cast<std::size_t>(n) : 0;
      if (n <= 0) {
        input_over = true;
        ::shutdown(socket.get(), SHUT_WR);
      }
    }
    if (begin < end) {
      const ssize_t n = ::send(socket.get(), &in[begin], end - begin, MSG_NOSIGNAL);
      if (n > 0) begin += static_cast<std::size_t>(n);
      // The receiver's last answer may still be in the socket.
      if (n < 0 && errno != EAGAIN && errno != EINTR) {
        begin = end = 0;
        input_over = true;
      }
    }
  }
  return {};
}

}  // namespace pp::tool
