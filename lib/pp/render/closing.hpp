// The counts of a run in one line: what it read, and what became of it.
#pragma once

#include <string>
#include <string_view>

#include "pp/stats/tally.hpp"

namespace pp::render {

/// "505 connections: 500 ok, 3 without a header, 2 malformed", or headers where the input has no connections.
/// `refused_by`: the one receiver that every connection went to; empty when there is none.
std::string closing_line(const stats::Tally& tally, bool connections, std::string_view refused_by = {});

}  // namespace pp::render
