#include "cli/progress.hpp"

#include <unistd.h>

#include <cstdio>

namespace pp::tool {

void Progress::start(std::uint64_t size) {
  size_ = isatty(STDERR_FILENO) == 1 ? size : 0;
  start_ = std::chrono::steady_clock::now();
}

void Progress::show(std::uint64_t bytes) {
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  if (size_ == 0 || seconds < 1 || bytes == 0) return;
  constexpr double mib = 1024.0 * 1024.0;
  const double rate = static_cast<double>(bytes) / seconds;
  const double left = bytes < size_ ? static_cast<double>(size_ - bytes) / rate : 0;
  std::fprintf(stderr, "\r\x1b[K%3.0f %%  %.0f of %.0f MiB  %.0f MiB/s  %.0f s left",
               100.0 * static_cast<double>(bytes) / static_cast<double>(size_), static_cast<double>(bytes) / mib,
               static_cast<double>(size_) / mib, rate / mib, left);
  std::fflush(stderr);
  visible_ = true;
}

void Progress::clear() {
  if (!visible_) return;
  std::fputs("\r\x1b[K", stderr);
  visible_ = false;
}

}  // namespace pp::tool
