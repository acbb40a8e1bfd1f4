// The headers of a capture or of ppinspect's JSON, with the times at which they were seen.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pp/source/file.hpp"

namespace pp::tool {

struct RecordedHeader {
  std::uint64_t number = 0;  // the line of JSON, or the connection of a capture
  std::vector<std::uint8_t> bytes;
  std::optional<std::int64_t> time_ns;
};

struct Recording {
  std::vector<RecordedHeader> headers;  // in the input's order
  std::uint64_t incomplete = 0;         // truncated by the capture, partly lost or still open: not replayed
  std::string error;                    // why reading stopped early; empty when the whole input was read
};

/// A capture by its magic, else lines of JSON. Throws std::system_error and std::runtime_error when
/// the input cannot be read at all.
Recording read_recording(source::InputFile& file);

}  // namespace pp::tool
