#include "pp/source/file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "pp/source/compression.hpp"
#include "pp/text/format.hpp"

namespace pp::source {

namespace {

[[noreturn]] void refuse(int error, const std::string& name) { throw std::system_error(error, std::generic_category(), name); }

// Reads land on page boundaries, where the kernel copies fastest.
constexpr std::size_t page = 4096;
constexpr std::size_t up_to_page(std::size_t n) { return (n + page - 1) / page * page; }

}  // namespace

InputFile::InputFile(std::string path, std::string label) : path_(std::move(path)), name_(label.empty() ? path_ : std::move(label)) {
  if (path_ == "-") {
    fd_ = STDIN_FILENO;
    name_ = "stdin";
    look();
    return;
  }
  // Neither may a terminal become ours, nor may a child inherit the file. O_NONBLOCK would make a FIFO without a writer
  // look like an empty file.
  do {
    fd_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  } while (fd_ < 0 && errno == EINTR);
  if (fd_ < 0) refuse(errno, name_);
  owned_ = true;
  try {
    look();
  } catch (...) {
    ::close(fd_);
    throw;
  }
}

InputFile::InputFile(int fd, std::string name) : fd_(fd), owned_(true), path_(name), name_(std::move(name)) {
  try {
    look();
  } catch (...) {
    ::close(fd_);
    throw;
  }
}

void InputFile::look() {
  struct stat info {};
  if (::fstat(fd_, &info) != 0) refuse(errno, name_);
  if (S_ISDIR(info.st_mode)) refuse(EISDIR, name_);
  regular_ = S_ISREG(info.st_mode);
  if (!regular_) return;
  size_ = static_cast<std::uint64_t>(info.st_size);
  ::posix_fadvise(fd_, 0, 0, POSIX_FADV_SEQUENTIAL);  // advice: a refusal changes nothing
}

InputFile::~InputFile() {
  if (owned_) ::close(fd_);
  if (watch_ >= 0) ::close(watch_);
}

void InputFile::follow() {
  if (!regular_) return;
  following_ = true;
  if (watch_ >= 0) ::close(watch_);
  watch_ = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  // Where inotify reports nothing, as on network file systems, polling finds the change.
  if (watch_ >= 0) (void)::inotify_add_watch(watch_, text::format("/proc/self/fd/{}", fd_).c_str(), IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF);
}

InputFile::Change InputFile::look_for_change(std::uint64_t read) {
  struct stat info {};
  if (::fstat(fd_, &info) != 0) refuse(errno, name_);
  const auto size = static_cast<std::uint64_t>(info.st_size);
  if (size != read) return size > read ? Change::grown : Change::truncated;
  struct stat named {};
  // File name gone (rotation in progress): keep following the open file.
  if (!owned_ || ::stat(path_.c_str(), &named) != 0) return Change::none;
  return named.st_dev == info.st_dev && named.st_ino == info.st_ino ? Change::none : Change::replaced;
}

InputFile::Change InputFile::wait(std::uint64_t read, int idle_ms) {
  constexpr int look_ms = 250;
  int left = idle_ms;
  while (true) {
    const Change seen = look_for_change(read);
    if (seen == Change::truncated || seen == Change::replaced) change_ = seen;
    if (seen != Change::none) return seen;
    if (left == 0) return Change::idle;
    const int now = left < 0 ? look_ms : std::min(left, look_ms);
    pollfd ready{watch_, POLLIN, 0};
    const int n = ::poll(&ready, watch_ < 0 ? 0 : 1, now);
    if (n < 0) return errno == EINTR ? Change::interrupted : Change::idle;
    char events[4096];
    while (n > 0 && ::read(watch_, events, sizeof events) > 0) {
    }
    if (left > 0 && n == 0) left -= now;
  }
}

void InputFile::start_again() {
  if (owned_) {
    InputFile fresh(path_, name_);
    *this = std::move(fresh);
  } else {
    ::lseek(fd_, 0, SEEK_SET);
    look();
  }
  change_ = Change::none;
  follow();
}

InputFile::InputFile(InputFile&& other) noexcept { *this = std::move(other); }

InputFile& InputFile::operator=(InputFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(owned_, other.owned_);
  std::swap(regular_, other.regular_);
  std::swap(size_, other.size_);
  std::swap(path_, other.path_);
  std::swap(name_, other.name_);
  std::swap(following_, other.following_);
  std::swap(change_, other.change_);
  std::swap(watch_, other.watch_);
  return *this;
}

BlockBuffer::BlockBuffer(InputFile& file, std::size_t most, std::size_t block)
    : file_(&file),
      most_(up_to_page(most)),
      capacity_(most_ + up_to_page(block)),
      memory_(static_cast<std::uint8_t*>(std::aligned_alloc(page, capacity_))),
      base_(memory_.get()),
      mapping_(file.regular()),
      begin_(most_),
      end_(most_) {
  if (memory_ == nullptr) throw std::bad_alloc();
  if (!mapping_) return;
  const off_t at = ::lseek(file.fd(), 0, SEEK_CUR);
  mapping_ = at >= 0;
  start_ = mapping_ ? static_cast<std::uint64_t>(at) : 0;
}

BlockBuffer::BlockBuffer(BlockBuffer&& other) noexcept = default;
BlockBuffer& BlockBuffer::operator=(BlockBuffer&& other) noexcept = default;
BlockBuffer::~BlockBuffer() = default;

std::uint64_t BlockBuffer::bytes_read() const noexcept {
  return decompressor_ ? decompressor_->bytes_read() : offset_ + available().size();
}

void BlockBuffer::decompress(Compression compression) {
  BlockBuffer content(*file_, most_, capacity_ - most_);
  content.decompressor_ = Decompressor::make(compression, std::move(*this));
  *this = std::move(content);
}

std::string BlockBuffer::damage() const { return decompressor_ ? decompressor_->damage() : std::string(); }

void BlockBuffer::make_room(std::size_t want) noexcept {
  const std::size_t kept = end_ - begin_;
  if (kept == 0) {
    begin_ = end_ = most_;
    return;
  }
  // Pipes: compact the buffer only when the next record would not fit.
  if (begin_ + want <= capacity_ && capacity_ - end_ >= page) return;
  std::memmove(memory_.get() + most_ - kept, memory_.get() + begin_, kept);
  begin_ = most_ - kept;
  end_ = most_;
}

/// The next window, from the first byte that is still wanted on. False: the rest is to be read.
bool BlockBuffer::map_next(std::size_t want) {
  const std::uint64_t at = start_ + offset_;
  // The last part is left for read(), so that only read() has to handle a file that grows or ends early.
  const bool large = want <= most_ && at + 2 * most_ <= file_->size() && !file_->following();
  if (large && !decompressor_ && !window_.damaged() && window_.open(file_->fd(), at, most_)) {
    base_ = window_.bytes().data();
    begin_ = 0;
    end_ = most_;
    return true;
  }
  leave_mapping();
  return false;
}

void BlockBuffer::leave_mapping() {
  mapping_ = false;
  if (base_ == memory_.get()) return;
  // A window that could not be opened has closed the previous one.
  const Bytes kept = window_.is_open() ? available() : Bytes{};
  if (!kept.empty()) std::memcpy(memory_.get() + most_ - kept.size(), kept.data(), kept.size());
  begin_ = most_ - kept.size();
  end_ = most_;
  base_ = memory_.get();
  window_.close();
  if (window_.damaged()) throw std::runtime_error(file_->name() + ": the file was cut while it was read");
  if (::lseek(file_->fd(), static_cast<off_t>(start_ + offset_ + kept.size()), SEEK_SET) < 0) refuse(errno, file_->name());
}

BlockBuffer::Fill BlockBuffer::fill(std::size_t want, int idle_ms) {
  if (ended_) return Fill::end;
  if (available().size() > most_ || want > most_) {
    throw std::length_error(text::format("record of {} bytes is above the limit of {}", std::max(want, available().size()), most_));
  }
  if (mapping_ && map_next(want)) return Fill::got;
  make_room(want);
  if (decompressor_) {
    std::size_t got = 0;
    const Fill filled = decompressor_->fill({memory_.get() + end_, capacity_ - end_}, got, idle_ms);
    end_ += got;
    ended_ = filled == Fill::end;
    return filled;
  }
  while (true) {
    if (!file_->regular()) {
      pollfd ready{file_->fd(), POLLIN, 0};
      const int n = ::poll(&ready, 1, idle_ms);
      if (n == 0) return Fill::idle;
      if (n < 0 && errno == EINTR) return Fill::interrupted;
      if (n < 0) refuse(errno, file_->name());
    }
    const ssize_t got = ::read(file_->fd(), memory_.get() + end_, capacity_ - end_);
    if (got > 0) {
      end_ += static_cast<std::size_t>(got);
      return Fill::got;
    }
    if (got == 0 && file_->following()) {
      switch (file_->wait(bytes_read(), idle_ms)) {
        case InputFile::Change::idle: return Fill::idle;
        case InputFile::Change::interrupted: return Fill::interrupted;
        case InputFile::Change::truncated:
        case InputFile::Change::replaced: break;
        default: continue;
      }
    }
    if (got == 0) {
      ended_ = true;
      return Fill::end;
    }
    // A descriptor that someone else made non-blocking is polled again.
    if (errno == EINTR || errno == EAGAIN) continue;
    refuse(errno, file_->name());
  }
}

std::vector<std::uint8_t> read_rest(BlockBuffer& buffer, std::size_t limit) {
  std::vector<std::uint8_t> out;
  while (true) {
    const Bytes bytes = buffer.available();
    if (bytes.size() > limit - out.size()) {
      throw std::runtime_error(text::format("{}: input is above the limit of {} bytes for this kind", buffer.file().name(), limit));
    }
    out.insert(out.end(), bytes.begin(), bytes.end());
    buffer.consume(bytes.size());
    if (buffer.fill(0) == BlockBuffer::Fill::end) return out;
  }
}

}  // namespace pp::source
