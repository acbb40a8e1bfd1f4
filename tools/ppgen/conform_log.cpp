#include "ppgen/conform_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace pp::tool {
namespace {

constexpr std::size_t mark_bytes = 8;
constexpr std::size_t longest_line = 65536;

bool is_mark(std::string_view text) {
  return text.size() == mark_bytes && text[0] == 'q' &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

LogTail::LogTail(const std::string& path) : path_(path), fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
  if (!fd_ || ::lseek(fd_.get(), 0, SEEK_END) < 0) throw std::system_error(errno, std::generic_category(), path);
}

bool LogTail::read() {
  std::array<char, 65536> block;
  bool any = false;
  for (;;) {
    const ssize_t n = ::read(fd_.get(), block.data(), block.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw std::system_error(errno, std::generic_category(), path_);
    if (n == 0) return any;
    rest_.append(block.data(), static_cast<std::size_t>(n));
    std::size_t begin = 0;
    for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
      keep(std::string_view(rest_).substr(begin, end - begin));
      begin = end + 1;
      any = true;
    }
    rest_.erase(0, begin);
    if (rest_.size() > longest_line) rest_.clear();
  }
}

/// Every mark in the line: a receiver may put lines of several connections into one.
void LogTail::keep(std::string_view line) {
  for (std::size_t at = line.find('q'); at != std::string_view::npos; at = line.find('q', at + 1)) {
    const std::string_view word = line.substr(at, mark_bytes);
    if (is_mark(word)) lines_.try_emplace(std::string(word), line.substr(0, longest_line));
  }
}

std::string_view LogTail::line(std::string_view mark) const {
  const auto found = lines_.find(std::string(mark));
  return found == lines_.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace pp::tool
