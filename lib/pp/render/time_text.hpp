// Times as people and programs want them.
#pragma once

#include <cstdint>
#include <string>

#include "pp/render/format.hpp"

namespace pp::render {

/// Appends the time in the style, nothing for TimeStyle::none; the clock has milliseconds. Updates the state's memory of
/// times.
void append_time(std::string& out, std::int64_t time_ns, bool nanoseconds, const Style& style, State& state);

/// "2026-11-23T06:33:06.640321Z", nine digits with `nanoseconds`.
void append_iso_time(std::string& out, std::int64_t time_ns, bool nanoseconds);

}  // namespace pp::render
