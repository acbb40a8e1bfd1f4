#include "cli/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "pp/text/format.hpp"

namespace pp::tool {
namespace {

/// A line that is longer than the terminal would leave its first part behind.
std::size_t terminal_columns() {
  winsize size{};
  constexpr std::size_t usual = 80;
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : usual;
}

}  // namespace

void Progress::start(std::uint64_t size) {
  size_ = size;
  terminal_ = isatty(STDERR_FILENO) == 1;
  start_ = std::chrono::steady_clock::now();
}

bool Progress::due() const { return terminal_ && std::chrono::steady_clock::now() - start_ >= std::chrono::seconds(1); }

void Progress::show(std::uint64_t bytes, std::string_view so_far) {
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  if (!due() || bytes == 0) return;
  constexpr double mib = 1024.0 * 1024.0;
  const double rate = static_cast<double>(bytes) / seconds;
  const auto done = static_cast<double>(bytes);
  const auto all = static_cast<double>(size_);
  std::string line;
  if (size_ > 0) {
    text::append(line, "{:3.0f} %  {:.0f} of {:.0f} MiB  {:.0f} MiB/s  {:.0f} s left", 100.0 * done / all, done / mib, all / mib,
                 rate / mib, bytes < size_ ? (all - done) / rate : 0.0);
  } else {
    text::append(line, "{:.0f} MiB  {:.0f} MiB/s", done / mib, rate / mib);
  }
  if (!so_far.empty()) text::append(line, "  {}", so_far);
  line.resize(std::min(line.size(), terminal_columns() - 1));
  std::fprintf(stderr, "\r\x1b[K%s", line.c_str());
  std::fflush(stderr);
  visible_ = true;
}

void Progress::clear() {
  if (!visible_) return;
  std::fputs("\r\x1b[K", stderr);
  visible_ = false;
}

}  // namespace pp::tool
