// Values on ppgen's command line. Each function refuses what it cannot take with one line (exit status 2) that names the option.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pp/base/ip.hpp"
#include "pp/net/conversation.hpp"
#include "pp/net/target.hpp"

namespace pp::tool {

struct AddressAndPort {
  IpAddress address;
  std::optional<std::uint16_t> port;
};

/// "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:80".
AddressAndPort parse_address(std::string_view option, std::string_view text);

/// Hexadecimal digits in pairs, also after 0x.
std::vector<std::uint8_t> parse_hex(std::string_view option, std::string_view text);

/// Decimal, or hexadecimal after 0x, up to `most`.
std::uint64_t parse_integer(std::string_view option, std::string_view text, std::uint64_t most);

/// "name=value" at the first '='.
std::pair<std::string, std::string> parse_assignment(std::string_view option, std::string_view word, std::string_view example);

/// "HOST:PORT", "PORT", "unix:PATH". Throws std::runtime_error when the name is not known.
Target parse_target_word(std::string_view text, Protocol protocol = Protocol::tcp);

/// "10,20": offsets at which a new piece begins.
std::vector<std::size_t> parse_splits(std::string_view option, std::string_view text);

/// "1,5ms": the size of the pieces and the pause between them.
void parse_dribble(std::string_view option, std::string_view text, Delivery& plan);

}  // namespace pp::tool
