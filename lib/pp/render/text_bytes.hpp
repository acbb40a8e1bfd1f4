// Bytes of a finding: the line or the rows of a dump that hold it, with carets below.
#pragma once

#include <cstdint>
#include <string>

#include "pp/base/bytes.hpp"
#include "pp/render/format.hpp"
#include "pp/render/palette.hpp"

namespace pp::render {

/// What the carets mark, and their colour.
struct Marked {
  std::size_t offset = 0;
  std::size_t length = 0;
  Paint color = Paint::error;
};

/// The v1 line with escapes, and carets under the marked bytes. A line that is wider than the terminal shows the part
/// around them.
void append_line_with_carets(std::string& out, Bytes line, Marked marked, const Style& style);

/// Rows of 16 bytes, of 8 on a narrow terminal: "0010  c0 00 ...  |...|", with carets; the rows that hold marked bytes, at
/// most three of them.
void append_rows_with_carets(std::string& out, Bytes bytes, Marked marked, const Style& style);

/// Four hexadecimal digits, or more when it takes more.
void append_offset(std::string& out, std::size_t offset);

/// "64 77 0a": at most `most` bytes, then "... (+N)".
void append_spaced_hex(std::string& out, Bytes bytes, std::size_t most);

}  // namespace pp::render
