// ASCII text: letters without their case, and lists with a separator.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace pp {

/// 'a' for 'A'; every other character is itself, whatever the locale.
constexpr char ascii_lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

inline std::string ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = ascii_lower(c);
  return out;
}

/// Takes what comes before the first `separator` off `rest`, and the separator too; all of it when there is none. The lines of a
/// text, or the parts of a list: while (!rest.empty()) use(take_part(rest, '\n')).
constexpr std::string_view take_part(std::string_view& rest, char separator) noexcept {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

}  // namespace pp
