#include "cli/port_set.hpp"

#include <algorithm>

#include "cli/parse_args.hpp"

namespace pp::tool {
namespace {

struct Service {
  std::string_view name;
  std::uint16_t port;
};
/// Our own, so that a name means the same on every machine.
constexpr Service services[] = {
    {"ftp", 21},         {"ssh", 22},          {"smtp", 25},    {"dns", 53},          {"domain", 53},     {"http", 80},
    {"pop3", 110},       {"imap", 143},        {"ldap", 389},   {"https", 443},       {"smtps", 465},     {"syslog", 514},
    {"submission", 587}, {"ldaps", 636},       {"dot", 853},    {"ftps", 990},        {"imaps", 993},     {"pop3s", 995},
    {"mqtt", 1883},      {"mysql", 3306},      {"rdp", 3389},   {"sip", 5060},        {"sips", 5061},     {"postgresql", 5432},
    {"amqps", 5671},     {"amqp", 5672},       {"redis", 6379}, {"syslog-tls", 6514}, {"http-alt", 8080}, {"https-alt", 8443},
    {"mqtts", 8883},     {"minecraft", 25565},
};

const Service* find_service(std::string_view name) {
  const auto* found = std::find_if(std::begin(services), std::end(services), [&](const Service& s) { return s.name == name; });
  return found == std::end(services) ? nullptr : found;
}

}  // namespace

bool PortSet::add(std::string_view text) {
  bits_.resize(65536);
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    const Service* const service = find_service(part);
    const std::size_t dash = part.find('-');
    const auto first = parse_number<std::uint16_t>(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_number<std::uint16_t>(part.substr(dash + 1));
    if (service != nullptr) {
      bits_[service->port] = true;
    } else if (first && last && *first <= *last) {
      for (std::size_t port = *first; port <= *last; ++port) bits_[port] = true;
    } else {
      return false;
    }
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
