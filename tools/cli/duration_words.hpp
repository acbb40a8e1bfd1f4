// Durations on both tools' command lines.
#pragma once

#include <chrono>
#include <string_view>

namespace pp::tool {

/// "5s", "200ms", "50us", "2m", "1h", at most 24 hours; `option` is named when it is none of these (exit status 2).
std::chrono::microseconds duration_word(std::string_view option, std::string_view text);
/// The same, rounded up.
std::chrono::milliseconds timeout_word(std::string_view option, std::string_view text);

}  // namespace pp::tool
