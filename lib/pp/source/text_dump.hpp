// Dumps with an offset column: xxd, hexdump, hexdump -C, od, tcpdump -x and -X, and their kin.
#pragma once

#include <string_view>

#include "pp/source/text_input.hpp"

namespace pp::source {

/// Repeats ("*") may make a dump longer than its text, up to this.
inline constexpr std::size_t max_dumped = 16U << 20;

/// A dump starts within the first lines of a text.
bool is_dump(std::string_view head) noexcept;

/// Lines above the dump are passed over (tcpdump's summary, a prompt); below its first line everything has to be a line
/// of it, with the expected offset, so that a missing line is detected. The offsets' base is found by which one fits.
/// Words of four digits without a colon are taken in little-endian order, as hexdump and od -x write them, unless only
/// the printed order begins like a header.
TextResult decode_dump(std::string_view text);

}  // namespace pp::source
