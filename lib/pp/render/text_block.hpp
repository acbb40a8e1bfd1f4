// -v: a block for each header, a row for each part of it; -vv with the bytes beside.
#pragma once

#include <string>

#include "pp/inspect/record.hpp"
#include "pp/render/format.hpp"

namespace pp::render {

void append_block(std::string& out, const inspect::Record& record, const Parsed& parsed, const Style& style, State& state);

}  // namespace pp::render
