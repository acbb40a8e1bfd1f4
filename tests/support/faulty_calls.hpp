// System calls that go wrong on purpose: linked with --wrap, so that the library's own calls come here. Only threads that
// have asked for faults get them.
#pragma once

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace pp::test {

/// What the calls of one thread do. Everything is drawn from the seed, so a failure comes again.
struct Faults {
  std::uint64_t state = 1;
  unsigned interrupted = 0;    // one call in this many ends with EINTR; 0: none
  unsigned not_now = 0;        // one send or receive in this many ends with EAGAIN
  unsigned no_room = 0;        // one send in this many finds the socket's buffer full
  std::size_t most_bytes = 0;  // a send or receive takes 1 to this many bytes; 0: as many as it can
  unsigned accept_errors = 0;  // so many accepts fail, by turns with EMFILE and ECONNABORTED
  std::size_t injected = 0;    // how many calls were made to fail

  bool one_in(unsigned n) noexcept { return n != 0 && next() % n == 0; }
  std::uint64_t next() noexcept {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
  }
  bool fails(bool io) noexcept {
    const bool interrupt = one_in(interrupted);
    if (!interrupt && !(io && one_in(not_now))) return false;
    ++injected;
    errno = interrupt ? EINTR : EAGAIN;
    return true;
  }
  std::size_t size(std::size_t n) noexcept { return most_bytes == 0 || n == 0 ? n : std::min<std::size_t>(n, 1 + next() % most_bytes); }
};

inline thread_local Faults* faults = nullptr;

}  // namespace pp::test

extern "C" {
ssize_t __real_send(int fd, const void* data, size_t size, int flags);
ssize_t __real_recv(int fd, void* data, size_t size, int flags);
int __real_accept4(int fd, sockaddr* address, socklen_t* size, int flags);
int __real_epoll_wait(int fd, epoll_event* events, int most, int timeout);
int __real_ppoll(pollfd* fds, nfds_t n, const timespec* timeout, const sigset_t* mask);

ssize_t __wrap_send(int fd, const void* data, size_t size, int flags);
ssize_t __wrap_recv(int fd, void* data, size_t size, int flags);
int __wrap_accept4(int fd, sockaddr* address, socklen_t* size, int flags);
int __wrap_epoll_wait(int fd, epoll_event* events, int most, int timeout);
int __wrap_ppoll(pollfd* fds, nfds_t n, const timespec* timeout, const sigset_t* mask);
}
