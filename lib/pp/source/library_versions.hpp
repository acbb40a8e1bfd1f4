// The libraries that inputs are read with, for the tools' --version.
#pragma once

#include <string>
#include <vector>

namespace pp::source {

/// "libpcap 1.10.3", "zlib 1.2.13", ...: those that this build uses, with the versions that are loaded.
std::vector<std::string> library_versions();

}  // namespace pp::source
