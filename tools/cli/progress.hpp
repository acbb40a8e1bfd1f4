// The progress line of a long read: on stderr, and only when that is a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace pp::tool {

class Progress {
 public:
  /// `size` 0: not known, as of a pipe.
  void start(std::uint64_t size);
  /// It is time for show(): stderr is a terminal, and a second has passed.
  bool due() const;
  /// Shows bytes, rate and, where the size is known, the time left; then `so_far`, which is what was found.
  void show(std::uint64_t bytes, std::string_view so_far);
  /// Erases the line, so that other lines can be printed.
  void clear();

 private:
  std::uint64_t size_ = 0;
  bool terminal_ = false;
  bool visible_ = false;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace pp::tool
