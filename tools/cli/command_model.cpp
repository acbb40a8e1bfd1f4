#include "cli/command_model.hpp"

#include <algorithm>

#include "pp/text/format.hpp"

namespace pp::tool {
namespace {

/// Of "bad|HEX" the words in small letters.
std::vector<std::string> words_of_type(std::string_view type) {
  std::vector<std::string> out;
  for (const std::string_view word : split_names(type, '|')) {
    const bool small = std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    if (small) out.emplace_back(word);
  }
  return out;
}

ValueKind kind_of_type(std::string_view type) {
  struct Row {
    std::string_view type;
    ValueKind kind;
  };
  constexpr Row rows[] = {
      {"FILE", ValueKind::file}, {"DIR", ValueKind::directory}, {"IF", ValueKind::interface}, {"USER", ValueKind::user}};
  for (const Row& row : rows) {
    if (type == row.type) return row.kind;
  }
  return ValueKind::other;
}

std::string help_of(const OptionText& row) {
  std::string out(row.help);
  if (row.repeatable) out += " (repeatable)";
  const std::string_view without = row.initial.empty() ? row.otherwise : row.initial;
  if (!without.empty()) text::append(out, " (default: {})", without);
  return out;
}

}  // namespace

OptionModel option_model(const OptionText& row, std::string_view group) {
  OptionModel out;
  for (const std::string_view name : split_names(row.names)) out.names.emplace_back(name);
  out.help = help_of(row);
  out.more = row.more;
  out.group = group;
  out.positional = !row.names.starts_with('-');
  out.optional_value = row.value.starts_with("[=");
  out.repeatable = row.repeatable;
  out.required = row.required;
  out.type = out.positional ? row.names : out.optional_value ? row.value.substr(2, row.value.size() - 3) : row.value;
  if (out.type.empty()) return out;
  out.words = row.allowed.any() ? row.allowed.words() : words_of_type(out.type);
  out.kind = !out.words.empty() ? ValueKind::words : kind_of_type(out.type);
  return out;
}

std::vector<std::string_view> groups(const CommandModel& command) {
  std::vector<std::string_view> out;
  for (const bool positional : {true, false}) {
    for (const OptionModel& option : command.options) {
      if (option.positional == positional && std::find(out.begin(), out.end(), option.group) == out.end()) out.push_back(option.group);
    }
  }
  return out;
}

std::string required_operands(const CommandModel& command) {
  std::vector<std::string> out;
  for (const OptionModel& option : command.options) {
    if (option.required) out.push_back(option.names.front());
  }
  return joined(out, " ");
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const std::string& word : words) text::append(out, "{}{}", out.empty() ? "" : between, word);
  return out;
}

}  // namespace pp::tool
