// --merge: the summaries of many machines as one.
#pragma once

#include "ppinspect/session.hpp"

namespace pp::tool {

/// Adds every pp.summary/1 line of a file, or of what it holds compressed, to the session's summary. Interim ones of a live
/// source are left out and counted. Throws std::runtime_error that names file, line and key.
void merge_file(Session& session, source::InputFile& input);

}  // namespace pp::tool
