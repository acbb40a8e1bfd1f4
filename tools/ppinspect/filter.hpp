// The packet filter of a command line: which words it is, -F, and the message for a wrong one.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "pp/source/filter.hpp"

namespace pp::tool {

/// A filter that does not compile: usage, exit status 2.
class BadFilter : public std::runtime_error {
 public:
  BadFilter(std::string expression, source::FilterFault fault)
      : std::runtime_error(fault.message), expression_(std::move(expression)), fault_(std::move(fault)) {}

  const std::string& expression() const noexcept { return expression_; }
  const source::FilterFault& fault() const noexcept { return fault_; }

 private:
  std::string expression_;
  source::FilterFault fault_;
};

/// Prints the fault's message, and the filter with carets below it, to stderr, escaped. With `redact` it only says that
/// the filter is wrong: its text names hosts.
void say_bad_filter(const std::string& expression, const source::FilterFault& fault, bool redact);

/// The operands of a command line.
struct LeftOver {
  std::vector<std::string> files;
  std::string filter;
};
/// Leading words that are files; what follows them, or "--" (`after_dashes`), is a filter. With `no_files` all are the filter.
LeftOver part_words(const std::vector<std::string>& words, const std::vector<std::string>& after_dashes, bool no_files);

/// The filter of -F. Throws BadFilter, and std::system_error when the file can't be read.
std::string read_filter_file(const std::string& path);

/// Throws BadFilter unless the filter compiles. `bare`: its first word could have been meant for a file.
void require_filter(const std::string& filter, bool bare);

}  // namespace pp::tool
