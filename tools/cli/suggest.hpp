// What a mistyped word was probably meant to be.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command_model.hpp"

namespace CLI {
class App;
}

namespace pp::tool {

/// "; did you mean 'X'?" with the candidate that is fewest single-byte edits away, case apart; "" when none is near, or `word` is long.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

/// The same among the words that `option` takes.
std::string did_you_mean(std::string_view word, std::span<const ValueWords> rows, std::string_view option);

/// A usage error for the first of `words`, which no option has taken, that looks like an option. `help` is where to read on.
void refuse_unknown_option(const CLI::App& app, std::span<const std::string> words, std::string_view help);

}  // namespace pp::tool
