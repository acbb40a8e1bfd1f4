// Files, pipes and literals as inputs of ppinspect: captures, batches of lines, raw bytes, text forms.
#pragma once

#include <string>

#include "pp/source/file.hpp"
#include "ppinspect/session.hpp"

namespace pp::tool {

/// Reads one input to its end, whatever it holds; what is wrong with it is said, and ends it alone. Throws
/// std::system_error when reading fails.
void inspect_file(Session& session, source::InputFile& input);

/// The bytes of -x.
void inspect_literal(Session& session, const std::string& text);

}  // namespace pp::tool
