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
    // Whatever it returns, the loop takes a last look: an interrupted wait, and a socket whose SO_RCVLOWAT is above what has
    // arrived, are not silence.
    pollfd ready{fd, POLLIN, 0};
    ::poll(&ready, 1, deadline.poll_milliseconds());
  }
  return std::move(reader).result();
}

}  // namespace pp
