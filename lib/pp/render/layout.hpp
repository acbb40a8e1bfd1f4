// Text in columns: how wide it is, where it wraps, and what is placed at the right of a line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "pp/render/format.hpp"

namespace pp::render {

/// Columns that a terminal needs for one line of shown text: wide characters take two, combining ones and colours none.
std::size_t columns(std::string_view line) noexcept;

/// Appends text that begins at `column`, wrapped at words to style.width; 0 never wraps. Continuation lines begin at
/// `indent`. A line feed in the text begins a line, which keeps the blanks it starts with as an indent of its own. Gives
/// the column after the last character; no line feed is written behind it.
std::size_t append_wrapped(std::string& out, std::string_view text, std::size_t column, std::size_t indent, const Style& style);

/// Where the right-hand text of a line stands, when there is room for it.
inline constexpr std::size_t side_column = 74;

/// Appends `side`, dim, at side_column, to a line that has come to `column`: further left on a terminal that is narrower,
/// further right after a line that is longer and is not wrapped. False when there is no room, and nothing was written.
bool append_side(std::string& out, std::size_t column, std::string_view side, const Style& style);

/// Inside a block: where lines begin, and where the text of "fix", "rule" and "code" does.
inline constexpr std::size_t block_indent = 2;
inline constexpr std::size_t label_column = 8;

/// Below this width rows of bytes have 8 bytes in place of 16.
inline constexpr std::size_t least_for_long_rows = 76;

}  // namespace pp::render
