// Usage errors and lines on stderr, from format strings.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "pp/text/format.hpp"

namespace pp::tool {

/// What the command line asks for does not exist or does not fit: one line on stderr and exit status 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Words of the user's may be arguments as they are: whoever prints the error escapes it.
template <class... Args>
[[noreturn]] void refuse(fmt::format_string<Args...> format, Args&&... args) {
  throw UsageError(text::format(format, std::forward<Args>(args)...));
}

/// "ppgen: TEXT" on stderr, escaped.
void say_line(std::string_view tool, std::string_view text);

}  // namespace pp::tool
