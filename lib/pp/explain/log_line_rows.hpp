// The table of log lines: how each is recognised, and what it means.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "pp/explain/log_line.hpp"

namespace pp::explain {

/// What the bytes between a line's quotes have to be, for the row to fit.
enum class LogQuote : std::uint8_t {
  unread,  // nothing is read
  any,     // a receiver that expects a header quotes what it got: the fix follows from it
  header,  // a server that expects none quotes its first bytes: anything but a header is another problem
};

struct LogRow {
  std::string_view id;
  std::string_view who;
  // All of them, lower case, '|' between alternatives; a word that begins with a letter or a digit begins there, and a
  // number ends there: no row fits inside another word or a longer number.
  std::array<std::string_view, 3> words;
  LogSide side;
  std::string_view meaning;
  std::string_view fix;
  LogQuote quote = LogQuote::unread;
  std::string_view quote_after{};
  std::string_view unless{};  // alternatives again; none of them may be there
  unsigned times = 1;         // that the first word has to be there
};

std::span<const LogRow> log_rows() noexcept;

}  // namespace pp::explain
