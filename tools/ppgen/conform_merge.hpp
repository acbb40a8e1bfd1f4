// Runs of ppgen conform that were written with -o json, read back.
#pragma once

#include <string>
#include <vector>

#include "pp/judge/tally.hpp"

namespace pp::tool {

std::string file_text(const std::string& path);

/// The runs in a file, one or several. Throws std::runtime_error when it holds something else.
std::vector<judge::Run> read_runs(const std::string& path);

}  // namespace pp::tool
