#include <algorithm>

#include "cli/command_model.hpp"

namespace pp::tool {
namespace {

constexpr std::size_t width = 80;
constexpr std::size_t column = 30;  // where an option's words begin

/// `text` in lines of at most `width`, behind `first`, each further line indented by `indent`. Lines of the text stay apart.
std::string wrapped(std::string_view text, std::size_t first, std::size_t indent) {
  std::string out;
  std::size_t at = first;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    if (end > 0 && at > indent && at + end > width) {
      while (out.ends_with(' ')) out.pop_back();
      out += "\n" + std::string(indent, ' ');
      at = indent;
    }
    out += text.substr(0, end);
    at += end;
    if (end == text.size()) break;
    if (text[end] == '\n') {
      out += "\n" + std::string(indent, ' ');
      at = indent;
    } else if (at < width) {
      out += ' ';
      ++at;
    }
    text.remove_prefix(end + 1);
  }
  return out;
}

std::string entry(const OptionModel& option) {
  std::string out = "  ";
  for (const std::string& name : option.names) out += (&name == option.names.data() ? "" : ",") + name;
  if (!option.positional && option.kind != ValueKind::none) out += option.optional_value ? " [=" + option.type + "]" : " " + option.type;
  out += out.size() + 2 <= column ? std::string(column - out.size(), ' ') : "\n" + std::string(column, ' ');
  return out + wrapped(option.help, column, column) + "\n";
}

}  // namespace

std::string help_text(const CommandModel& command) {
  std::string out = wrapped(command.summary, 0, 0) + "\n\nUsage: " + command.name + " " + command.operands + "\n";
  for (const std::string& group : groups(command)) {
    out += "\n" + group + ":\n";
    for (const bool positional : {true, false}) {
      for (const OptionModel& option : command.options) {
        if (option.group == group && option.positional == positional) out += entry(option);
      }
    }
  }
  return command.footer.empty() ? out : out + "\n" + wrapped(command.footer, 0, 0) + "\n";
}

}  // namespace pp::tool
