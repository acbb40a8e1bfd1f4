#include "ppgen/parse_args.hpp"

#include "cli/parse_args.hpp"
#include "cli/usage.hpp"
#include "pp/base/hex.hpp"

namespace pp::tool {
namespace {

struct HostAndPort {
  std::string_view host;
  std::optional<std::string_view> port;
};

HostAndPort split_port(std::string_view option, std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) refuse("{} '{}': the bracket is not closed", option, text);
    const std::string_view host = text.substr(1, end - 1);
    if (end + 1 == text.size()) return {host, std::nullopt};
    if (text[end + 1] != ':') refuse("{} '{}': expected ':PORT' after ']'", option, text);
    return {host, text.substr(end + 2)};
  }
  const std::size_t colon = text.find(':');
  const bool one_colon = colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos;
  if (!one_colon) return {text, std::nullopt};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

/// "http://example.com/" has everything that is needed but in another form.
void refuse_url(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos || text.starts_with("unix:")) return;
  const std::string_view rest = text.substr(scheme + 3);
  const std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
  const bool has_port = host.rfind(':') != std::string_view::npos && host.rfind(':') + 1 > host.rfind(']') + 1;
  const std::string_view port = text.starts_with("https") ? ":443" : ":80";
  refuse("'{}' is a URL; write HOST:PORT: {}{}", text, host, has_port ? "" : port);
}

}  // namespace

AddressAndPort parse_address(std::string_view option, std::string_view text) {
  const HostAndPort parts = split_port(option, text);
  AddressAndPort out;
  const auto address = parse_ip(parts.host);
  if (!address) refuse("{} '{}': expected an IP address, such as 192.0.2.1:80 or [2001:db8::1]:80; names are not looked up", option, text);
  if (text.starts_with('[') && address->is_v4()) refuse("{} '{}': brackets are for IPv6 addresses", option, text);
  out.address = *address;
  if (!parts.port) return out;
  out.port = parse_number<std::uint16_t>(*parts.port);
  if (!out.port) refuse("{} '{}': invalid port '{}' (0-65535); -1 takes others with --set sport= and dport=", option, text, *parts.port);
  return out;
}

std::vector<std::uint8_t> parse_hex(std::string_view option, std::string_view text) {
  auto bytes = from_hex(text.starts_with("0x") ? text.substr(2) : text);
  if (!bytes) refuse("{} '{}': expected an even number of hexadecimal digits", option, text);
  return *std::move(bytes);
}

std::uint64_t parse_integer(std::string_view option, std::string_view text, std::uint64_t most) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  const auto n = parse_number<std::uint64_t>(hex ? text.substr(2) : text, hex ? 16 : 10);
  if (n && *n <= most) return *n;
  if (most == UINT64_MAX) refuse("{} '{}': expected a number from 0 up", option, text);
  refuse("{} '{}': expected a number from 0 to {}", option, text, most);
}

std::pair<std::string, std::string> parse_assignment(std::string_view option, std::string_view word, std::string_view example) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0) refuse("{} '{}': expected {}", option, word, example);
  return {std::string(word.substr(0, equals)), std::string(word.substr(equals + 1))};
}

Target parse_target_word(std::string_view text, Protocol protocol) {
  refuse_url(text);
  try {
    return parse_target(text, protocol);
  } catch (const BadTarget& bad) {
    refuse("{}", bad.reason);
  }
}

std::vector<std::size_t> parse_splits(std::string_view option, std::string_view text) {
  std::vector<std::size_t> out;
  for (const std::string_view word : split_names(text)) {
    const auto offset = parse_number<std::size_t>(word);
    if (!offset || *offset == 0) refuse("{} '{}': expected offsets from 1 on, such as 10,20", option, text);
    if (!out.empty() && *offset <= out.back()) refuse("{} '{}': expected ascending offsets", option, text);
    out.push_back(*offset);
  }
  if (out.empty() || text.ends_with(',')) refuse("{} '{}': expected offsets from 1 on, such as 10,20", option, text);
  return out;
}

void parse_dribble(std::string_view option, std::string_view text, Delivery& plan) {
  const std::size_t comma = text.find(',');
  const auto bytes = parse_number<std::size_t>(text.substr(0, comma));
  if (comma == std::string_view::npos || !bytes || *bytes == 0) refuse("{} '{}': expected a size and a pause, such as 1,5ms", option, text);
  plan.dribble = *bytes;
  plan.gap = parse_duration(option, text.substr(comma + 1));
}

}  // namespace pp::tool
