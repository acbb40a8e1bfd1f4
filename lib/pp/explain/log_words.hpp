// Which rows of the table of log lines may fit a line: one pass over its characters finds the first words of all rows at once.
#pragma once

#include <bitset>
#include <cstddef>
#include <string_view>

namespace pp::explain {

inline constexpr std::size_t most_log_rows = 512;

/// By the index of log_rows(); the last bit is for the ways in which a header is printed (log_quote.hpp).
using LogRowSet = std::bitset<most_log_rows>;
inline constexpr std::size_t printed_header_bit = most_log_rows - 1;

/// The rows of which an alternative of the first words is in the line, in any case of its letters. Looks at each character once,
/// and allocates nothing but its tables, at the first call.
LogRowSet rows_with_first_words(std::string_view line);

/// False: no row can fit the line.
bool may_be_known(std::string_view line);

}  // namespace pp::explain
