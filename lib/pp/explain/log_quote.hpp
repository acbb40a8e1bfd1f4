// The bytes that a log line quotes, and the places in a line where a header is printed.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "pp/base/bytes.hpp"

namespace pp::explain {

/// Decodes \xNN, \u00NN, \ooo, \r \n \t \0 \" \\ \' and syslog's #ooo of control bytes; every other character is itself.
std::vector<std::uint8_t> without_escapes(std::string_view text);

/// The bytes between the first quotes of `text` (after `after`, when that is found) and the closing one, decoded;
/// nullopt when there is no quote. nginx writes raw bytes, so its last quote before "while reading PROXY protocol" closes.
std::optional<std::vector<std::uint8_t>> quoted_bytes(std::string_view text, std::string_view after);

/// A header's beginning, in any of the ways in which logs print bytes: quoted or not, as hexadecimal or decimal numbers,
/// or escaped. Empty when there is none.
std::vector<std::uint8_t> header_in_line(std::string_view text);

/// The ways in which header_in_line() finds one, as lower-case text.
std::vector<std::string_view> header_beginnings();

/// What is left of a header once a server has taken its own protocol's lines from it: nothing, a beginning of either
/// version, the NUL or QUIT of the signature after its line ends, or a v1 port.
bool rest_of_header(Bytes quoted);

}  // namespace pp::explain
