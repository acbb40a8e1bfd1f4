#include "cli/usage.hpp"

#include <cstdio>

namespace pp::tool {

void say_line(std::string_view tool, std::string_view text) {
  std::fputs(text::format("{}: {}\n", tool, text::Shown{text}).c_str(), stderr);
}

}  // namespace pp::tool
