// Standard output: buffered for files, at once for live sources, quiet about readers that leave.
#pragma once

#include <string>

namespace pp::sink {

class Output {
 public:
  explicit Output(int fd) noexcept : fd_(fd) {}

  /// Append here, then offer().
  std::string& text() noexcept { return text_; }

  /// Writes when enough has come together, or always with `now`. Returns false once the reader has gone (EPIPE), which is
  /// no error. Throws std::system_error on any other failure.
  bool offer(bool now);
  bool gone() const noexcept { return gone_; }

 private:
  int fd_;
  bool gone_ = false;
  std::string text_;
};

}  // namespace pp::sink
