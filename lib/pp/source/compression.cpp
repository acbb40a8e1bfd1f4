#include "pp/source/compression.hpp"

#define ZLIB_CONST  // input is not written to
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <stdexcept>

#include "pp/text/format.hpp"

namespace pp::source {
namespace {

constexpr std::array<std::uint8_t, 2> gzip_magic{0x1f, 0x8b};
constexpr std::uint32_t zstd_magic = 0xfd2fb528;
constexpr std::uint32_t skippable_magic = 0x184d2a50;  // and fifteen more

/// Frames whose decoder needs more than this are refused: memory must not depend on what a file asks for.
constexpr int zstd_window_log = 23;

class Gzip final : public Decompressor {
 public:
  explicit Gzip(BlockBuffer compressed) : Decompressor("gzip", std::move(compressed)) {
    constexpr int gzip_format = 16;
    if (inflateInit2(&stream_, MAX_WBITS + gzip_format) != Z_OK) throw std::bad_alloc();
  }
  ~Gzip() override { inflateEnd(&stream_); }

 private:
  bool begins(Bytes in) const override { return in.size() >= 2 && std::equal(gzip_magic.begin(), gzip_magic.end(), in.begin()); }
  void start(Bytes) override { inflateReset(&stream_); }

  /// What tapes and block devices leave behind the last member.
  std::size_t padding(Bytes in) const override {
    return static_cast<std::size_t>(std::find_if(in.begin(), in.end(), [](std::uint8_t b) { return b != 0; }) - in.begin());
  }

  Work work(Bytes in, std::span<std::uint8_t> out) override {
    stream_.next_in = in.data();
    stream_.avail_in = static_cast<uInt>(std::min<std::size_t>(in.size(), std::numeric_limits<uInt>::max()));
    stream_.next_out = out.data();
    stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(out.size(), std::numeric_limits<uInt>::max()));
    const int status = inflate(&stream_, Z_SYNC_FLUSH);
    Work done;
    done.used = static_cast<std::size_t>(stream_.next_in - in.data());
    done.made = static_cast<std::size_t>(stream_.next_out - out.data());
    switch (status) {
      case Z_OK:
      case Z_BUF_ERROR: break;  // the latter: nothing more without more input
      case Z_STREAM_END: done.state = State::unit_ended; break;
      case Z_MEM_ERROR: throw std::bad_alloc();
      default: done.state = State::damaged; done.reason = stream_.msg != nullptr ? stream_.msg : "a preset dictionary";
    }
    return done;
  }

  z_stream stream_{};
};

/// What a frame's header says its window is, 0 when that is not in these bytes (RFC 8878, 3.1.1.1).
std::uint64_t window_of(Bytes frame) {
  if (frame.size() < 6) return 0;
  const unsigned descriptor = frame[4];
  const bool single_segment = (descriptor & 0x20U) != 0;
  if (!single_segment) {
    const std::uint64_t base = std::uint64_t{1} << (10U + (frame[5] >> 3U));
    return base + base / 8 * (frame[5] & 7U);
  }
  constexpr std::array<std::size_t, 4> dictionary_sizes{0, 1, 2, 4};
  constexpr std::array<std::size_t, 4> content_sizes{1, 2, 4, 8};
  const std::size_t at = 5 + dictionary_sizes[descriptor & 3U];
  const std::size_t size = content_sizes[descriptor >> 6U];
  if (frame.size() < at + size) return 0;
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;) value = value << 8U | frame[at + i];
  return size == 2 ? value + 256 : value;
}

class Zstd final : public Decompressor {
 public:
  explicit Zstd(BlockBuffer compressed) : Decompressor("zstd", std::move(compressed)), context_(ZSTD_createDCtx(), ZSTD_freeDCtx) {
    if (!context_ || ZSTD_isError(ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, zstd_window_log)) != 0)
      throw std::bad_alloc();
  }

 private:
  bool begins(Bytes in) const override { return compression_of(in) == Compression::zstd; }

  void start(Bytes in) override {
    // Magics of older formats, whose decoders have limits of their own, do not come this far.
    ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only);
    wanted_ = 0;
    full_ = false;
    header_size_ = std::min(in.size(), header_.size());
    std::copy_n(in.begin(), header_size_, header_.begin());
  }

  /// No more than one block for each call: what a call that fails had decoded before is lost. The library asks for a
  /// block together with the header of the next one.
  Work work(Bytes in, std::span<std::uint8_t> out) override {
    constexpr std::size_t block_header = 3;
    const std::size_t piece = wanted_ > block_header ? wanted_ - block_header : std::max<std::size_t>(wanted_, 1);
    ZSTD_inBuffer input{in.data(), std::min(in.size(), piece), 0};
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    // What did not fit the last time comes alone, before a block that may fail.
    if (full_) {
      ZSTD_inBuffer none{in.data(), 0, 0};
      ZSTD_decompressStream(context_.get(), &output, &none);
      full_ = output.pos == output.size;
      if (output.pos > 0) return {State::more, 0, output.pos};
    }
    const std::size_t status = ZSTD_decompressStream(context_.get(), &output, &input);
    full_ = output.pos == output.size;
    Work done;
    done.used = input.pos;
    done.made = output.pos;
    if (ZSTD_isError(status) == 0) {
      wanted_ = status;
      if (status == 0) done.state = State::unit_ended;
      return done;
    }
    const ZSTD_ErrorCode code = ZSTD_getErrorCode(status);
    if (code == ZSTD_error_memory_allocation) throw std::bad_alloc();
    done.state = State::damaged;
    done.unit = code == ZSTD_error_frameParameter_windowTooLarge;
    done.reason = done.unit ? window_refusal() : ZSTD_getErrorName(status);
    return done;
  }

  std::string window_refusal() const {
    const std::uint64_t window = window_of(Bytes(header_.data(), header_size_));
    const std::string size = window >> 20U > 0 ? text::format("{} MiB, ", window >> 20U) : std::string();
    return text::format("a window of {}above the limit of {} MiB: zstd -d --long=31 -c FILE | ppinspect", size,
                        (1U << zstd_window_log) >> 20U);
  }

  std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context_;
  std::size_t wanted_ = 0;
  bool full_ = false;
  std::array<std::uint8_t, 18> header_{};
  std::size_t header_size_ = 0;
};

}  // namespace

Compression compression_of(Bytes head) noexcept {
  if (head.size() >= gzip_magic.size() && std::equal(gzip_magic.begin(), gzip_magic.end(), head.begin())) return Compression::gzip;
  if (head.size() < compression_magic) return Compression::none;
  const std::uint32_t magic = load_le32(head.data());
  if (magic == zstd_magic || (magic & 0xfffffff0U) == skippable_magic) return Compression::zstd;
  return Compression::none;
}

std::string_view compression_name(Compression compression) noexcept {
  switch (compression) {
    case Compression::gzip: return "gzip";
    case Compression::zstd: return "zstd";
    case Compression::none: break;
  }
  return "";
}

std::unique_ptr<Decompressor> Decompressor::make(Compression compression, BlockBuffer compressed) {
  switch (compression) {
    case Compression::gzip: return std::make_unique<Gzip>(std::move(compressed));
    case Compression::zstd: return std::make_unique<Zstd>(std::move(compressed));
    case Compression::none: break;
  }
  throw std::invalid_argument("not compressed");
}

/// In front of a member: enters it, or ends.
void Decompressor::between(Bytes in) {
  if (in.empty()) {
    over_ = true;
  } else if (!begins(in)) {
    damage_ = text::format("the bytes at offset {}, after the {} data, are not {} data", compressed_.offset(), name_, name_);
  } else {
    unit_start_ = compressed_.offset();
    inside_ = true;
    start(in);
  }
}

BlockBuffer::Fill Decompressor::fill(std::span<std::uint8_t> out, std::size_t& got, int idle_ms) {
  using Fill = BlockBuffer::Fill;
  got = 0;
  const auto result = [&got](Fill otherwise) { return got > 0 ? Fill::got : otherwise; };
  bool read = false;
  while (true) {
    if (over_ || !damage_.empty()) return result(Fill::end);
    if (!inside_ && units_ > 0) compressed_.consume(padding(compressed_.available()));
    const Bytes in = compressed_.available();
    if (!inside_ && (in.size() >= compression_magic || input_ended_)) {
      between(in);
      continue;
    }
    if (inside_ && (!in.empty() || out_was_full_)) {
      const Work done = work(in, out.subspan(got));
      if (done.state == State::damaged) {
        damage_ = text::format("{} data at offset {}: {}", name_, done.unit ? unit_start_ : compressed_.offset() + done.used, done.reason);
      }
      compressed_.consume(done.used);
      got += done.made;
      out_was_full_ = got == out.size();
      if (done.state == State::unit_ended) {
        inside_ = false;
        out_was_full_ = false;
        ++units_;
      }
      if (got == out.size()) return Fill::got;
      continue;
    }
    if (got > 0) return Fill::got;
    if (input_ended_) {
      damage_ =
          text::format("file ends at offset {}, inside the {} data that begins at offset {}", compressed_.offset(), name_, unit_start_);
      continue;
    }
    if (read) return Fill::working;
    switch (const Fill arrived = compressed_.fill(in.size() + 1, idle_ms)) {
      case Fill::got: read = true; break;
      case Fill::end: input_ended_ = true; break;
      default: return arrived;
    }
  }
}

}  // namespace pp::source
