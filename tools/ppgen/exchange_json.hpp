// The keys that -o json of probe, send and replay share: what a receiver did with what it was sent.
#pragma once

#include <string>
#include <string_view>

#include "pp/render/json_writer.hpp"
#include "ppgen/outcome.hpp"

namespace pp::tool {

/// In the order of the words of -o.
enum class ReportForm : std::uint8_t { text, json };

/// Members of an object that is open: outcome, class, text, ending, times and sizes.
void append_exchange(render::JsonWriter& writer, const Exchange& exchange, const Outcome& outcome);

/// The schema of what probe, send and replay write with -o json.
std::string exchange_schema();

}  // namespace pp::tool
