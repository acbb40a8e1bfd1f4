// Words of ppgen's header options as values. Each refuses what it cannot take with one clear line (exit status 2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pp/base/ip.hpp"
#include "pp/wire/draft.hpp"

namespace pp::tool {

struct AddressWord {
  IpAddress address;
  std::optional<std::uint16_t> port;
};

/// "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:80". `option` is named in the refusal.
AddressWord address_word(std::string_view option, std::string_view text);

/// Plain hexadecimal digits in pairs.
std::vector<std::uint8_t> hex_word(std::string_view option, std::string_view text);

/// Decimal, or hexadecimal behind 0x, up to `most`.
std::uint64_t number_word(std::string_view option, std::string_view text, std::uint64_t most);

/// "name=value" at the first '='.
std::pair<std::string, std::string> name_and_value(std::string_view option, const std::string& word, std::string_view example);

/// The bytes of a value: hex:.., b64:.., @FILE, text:.. or, with none of these in front, the text itself.
std::vector<std::uint8_t> value_word(std::string_view option, std::string_view text);

/// --tlv TYPE=VALUE. A name keeps to what the specification or the vendor says of its value; 0xNN takes any bytes.
DraftTlv tlv_word(const std::string& word);

/// --ssl key=value,..: a comma in a value is written "\,".
DraftTlv ssl_word(const std::string& word);

}  // namespace pp::tool
