// The headers of a capture or of ppinspect's JSON, with the times at which they were seen.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pp/inspect/record.hpp"
#include "pp/source/file.hpp"

namespace pp::tool {

struct RecordedHeader {
  std::uint64_t number = 0;  // the line of JSON, or the connection of a capture
  std::vector<std::uint8_t> bytes;
  std::optional<std::int64_t> time_ns;
};

/// A record of which there is no whole header to send.
struct LeftOut {
  std::uint64_t number = 0;
  inspect::Outcome why = inspect::Outcome::cut;
};

struct Recording {
  std::vector<RecordedHeader> headers;  // in the input's order
  std::vector<LeftOut> left_out;        // the first 10,000 of them
  std::array<std::uint64_t, inspect::outcome_count> left_out_by{};
  std::string error;  // why reading stopped early; empty when the whole input was read
};

/// A capture by its magic, else lines of JSON. Throws std::system_error and std::runtime_error when
/// the input cannot be read at all.
Recording read_recording(source::InputFile& file);

}  // namespace pp::tool
