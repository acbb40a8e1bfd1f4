// The command line of a tool or of one subcommand: tables of options bound to where their values go. CLI11 reads it.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command_model.hpp"
#include "cli/option_table.hpp"

namespace pp::tool {

class CommandLine {
 public:
  /// "ppgen make", and what it does in one line.
  CommandLine(std::string name, std::string_view summary) : name_(std::move(name)), summary_(summary) {}

  /// Rows under one heading of --help. `options` must live until parse() returns, the rows as long as this object.
  /// `noted`, when there is one, is called at each use of one of these options.
  template <class Options, std::size_t N>
  void add(std::string_view group, const OptionRow<Options> (&rows)[N], Options& options, const std::function<void()>& noted = nullptr) {
    for (const OptionRow<Options>& row : rows) {
      std::function<void(const Given&)> take;
      if (row.take != nullptr) take = [&options, &row](const Given& given) { row.take(options, given); };
      bound_.push_back({&row.text, group, std::move(take), noted});
    }
  }
  /// Words below the options of --help.
  void note(std::string footer) { footer_ = std::move(footer); }
  /// In place of what the operands' rows give: "[options] [FILE...] [--] [FILTER...]".
  void usage(std::string operands) { operands_text_ = std::move(operands); }

  /// Hands defaults, then each option in the order of `words`, then the operands to their rows. Nothing is handed over when
  /// --help or --version is among the words. Throws UsageError.
  enum class Asked : std::uint8_t { run, help, version };
  Asked parse(const std::vector<std::string>& words);

  /// After parse(): whether the user wrote this option, by any of its names.
  bool given(std::string_view name) const;
  /// Operands without a row that takes them, and the words that followed "--".
  const std::vector<std::string>& operands() const noexcept { return operands_; }
  const std::vector<std::string>& after_dashes() const noexcept { return after_dashes_; }

  const std::string& name() const noexcept { return name_; }
  /// What --help, the manual page and the completions are written from.
  CommandModel model() const;

 private:
  struct Bound {
    const OptionText* text;
    std::string_view group;
    std::function<void(const Given&)> take;
    std::function<void()> noted;
  };
  struct Event {
    const Bound* bound;
    std::string option;
    std::string value;
  };

  const Bound* find(std::string_view name) const;
  const Bound* open_letter(std::string_view cluster) const;
  std::vector<std::string> prepared(const std::vector<std::string>& words) const;
  void read(std::vector<std::string> words);
  void store_defaults() const;
  void hand_over(const Event& event) const;
  void take_operands();
  void check_together() const;
  [[noreturn]] void refuse_unknown(std::string_view word) const;

  std::string name_;
  std::string_view summary_;
  std::string footer_;
  std::string operands_text_;
  std::vector<Bound> bound_;
  std::vector<Event> events_;
  std::vector<std::string> operands_;
  std::vector<std::string> after_dashes_;
};

}  // namespace pp::tool
