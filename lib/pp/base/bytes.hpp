// Bytes from the wire: the view type, loads and stores in both byte orders, and the bounds-checked cursor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace pp {

/// A borrowed run of bytes; the owner of the memory must outlive it.
using Bytes = std::span<const std::uint8_t>;

#if defined(__clang__)
#define PP_LIFETIMEBOUND [[clang::lifetimebound]]
#else
#define PP_LIFETIMEBOUND
#endif

/// Big-endian loads. The caller has checked that 2, 4 or 8 bytes are there. They are composed of single bytes, and so
/// constexpr, independent of alignment, and one instruction once compiled.
constexpr std::uint16_t load_be16(const std::uint8_t* p) noexcept { return static_cast<std::uint16_t>((p[0] << 8) | p[1]); }
constexpr std::uint32_t load_be32(const std::uint8_t* p) noexcept {
  return (std::uint32_t{p[0]} << 24) | (std::uint32_t{p[1]} << 16) | (std::uint32_t{p[2]} << 8) | std::uint32_t{p[3]};
}
constexpr std::uint64_t load_be64(const std::uint8_t* p) noexcept { return (std::uint64_t{load_be32(p)} << 32) | load_be32(p + 4); }

/// Little-endian loads, for formats of that order and for comparing several characters at once.
constexpr std::uint16_t load_le16(const std::uint8_t* p) noexcept { return static_cast<std::uint16_t>(p[0] | (p[1] << 8)); }
constexpr std::uint32_t load_le32(const std::uint8_t* p) noexcept {
  return std::uint32_t{p[0]} | (std::uint32_t{p[1]} << 8) | (std::uint32_t{p[2]} << 16) | (std::uint32_t{p[3]} << 24);
}
constexpr std::uint64_t load_le64(const std::uint8_t* p) noexcept {
  return std::uint64_t{load_le32(p)} | (std::uint64_t{load_le32(p + 4)} << 32);
}

constexpr void store_be16(std::uint8_t* p, std::uint16_t v) noexcept {
  p[0] = static_cast<std::uint8_t>(v >> 8);
  p[1] = static_cast<std::uint8_t>(v);
}
constexpr void store_be32(std::uint8_t* p, std::uint32_t v) noexcept {
  store_be16(p, static_cast<std::uint16_t>(v >> 16));
  store_be16(p + 2, static_cast<std::uint16_t>(v));
}
constexpr void store_be64(std::uint8_t* p, std::uint64_t v) noexcept {
  store_be32(p, static_cast<std::uint32_t>(v >> 32));
  store_be32(p + 4, static_cast<std::uint32_t>(v));
}

/// Reads big-endian integers front to back. A read past the end gives 0 and makes ok() false for good, so a series of
/// reads needs one check at its end.
class Cursor {
 public:
  explicit constexpr Cursor(Bytes bytes) noexcept : bytes_(bytes) {}

  constexpr bool ok() const noexcept { return ok_; }
  constexpr std::size_t position() const noexcept { return position_; }
  constexpr std::size_t left() const noexcept { return bytes_.size() - position_; }

  constexpr std::uint8_t u8() noexcept { return take(1) ? bytes_[position_ - 1] : std::uint8_t{0}; }
  constexpr std::uint16_t u16() noexcept { return take(2) ? load_be16(&bytes_[position_ - 2]) : std::uint16_t{0}; }
  constexpr std::uint32_t u32() noexcept { return take(4) ? load_be32(&bytes_[position_ - 4]) : 0U; }
  constexpr Bytes bytes(std::size_t n) noexcept { return take(n) ? bytes_.subspan(position_ - n, n) : Bytes{}; }
  constexpr void skip(std::size_t n) noexcept { take(n); }

 private:
  constexpr bool take(std::size_t n) noexcept {
    if (n > left()) {
      ok_ = false;
      return false;
    }
    position_ += n;
    return true;
  }

  Bytes bytes_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

/// The text of a string literal or view as bytes, without the terminating NUL; constexpr, so tests and tables can use it.
template <std::size_t N>
struct ByteLiteral {
  std::uint8_t data[N > 1 ? N - 1 : 1]{};
  consteval ByteLiteral(const char (&text)[N]) {  // NOLINT(google-explicit-constructor): implicit, so that x = "..." reads well
    for (std::size_t i = 0; i + 1 < N; ++i) data[i] = static_cast<std::uint8_t>(text[i]);
  }
  constexpr operator Bytes() const noexcept { return Bytes(data, N - 1); }
  constexpr Bytes view() const noexcept { return Bytes(data, N - 1); }
};

}  // namespace pp
