// Lines on stderr in ppgen's name.
#pragma once

#include <utility>

#include "cli/usage.hpp"

namespace pp::tool {

/// "ppgen: TEXT", escaped.
template <class... Args>
void say(fmt::format_string<Args...> format, Args&&... args) {
  say_line("ppgen", text::format(format, std::forward<Args>(args)...));
}

}  // namespace pp::tool
