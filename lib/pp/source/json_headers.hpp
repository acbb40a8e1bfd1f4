// Headers out of what `ppinspect -o json` printed: one object per line, the bytes under "hex".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pp/source/capture_source.hpp"
#include "pp/source/file.hpp"

namespace pp::source {

/// The longest header as hexadecimal digits, and everything else that a record says of it.
inline constexpr std::size_t max_json_line = std::size_t{4} << 20;

struct JsonHeader {
  std::uint64_t line = 0;                 // from 1
  std::vector<std::uint8_t> bytes{};
  std::optional<std::int64_t> time_ns{};  // since 1970
  std::string verdict{};                  // "valid", "malformed", ... as printed
  std::string error{};                    // the line is no such record; nothing else is set but the number

  /// "missing" and "unreadable" tell of something that is no header.
  bool is_header() const noexcept { return error.empty() && verdict != "missing" && verdict != "unreadable"; }
};

/// Empty lines are passed over. Both references must outlive the reader.
class JsonHeaderReader {
 public:
  /// `buffer` comes from json_buffer or has as much room.
  JsonHeaderReader(BlockBuffer& buffer PP_LIFETIMEBOUND, const ReadHooks& hooks PP_LIFETIMEBOUND) : buffer_(buffer), hooks_(hooks), timer_(hooks) {}

  /// False at the end, after a line above max_json_line, or when a hook said stop. Throws std::system_error.
  bool next(JsonHeader& out);

 private:
  bool line(std::string& out);

  BlockBuffer& buffer_;
  const ReadHooks& hooks_;
  ProgressTimer timer_;
  std::uint64_t number_ = 0;
  bool ended_ = false;
};

inline BlockBuffer json_buffer(InputFile& file PP_LIFETIMEBOUND) { return {file, max_json_line + 4096}; }

/// One line's object. `line` has no LF.
JsonHeader read_json_header(const std::string& line);

}  // namespace pp::source
