// What gzip and zstd hold, whatever arrives of it and however it is damaged.
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <string>
#include <system_error>
#include <vector>

#include "pp/source/capture_source.hpp"
#include "pp/source/input_detection.hpp"

namespace {
using namespace pp;
using namespace pp::source;
using Data = std::vector<std::uint8_t>;

/// Text that repeats a little, so that every kind of block and match occurs.
Data content_of(std::size_t size) {
  Data out;
  std::uint32_t x = 1;
  while (out.size() < size) {
    x = x * 1664525 + 1013904223;
    const std::string word = std::to_string(x >> 22U) + (x % 7 == 0 ? "PROXY TCP4 192.0.2.10" : "");
    out.insert(out.end(), word.begin(), word.end());
  }
  out.resize(size);
  return out;
}

Data gzip(const Data& content) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  Data out(deflateBound(&stream, content.size()) + 64);
  stream.next_in = content.data();
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

Data zstd(const Data& content) {
  Data out(ZSTD_compressBound(content.size()));
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  out.resize(ZSTD_compress2(context, out.data(), out.size(), content.data(), content.size()));
  ZSTD_freeCCtx(context);
  return out;
}

struct Got {
  Data content;
  std::string damage;
};

/// A regular file of these bytes, read to its end through a window of `block` bytes.
Got read_back(Bytes file, std::size_t block = BlockBuffer::default_block) {
  const int fd = ::memfd_create("compressed", MFD_CLOEXEC);
  EXPECT_EQ(::write(fd, file.data(), file.size()), static_cast<ssize_t>(file.size()));
  ::lseek(fd, 0, SEEK_SET);
  InputFile input(fd, "memory");
  BlockBuffer buffer(input, 4096, block);
  undo_compression(buffer, {});
  EXPECT_TRUE(buffer.compressed());
  Got got;
  got.content = read_rest(buffer, 64U << 20U);
  got.damage = buffer.damage();
  return got;
}

struct Form {
  const char* name;
  Data (*pack)(const Data&);
};
constexpr Form forms[] = {{"gzip", gzip}, {"zstd", zstd}};

TEST(Compression, EverySizeThroughEveryWindow) {
  for (const Form& form : forms) {
    for (const std::size_t size : {0U, 1U, 100U, 4096U, 200'000U, 1'000'000U}) {
      const Data content = content_of(size);
      const Data packed = form.pack(content);
      for (const std::size_t block : {std::size_t{4096}, BlockBuffer::default_block}) {
        const Got got = read_back(packed, block);
        EXPECT_EQ(got.damage, "");
        EXPECT_EQ(got.content, content) << form.name << size;
      }
    }
  }
}

// Law: a file that is cut gives the front of its content, and says where it ends.
TEST(Compression, CutAtEveryByte) {
  const Data content = content_of(3000);
  for (const Form& form : forms) {
    const Data packed = form.pack(content);
    std::size_t most = 0;
    for (std::size_t size = compression_magic; size < packed.size(); ++size) {
      const Got got = read_back(Bytes(packed).first(size));
      ASSERT_EQ(got.damage, "file ends at offset " + std::to_string(size) + ", inside the " + form.name + " data that begins at offset 0");
      ASSERT_LE(got.content.size(), content.size());
      ASSERT_TRUE(std::equal(got.content.begin(), got.content.end(), content.begin())) << size;
      ASSERT_GE(got.content.size(), most) << "more of the file gave less";
      most = got.content.size();
    }
    EXPECT_EQ(most, content.size()) << "only the checksum is missing";
  }
}

// Law: no byte that is changed makes it go wrong without a word, but for those of gzip's header that nobody checks.
TEST(Compression, AnyByteChanged) {
  const Data content = content_of(600);
  for (const Form& form : forms) {
    const Data good = form.pack(content);
    for (std::size_t at = 4; at < good.size(); ++at) {
      for (const unsigned bit : {0x01U, 0x10U, 0x80U}) {
        Data packed = good;
        packed[at] = static_cast<std::uint8_t>(packed[at] ^ bit);
        const Got got = read_back(packed);
        if (got.damage.empty()) {
          ASSERT_EQ(got.content, content) << form.name << " " << at;
        }
      }
    }
  }
}

TEST(Compression, NeitherIsItWhenItIsTooShortOrSomethingElse) {
  EXPECT_EQ(compression_of({}), Compression::none);
  const Data gzip_magic{0x1f, 0x8b, 8, 0};
  EXPECT_EQ(compression_of(Bytes(gzip_magic).first(1)), Compression::none);
  EXPECT_EQ(compression_of(Bytes(gzip_magic).first(2)), Compression::gzip);
  EXPECT_EQ(compression_of(gzip_magic), Compression::gzip);
  for (unsigned nibble = 0; nibble < 16; ++nibble) {
    const Data skippable{static_cast<std::uint8_t>(0x50U + nibble), 0x2a, 0x4d, 0x18};
    EXPECT_EQ(compression_of(skippable), Compression::zstd);
  }
  const Data old_zstd{0x27, 0xb5, 0x2f, 0xfd};
  EXPECT_EQ(compression_of(old_zstd), Compression::none);
}

// Law: however the bytes come out of a pipe, all that they give is there before more is waited for.
TEST(Compression, AByteAtATimeFromAPipe) {
  const Data content = content_of(2000);
  for (const Form& form : forms) {
    const Data packed = form.pack(content);
    int fds[2];
    ASSERT_EQ(::pipe2(fds, O_CLOEXEC), 0);
    InputFile input(fds[0], "pipe");
    BlockBuffer buffer(input, 4096, 4096);
    Data got;
    const auto take = [&] {
      const Bytes bytes = buffer.available();
      got.insert(got.end(), bytes.begin(), bytes.end());
      buffer.consume(bytes.size());
    };
    for (std::size_t i = 0; i < packed.size(); ++i) {
      ASSERT_EQ(::write(fds[1], &packed[i], 1), 1);
      if (i + 1 < compression_magic) continue;
      if (i + 1 == compression_magic) undo_compression(buffer, {});
      while (true) {
        const BlockBuffer::Fill fill = buffer.fill(1, 0);
        if (fill == BlockBuffer::Fill::got) take();
        if (fill == BlockBuffer::Fill::idle) break;
        ASSERT_NE(fill, BlockBuffer::Fill::end);
      }
    }
    EXPECT_EQ(got, content);
    ::close(fds[1]);
    EXPECT_EQ(buffer.fill(1, 0), BlockBuffer::Fill::end);
    EXPECT_EQ(buffer.damage(), "");
  }
}

// Progress is of the file, not of what it holds.
TEST(Compression, BytesReadAreThoseOfTheFile) {
  const Data packed = gzip(Data(5'000'000, 'x'));
  const int fd = ::memfd_create("compressed", MFD_CLOEXEC);
  ASSERT_EQ(::write(fd, packed.data(), packed.size()), static_cast<ssize_t>(packed.size()));
  ::lseek(fd, 0, SEEK_SET);
  InputFile input(fd, "memory");
  BlockBuffer buffer(input, 4096);
  undo_compression(buffer, {});
  EXPECT_EQ(read_rest(buffer, 8U << 20U).size(), 5'000'000U);
  EXPECT_EQ(buffer.bytes_read(), packed.size());
  EXPECT_EQ(buffer.offset(), 5'000'000U);
}

}  // namespace
