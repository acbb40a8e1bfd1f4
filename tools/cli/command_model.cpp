#include "cli/command_model.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace pp::tool {
namespace {

bool is_word(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

/// "none|close|HEX" gives none and close.
std::vector<std::string> words_of_type(std::string_view type) {
  std::vector<std::string> out;
  while (true) {
    const std::size_t bar = type.find('|');
    if (is_word(type.substr(0, bar))) out.emplace_back(type.substr(0, bar));
    if (bar == std::string_view::npos) return out;
    type.remove_prefix(bar + 1);
  }
}

ValueKind kind_of_type(std::string_view type) {
  struct Row {
    std::string_view type;
    ValueKind kind;
  };
  constexpr Row rows[] = {{"FILE", ValueKind::file},
                          {"DIR", ValueKind::directory},
                          {"IF", ValueKind::interface},
                          {"INTERFACE", ValueKind::interface},
                          {"USER", ValueKind::user}};
  for (const Row& row : rows) {
    if (type == row.type) return row.kind;
  }
  return ValueKind::other;
}

bool speaks_of(const ValueWords& row, const OptionModel& option) {
  return std::find(option.names.begin(), option.names.end(), row.option) != option.names.end() &&
         (row.types.empty() || row.types == option.type);
}

void take_value(OptionModel& option, std::string type, std::span<const ValueWords> rows) {
  option.optional_value = type.starts_with("[=");
  if (option.optional_value) type = type.substr(2, type.size() - 3);
  option.type = std::move(type);
  option.words = words_of_type(option.type);
  for (const ValueWords& row : rows) {
    if (speaks_of(row, option)) option.words = row.words();
  }
  option.kind = !option.words.empty() ? ValueKind::words : kind_of_type(option.type);
}

OptionModel option_model(const CLI::Option& from, std::span<const ValueWords> rows) {
  OptionModel out;
  out.help = from.get_description();
  out.group = from.get_group();
  out.positional = from.get_positional();
  if (out.positional) {
    out.names.push_back(from.get_name());
    take_value(out, from.get_name(), rows);
    return out;
  }
  for (const std::string& name : from.get_snames()) out.names.push_back("-" + name);
  for (const std::string& name : from.get_lnames()) out.names.push_back("--" + name);
  if (from.get_items_expected_max() > 0) take_value(out, from.get_type_name(), rows);
  return out;
}

}  // namespace

std::vector<std::string> groups(const CommandModel& command) {
  std::vector<std::string> out;
  for (const bool positional : {true, false}) {
    for (const OptionModel& option : command.options) {
      if (option.positional == positional && std::find(out.begin(), out.end(), option.group) == out.end()) out.push_back(option.group);
    }
  }
  return out;
}

CommandModel command_model(const CLI::App& app, std::span<const ValueWords> rows) {
  CommandModel out;
  out.name = app.get_name();
  out.summary = app.get_description();
  out.footer = app.get_footer();
  out.operands = "[" + app.get_formatter()->get_label("OPTIONS") + "]";
  for (const CLI::Option* option : app.get_options([](const CLI::Option* o) { return !o->get_group().empty(); })) {
    out.options.push_back(option_model(*option, rows));
    if (!option->get_positional()) continue;
    const std::string many = option->get_items_expected_max() > 1 ? "..." : "";
    out.operands += " " + (option->get_required() ? option->get_name() : "[" + option->get_name() + "]") + many;
  }
  return out;
}

}  // namespace pp::tool
