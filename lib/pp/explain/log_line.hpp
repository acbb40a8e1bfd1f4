// A receiver's log line or error text: who says such a thing, what it means for the header, and who has to change what.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pp/inspect/reaction.hpp"

namespace pp::explain {

struct LogReading {
  std::string_view id;        // of the row, kebab-case
  std::string_view who;       // says so
  inspect::Side side = inspect::Side::unknown;  // that has to change; unknown where the text does not tell
  std::string_view meaning;
  std::string_view fix;
  std::vector<std::uint8_t> quoted;  // what the line quotes, without its escapes; empty when there is nothing
};

/// nullopt: no row fits, and nothing in it is a header. Case does not matter, nor what stands around the words.
std::optional<LogReading> read_log_line(std::string_view text);

/// The bytes between the first quotes of `text` (behind `after`, when that is found) and the last ones that are no later
/// than its end, with \xNN, \r, \n, \t, \0, \" and \\ taken for what they stand for.
std::vector<std::uint8_t> quoted_bytes(std::string_view text, std::string_view after);

/// For closing tests: the ids of all rows.
std::vector<std::string_view> log_line_ids();

}  // namespace pp::explain
