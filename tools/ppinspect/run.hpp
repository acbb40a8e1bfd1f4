// ppinspect's work: sources to records to output.
#pragma once

#include "ppinspect/options.hpp"

namespace pp::tool {

/// Returns the exit status. Throws std::system_error and std::runtime_error when the world refuses; what was readable
/// has been printed by then.
int run(const InspectOptions& options);

}  // namespace pp::tool
