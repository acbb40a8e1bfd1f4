#include "cli/parse_args.hpp"

#include <algorithm>

#include "cli/usage.hpp"

namespace pp::tool {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t us;
};
constexpr Unit units[] = {{"us", 1}, {"ms", 1000}, {"s", 1'000'000}, {"", 1'000'000}, {"m", 60'000'000}, {"h", 3'600'000'000}};

}  // namespace

std::uint64_t parse_count(const Given& given, std::uint64_t least, std::uint64_t most) {
  const auto number = parse_number<std::uint64_t>(given.value);
  if (number && *number >= least && *number <= most) return *number;
  if (most == UINT64_MAX) refuse("{} '{}': expected a number from {} up", given.option, given.value, least);
  refuse("{} '{}': expected a number from {} to {}", given.option, given.value, least, most);
}

std::chrono::microseconds parse_duration(std::string_view option, std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_number<std::int64_t>(text.substr(0, digits));
  for (const Unit& unit : units) {
    if (!number || text.substr(digits) != unit.name) continue;
    constexpr std::int64_t most = 24 * 3'600'000'000;
    if (*number > most / unit.us) refuse("{} '{}': at most 24h", option, text);
    return std::chrono::microseconds(*number * unit.us);
  }
  refuse("{} '{}': expected a time, such as 500ms, 5s or 10m", option, text);
}

std::chrono::milliseconds parse_timeout(std::string_view option, std::string_view text) {
  return std::chrono::ceil<std::chrono::milliseconds>(parse_duration(option, text));
}

Cidr parse_network(const Given& given) {
  const auto cidr = parse_cidr(given.value);
  if (!cidr) refuse("{} '{}': expected an address or network, such as 192.0.2.0/24 or 2001:db8::/32", given.option, given.value);
  return *cidr;
}

}  // namespace pp::tool
