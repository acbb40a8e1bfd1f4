// Values on both tools' command lines. Each function refuses what it cannot take with one line (exit status 2) that names
// the option.
#pragma once

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "cli/option_table.hpp"
#include "pp/base/ip.hpp"

namespace pp::tool {

/// The whole text as a number that fits; nullopt otherwise.
template <class Number>
std::optional<Number> parse_number(std::string_view text, int base = 10) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::uint64_t parse_count(const Given& given, std::uint64_t least, std::uint64_t most);

/// "5s", "200ms", "50us", "2m", "1h", or seconds without a unit; at most 24 hours. `option` is named when it is none of these.
std::chrono::microseconds parse_duration(std::string_view option, std::string_view text);
/// The same, rounded up.
std::chrono::milliseconds parse_timeout(std::string_view option, std::string_view text);

/// "192.0.2.0/24", "2001:db8::1".
Cidr parse_network(const Given& given);

// What rows of an option table name as their `take`.

template <auto Member, class Options>
void turn_on(Options& options, const Given&) {
  options.*Member = true;
}
template <auto Member, class Options>
void take_text(Options& options, const Given& given) {
  options.*Member = given.value;
}
template <auto Member, class Options>
void add_text(Options& options, const Given& given) {
  (options.*Member).emplace_back(given.value);
}
template <auto Member, std::uint64_t Least, std::uint64_t Most, class Options>
void take_number(Options& options, const Given& given) {
  options.*Member = static_cast<std::remove_reference_t<decltype(options.*Member)>>(parse_count(given, Least, Most));
}
template <auto Member, class Options>
void take_timeout(Options& options, const Given& given) {
  options.*Member = parse_timeout(given.option, given.value);
}
/// Which of the row's fixed words the value is, for an enumeration whose enumerators have the same order.
template <class Choice>
Choice choice_of(const Given& given) {
  unsigned index = 0;
  for (const std::string_view word : split_names(given.row.allowed.fixed, '|')) {
    if (word == given.value) break;
    ++index;
  }
  return static_cast<Choice>(index);
}
template <auto Member, class Options>
void take_choice(Options& options, const Given& given) {
  options.*Member = choice_of<std::remove_reference_t<decltype(options.*Member)>>(given);
}

}  // namespace pp::tool
