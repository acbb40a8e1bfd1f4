// Input files: opening what a user names, and reading it block by block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "pp/base/bytes.hpp"
#include "pp/source/file_window.hpp"

namespace pp::source {

class Decompressor;
enum class Compression : std::uint8_t { none, gzip, zstd };

/// An open file, pipe or device. Opening reads nothing, so privileges can be dropped between opening and reading.
class InputFile {
 public:
  /// Opens a path, or standard input for "-". A FIFO waits for its writer, as it does for everyone. `label` is the name
  /// for messages and records; without one it is the path. Throws std::system_error whose text begins with that name:
  /// whoever prints it escapes it.
  explicit InputFile(std::string path, std::string label = {});
  /// Takes over a descriptor and closes it in the end.
  InputFile(int fd, std::string name);
  ~InputFile();
  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&& other) noexcept;
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  int fd() const noexcept { return fd_; }
  /// The label, else the path as given, "stdin" for "-".
  const std::string& name() const noexcept PP_LIFETIMEBOUND { return name_; }
  /// A regular file: never idle, and of a known size.
  bool regular() const noexcept { return regular_; }
  /// Bytes in a regular file when it was opened, else 0.
  std::uint64_t size() const noexcept { return size_; }

  /// A regular file is waited for at its end from now on: it grows. Anything else does so anyway.
  void follow();
  bool following() const noexcept { return following_; }
  enum class Change : std::uint8_t { none, grown, idle, interrupted, truncated, replaced };
  /// At the end of a file that is followed, of which `read` bytes were read: waits for a change, `idle_ms` at most (negative:
  /// without end).
  Change wait(std::uint64_t read, int idle_ms);
  /// Why reading a file that is followed ended: truncated or replaced by another of its name.
  Change change() const noexcept { return change_; }
  /// Begins with what is there now under its name. Throws as the constructor does.
  void start_again();

 private:
  void look();
  Change look_for_change(std::uint64_t read);

  int fd_ = -1;
  bool owned_ = false;
  bool regular_ = false;
  bool following_ = false;
  Change change_ = Change::none;
  int watch_ = -1;  // inotify
  std::uint64_t size_ = 0;
  std::string path_;
  std::string name_;
};

/// A sliding window over a file or over a decompressed stream. Its memory is reserved once; only the part in use becomes
/// resident: one block and the unfinished record before it.
class BlockBuffer {
 public:
  static constexpr std::size_t default_block = 256 * 1024;

  /// `most` is the largest record that available() ever has to hold; `file` must outlive the buffer.
  BlockBuffer(InputFile& file PP_LIFETIMEBOUND, std::size_t most, std::size_t block = default_block);
  BlockBuffer(BlockBuffer&& other) noexcept;
  BlockBuffer& operator=(BlockBuffer&& other) noexcept;
  ~BlockBuffer();

  Bytes available() const noexcept PP_LIFETIMEBOUND { return {base_ + begin_, end_ - begin_}; }
  void consume(std::size_t n) noexcept {
    begin_ += n;
    offset_ += n;
  }
  /// Of available().front() in the file, or in what it held compressed.
  std::uint64_t offset() const noexcept { return offset_; }
  /// From the file as it is, for progress.
  std::uint64_t bytes_read() const noexcept;
  InputFile& file() const noexcept { return *file_; }

  /// What is there and all that follows is compressed so: from now on the window is onto the content.
  void decompress(Compression compression);
  bool compressed() const noexcept { return decompressor_ != nullptr; }
  /// At the end: why a compressed file could be read no further, with the offset in it; empty when it was read to its end.
  std::string damage() const;

  enum class Fill : std::uint8_t { got, end, idle, interrupted, working };

  /// One read into the window: a block of a regular file, whatever has arrived from anything else. It makes room for
  /// `want` bytes in all, which are more than are there and at most `most`. idle: nothing arrived for `idle_ms` (never when
  /// negative, never for regular files). interrupted: a signal came while waiting. working: compressed bytes were read that
  /// gave nothing yet. Once the end was seen it stays the end. Throws std::system_error. Views taken from available() die here.
  Fill fill(std::size_t want, int idle_ms = -1);

 private:
  struct Release {
    void operator()(std::uint8_t* p) const noexcept { std::free(p); }
  };

  void make_room(std::size_t want) noexcept;
  bool map_next(std::size_t want);
  void leave_mapping();

  InputFile* file_;
  std::size_t most_;
  std::size_t capacity_;
  std::unique_ptr<std::uint8_t, Release> memory_;
  FileWindow window_;
  const std::uint8_t* base_;  // of begin_ and end_: memory_, or the window
  std::uint64_t start_ = 0;   // where the descriptor stood
  bool mapping_;              // large regular files are mapped, but for their last part
  std::size_t begin_;
  std::size_t end_;
  std::uint64_t offset_ = 0;
  bool ended_ = false;
  std::unique_ptr<Decompressor> decompressor_;
};

/// Everything up to the end of the file, for inputs that are decoded as a whole. Throws std::runtime_error above `limit`.
std::vector<std::uint8_t> read_rest(BlockBuffer& buffer, std::size_t limit);

}  // namespace pp::source
