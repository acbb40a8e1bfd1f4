// A secret for keyed hashes.
#pragma once

#include "pp/base/keyed_hash.hpp"

namespace pp::sys {

/// From the kernel's generator. Throws std::system_error when there is none.
HashKey random_key();

}  // namespace pp::sys
