// --explain - and --explain @FILE: a whole log, its known lines grouped.
#pragma once

#include "ppinspect/options.hpp"

namespace pp::tool {

/// Exit status 0 with known lines, 4 without, 3 when a log cannot be read.
int explain_logs(const InspectOptions& options);

}  // namespace pp::tool
