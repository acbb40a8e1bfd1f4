// The headers in the output of `ppinspect -o json`, byte for byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pp::source {

struct JsonRecord {
  std::size_t line = 0;                 // from 1
  std::vector<std::uint8_t> bytes;      // `hex`
  std::optional<std::int64_t> time_ns;  // `time`, since 1970
  std::string verdict;
};

/// The objects that have a `hex`, in order; otherwise as json_headers.
std::vector<JsonRecord> json_records(std::string_view text);

/// The `hex` of each object, one object on a line, in order; objects without it are passed over. Throws
/// std::runtime_error, "line 3: ...", where a line is no JSON object or its hex is no hexadecimal.
std::vector<std::vector<std::uint8_t>> json_headers(std::string_view text);

}  // namespace pp::source
