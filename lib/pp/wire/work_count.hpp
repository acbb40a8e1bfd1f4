// Counts what hostile headers make the parser do, for the tests that bound it. Other builds compile none of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace pp {

/// Work of one thread since it was last set to {}.
struct WorkCount {
  std::uint64_t tlvs = 0;          // visited by a TlvCursor
  std::uint64_t crc_bytes = 0;     // fed to CRC32C
  std::uint64_t crc_products = 0;  // multiplications modulo its polynomial
};

#ifdef PP_COUNT_WORK
inline constinit thread_local WorkCount work_count;
#endif

constexpr void count_work([[maybe_unused]] std::uint64_t WorkCount::*what, [[maybe_unused]] std::size_t n = 1) noexcept {
#ifdef PP_COUNT_WORK
  if (!std::is_constant_evaluated()) work_count.*what += n;
#endif
}

}  // namespace pp
