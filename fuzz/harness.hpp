// What the harnesses share: the end of a run that breaks a law, and a splitter that turns an input's front into choices.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "pp/base/bytes.hpp"

namespace fuzz {

/// `broken` names the law that is broken; nullptr when none is.
inline void require(const char* broken) {
  if (broken == nullptr) return;
  std::fprintf(stderr, "law broken: %s\n", broken);
  std::abort();
}
inline void require(bool holds, const char* law) {
  if (!holds) require(law);
}

/// A number that depends on the input alone: which of the costly laws are tried on it.
inline std::uint32_t hash(pp::Bytes in) {
  std::uint32_t h = 2166136261U;
  for (std::uint8_t b : in.first(std::min<std::size_t>(in.size(), 64))) h = (h ^ b) * 16777619U;
  return h ^ static_cast<std::uint32_t>(in.size());
}

/// Choices from the front of the input, so that a change behind them changes none; zeros once it is used up.
class Choices {
 public:
  explicit Choices(pp::Bytes in) : in_(in) {}

  bool empty() const { return in_.empty(); }
  std::uint8_t byte() {
    if (in_.empty()) return 0;
    const std::uint8_t b = in_[0];
    in_ = in_.subspan(1);
    return b;
  }
  std::uint16_t u16() {
    const unsigned high = byte();
    return static_cast<std::uint16_t>(high << 8U | byte());
  }
  std::uint32_t u32() {
    const std::uint32_t high = u16();
    return high << 16U | u16();
  }
  /// 0..n-1, for n of 1 to 256.
  unsigned below(unsigned n) { return byte() % n; }
  bool one_in(unsigned n) { return below(n) == 1; }
  pp::Bytes take(std::size_t n) {
    const pp::Bytes taken = in_.first(std::min(n, in_.size()));
    in_ = in_.subspan(taken.size());
    return taken;
  }
  pp::Bytes rest() { return take(in_.size()); }

 private:
  pp::Bytes in_;
};

inline std::string_view text_of(pp::Bytes bytes) {
  return {static_cast<const char*>(static_cast<const void*>(bytes.data())), bytes.size()};
}

}  // namespace fuzz
