// A whole log: every line looked at, the known ones grouped, so that a day of them is a few rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pp/explain/log_line.hpp"

namespace pp::explain {

struct LogGroup {
  LogReading reading;  // of its first line
  std::string client;  // the address that the lines name, empty when they name none
  std::uint64_t count = 0;
  std::string first;  // the time of the first line, as the log writes it; may be empty
  std::string last;
};

/// Memory is bounded: from `most_groups` on, lines of new clients are counted in one group per row, without a client.
class LogReport {
 public:
  static constexpr std::size_t most_groups = 4096;

  /// The bytes that nginx quotes may hold line ends: such a line counts once its quote has ended, or at finish().
  void add(std::string_view line);
  void finish();
  /// A text with one line or several; one that is known as a whole alone, as an answer of several lines, counts once.
  void add_text(std::string_view text);
  /// The group that began since the last call, if one did: for whoever prints a cause when it comes.
  const LogGroup* take_new();
  /// The most frequent first, harmless ones after all others.
  std::vector<LogGroup> groups() const;
  std::uint64_t lines() const { return lines_; }
  std::uint64_t known() const { return known_; }

 private:
  void count(std::string_view line);

  std::unordered_map<std::string, LogGroup> groups_;
  const LogGroup* new_ = nullptr;
  std::string open_;  // a line whose quote has not ended
  std::uint64_t lines_ = 0;
  std::uint64_t known_ = 0;
};

}  // namespace pp::explain
