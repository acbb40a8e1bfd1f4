// fish: a file of `complete` lines.
#include "cli/completion.hpp"
#include "pp/text/format.hpp"

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
    case ValueKind::words: return text::format(" -f -a {}", quoted(joined(option.words, " ")));
    default: return " -f";
  }
}

/// -r: a value follows.
std::string value(const OptionModel& option) {
  if (option.kind == ValueKind::none) return "";
  return text::format("{}{}", option.optional_value ? "" : " -r", offered(option));
}

std::string names(const OptionModel& option) {
  std::string out;
  for (const std::string& name : option.names) {
    if (name.starts_with("--")) {
      text::append(out, " -l {}", name.substr(2));
    } else {
      text::append(out, " -s {}", name.substr(1));
    }
  }
  return out;
}

std::string lines(std::string_view tool, const CommandModel& command, std::string_view condition) {
  std::string out;
  const std::string start =
      condition.empty() ? text::format("complete -c {}", tool) : text::format("complete -c {} -n {}", tool, quoted(condition));
  for (const OptionModel& option : command.options) {
    if (option.positional) {
      text::append(out, "{}{}\n", start, offered(option));
    } else {
      text::append(out, "{}{}{} -d {}\n", start, names(option), value(option), quoted(option.help));
    }
  }
  return out;
}

constexpr char head[] = "# fish completion for {0}, written by: {0} --completion fish\n\n";
constexpr char conditions[] =
    "function __{0}_in\n"
    "  set -l words (commandline -opc)\n"
    "  test (count $words) -ge 2; and test $words[2] = $argv[1]\n"
    "end\n"
    "function __{0}_first\n"
    "  test (count (commandline -opc)) -eq 1\n"
    "end\n"
    "\n"
    "complete -c {0} -f\n";

}  // namespace

std::string fish_completion(const ToolModel& tool) {
  const std::string& name = tool.name;
  std::string out = text::format(head, name);
  if (tool.subcommands.empty()) return out + lines(name, tool.own, "");
  text::append(out, conditions, name);
  out += lines(name, tool.own, text::format("__{}_first", name));
  for (const CommandModel& sub : tool.subcommands) {
    text::append(out, "complete -c {0} -n __{0}_first -a {1} -d {2}\n", name, sub.word(), quoted(sub.summary));
    out += lines(name, sub, text::format("__{}_in {}", name, sub.word()));
  }
  return out;
}

}  // namespace pp::tool
