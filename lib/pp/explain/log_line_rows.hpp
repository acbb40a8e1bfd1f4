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
  found,   // the same where the line quotes a header somewhere; another quote says nothing
  header,  // a server that expects none quotes its first bytes: anything but a header is another problem
};

/// What has to be changed: a text of the row's own, or what fixes.hpp says of a product (of none in particular when it is
/// empty), so that an option stands in one table.
struct LogFix {
  enum class Kind : std::uint8_t { text, send, take, take_mail, trust };
  Kind kind = Kind::text;
  std::string_view what;  // the text, or the product

  constexpr LogFix(Kind k, std::string_view w) : kind(k), what(w) {}
  constexpr LogFix(const char* text) : what(text) {}  // NOLINT(google-explicit-constructor): a row writes its text
};

struct LogRow {
  std::string_view id;
  std::string_view who;
  std::string_view source;  // where its words are from: the version that made them, or who reported them
  // All of them, lower case, '|' between alternatives; a word that begins with a letter or a digit begins there, and a
  // number ends there: no row fits inside another word or a longer number.
  std::array<std::string_view, 3> words;
  LogSide side;
  std::string_view meaning;
  LogFix fix;
  LogQuote quote = LogQuote::unread;
  std::string_view quote_after{};
  std::string_view unless{};  // alternatives again; none of them may be there
  unsigned times = 1;         // that the first word has to be there
};

std::span<const LogRow> log_rows() noexcept;

}  // namespace pp::explain
