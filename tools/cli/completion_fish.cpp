// fish: a file of `complete` lines.
#include "cli/completion.hpp"

namespace pp::tool {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

/// What is offered: -F files, -f none.
std::string offered(const OptionModel& option) {
  switch (option.kind) {
    case ValueKind::file: return " -F";
    case ValueKind::directory: return " -f -a '(__fish_complete_directories)'";
    case ValueKind::interface: return " -f -a '(command ls /sys/class/net 2>/dev/null) any'";
    case ValueKind::user: return " -f -a '(__fish_complete_users)'";
    case ValueKind::words: {
      std::string words;
      for (const std::string& word : option.words) words += (words.empty() ? "" : " ") + word;
      return " -f -a " + quoted(words);
    }
    default: return " -f";
  }
}

/// -r: a value follows.
std::string value(const OptionModel& option) {
  if (option.kind == ValueKind::none) return "";
  return (option.optional_value ? "" : " -r") + offered(option);
}

std::string lines(const std::string& tool, const CommandModel& command, const std::string& condition) {
  std::string out;
  const std::string start = "complete -c " + tool + (condition.empty() ? "" : " -n " + quoted(condition));
  for (const OptionModel& option : command.options) {
    if (option.positional) {
      out += start + offered(option) + "\n";
      continue;
    }
    out += start;
    for (const std::string& name : option.names) out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    out += value(option) + " -d " + quoted(option.help) + "\n";
  }
  return out;
}

}  // namespace

std::string fish_completion(const ToolModel& tool) {
  const std::string& name = tool.name;
  std::string out = "# fish completion for " + name + ", written by: " + name + " --completion fish\n\n";
  if (tool.subcommands.empty()) return out + lines(name, tool.own, "");
  out += "function __" + name + "_in\n  set -l words (commandline -opc)\n  test (count $words) -ge 2; and test $words[2] = $argv[1]\nend\n";
  out += "function __" + name + "_first\n  test (count (commandline -opc)) -eq 1\nend\n\n";
  out += "complete -c " + name + " -f\n" + lines(name, tool.own, "__" + name + "_first");
  for (const CommandModel& sub : tool.subcommands) {
    const std::string word = sub.name.substr(name.size() + 1);
    out += "complete -c " + name + " -n __" + name + "_first -a " + word + " -d " + quoted(sub.summary) + "\n";
    out += lines(name, sub, "__" + name + "_in " + word);
  }
  return out;
}

}  // namespace pp::tool
