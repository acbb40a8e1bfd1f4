// Batches: one header per line, as hexadecimal digits or as text with escapes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pp/base/bytes.hpp"
#include "pp/source/capture_source.hpp"
#include "pp/source/file.hpp"

namespace pp::source {

inline constexpr std::size_t max_line = 262144;

/// What a line says. `error` empty: `bytes` are its bytes, which borrow from the line or the buffer. Otherwise the line
/// is unreadable, at `column` (from 1; 0 when no place is to blame).
struct Line {
  std::uint64_t number = 0;  // from 1
  Bytes bytes{};
  std::string error{};
  std::size_t column = 0;
};

/// Nothing but an even number of hexadecimal digits and blanks: those bytes (none for an empty line). Else text, in
/// which \r \n \t \0 \\ \xNN are escapes and any other backslash makes the line unreadable. No CRLF is implied.
/// `text` has no LF; `buffer` is reused from line to line. Sets all of `out` but the number.
void decode_line(std::string_view text, std::vector<std::uint8_t>& buffer, Line& out);

/// The lines of a file. LF or the end of the file ends one; a CR before that is dropped; a line above max_line is
/// unreadable and passed over without being held.
class LineReader {
 public:
  /// `buffer` comes from line_buffer or has as much room; both references must outlive the reader.
  LineReader(BlockBuffer& buffer PP_LIFETIMEBOUND, const ReadHooks& hooks PP_LIFETIMEBOUND)
      : buffer_(buffer), hooks_(hooks), timer_(hooks) {}

  /// The next line, alive until the next call; false at the end or when a hook said stop. Throws std::system_error.
  bool next(Line& out);
  bool stopped() const noexcept { return stopped_; }

 private:
  BlockBuffer& buffer_;
  const ReadHooks& hooks_;
  ProgressTimer timer_;
  std::vector<std::uint8_t> decoded_;
  std::uint64_t number_ = 0;
  std::size_t used_ = 0;  // of the window, by the line handed out last
  bool stopped_ = false;
};

inline BlockBuffer line_buffer(InputFile& file PP_LIFETIMEBOUND) { return {file, max_line + 4096}; }

}  // namespace pp::source
