#include "pp/net/read_header.hpp"

#include <poll.h>

namespace pp {

ReadResult read_header(int fd, const ReadOptions& options) noexcept {
  HeaderReader reader(options);
  const Deadline deadline(options.deadline, Deadline::Clock::precise);
  while (reader.on_readable(fd) == ReadStatus::need_more) {
    if (deadline.passed()) {
      reader.on_timeout();
      break;
    }
    // Whatever poll() returns, read once more without blocking: it may have been interrupted, or SO_RCVLOWAT may hide bytes
    // that did arrive.
    pollfd ready{fd, POLLIN, 0};
    ::poll(&ready, 1, deadline.poll_milliseconds());
  }
  return std::move(reader).result();
}

}  // namespace pp
