// -v: a row for each part of a header; -vv with the bytes beside it.
#pragma once

#include <string>

#include "pp/inspect/record.hpp"
#include "pp/render/format.hpp"

namespace pp::render {

/// Nothing for a header that is not complete. `header` is the record's, as it may be shown.
void append_parts(std::string& out, const inspect::Record& record, const Header& header, const Style& style);

}  // namespace pp::render
