// A command line as data: what --help, manual pages and completions are written from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/option_table.hpp"

namespace pp::tool {

/// What a shell offers for a value.
enum class ValueKind : std::uint8_t { none, other, file, directory, interface, user, words };

struct OptionModel {
  std::vector<std::string> names;  // "-r", "--read"; an operand's one name, "FILE"
  std::string type;                // "FILE"; of an optional value "bad|HEX", without "[=" and "]"
  std::string help;                // with its default
  std::string_view more;
  std::string_view group;
  bool positional = false;
  bool optional_value = false;  // only as --name=VALUE
  bool repeatable = false;
  bool required = false;
  ValueKind kind = ValueKind::none;
  std::vector<std::string> words;  // of ValueKind::words; one that ends in '=' or '/' wants more after it
};

struct CommandModel {
  std::string name;      // "ppinspect", "ppgen make"
  std::string summary;   // one line
  std::string operands;  // "[options] [FILE...]"
  std::string footer;    // what --help says below the options
  std::vector<OptionModel> options;

  /// The last word of the name: "make".
  std::string_view word() const noexcept { return std::string_view(name).substr(name.rfind(' ') + 1); }
};

/// A tool: itself and its subcommands.
struct ToolModel {
  std::string name;
  std::string version;
  CommandModel own;
  std::vector<CommandModel> subcommands;
};

/// What a row says. The kind of a value comes from its allowed words, else from its name: FILE, DIR, IF or USER.
OptionModel option_model(const OptionText& row, std::string_view group);

/// The headings of the options, in order of first appearance; those with operands come before the others.
std::vector<std::string_view> groups(const CommandModel& command);

/// What must follow the name: "ADDR FILE".
std::string required_operands(const CommandModel& command);

/// `words` with `between` between them.
std::string joined(const std::vector<std::string>& words, std::string_view between);

/// `text` in lines of at most 80 columns, the first of which has `first` columns before it; each further line is indented by
/// `indent`. Line ends in the text stay.
std::string wrapped(std::string_view text, std::size_t first = 0, std::size_t indent = 0);

/// What --help prints, in lines of at most 80 columns.
std::string help_text(const CommandModel& command);

}  // namespace pp::tool
