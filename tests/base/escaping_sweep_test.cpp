// Text for people by enumeration: every Unicode scalar, every sequence of three bytes that ASCII does not decide, four-byte
// sequences at their edges. What comes out is safe by a list of its own (fuzz/output_laws.hpp), and says which bytes went in.
#include <gtest/gtest.h>

#include <string>

#include "output_laws.hpp"
#include "pp/base/hex.hpp"
#include "pp/base/utf8.hpp"

namespace {
using pp::Bytes;
using pp::Charset;

/// What the escapes stand for; nothing when they stand for no bytes.
std::string unescaped(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    const std::size_t at = std::string_view("rnt0\\").find(text.at(++i));
    if (at != std::string_view::npos) {
      out += std::string_view("\r\n\t\0\\", 5)[at];
    } else {
      out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    }
  }
  return out;
}

class Escaping : public testing::Test {
 protected:
  void check(Bytes bytes) {
    for (const Charset charset : {Charset::utf8, Charset::ascii}) {
      out_.clear();
      pp::append_shown(out_, bytes, charset);
      const char* const law = laws::broken_by_output(out_, {charset == Charset::ascii, false});
      if (law != nullptr || out_.find('\n') != std::string::npos) fail(bytes, law != nullptr ? law : "a line feed is escaped");
    }
  }
  void check_readable(Bytes bytes) {
    check(bytes);
    for (const Charset charset : {Charset::utf8, Charset::ascii}) {
      if (unescaped(pp::shown(bytes, charset)) != std::string(bytes.begin(), bytes.end())) fail(bytes, "the escapes stand for the bytes");
    }
  }
  void fail(Bytes bytes, const char* law) {
    if (++failures_ <= 5)
      ADD_FAILURE() << law << ": " << pp::to_hex(bytes) << " shown as "
                    << pp::to_hex(Bytes(std::vector<std::uint8_t>(out_.begin(), out_.end())));
  }
  void TearDown() override { EXPECT_EQ(failures_, 0U); }

 private:
  std::string out_;
  std::size_t failures_ = 0;
};

TEST_F(Escaping, EveryScalar) {
  for (std::uint32_t c = 0; c < 0x110000; ++c) {
    if (c >= 0xd800 && c < 0xe000) continue;
    std::uint8_t b[4];
    std::size_t n = 0;
    if (c < 0x80) {
      b[n++] = static_cast<std::uint8_t>(c);
    } else if (c < 0x800) {
      b[n++] = static_cast<std::uint8_t>(0xc0U | c >> 6);
    } else if (c < 0x10000) {
      b[n++] = static_cast<std::uint8_t>(0xe0U | c >> 12);
      b[n++] = static_cast<std::uint8_t>(0x80U | (c >> 6 & 63U));
    } else {
      b[n++] = static_cast<std::uint8_t>(0xf0U | c >> 18);
      b[n++] = static_cast<std::uint8_t>(0x80U | (c >> 12 & 63U));
      b[n++] = static_cast<std::uint8_t>(0x80U | (c >> 6 & 63U));
    }
    if (c >= 0x80) b[n++] = static_cast<std::uint8_t>(0x80U | (c & 63U));
    const Bytes bytes(b, n);
    const pp::CodePoint read = pp::decode_utf8(bytes);
    if (read.value != c || read.size != n) fail(bytes, "a scalar decodes to itself");
    // Every safe character stays as it is; sampled above the planes in use.
    if (c < 0x30000 || c % 16 == 0) check(bytes);
    if (c >= 0x80 && pp::decode_utf8(bytes.first(n - 1)).size != 0) fail(bytes, "a cut sequence is none");
  }
}

TEST_F(Escaping, EveryPairOfBytes) {
  for (unsigned a = 0; a < 65536; ++a) {
    const std::uint8_t b[] = {static_cast<std::uint8_t>(a >> 8), static_cast<std::uint8_t>(a)};
    check_readable(b);
  }
}

/// Lead bytes E0 to EF decide about three bytes; below C2 and from F0 on the first byte stands alone or for four.
TEST_F(Escaping, EveryThreeBytesBehindTheirLead) {
  for (unsigned lead = 0xe0; lead < 0xf0; ++lead) {
    for (unsigned rest = 0; rest < 65536; ++rest) {
      const std::uint8_t b[] = {static_cast<std::uint8_t>(lead), static_cast<std::uint8_t>(rest >> 8), static_cast<std::uint8_t>(rest)};
      check(b);
    }
  }
}

TEST_F(Escaping, FourBytesAtTheirEdges) {
  constexpr unsigned edges[] = {0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff};
  for (unsigned lead = 0xf0; lead <= 0xff; ++lead) {
    for (unsigned second = 0; second < 256; ++second) {
      for (unsigned third : edges) {
        for (unsigned fourth : edges) {
          const std::uint8_t b[] = {static_cast<std::uint8_t>(lead), static_cast<std::uint8_t>(second), static_cast<std::uint8_t>(third),
                                    static_cast<std::uint8_t>(fourth)};
          check(b);
        }
      }
    }
  }
}

/// The rule on single characters against the list, for all of them.
TEST_F(Escaping, UnsafeIsWhatTheListSaysAndMore) {
  std::size_t unsafe = 0;
  for (std::uint32_t c = 0; c < 0x110000; ++c) {
    if (laws::moves_or_hides(c) || c == '\n') {
      EXPECT_TRUE(pp::unsafe_to_show(c)) << c;
    }
    unsafe += pp::unsafe_to_show(c) ? 1 : 0;
  }
  // C0, DEL and C1: 65. Soft hyphen, joiners, fillers, marks, variation selectors, BOM, specials, tags: counted from Unicode's tables.
  EXPECT_EQ(unsafe, 32U + 33U + 1 + 1 + 1 + 2 + 2 + 5 + 5 + 7 + 16 + 1 + 16 + 1 + 1 + 12 + 4096);
}

}  // namespace
