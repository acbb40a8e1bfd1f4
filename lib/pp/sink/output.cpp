#include "pp/sink/output.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

namespace pp::sink {

bool Output::offer(bool now) {
  constexpr std::size_t enough = 64 * 1024;
  if (gone_) text_.clear();
  if (text_.empty() || (!now && text_.size() < enough)) return !gone_;
  for (std::string_view left = text_; !left.empty();) {
    const ssize_t n = ::write(fd_, left.data(), left.size());
    if (n >= 0) {
      left.remove_prefix(static_cast<std::size_t>(n));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN) {  // a descriptor that somebody else made non-blocking
      pollfd wait{fd_, POLLOUT, 0};
      poll(&wait, 1, -1);
      continue;
    }
    const int error = errno;
    text_.clear();
    gone_ = true;
    if (error == EPIPE) return false;
    throw std::system_error(error, std::generic_category(), "cannot write the output");
  }
  text_.clear();
  return true;
}

}  // namespace pp::sink
