#include "cli/duration_words.hpp"

#include <algorithm>

#include "cli/option_words.hpp"

namespace pp::tool {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t us;
};
constexpr Unit units[] = {{"us", 1}, {"ms", 1000}, {"s", 1'000'000}, {"m", 60'000'000}, {"h", 3'600'000'000}};

}  // namespace

std::chrono::microseconds duration_word(std::string_view option, std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_number<std::int64_t>(text.substr(0, digits));
  for (const Unit& unit : units) {
    if (!number || text.substr(digits) != unit.name) continue;
    constexpr std::int64_t most = 24 * 3'600'000'000;
    if (*number > most / unit.us) refuse(std::string(option) + " " + in_quotes(text) + " is above 24 hours");
    return std::chrono::microseconds(*number * unit.us);
  }
  refuse(std::string(option) + " " + in_quotes(text) + " is no duration, such as 500ms or 5s");
}

std::chrono::milliseconds timeout_word(std::string_view option, std::string_view text) {
  return std::chrono::ceil<std::chrono::milliseconds>(duration_word(option, text));
}

}  // namespace pp::tool
