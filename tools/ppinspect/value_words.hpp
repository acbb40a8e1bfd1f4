// Words that ppinspect's options take, for completions.
#pragma once

#include <span>

#include "cli/command_model.hpp"

namespace pp::tool {

std::span<const ValueWords> inspect_value_words();

}  // namespace pp::tool
