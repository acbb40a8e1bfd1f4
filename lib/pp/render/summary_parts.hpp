// The parts of -S as text, each appended with the blank line before it when there is something to say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "pp/render/format.hpp"

namespace pp::render {

inline constexpr std::size_t summary_label = 19;  // the column at which a part's content begins
inline constexpr std::size_t most_summary_rows = 10;

/// "incident.pcap   16.0 s, 5,728 packets, 505 connections", then what became of them, as bars.
void append_summary_head(std::string& out, const stats::Summary& summary, const Style& style);
/// Who has to change what: senders without a header, wrong headers, refusals.
void append_changes(std::string& out, const stats::Summary& summary, const Style& style);
/// Receivers, senders, kinds, times, TLVs, clients.
void append_summary_tables(std::string& out, const stats::Summary& summary, const Style& style);
/// --group.
void append_breakdown(std::string& out, const stats::Breakdown& groups, const Style& style);
/// From the sender's SYN to its header.
void append_delays(std::string& out, const stats::Histogram& delays, const Style& style);
/// What the limits of the input leave open.
void append_boundaries(std::string& out, const stats::Summary& summary, const Style& style);

/// "5,728".
std::string grouped(std::uint64_t n);
/// "47 us", "26.9 ms", "16.0 s", "5 min".
std::string short_duration(std::uint64_t us);
/// "label" in its column, then the text, wrapped.
void append_labelled(std::string& out, std::string_view label, std::string_view text, const Style& style);
/// "#####" for a share of the whole.
std::string bar(std::uint64_t part, std::uint64_t whole, std::size_t width);
/// "... and 3 more (-o json has them)", and what the table had no room for.
void append_rest(std::string& out, std::size_t rows, bool exact, std::uint64_t others, std::string_view what);

}  // namespace pp::render
