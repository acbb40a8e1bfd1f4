// What both tools' command lines need of CLI11, without its surprises.
#pragma once

#include <CLI/CLI.hpp>
#include <charconv>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "pp/base/utf8.hpp"

namespace pp::tool {

/// A word of the user's, safe to print.
inline std::string in_quotes(std::string_view text) { return "'" + shown(text, Charset::ascii) + "'"; }

/// A usage error: one line on stderr and exit status 2.
[[noreturn]] inline void refuse(const std::string& message) { throw CLI::ValidationError(message, 2); }

/// The whole text as a decimal number that fits.
template <class Number>
std::optional<Number> parse_number(std::string_view text, int base = 10) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

/// One word for each use, whatever it looks like, in the order of the command line: CLI11 would split "[::1]:80" and take
/// further words.
inline CLI::Option* on_word(CLI::App& app, const std::string& name, const std::function<void(const std::string&)>& take,
                            const std::string& help, const std::string& type) {
  return app.add_option_function<std::string>(name, take, help)
      ->type_name(type)
      ->trigger_on_parse()
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

inline void each_word(CLI::App& app, const std::string& name, std::vector<std::string>& out, const std::string& help,
                      const std::string& type) {
  on_word(
      app, name, [&out](const std::string& word) { out.push_back(word); }, help, type);
}

}  // namespace pp::tool
