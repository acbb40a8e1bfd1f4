// Files that the tools write: for their owner alone, never through a symbolic link.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "pp/net/fd.hpp"

namespace pp::sink {

/// A file that is being read, which no output may replace.
struct OpenInput {
  int fd = -1;
  std::string_view name;  // the file outlives it
};

/// A regular file, new or emptied, mode 0600, close-on-exec. Throws std::system_error or std::runtime_error, also when
/// the path's last part is a symbolic link or no regular file, or when it is one of the `inputs`, by whatever name.
Fd create_private_file(const std::string& path, std::span<const OpenInput> inputs = {});

/// A directory for many files: new with mode 0700, or an empty one that is there already.
class PrivateDirectory {
 public:
  /// Throws std::system_error, or std::runtime_error when the directory holds something.
  explicit PrivateDirectory(const std::string& path);
  /// A new file, mode 0600; `name` has no slash.
  void write(const std::string& name, std::string_view content) const;
  /// So that it can still be written to when root is given up for `user` (drop_privileges). Nothing when not root.
  void hand_over(const std::string& user) const;

 private:
  std::string path_;
  Fd fd_;
};

/// All of it, or std::system_error.
void write_all(int fd, std::string_view content, const std::string& name);

}  // namespace pp::sink
