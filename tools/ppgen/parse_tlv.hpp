// TLVs on ppgen's command line. Each function refuses what it cannot take with one line (exit status 2) that names the option.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pp/wire/draft.hpp"

namespace pp::tool {

/// The bytes of a value: hex:.., b64:.., @FILE, text:.. or, without any of these prefixes, the text itself.
std::vector<std::uint8_t> parse_value(std::string_view option, std::string_view text);

/// --tlv TYPE=VALUE. A name accepts only what the specification or the vendor says of its value; 0xNN accepts any bytes.
DraftTlv parse_tlv(std::string_view word);

/// --ssl key=value,..: a comma in a value is written "\,".
DraftTlv parse_ssl(std::string_view word);

}  // namespace pp::tool
