// bash: a function that needs no other package, for bash 4.4 and newer.
#include "cli/completion.hpp"

namespace pp::tool {
namespace {

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : std::string(between)) + word;
  return out;
}

std::string candidates(const OptionModel& option) {
  switch (option.kind) {
    case ValueKind::file: return "_files -f";
    case ValueKind::directory: return "_files -d";
    case ValueKind::interface: return "_words \"$(cd /sys/class/net 2>/dev/null && echo *) any\"";
    case ValueKind::user: return "_of -u";
    case ValueKind::words: return "_words '" + joined(option.words, " ") + "'";
    default: return "";
  }
}

/// Calls of helpers carry the tool's name, so that two tools' scripts do not meet.
std::string call(const std::string& tool, const std::string& candidates) { return candidates.empty() ? ":" : "_" + tool + candidates; }

/// All that begins with '-': an optional value is shown with its '='.
std::string option_words(const CommandModel& command) {
  std::string out;
  for (const OptionModel& option : command.options) {
    if (option.positional) continue;
    out += (out.empty() ? "" : " ") + joined(option.names, " ");
    if (option.optional_value && !option.words.empty()) out += " " + option.names.back() + "=";
  }
  return out;
}

std::string body(const std::string& tool, const CommandModel& command, const std::string& indent, const std::string& operands) {
  std::string out = indent + "case $prev$behind in\n";
  for (const OptionModel& option : command.options) {
    if (option.positional || option.kind == ValueKind::none) continue;
    std::string patterns;
    for (const std::string& name : option.names) {
      if (!option.optional_value) patterns += (patterns.empty() ? "" : " | ") + name;
      if (name.starts_with("--")) patterns += (patterns.empty() ? "" : " | ") + name + "=";
    }
    out += indent + "  " + patterns + ") " + call(tool, candidates(option)) + "; return ;;\n";
  }
  out += indent + "esac\n";
  out += indent + "if [[ $cur == -* ]]; then _" + tool + "_words '" + option_words(command) + "'; return; fi\n";
  return out + indent + operands + "\n";
}

std::string operand(const std::string& tool, const CommandModel& command) {
  for (const OptionModel& option : command.options) {
    if (option.positional && !candidates(option).empty()) return call(tool, candidates(option));
  }
  return command.operands.find("[FILE") != std::string::npos ? "_" + tool + "_files -f" : ":";
}

}  // namespace

std::string bash_completion(const ToolModel& tool) {
  const std::string& name = tool.name;
  std::string out = "# bash completion for " + name + ", written by: " + name + " --completion bash\n\n";
  out += "_" + name +
         "_words() {\n  mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\")\n"
         "  if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=/] ]]; then compopt -o nospace 2>/dev/null; fi\n}\n";
  out += "_" + name + "_files() {\n  compopt -o filenames 2>/dev/null\n  mapfile -t COMPREPLY < <(compgen \"$1\" -- \"$cur\")\n}\n";
  out += "_" + name + "_of() {\n  mapfile -t COMPREPLY < <(compgen \"$1\" -- \"$cur\")\n}\n";
  out += "_" + name +
         "() {\n  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} behind=''\n  COMPREPLY=()\n"
         "  # bash makes three words of --name=value.\n"
         "  if [[ $cur == = ]]; then cur='' behind='='; fi\n"
         "  if [[ $prev == = && $COMP_CWORD -ge 2 ]]; then prev=${COMP_WORDS[COMP_CWORD - 2]} behind='='; fi\n";
  if (tool.subcommands.empty()) {
    out += body(name, tool.own, "  ", operand(name, tool.own));
  } else {
    std::string names;
    for (const CommandModel& sub : tool.subcommands) names += (names.empty() ? "" : " ") + sub.name.substr(name.size() + 1);
    out += "  local sub=\n  if [[ $COMP_CWORD -gt 1 ]]; then sub=${COMP_WORDS[1]}; fi\n  case $sub in\n";
    for (const CommandModel& sub : tool.subcommands) {
      out += "    " + sub.name.substr(name.size() + 1) + ")\n" + body(name, sub, "      ", operand(name, sub)) + "      ;;\n";
    }
    out += "    \"\" | -*)\n" + body(name, tool.own, "      ", "_" + name + "_words '" + names + "'") + "      ;;\n  esac\n";
  }
  return out + "}\ncomplete -F _" + name + " " + name + "\n";
}

}  // namespace pp::tool
