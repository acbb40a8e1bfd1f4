// What --version says.
#pragma once

#include <string>
#include <string_view>

namespace pp::tool {

/// The tool's version, the commit when it was built from one, the specification's date, and the libraries' versions.
std::string version_text(std::string_view tool);

}  // namespace pp::tool
