// Hex digits without a dump's columns, and base64.
#pragma once

#include <string_view>

#include "pp/source/text_input.hpp"

namespace pp::source {

/// Digits in pairs; blanks, line breaks, ':' and ',' between them, 0x or \x before them. A pair may be split by a line
/// break (text folded at an odd width) and by nothing else; one digit alone is a byte only behind a prefix.
TextResult decode_plain_hex(std::string_view text);
bool only_hex(std::string_view head) noexcept;

/// The standard and the URL-safe alphabet, blanks anywhere, padding or none.
TextResult decode_base64(std::string_view text);
/// base64 all through, and it begins like a header.
bool header_in_base64(std::string_view head);

/// Turns an offset into the error's line and column.
TextError text_error(std::string_view text, std::size_t offset, std::string what);

/// A character as a message shows it: in quotes, or 0xNN when it does not print.
std::string character_text(char c);

}  // namespace pp::source
