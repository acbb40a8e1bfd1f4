// A command line as data, read out of CLI11: what manual pages and completions are written from.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace pp::tool {

/// What stands behind an option, or in a positional's place.
enum class ValueKind : std::uint8_t { none, other, file, directory, interface, user, words };

struct OptionModel {
  std::vector<std::string> names;  // "-r", "--read"; a positional's one name, "FILE"
  std::string type;                // "FILE"; of an optional value "bad|HEX", without "[=" and "]"
  std::string help;
  std::string group;
  bool positional = false;
  bool optional_value = false;  // only as --name=VALUE
  ValueKind kind = ValueKind::none;
  std::vector<std::string> words;  // of ValueKind::words; one that ends in '=' wants more behind it
};

struct CommandModel {
  std::string name;      // "ppinspect", "ppgen make"
  std::string summary;   // one line
  std::string operands;  // "[options] [FILE...]"
  std::string footer;    // what --help says below the options
  std::vector<OptionModel> options;
};

/// A tool: itself and its subcommands.
struct ToolModel {
  std::string name;
  std::string version;
  CommandModel own;
  std::vector<CommandModel> subcommands;
};

/// Words that an option or positional takes, where its type does not say them.
struct ValueWords {
  std::string_view option;  // a name: "--only", "WHAT"
  std::string_view types;   // "" or the type that it must have: "WHAT" of --only, not "PREFIX"
  std::vector<std::string> (*words)();
};

/// What `app` declares, in its order. The kind of a value comes from `rows`, else from its type's name: FILE, DIR, IF, USER, or words in
/// small letters with '|' between.
CommandModel command_model(const CLI::App& app, std::span<const ValueWords> rows);

/// The names of the groups of options, in the order of their first; those with positionals come before the others.
std::vector<std::string> groups(const CommandModel& command);

/// What --help prints, in lines of at most 80 columns.
std::string help_text(const CommandModel& command);

}  // namespace pp::tool
