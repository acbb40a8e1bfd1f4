// What is known of filters without libpcap: their text.
#include <algorithm>

#include "pp/base/utf8.hpp"
#include "pp/source/filter.hpp"
#include "pp/text/format.hpp"

namespace pp::source {

std::string filter_carets(std::string_view expression, const FilterFault& fault) {
  const std::size_t offset = std::min(fault.offset, expression.size());
  const std::size_t length = std::min(fault.length, expression.size() - offset);
  if (length == 0 && offset < expression.size()) return {};
  const std::size_t before = expression.substr(0, offset).rfind('\n');
  std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  std::size_t end = std::min(expression.find('\n', offset), expression.size());
  // A screen's width around the place.
  constexpr std::size_t around = 60;
  const bool cut_front = offset - begin > around;
  if (cut_front) begin = offset - around;
  const bool cut_back = end - offset > around + length;
  if (cut_back) end = offset + length + around;
  const std::string front = (cut_front ? "..." : "") + shown(expression.substr(begin, offset - begin), Charset::ascii);
  const std::string wrong = shown(expression.substr(offset, length), Charset::ascii);
  std::string out = "   | " + front + wrong + shown(expression.substr(offset + length, end - offset - length), Charset::ascii) +
                    (cut_back ? "..." : "") + "\n";
  out += "   | " + std::string(front.size(), ' ') + std::string(std::max<std::size_t>(wrong.size(), 1), '^') + "\n";
  return out;
}

std::optional<FilterFault> filter_from_file(std::string_view text, std::string& expression) {
  if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos) {
    return FilterFault{text::format("a filter is text, and byte {} is 0", zero), zero, 0};
  }
  expression = text;
  for (std::size_t at = expression.find('#'); at != std::string::npos; at = expression.find('#', at)) {
    const std::size_t end = std::min(expression.find('\n', at), expression.size());
    std::fill(expression.begin() + static_cast<std::ptrdiff_t>(at), expression.begin() + static_cast<std::ptrdiff_t>(end), ' ');
  }
  return std::nullopt;
}

std::string port_filter(std::span<const PortRange> ports, bool vlan) {
  std::string list;
  for (const PortRange& range : ports) {
    list += list.empty() ? "" : " or ";
    if (range.first == range.last) {
      text::append(list, "port {}", range.first);
    } else {
      text::append(list, "portrange {}-{}", range.first, range.last);
    }
  }
  // Behind IPv6's next header 0, 43, 44, 51 or 60 the language finds no ports.
  std::string one = text::format(
      "({}) or (ip and ip[6:2] & 0x1fff != 0)"
      " or (ip6 and (ip6[6] = 0 or ip6[6] = 43 or ip6[6] = 44 or ip6[6] = 51 or ip6[6] = 60))",
      list);
  if (!vlan) return one;
  // "vlan" moves what follows it by one tag, to the end of the expression.
  return text::format("{0} or (vlan and ({0} or (vlan and ({0}))))", one);
}

}  // namespace pp::source
