// The options of a tool as rows: what a user writes, what --help, the manual page and the completions say, and where the
// value is stored. A new option is a new row.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pp::tool {

/// Words that a value may be: written in the row with '|' between, or listed from another table.
struct Allowed {
  std::string_view fixed = {};
  std::vector<std::string> (*listed)() = nullptr;
  bool others = false;  // the words are only offered: take() decides about every other value

  bool any() const noexcept { return !fixed.empty() || listed != nullptr; }
  std::vector<std::string> words() const;
};

struct OptionText {
  std::string_view names;           // "-r,--read"; of an operand its one name, "FILE"
  std::string_view value = {};      // "FILE"; "[=SNI]" when it is optional, and then only as --name=VALUE; empty: a flag
  std::string_view initial = {};    // the default, stored as if the user had written it
  std::string_view otherwise = {};  // the default in words, where it is not such a value
  Allowed allowed = {};
  std::string_view help = {};           // for --help: half a sentence, without the allowed words' default
  std::string_view more = {};           // for the manual page: sentences that follow
  std::string_view needs = {};          // names of which one must be given too: "-L"
  std::string_view excludes = {};       // names that may not be given too: "--unix,--src"
  bool repeatable = false;              // each use counts; of other options the last one does
  bool required = false;                // operands
  std::string_view without_value = {};  // of an optional value: what stands for it when it is left out
};

/// One use of an option on the command line.
struct Given {
  const OptionText& row;
  std::string_view option;  // the name that the user wrote
  std::string_view value;   // empty: a flag
};

template <class Options>
struct OptionRow {
  OptionText text;
  /// Stores the value, or refuses it with refuse(). An operand without it is left to the tool.
  void (*take)(Options& options, const Given& given) = nullptr;
};

/// "-r,--read" gives both.
std::vector<std::string_view> split_names(std::string_view names, char between = ',');

/// "a, b or c".
std::string alternatives(const std::vector<std::string>& words);

/// Refuses a value that is not among the allowed words, naming them.
[[noreturn]] void refuse_word(const Given& given);

}  // namespace pp::tool
