#include "cli/port_set.hpp"

#include "cli/option_words.hpp"

namespace pp::tool {

bool PortSet::add(std::string_view text) {
  bits_.resize(65536);
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    const std::size_t dash = part.find('-');
    const auto first = parse_number<std::uint16_t>(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_number<std::uint16_t>(part.substr(dash + 1));
    if (!first || !last || *first > *last) return false;
    for (std::size_t port = *first; port <= *last; ++port) bits_[port] = true;
    if (comma == std::string_view::npos) return true;
    text = text.substr(comma + 1);
  }
}

std::vector<source::PortRange> PortSet::ranges() const {
  std::vector<source::PortRange> out;
  for (std::size_t port = 0; port < bits_.size(); ++port) {
    if (!bits_[port]) continue;
    if (out.empty() || out.back().last + 1U != port) out.push_back({static_cast<std::uint16_t>(port), 0});
    out.back().last = static_cast<std::uint16_t>(port);
  }
  return out;
}

}  // namespace pp::tool
