// A listening UNIX socket that only its owner may connect to; closing it removes its file.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <utility>

#include "pp/net/fd.hpp"

namespace pp {

/// Unlinks the socket file on destruction, unless it has been replaced by another file.
class SocketFile {
 public:
  SocketFile() noexcept = default;
  SocketFile(std::string path, dev_t device, ino_t inode) noexcept : path_(std::move(path)), device_(device), inode_(inode) {}
  SocketFile(SocketFile&& other) noexcept : path_(std::exchange(other.path_, {})), device_(other.device_), inode_(other.inode_) {}
  SocketFile& operator=(SocketFile&& other) noexcept;
  ~SocketFile() { remove(); }

  const std::string& path() const noexcept { return path_; }
  /// Unlinks it now. False when the file is still there: this process no longer has the permission.
  bool remove() noexcept;

 private:
  std::string path_;  // empty: nothing to remove
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

struct UnixListener {
  Fd fd;  // non-blocking and close-on-exec
  SocketFile file;
};

/// Binds and listens on a stream socket of mode 0600. An existing `path` is replaced only when it is a socket on which
/// nobody listens any more. Abstract names ("@...") are refused: they have no permissions. Throws std::runtime_error for a
/// path that cannot be used, std::system_error: "cannot listen on unix:/run/x.sock: Permission denied".
UnixListener listen_on_unix(std::string_view path);

}  // namespace pp
