// zsh: a file for a folder of fpath, named _TOOL.
#include "cli/completion.hpp"
#include "pp/text/format.hpp"

namespace pp::tool {
namespace {

/// For one pair of single quotes.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

/// A text inside a specification: ':' and brackets mean something there.
std::string plain(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

/// Words that end in '=' or '/' want more after them: no space then.
std::string words_action(const std::vector<std::string>& words) {
  const bool more = !words.empty() && (words.front().ends_with('=') || words.front().ends_with('/'));
  return more ? text::format("compadd -S \"\" -- {}", joined(words, " ")) : text::format("({})", joined(words, " "));
}

std::string action(const OptionModel& option) {
  switch (option.kind) {
    case ValueKind::file: return "_files";
    case ValueKind::directory: return "_files -/";
    case ValueKind::interface: return "_net_interfaces";
    case ValueKind::user: return "_users";
    case ValueKind::words: return words_action(option.words);
    default: return " ";  // a value, and nothing to offer
  }
}

/// What follows an option's name: '=' or '+' for a value, '-' where it must be attached.
std::string_view attachment(const OptionModel& option, bool is_long) {
  if (option.optional_value) return is_long ? "=-" : "-";
  if (option.kind == ValueKind::none) return "";
  return is_long ? "=" : "+";
}

/// `*'[help]:TYPE:action'` for each name: every option may be given again.
std::string option_spec(const OptionModel& option) {
  std::string out;
  for (const std::string& name : option.names) {
    std::string spec = text::format("*{}{}[{}]", name, attachment(option, name.starts_with("--")), plain(option.help));
    if (option.optional_value) spec += ':';
    if (option.kind != ValueKind::none) text::append(spec, ":{}:{}", plain(option.type), action(option));
    text::append(out, "    {} \\\n", quoted(spec));
  }
  return out;
}

std::string operand_spec(const OptionModel& option) {
  const std::string message = plain(text::format("{}: {}", option.names.front(), option.help));
  const std::string spec = text::format("{}:{}:{}", option.repeatable ? "*" : "", message, action(option));
  return text::format("    {} \\\n", quoted(spec));
}

/// `rest`: what decides where to go on, of a tool with subcommands.
std::string arguments(const CommandModel& command, std::string_view rest) {
  std::string options, operands;
  for (const OptionModel& option : command.options) {
    if (!option.positional) options += option_spec(option);
    // zsh takes one kind of operand for all that follow; what comes after FILE... has nothing to offer.
    if (option.positional && !operands.starts_with("    '*")) operands += operand_spec(option);
  }
  return text::format("  _arguments -S {} \\\n{}{}{}    && return\n", rest.empty() ? "-s" : "-C", options, operands, rest);
}

constexpr char dispatch[] =
    "_{tool}() {{\n"
    "  local curcontext=$curcontext state line ret=1\n"
    "  typeset -A opt_args\n"
    "{arguments}"
    "  case $state in\n"
    "    subcommand)\n"
    "      local -a subcommands=(\n"
    "{described}"
    "      )\n"
    "      _describe -t commands subcommand subcommands && ret=0\n"
    "      ;;\n"
    "    argument)\n"
    "      case $words[1] in\n"
    "{cases}"
    "      esac\n"
    "      ;;\n"
    "  esac\n"
    "  return ret\n"
    "}}\n";

/// The tool's own function: which subcommand's goes on.
std::string dispatcher(const ToolModel& tool) {
  std::string described, cases;
  for (const CommandModel& sub : tool.subcommands) {
    text::append(described, "        {}\n", quoted(text::format("{}:{}", sub.word(), plain(sub.summary))));
    text::append(cases, "        {1}) _{0}_{1} && ret=0 ;;\n", tool.name, sub.word());
  }
  return text::format(dispatch, fmt::arg("tool", tool.name),
                      fmt::arg("arguments", arguments(tool.own, "    '1:subcommand:->subcommand' \\\n    '*::argument:->argument' \\\n")),
                      fmt::arg("described", described), fmt::arg("cases", cases));
}

}  // namespace

std::string zsh_completion(const ToolModel& tool) {
  const std::string& name = tool.name;
  std::string out = text::format("#compdef {0}\n# zsh completion for {0}, written by: {0} --completion zsh\n\n", name);
  for (const CommandModel& sub : tool.subcommands) text::append(out, "_{}_{}() {{\n{}}}\n\n", name, sub.word(), arguments(sub, ""));
  out += tool.subcommands.empty() ? text::format("_{}() {{\n{}}}\n", name, arguments(tool.own, "")) : dispatcher(tool);
  text::append(out, "\n_{} \"$@\"\n", name);
  return out;
}

}  // namespace pp::tool
