// The first line of a record: time, verdict, who sent to whom, what, on whose behalf, and where it is found.
//
//   06:33:06.640  MALFORMED 10.0.0.1:40000 > 10.0.0.2:9999  v2 TCP4  client 192.0.2.10:56324
//
// The verdict stands in the same column of every line. A blank line separates blocks from what is around them.
#pragma once

#include <string>
#include <string_view>

#include "pp/inspect/record.hpp"
#include "pp/render/fold.hpp"
#include "pp/render/format.hpp"
#include "pp/render/palette.hpp"

namespace pp::render {

/// The colour of a record's verdict: of its worst finding; off for a good one.
Paint verdict_paint(const inspect::Record& record);

/// "v2 TCP4, then HTTP (v2-alpn-mismatch)": what good lines have in common when they fold.
void append_kind(std::string& out, const inspect::Record& record, const Header& header);

/// One line for a record that needs no more: a good one, or one whose cause is explained above, of which `again` says so.
/// On a terminal that is too narrow its place is left out.
void append_record_line(std::string& out, const inspect::Record& record, const Header& header, std::string_view again, const Style& style,
                        State& state);

/// The line above a block, whose kind is spelled out with -v. Gives the place when there was no room for it.
std::string append_block_head(std::string& out, const inspect::Record& record, const Header& header, const Style& style, State& state);

/// A run of good headers in one line.
void append_run(std::string& out, const GoodRun& run, const Style& style, State& state);

/// A blank line when a block is written next or was written last, unless what follows `joins` it.
void separate(std::string& out, State::Written next, State& state, bool joins = false);

}  // namespace pp::render
