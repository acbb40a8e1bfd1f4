// Storage for one header: inside the object when it is small, else on the heap, which grows as bytes arrive.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include "pp/base/bytes.hpp"
#include "pp/wire/header.hpp"

namespace pp {

/// The first size() bytes are meaningful; the rest of the buffer is never cleared or copied.
class HeaderBytes {
 public:
  static constexpr std::size_t inline_bytes = smallest_segment;

  HeaderBytes() noexcept {}  // NOLINT(modernize-use-equals-default): "= default" would clear the buffer in `HeaderBytes{}`
  HeaderBytes(HeaderBytes&& other) noexcept { take(other); }
  HeaderBytes(const HeaderBytes& other) { copy(other); }
  HeaderBytes& operator=(HeaderBytes&& other) noexcept {
    if (this != &other) take(other);
    return *this;
  }
  HeaderBytes& operator=(const HeaderBytes& other) {
    if (this != &other) copy(other);
    return *this;
  }
  ~HeaderBytes() = default;

  std::uint8_t* data() noexcept PP_LIFETIMEBOUND { return heap_ ? heap_.get() : inline_; }
  const std::uint8_t* data() const noexcept PP_LIFETIMEBOUND { return heap_ ? heap_.get() : inline_; }
  std::size_t size() const noexcept { return size_; }
  std::size_t capacity() const noexcept { return capacity_; }
  Bytes first(std::size_t n) const noexcept PP_LIFETIMEBOUND { return Bytes(data(), n); }

  /// n <= capacity(); the bytes have been written through data().
  void set_size(std::size_t n) noexcept { size_ = n; }

  /// Grows to n bytes on the heap and keeps the first size() bytes. False when memory ran out.
  bool reserve(std::size_t n) noexcept {
    if (n <= capacity_) return true;
    std::unique_ptr<std::uint8_t[]> larger(new (std::nothrow) std::uint8_t[n]);
    if (!larger) return false;
    std::memcpy(larger.get(), data(), size_);
    heap_ = std::move(larger);
    capacity_ = n;
    return true;
  }

 private:
  void take(HeaderBytes& other) noexcept {
    heap_ = std::move(other.heap_);
    capacity_ = std::exchange(other.capacity_, inline_bytes);
    size_ = std::exchange(other.size_, 0);
    if (!heap_) std::memcpy(inline_, other.inline_, size_);
  }
  void copy(const HeaderBytes& other) {
    heap_.reset(other.size_ > inline_bytes ? new std::uint8_t[other.size_] : nullptr);
    capacity_ = std::max(other.size_, inline_bytes);
    size_ = other.size_;
    std::memcpy(data(), other.data(), size_);
  }

  std::unique_ptr<std::uint8_t[]> heap_;
  std::size_t capacity_ = inline_bytes;
  std::size_t size_ = 0;
  std::uint8_t inline_[inline_bytes];
};

}  // namespace pp
