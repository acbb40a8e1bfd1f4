// Reads what -S -o json wrote: for --merge.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "pp/stats/summary.hpp"

namespace pp::render {

/// Longer lines are refused: no summary is that long.
inline constexpr std::size_t most_summary_bytes = 16U << 20U;

/// Where texts are kept that a summary borrows: it outlives the summary.
using KeepText = std::function<std::string_view(std::string)>;

/// Fills `out`, which is empty, from one line. Throws std::runtime_error that names the key ("problems[3].count: expected a
/// number from 0 to 2^64-1") when the line is not a pp.summary/1 of this version. Hostile lines cost memory in proportion
/// to their length.
void read_summary(std::string_view line, const KeepText& keep, stats::Summary& out);

}  // namespace pp::render
