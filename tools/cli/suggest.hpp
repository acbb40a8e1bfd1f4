// What a mistyped word was probably meant to be.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace pp::tool {

/// "; did you mean 'X'?" with the candidate that is fewest single-byte edits away (case is ignored), else with one that
/// begins as `word` does; "" when none is near, or `word` is long. A '=' at the end of a candidate does not count.
std::string suggest(std::string_view word, std::span<const std::string> candidates);

}  // namespace pp::tool
