// The counts of a run in one line: what it read, and what became of it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pp/explain/receiver_report.hpp"
#include "pp/render/format.hpp"
#include "pp/stats/tally.hpp"

namespace pp::render {

/// "505 connections: 500 ok, 3 without a header, 2 malformed", or headers where the input has no connections.
/// `refused_by`: the one receiver that every connection went to; empty when there is none.
std::string closing_line(const stats::Tally& tally, bool connections, std::string_view refused_by = {});

/// What is noted about receivers, to follow the counts: "port 29001 was taken to want headers, since 502 of 505 connections had
/// one; -e none stops that". Wrapped to the style's width.
std::vector<std::string> notes(std::span<const explain::ReceiverReport> reports, const Style& style);

}  // namespace pp::render
