#include "pp/net/unix_listener.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace pp {
namespace {

[[noreturn]] void refuse(const std::string& path, const char* why) {
  throw std::runtime_error("cannot listen on unix:" + path + ": " + why);
}

[[noreturn]] void refuse(const std::string& path, int error) {
  throw std::system_error(error, std::generic_category(), "cannot listen on unix:" + path);
}

sockaddr_un address_of(const std::string& path) {
  sockaddr_un out{};
  out.sun_family = AF_UNIX;
  if (path.empty()) refuse(path, "the path is missing");
  if (path[0] == '@') refuse(path, "an abstract name has no permissions, everyone on this machine could connect");
  if (path.find('\0') != std::string::npos) refuse(path, "a path has no NUL");
  if (path.size() >= sizeof out.sun_path) refuse(path, "the path is longer than 107 bytes");
  std::memcpy(out.sun_path, path.data(), path.size());
  return out;
}

Fd stream_socket() { return Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)); }

const sockaddr* generic(const sockaddr_un& address) noexcept { return static_cast<const sockaddr*>(static_cast<const void*>(&address)); }

bool same_file(const struct stat& a, const struct stat& b) noexcept { return a.st_dev == b.st_dev && a.st_ino == b.st_ino; }

/// Removes a stale socket file so that the path can be used, or throws with the reason.
void remove_dead_socket(const std::string& path, const sockaddr_un& address) {
  struct stat before {
  }, now{};
  if (::lstat(path.c_str(), &before) != 0) {
    if (errno == ENOENT) return;
    refuse(path, errno);
  }
  if (!S_ISSOCK(before.st_mode)) refuse(path, "it exists and is not a socket");
  const Fd probe = stream_socket();
  if (!probe) refuse(path, errno);
  // ECONNREFUSED: nobody listens. With any other result somebody may be listening.
  if (::connect(probe.get(), generic(address), sizeof address) == 0 || errno == EAGAIN || errno == EPROTOTYPE) refuse(path, EADDRINUSE);
  if (errno != ECONNREFUSED) refuse(path, errno);
  if (::lstat(path.c_str(), &now) != 0 || !same_file(before, now)) refuse(path, EADDRINUSE);
  if (::unlink(path.c_str()) != 0) refuse(path, errno);
}

}  // namespace

SocketFile& SocketFile::operator=(SocketFile&& other) noexcept {
  if (this != &other) {
    remove();
    path_ = std::exchange(other.path_, {});
    device_ = other.device_;
    inode_ = other.inode_;
  }
  return *this;
}

bool SocketFile::remove() noexcept {
  const std::string path = std::exchange(path_, {});
  struct stat now {};
  if (path.empty() || ::lstat(path.c_str(), &now) != 0) return true;
  if (!S_ISSOCK(now.st_mode) || now.st_dev != device_ || now.st_ino != inode_) return true;
  return ::unlink(path.c_str()) == 0;
}

UnixListener listen_on_unix(std::string_view name) {
  const std::string path(name);
  const sockaddr_un address = address_of(path);
  Fd fd = stream_socket();
  if (!fd) refuse(path, errno);
  // Linux gives the file the mode of the bound socket, so there is no moment at which others may connect.
  if (::fchmod(fd.get(), S_IRUSR | S_IWUSR) != 0) refuse(path, errno);
  if (::bind(fd.get(), generic(address), sizeof address) != 0) {
    if (errno != EADDRINUSE) refuse(path, errno);
    remove_dead_socket(path, address);
    if (::bind(fd.get(), generic(address), sizeof address) != 0) refuse(path, errno);
  }
  struct stat made {};
  if (::lstat(path.c_str(), &made) != 0) refuse(path, errno);
  SocketFile file(path, made.st_dev, made.st_ino);
  if ((made.st_mode & (S_IRWXG | S_IRWXO | S_IXUSR)) != 0 && ::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0) refuse(path, errno);
  if (::listen(fd.get(), SOMAXCONN) != 0) refuse(path, errno);
  return {std::move(fd), std::move(file)};
}

}  // namespace pp
