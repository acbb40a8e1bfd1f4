// Law: a compressed file gives the same content and the same complaint in blocks of any size; what zlib or zstd compressed comes back as it was, member behind member; and a cut file gives a front of the content and says that it is cut.
//
// Input: a gzip or zstd file, or any bytes, which are compressed first.
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdint>
#include <string>
#include <vector>

#include "harness.hpp"
#include "pp/source/compression.hpp"
#include "pp/source/file.hpp"

namespace {

using fuzz::require;
using pp::Bytes;
using pp::source::BlockBuffer;
using pp::source::Compression;
using Buffer = std::vector<std::uint8_t>;

constexpr std::size_t enough = 1U << 20;  // a bomb is read no further

struct Content {
  Buffer bytes;
  std::string damage;
  bool ended = false;  // and not only enough
  bool operator==(const Content&) const = default;
};

int file_of(Bytes bytes) {
  const int fd = memfd_create("compressed", MFD_CLOEXEC);
  require(fd >= 0 && write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && lseek(fd, 0, SEEK_SET) == 0,
          "a file of the bytes");
  return fd;
}

/// As a source reads it, a block at a time.
Content content(Bytes compressed, Compression kind, std::size_t block) {
  pp::source::InputFile file(file_of(compressed), "memory");
  BlockBuffer buffer(file, 64 * 1024, block);
  Content out;
  if (!compressed.empty()) buffer.fill(1);
  buffer.decompress(kind);
  while (out.bytes.size() < enough) {
    const Bytes there = buffer.available();
    out.bytes.insert(out.bytes.end(), there.begin(), there.end());
    buffer.consume(there.size());
    const BlockBuffer::Fill fill = buffer.fill(1);
    require(fill != BlockBuffer::Fill::idle && fill != BlockBuffer::Fill::interrupted, "a regular file is never idle");
    if (fill == BlockBuffer::Fill::end && buffer.available().empty()) {
      out.ended = true;
      break;
    }
  }
  if (!out.ended) out.bytes.resize(enough);
  if (out.ended) out.damage = buffer.damage();
  return out;
}

Buffer gzip(Bytes plain) {
  z_stream z{};
  require(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK, "zlib begins");
  Buffer out(deflateBound(&z, plain.size()) + 64);
  z.next_in = const_cast<Bytef*>(plain.data());
  z.avail_in = static_cast<uInt>(plain.size());
  z.next_out = out.data();
  z.avail_out = static_cast<uInt>(out.size());
  require(deflate(&z, Z_FINISH) == Z_STREAM_END, "zlib compresses");
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

Buffer zstd(Bytes plain) {
  Buffer out(ZSTD_compressBound(plain.size()));
  const std::size_t n = ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), 3);
  require(ZSTD_isError(n) == 0, "zstd compresses");
  out.resize(n);
  return out;
}

void comes_back(Bytes plain, Compression kind) {
  Buffer file = kind == Compression::gzip ? gzip(plain) : zstd(plain);
  require(pp::source::compression_of(file) == kind, "what is compressed looks so");
  const Content once = content(file, kind, 4096);
  require(
      once.ended && once.damage.empty() && once.bytes.size() == plain.size() && std::equal(plain.begin(), plain.end(), once.bytes.begin()),
      "what was compressed comes back");
  const std::size_t cut = 1 + fuzz::hash(plain) % (file.size() - 1);
  if (cut >= pp::source::compression_magic) {
    const Content front = content(Bytes(file).first(cut), kind, 4096);
    require(!front.damage.empty(), "a cut file says so");
    require(front.bytes.size() <= plain.size() && std::equal(front.bytes.begin(), front.bytes.end(), plain.begin()),
            "and gives a front of its content");
  }
  const Buffer member = file;
  file.insert(file.end(), member.begin(), member.end());
  const Content twice = content(file, kind, 4096);
  require(twice.damage.empty() && twice.bytes.size() == 2 * plain.size(), "members stand one behind the other");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes in(data, size);
  const Compression kind = pp::source::compression_of(in);
  if (kind == Compression::none) {
    comes_back(in, fuzz::hash(in) % 2 == 0 ? Compression::gzip : Compression::zstd);
    return 0;
  }
  const Content whole = content(in, kind, 256 * 1024);
  require(whole == content(in, kind, 4096), "blocks of any size give the same");
  return 0;
}
