#include "pp/sink/private_file.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <stdexcept>
#include <system_error>

#include "pp/sys/privileges.hpp"

namespace pp::sink {
namespace {

[[noreturn]] void fail(const std::string& what) { throw std::system_error(errno, std::generic_category(), what); }

[[noreturn]] void fail_to_open(const std::string& path) {
  if (errno == ELOOP) throw std::runtime_error(path + ": is a symbolic link, which is not followed");
  fail(path);
}

bool is_empty(int directory, const std::string& path) {
  const int copy = fcntl(directory, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) fail(path);
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(fdopendir(copy), closedir);
  if (!entries) fail(path);
  while (const dirent* entry = readdir(entries.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") return false;
  }
  return true;
}

}  // namespace

void write_all(int fd, std::string_view content, const std::string& name) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(name);
    content.remove_prefix(static_cast<std::size_t>(n));
  }
}

Fd create_private_file(const std::string& path, std::span<const OpenInput> inputs) {
  // Not emptied before it is known to be a regular file; a FIFO does not make the call wait.
  Fd fd(open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600));
  if (!fd) fail_to_open(path);
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) fail(path);
  if (!S_ISREG(status.st_mode)) throw std::runtime_error(path + ": is no regular file; '-' writes to standard output");
  for (const OpenInput& input : inputs) {
    struct stat other {};
    if (fstat(input.fd, &other) == 0 && other.st_dev == status.st_dev && other.st_ino == status.st_ino) {
      throw std::runtime_error(path + ": is the input " + std::string(input.name) + ", which would be lost");
    }
  }
  if (fchmod(fd.get(), 0600) != 0 || ftruncate(fd.get(), 0) != 0) fail(path);
  return fd;
}

PrivateDirectory::PrivateDirectory(const std::string& path) : path_(path) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) fail(path);
  fd_.reset(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd_) {
    if (errno == ENOTDIR) throw std::runtime_error(path + ": is no directory, or a symbolic link, which is not followed");
    fail_to_open(path);
  }
  if (!is_empty(fd_.get(), path)) throw std::runtime_error(path + ": the directory is not empty, and nothing in it is overwritten");
  if (fchmod(fd_.get(), 0700) != 0) fail(path);
}

void PrivateDirectory::hand_over(const std::string& user) const {
  if (geteuid() != 0) return;
  const sys::UserIds ids = sys::unprivileged_user(user);
  if (fchown(fd_.get(), ids.uid, ids.gid) != 0) fail(path_);
}

void PrivateDirectory::write(const std::string& name, std::string_view content) const {
  const std::string shown = path_ + "/" + name;
  const Fd fd(openat(fd_.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd) fail(shown);
  write_all(fd.get(), content, shown);
}

}  // namespace pp::sink
