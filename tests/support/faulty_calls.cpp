#include "faulty_calls.hpp"

using pp::test::faults;

extern "C" {

ssize_t __wrap_send(int fd, const void* data, size_t size, int flags) {
  if (faults == nullptr) return __real_send(fd, data, size, flags);
  if (faults->one_in(faults->no_room)) {
    ++faults->injected;
    errno = EAGAIN;
    return -1;
  }
  return faults->fails(true) ? -1 : __real_send(fd, data, faults->size(size), flags);
}

ssize_t __wrap_recv(int fd, void* data, size_t size, int flags) {
  if (faults == nullptr) return __real_recv(fd, data, size, flags);
  return faults->fails(true) ? -1 : __real_recv(fd, data, faults->size(size), flags);
}

int __wrap_accept4(int fd, sockaddr* address, socklen_t* size, int flags) {
  if (faults != nullptr && faults->accept_errors > 0) {
    ++faults->injected;
    errno = faults->accept_errors-- % 2 == 0 ? EMFILE : ECONNABORTED;
    return -1;
  }
  if (faults != nullptr && faults->fails(false)) return -1;
  return __real_accept4(fd, address, size, flags);
}

int __wrap_epoll_wait(int fd, epoll_event* events, int most, int timeout) {
  return faults != nullptr && faults->fails(false) ? -1 : __real_epoll_wait(fd, events, most, timeout);
}

int __wrap_ppoll(pollfd* fds, nfds_t n, const timespec* timeout, const sigset_t* mask) {
  return faults != nullptr && faults->fails(false) ? -1 : __real_ppoll(fds, n, timeout, mask);
}
}
