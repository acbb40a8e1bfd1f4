// Words that ppgen's options and positionals take, for completions.
#pragma once

#include <span>

#include "cli/command_model.hpp"

namespace pp::tool {

std::span<const ValueWords> gen_value_words();

}  // namespace pp::tool
