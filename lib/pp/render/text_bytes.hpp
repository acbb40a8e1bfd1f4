// Bytes under a diagnostic: the line or the hex rows that hold a finding, with carets below.
#pragma once

#include <cstdint>
#include <string>

#include "pp/base/bytes.hpp"
#include "pp/render/format.hpp"

namespace pp::render {

/// The v1 line with escapes, and carets under bytes [offset, offset + length).
void append_line_with_carets(std::string& out, Bytes line, std::size_t offset, std::size_t length, const Style& style);

/// Rows of 16 bytes, "0010  c0 00 ...  |...|", with carets; the rows that the span touches, at most three of them.
void append_rows_with_carets(std::string& out, Bytes bytes, std::size_t offset, std::size_t length, const Style& style);

/// Four hex digits, or more when it takes more.
void append_offset(std::string& out, std::size_t offset);

/// "64 77 0a": at most `most` bytes, then "... (+N)".
void append_spaced_hex(std::string& out, Bytes bytes, std::size_t most);

}  // namespace pp::render
