#include "pp/wire/crc32c.hpp"

#include <cstring>

namespace pp::crc32c_internal {

#if defined(__x86_64__) && defined(__GNUC__)

namespace {

__attribute__((target("sse4.2"))) std::uint32_t sse42(std::uint32_t state, const std::uint8_t* p, std::size_t n) noexcept {
  std::uint64_t crc = state;
  const auto take_word = [&]() __attribute__((always_inline, target("sse4.2"))) {
    std::uint64_t word;
    std::memcpy(&word, p, sizeof word);
    crc = __builtin_ia32_crc32di(crc, word);
    p += 8;
  };
  // Unrolled by four: with a branch for each word the time for 232 bytes varies between 10 and 22 ns with the code's layout.
  for (; n >= 32; n -= 32) {
    take_word();
    take_word();
    take_word();
    take_word();
  }
  for (; n >= 8; n -= 8) take_word();
  auto crc32 = static_cast<std::uint32_t>(crc);
  if ((n & 4U) != 0) {
    std::uint32_t word;
    std::memcpy(&word, p, sizeof word);
    crc32 = __builtin_ia32_crc32si(crc32, word);
    p += 4;
  }
  for (n &= 3U; n > 0; --n, ++p) crc32 = __builtin_ia32_crc32qi(crc32, *p);
  return crc32;
}

}  // namespace

Update hardware() noexcept { return __builtin_cpu_supports("sse4.2") ? &sse42 : nullptr; }

#else

Update hardware() noexcept { return nullptr; }

#endif

std::uint32_t run_time(std::uint32_t state, const std::uint8_t* p, std::size_t n) noexcept {
  static const Update best = hardware() != nullptr ? hardware() : &portable;
  return best(state, p, n);
}

}  // namespace pp::crc32c_internal
