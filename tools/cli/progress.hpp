// The progress line of a long read: on stderr, and only when that is a terminal.
#pragma once

#include <chrono>
#include <cstdint>

namespace pp::tool {

class Progress {
 public:
  /// `size` 0: not known, and nothing is shown.
  void start(std::uint64_t size);
  /// Shows bytes, rate and time left, from the second second on.
  void show(std::uint64_t bytes);
  /// Takes the line away, so that something else can be said.
  void clear();

 private:
  std::uint64_t size_ = 0;
  bool visible_ = false;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace pp::tool
