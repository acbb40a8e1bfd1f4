// zsh: a file for a folder of fpath, named _TOOL.
#include "cli/completion.hpp"

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

/// Words that end in '=' or '/' want more behind them: no space then.
std::string words_action(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  const bool more = !words.empty() && (words.front().ends_with('=') || words.front().ends_with('/'));
  return more ? "compadd -S \"\" -- " + out : "(" + out + ")";
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

/// `*'[help]:TYPE:action'` for each name: every option may be given again.
std::string option_spec(const OptionModel& option) {
  std::string out;
  for (const std::string& name : option.names) {
    std::string spec = "*" + name;
    const bool is_long = name.starts_with("--");
    if (option.optional_value) {
      spec += is_long ? "=-" : "-";
    } else if (option.kind != ValueKind::none) {
      spec += is_long ? "=" : "+";
    }
    spec += "[" + plain(option.help) + "]";
    if (option.kind != ValueKind::none) spec += (option.optional_value ? "::" : ":") + plain(option.type) + ":" + action(option);
    out += "    " + quoted(spec) + " \\\n";
  }
  return out;
}

/// `rest`: what decides where to go on, of a tool with subcommands.
std::string arguments(const CommandModel& command, const std::string& rest) {
  std::string out = rest.empty() ? "  _arguments -S -s \\\n" : "  _arguments -S -C \\\n";
  std::string operands;
  for (const OptionModel& option : command.options) {
    if (!option.positional) {
      out += option_spec(option);
      continue;
    }
    const bool many = command.operands.find(option.names.front() + "...") != std::string::npos;
    operands += "    " + quoted((many ? "*:" : ":") + plain(option.names.front() + ": " + option.help) + ":" + action(option)) + " \\\n";
  }
  if (operands.empty() && command.operands.find("[FILE") != std::string::npos) operands = "    '*:FILE:_files' \\\n";
  return out + operands + rest + "    && return\n";
}

}  // namespace

std::string zsh_completion(const ToolModel& tool) {
  const std::string& name = tool.name;
  std::string out = "#compdef " + name + "\n# zsh completion for " + name + ", written by: " + name + " --completion zsh\n\n";
  for (const CommandModel& sub : tool.subcommands) {
    out += "_" + name + "_" + sub.name.substr(name.size() + 1) + "() {\n" + arguments(sub, "") + "}\n\n";
  }
  if (tool.subcommands.empty()) {
    out += "_" + name + "() {\n" + arguments(tool.own, "") + "}\n\n";
  } else {
    out += "_" + name + "() {\n  local curcontext=$curcontext state line ret=1\n  typeset -A opt_args\n" +
           arguments(tool.own, "    '1:subcommand:->subcommand' \\\n    '*::argument:->argument' \\\n");
    out += "  case $state in\n    subcommand)\n      local -a subcommands=(\n";
    for (const CommandModel& sub : tool.subcommands)
      out += "        " + quoted(sub.name.substr(name.size() + 1) + ":" + plain(sub.summary)) + "\n";
    out += "      )\n      _describe -t commands subcommand subcommands && ret=0\n      ;;\n    argument)\n      case $words[1] in\n";
    for (const CommandModel& sub : tool.subcommands) {
      const std::string word = sub.name.substr(name.size() + 1);
      out += "        " + word + ") _" + name + "_" + word + " && ret=0 ;;\n";
    }
    out += "      esac\n      ;;\n  esac\n  return ret\n}\n\n";
  }
  return out + "_" + name + " \"$@\"\n";
}

}  // namespace pp::tool
