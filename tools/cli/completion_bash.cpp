// bash: a function that needs no other package, for bash 4.4 and newer.
#include "cli/completion.hpp"
#include "pp/text/format.hpp"

namespace pp::tool {
namespace {

std::string candidates(const OptionModel& option) {
  switch (option.kind) {
    case ValueKind::file: return "_files -f";
    case ValueKind::directory: return "_files -d";
    case ValueKind::interface: return "_words \"$(cd /sys/class/net 2>/dev/null && echo *) any\"";
    case ValueKind::user: return "_of -u";
    case ValueKind::words: return text::format("_words '{}'", joined(option.words, " "));
    default: return "";
  }
}

/// A call of one of the script's functions, whose names begin with the tool's so that two tools' scripts do not meet.
std::string call(std::string_view tool, const std::string& candidates) {
  return candidates.empty() ? ":" : text::format("_{}{}", tool, candidates);
}

/// All that begins with '-'; an optional value is offered with its '='.
std::string option_words(const CommandModel& command) {
  std::vector<std::string> out;
  for (const OptionModel& option : command.options) {
    if (option.positional) continue;
    out.insert(out.end(), option.names.begin(), option.names.end());
    if (option.optional_value && !option.words.empty()) out.push_back(text::format("{}=", option.names.back()));
  }
  return joined(out, " ");
}

/// "-r | --read | --read=) ..." for each option with a value.
std::string value_cases(std::string_view tool, const CommandModel& command, std::string_view indent) {
  std::string out;
  for (const OptionModel& option : command.options) {
    if (option.positional || option.kind == ValueKind::none) continue;
    std::vector<std::string> patterns;
    for (const std::string& name : option.names) {
      if (!option.optional_value) patterns.push_back(name);
      if (name.starts_with("--")) patterns.push_back(text::format("{}=", name));
    }
    text::append(out, "{}  {}) {}; return ;;\n", indent, joined(patterns, " | "), call(tool, candidates(option)));
  }
  return out;
}

constexpr char body_text[] =
    "{in}case $prev$behind in\n"
    "{cases}"
    "{in}esac\n"
    "{in}if [[ $cur == -* ]]; then _{tool}_words '{options}'; return; fi\n"
    "{in}{operands}\n";

std::string body(std::string_view tool, const CommandModel& command, std::string_view indent, std::string_view operands) {
  return text::format(body_text, fmt::arg("in", indent), fmt::arg("cases", value_cases(tool, command, indent)), fmt::arg("tool", tool),
                      fmt::arg("options", option_words(command)), fmt::arg("operands", operands));
}

std::string operand(std::string_view tool, const CommandModel& command) {
  for (const OptionModel& option : command.options) {
    if (option.positional && !candidates(option).empty()) return call(tool, candidates(option));
  }
  return ":";
}

constexpr char functions[] =
    "# bash completion for {0}, written by: {0} --completion bash\n"
    "\n"
    "_{0}_words() {{\n"
    "  mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\")\n"
    "  if [[ ${{#COMPREPLY[@]}} -eq 1 && ${{COMPREPLY[0]}} == *[=/] ]]; then compopt -o nospace 2>/dev/null; fi\n"
    "}}\n"
    "_{0}_files() {{\n"
    "  compopt -o filenames 2>/dev/null\n"
    "  mapfile -t COMPREPLY < <(compgen \"$1\" -- \"$cur\")\n"
    "}}\n"
    "_{0}_of() {{\n"
    "  mapfile -t COMPREPLY < <(compgen \"$1\" -- \"$cur\")\n"
    "}}\n"
    "_{0}() {{\n"
    "  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD - 1]}} behind=''\n"
    "  COMPREPLY=()\n"
    "  # bash makes three words of --name=value.\n"
    "  if [[ $cur == = ]]; then cur='' behind='='; fi\n"
    "  if [[ $prev == = && $COMP_CWORD -ge 2 ]]; then prev=${{COMP_WORDS[COMP_CWORD - 2]}} behind='='; fi\n"
    "{1}"
    "}}\n"
    "complete -F _{0} {0}\n";

constexpr char by_subcommand[] =
    "  local sub=\n"
    "  if [[ $COMP_CWORD -gt 1 ]]; then sub=${{COMP_WORDS[1]}}; fi\n"
    "  case $sub in\n"
    "{}"
    "    \"\" | -*)\n"
    "{}"
    "      ;;\n"
    "  esac\n";

std::string subcommand_bodies(const ToolModel& tool) {
  std::string cases;
  std::vector<std::string> names;
  for (const CommandModel& sub : tool.subcommands) {
    names.emplace_back(sub.word());
    text::append(cases, "    {})\n{}      ;;\n", sub.word(), body(tool.name, sub, "      ", operand(tool.name, sub)));
  }
  const std::string own = text::format("_{}_words '{}'", tool.name, joined(names, " "));
  return text::format(by_subcommand, cases, body(tool.name, tool.own, "      ", own));
}

}  // namespace

std::string bash_completion(const ToolModel& tool) {
  const bool flat = tool.subcommands.empty();
  return text::format(functions, tool.name, flat ? body(tool.name, tool.own, "  ", operand(tool.name, tool.own)) : subcommand_bodies(tool));
}

}  // namespace pp::tool
