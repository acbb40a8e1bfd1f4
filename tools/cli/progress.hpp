// The progress line of a long read: on stderr, and only when that is a terminal.
#pragma once

#include <chrono>
#include <cstdint>

namespace pp::tool {

class Progress {
 public:
  /// `size` 0: not known, and nothing is shown.
  void start(std::uint64_t size);
  /// Shows bytes, rate and time left, once a second has passed.
  void show(std::uint64_t bytes);
  /// Erases the line, so that other lines can be printed.
  void clear();

 private:
  std::uint64_t size_ = 0;
  bool visible_ = false;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace pp::tool
