// The headers in the output of `ppinspect -o json`, byte for byte.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace pp::source {

/// The `hex` of each object, one object on a line, in order; objects without it are passed over. Throws
/// std::runtime_error, "line 3: ...", where a line is no JSON object or its hex is no hexadecimal.
std::vector<std::vector<std::uint8_t>> json_headers(std::string_view text);

}  // namespace pp::source
