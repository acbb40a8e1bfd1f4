#include "cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/suggest.hpp"
#include "cli/usage.hpp"

namespace pp::tool {
namespace {

bool is_operand(const OptionText& row) { return !row.names.starts_with('-'); }
bool is_flag(const OptionText& row) { return row.value.empty(); }
bool is_optional(const OptionText& row) { return row.value.starts_with("[="); }
bool has_name(const OptionText& row, std::string_view name) {
  const std::vector<std::string_view> names = split_names(row.names);
  return std::find(names.begin(), names.end(), name) != names.end();
}
bool looks_like_option(std::string_view word) { return word.size() > 1 && word.front() == '-'; }
bool is_cluster(std::string_view word) { return word.size() > 1 && word[0] == '-' && word[1] != '-'; }

}  // namespace

const CommandLine::Bound* CommandLine::find(std::string_view name) const {
  const auto found = std::find_if(bound_.begin(), bound_.end(), [&](const Bound& b) { return has_name(*b.text, name); });
  return found == bound_.end() ? nullptr : &*found;
}

bool CommandLine::given(std::string_view name) const {
  return std::any_of(events_.begin(), events_.end(), [&](const Event& e) { return has_name(*e.bound->text, name); });
}

/// The letter of "-vc" that takes the next word as its value.
const CommandLine::Bound* CommandLine::open_letter(std::string_view cluster) const {
  for (std::size_t i = 1; i < cluster.size(); ++i) {
    const Bound* bound = find(std::string{'-', cluster[i]});
    if (bound == nullptr) return nullptr;
    if (!is_flag(*bound->text)) return i + 1 == cluster.size() ? bound : nullptr;
  }
  return nullptr;
}

/// CLI11 gives `--name=` and an option with an optional value the next word: here they get one of their own.
std::vector<std::string> CommandLine::prepared(const std::vector<std::string>& words) const {
  std::vector<std::string> out;
  const Bound* waiting = nullptr;  // for its value, which is the next word
  for (const std::string& word : words) {
    const std::size_t equals = word.starts_with("--") ? word.find('=') : std::string::npos;
    const std::string name = word.substr(0, equals);
    const Bound* bound = waiting == nullptr ? find(name) : nullptr;
    const bool takes_value = waiting == nullptr;
    waiting = nullptr;
    if (bound != nullptr && equals != std::string::npos && is_flag(*bound->text)) refuse("{} takes no value", name);
    if (bound != nullptr && equals == std::string::npos && is_optional(*bound->text)) {
      out.push_back(text::format("{}={}", word, bound->text->without_value));
    } else if (bound != nullptr && equals + 1 == word.size()) {
      out.push_back(name);
      out.emplace_back();
    } else {
      out.push_back(word);
      if (bound != nullptr && equals == std::string::npos && !is_flag(*bound->text)) waiting = bound;
      if (bound == nullptr && takes_value && is_cluster(word)) waiting = open_letter(word);
    }
  }
  if (waiting != nullptr) {
    const std::string name = words.back().starts_with("--") ? words.back() : std::string{'-', words.back().back()};
    refuse("{0} needs a value: {0} {1}", name, waiting->text->value);
  }
  return out;
}

void CommandLine::read(std::vector<std::string> words) {
  CLI::App app{"", name_};
  app.set_help_flag();
  app.allow_extras();
  for (const Bound& bound : bound_) {
    if (is_operand(*bound.text)) continue;
    const std::string names(bound.text->names);
    const std::string shown(split_names(bound.text->names).front());
    const auto note = [this, &bound, shown](const std::string& value) { events_.push_back({&bound, shown, value}); };
    CLI::Option* option = is_flag(*bound.text) ? app.add_flag_function(names, [note](std::int64_t) { note(""); })
                                               : app.add_option_function<std::string>(names, note);
    option->trigger_on_parse()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }
  std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what());
  }
  operands_ = app.remaining();
}

void CommandLine::store_defaults() const {
  for (const Bound& bound : bound_) {
    if (!bound.text->initial.empty()) bound.take({*bound.text, split_names(bound.text->names).front(), bound.text->initial});
  }
}

void CommandLine::hand_over(const Event& event) const {
  const OptionText& row = *event.bound->text;
  const Given given{row, event.option, event.value};
  if (row.allowed.any() && !row.allowed.others) {
    const std::vector<std::string> words = row.allowed.words();
    if (std::find(words.begin(), words.end(), event.value) == words.end()) refuse_word(given);
  }
  event.bound->take(given);
  if (event.bound->noted) event.bound->noted();
}

void CommandLine::take_operands() {
  std::vector<std::string> words = std::move(operands_);
  operands_.clear();
  std::vector<const Bound*> rows;
  bool left_to_tool = false;
  for (const Bound& bound : bound_) {
    if (!is_operand(*bound.text)) continue;
    if (bound.take) rows.push_back(&bound);
    left_to_tool = left_to_tool || !bound.take;
  }
  if (left_to_tool) {
    operands_ = std::move(words);
    return;
  }
  words.insert(words.end(), after_dashes_.begin(), after_dashes_.end());
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool further = i >= rows.size();
    if (further && (rows.empty() || !rows.back()->text->repeatable)) refuse("unexpected word '{}'; see {} --help", words[i], name_);
    const Bound& bound = further ? *rows.back() : *rows[i];
    events_.push_back({&bound, std::string(bound.text->names), words[i]});
    hand_over(events_.back());
  }
  for (std::size_t i = words.size(); i < rows.size(); ++i) {
    if (rows[i]->text->required) refuse("{} is required: {} {}", rows[i]->text->names, name_, required_operands(model()));
  }
}

void CommandLine::check_together() const {
  for (const Event& event : events_) {
    const OptionText& row = *event.bound->text;
    const std::vector<std::string_view> needs = split_names(row.needs);
    if (!needs.empty() && std::none_of(needs.begin(), needs.end(), [&](std::string_view name) { return given(name); }))
      refuse("{} needs {}", event.option, alternatives({needs.begin(), needs.end()}));
    for (const std::string_view name : split_names(row.excludes)) {
      if (given(name)) refuse("{} cannot be combined with {}", event.option, name);
    }
  }
}

void CommandLine::refuse_unknown(std::string_view word) const {
  const std::string_view name = word.substr(0, word.find('='));
  std::vector<std::string> names;
  for (const Bound& bound : bound_) {
    for (const std::string_view n : split_names(bound.text->names)) names.emplace_back(n);
  }
  std::string hint;
  // --json: a word of -o. Options with a letter of their own are what people mean first.
  for (const bool with_letter : {true, false}) {
    for (const Bound& bound : bound_) {
      if (!hint.empty() || !word.starts_with("--") || bound.text->allowed.others) continue;
      const std::string_view first = split_names(bound.text->names).front();
      const std::vector<std::string> words = bound.text->allowed.words();
      const bool taken = std::find(words.begin(), words.end(), name.substr(2)) != words.end();
      if (taken && with_letter == (first.size() == 2)) hint = text::format("; did you mean '{} {}'?", first, name.substr(2));
    }
  }
  if (hint.empty()) hint = suggest(name, names);
  if (hint.empty()) hint = text::format("; see {} --help", name_);
  refuse("unknown option '{}'{}", name, hint);
}

CommandLine::Asked CommandLine::parse(const std::vector<std::string>& words) {
  const auto dashes = std::find(words.begin(), words.end(), "--");
  if (dashes != words.end()) after_dashes_.assign(dashes + 1, words.end());
  read(prepared({words.begin(), dashes}));
  if (given("--help")) return Asked::help;
  if (given("--version")) return Asked::version;
  const auto unknown = std::find_if(operands_.begin(), operands_.end(), looks_like_option);
  if (unknown != operands_.end()) refuse_unknown(*unknown);
  store_defaults();
  for (const Event& event : std::vector<Event>(events_)) hand_over(event);
  take_operands();
  check_together();
  return Asked::run;
}

CommandModel CommandLine::model() const {
  CommandModel out;
  out.name = name_;
  out.summary = summary_;
  out.footer = footer_;
  out.operands = "[options]";
  for (const Bound& bound : bound_) {
    out.options.push_back(option_model(*bound.text, bound.group));
    const OptionModel& option = out.options.back();
    if (!option.positional) continue;
    const std::string name = text::format("{}{}", option.names.front(), option.repeatable ? "..." : "");
    if (option.required) {
      text::append(out.operands, " {}", name);
    } else {
      text::append(out.operands, " [{}]", name);
    }
  }
  if (!operands_text_.empty()) out.operands = operands_text_;
  return out;
}

}  // namespace pp::tool
