// --redact for the tool's own talk: names from the command line do not reach the output, its messages or its errors.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ppinspect/options.hpp"

namespace pp::tool {

/// How an input is named in place of its path: "input 1 (.pcap.gz)". The suffix is shown when it is one that names a kind
/// of file; others are the user's own words. `number` counts from 1.
std::string input_label(std::size_t number, std::string_view path);
/// In place of an interface's name.
inline constexpr std::string_view interface_label = "input 1 (interface)";

/// Replaces names of the command line in messages. Without --redact it replaces nothing.
class Concealer {
 public:
  Concealer() = default;
  /// The names in a valid command line: inputs, interface, listening hosts and paths, filter.
  explicit Concealer(const InspectOptions& options);
  /// For usage errors, which may quote any word of the command line: all words but options and `own`, the values that are
  /// the tool's own words, when --redact is among them.
  static Concealer of_words(std::span<const char* const> words, std::span<const std::string> own);

  std::string operator()(std::string_view text) const;
  bool active() const noexcept { return active_; }

 private:
  void hide(std::string_view word, std::string_view label);

  bool active_ = false;
  std::vector<std::pair<std::string, std::string>> words_;  // what to replace, and by what
};

}  // namespace pp::tool
