// A part of a regular file, mapped: scanning a large file without copying it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pp/base/bytes.hpp"

namespace pp::source {

/// One mapping at a time. A file that is cut or cannot be read while it is mapped would end the process with SIGBUS; here
/// the missing pages read as zeros from then on, and damaged() says so.
class FileWindow {
 public:
  FileWindow() = default;
  ~FileWindow() { close(); }
  FileWindow(FileWindow&& other) noexcept;
  FileWindow& operator=(FileWindow&& other) noexcept;

  /// Maps bytes [offset, offset + size) of the file in place of what was mapped, and asks for them to be present. False when
  /// that is not possible; then nothing is mapped, and the file has to be read.
  bool open(int fd, std::uint64_t offset, std::size_t size) noexcept;
  void close() noexcept;

  bool is_open() const noexcept { return size_ > 0; }
  /// Lives until the next open or close.
  Bytes bytes() const noexcept PP_LIFETIMEBOUND { return {pages_ + skip_, size_}; }
  /// Some of what was mapped was not there. Final.
  bool damaged() const noexcept;

 private:
  void unmap() noexcept;

  std::uint8_t* pages_ = nullptr;
  std::size_t length_ = 0;  // of the mapping, from a page's start
  std::size_t skip_ = 0;
  std::size_t size_ = 0;
  int watch_ = -1;  // its place in the table of mappings that SIGBUS is about
  bool damaged_ = false;
};

}  // namespace pp::source
