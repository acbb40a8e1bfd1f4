// Times as JSON has them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace pp::packet {

/// "2026-11-23T06:33:06.640321Z", with up to 9 digits of a second: nanoseconds since 1970, or nullopt when it is not such a
/// time or out of range.
std::optional<std::int64_t> parse_iso_time(const std::string& text);

}  // namespace pp::packet
