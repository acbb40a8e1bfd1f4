// A secret for keyed hashes.
#pragma once

#include <cstdint>

namespace pp::sys {

struct RandomKey {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};

/// From the kernel's generator. Throws std::system_error when there is none.
RandomKey random_key();

}  // namespace pp::sys
