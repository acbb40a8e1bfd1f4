#include "pp/text/format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace pp::text {

void append_args(std::string& out, fmt::string_view format, fmt::format_args args) {
  fmt::memory_buffer buffer;
  fmt::vformat_to(std::back_inserter(buffer), format, args);
  out.append(buffer.data(), buffer.size());
}

fmt::appender write_padded(fmt::appender out, fmt::string_view specification, std::string_view text) {
  if (specification.size() == 0) return std::copy(text.begin(), text.end(), out);
  std::string format = "{:";
  format.append(specification.data(), specification.size()).append("}");
  return fmt::vformat_to(out, format, fmt::make_format_args(text));
}

std::string to_text(const Shown& value) { return shown(value.bytes, value.charset); }

std::string to_text(const Endpoint& value) {
  return value.address.is_v6() ? format("[{}]:{}", value.address, value.port) : format("{}:{}", value.address, value.port);
}

std::string to_text(const Grouped& value) {
  std::string digits = fmt::format_int(value.n).str();
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

std::string to_text(const Counted& value) {
  if (value.n == 1) return format("1 {}", value.one);
  return value.plural.empty() ? format("{} {}s", Grouped{value.n}, value.one) : format("{} {}", Grouped{value.n}, value.plural);
}

std::string to_text(const IpAddress& value) { return to_string(value); }

}  // namespace pp::text
