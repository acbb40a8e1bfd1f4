// Compressed input, recognised by its first bytes and undone block by block: gzip members and zstd frames, one behind
// the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "pp/base/bytes.hpp"
#include "pp/source/file.hpp"

namespace pp::source {

/// By the magic; none while `head` is too short for it. zstd may begin with a skippable frame, as pzstd writes it.
Compression compression_of(Bytes head) noexcept;
/// As many bytes decide it; fewer do for gzip.
inline constexpr std::size_t compression_magic = 4;

/// gzip, zstd, or "".
std::string_view compression_name(Compression compression) noexcept;

/// What was compressed, in the order of the file. Memory: a block of the file, and zlib's 32 KiB or at most 8 MiB of
/// zstd's window; a frame that asks for a larger one is refused.
class Decompressor {
 public:
  /// `compressed` stands where the first member begins.
  static std::unique_ptr<Decompressor> make(Compression compression, BlockBuffer compressed);
  virtual ~Decompressor() = default;
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;

  /// Decompresses into `out`, which is not empty; `got` is the number of bytes written. Returns what BlockBuffer::fill would;
  /// `working` when input was consumed without producing output.
  BlockBuffer::Fill fill(std::span<std::uint8_t> out, std::size_t& got, int idle_ms);

  /// Why it ended where it did, with the offset in the compressed file; empty when it ended well, or has not ended.
  const std::string& damage() const noexcept PP_LIFETIMEBOUND { return damage_; }
  /// Of the compressed file.
  std::uint64_t bytes_read() const noexcept { return compressed_.bytes_read(); }

 protected:
  enum class State : std::uint8_t { more, unit_ended, damaged };
  struct Work {
    State state = State::more;
    std::size_t used = 0;
    std::size_t made = 0;
    std::string reason{};  // damaged
    bool unit = false;     // it is the whole member or frame that can't be read
  };

  Decompressor(std::string_view name, BlockBuffer compressed) : name_(name), compressed_(std::move(compressed)) {}

 private:
  /// Whether a member or frame begins here, of which there are at least compression_magic bytes or all that is left.
  virtual bool begins(Bytes in) const = 0;
  virtual void start(Bytes in) = 0;
  virtual Work work(Bytes in, std::span<std::uint8_t> out) = 0;
  /// Bytes between members that mean nothing.
  virtual std::size_t padding(Bytes) const { return 0; }

  void between(Bytes in);

  std::string_view name_;
  BlockBuffer compressed_;
  std::string damage_;
  std::uint64_t unit_start_ = 0;
  std::uint64_t units_ = 0;
  bool inside_ = false;
  bool input_ended_ = false;
  bool out_was_full_ = false;
  bool over_ = false;
};

}  // namespace pp::source
