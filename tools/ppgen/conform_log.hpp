// The lines that a receiver appends to its log while it is judged.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "pp/net/fd.hpp"

namespace pp::tool {

class LogTail {
 public:
  /// Opens the file and skips what is in it. Throws std::system_error.
  explicit LogTail(const std::string& path);

  /// Reads what has been appended; true when there were new lines. Throws std::system_error.
  bool read();
  /// The first line with this mark; empty when there is none yet.
  std::string_view line(std::string_view mark) const;

 private:
  void keep(std::string_view line);

  std::string path_;
  Fd fd_;
  std::string rest_;                                    // a line that is not complete
  std::unordered_map<std::string, std::string> lines_;  // by mark
};

}  // namespace pp::tool
