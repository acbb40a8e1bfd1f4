#include <algorithm>

#include "cli/command_model.hpp"
#include "pp/text/format.hpp"

namespace pp::tool {
namespace {

constexpr std::size_t width = 80;
constexpr std::size_t column = 30;  // where help texts begin

std::string entry(const OptionModel& option) {
  std::string term = text::format("  {}", joined(option.names, ","));
  if (option.optional_value) {
    text::append(term, " [={}]", option.type);
  } else if (!option.positional && option.kind != ValueKind::none) {
    text::append(term, " {}", option.type);
  }
  constexpr std::size_t gap = 2;
  if (term.size() + gap > column) term += '\n';
  const std::size_t last_line = term.ends_with('\n') ? 0 : term.size();
  return text::format("{}{:{}}{}\n", term, "", column - last_line, wrapped(option.help, column, column));
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t first, std::size_t indent) {
  std::string out;
  std::size_t at = first;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    if (end > 0 && at > indent && at + end > width) {
      while (out.ends_with(' ')) out.pop_back();
      text::append(out, "\n{:{}}", "", indent);
      at = indent;
    }
    out += text.substr(0, end);
    at += end;
    if (end == text.size()) break;
    if (text[end] == '\n') {
      text::append(out, "\n{:{}}", "", indent);
      at = indent;
    } else if (at < width) {
      out += ' ';
      ++at;
    }
    text.remove_prefix(end + 1);
  }
  return out;
}

std::string help_text(const CommandModel& command) {
  std::string out = text::format("{}\n\nUsage: {} {}\n", wrapped(command.summary), command.name, command.operands);
  for (const std::string_view group : groups(command)) {
    text::append(out, "\n{}:\n", group);
    for (const bool positional : {true, false}) {
      for (const OptionModel& option : command.options) {
        if (option.group == group && option.positional == positional) out += entry(option);
      }
    }
  }
  if (!command.footer.empty()) text::append(out, "\n{}\n", wrapped(command.footer));
  return out;
}

}  // namespace pp::tool
