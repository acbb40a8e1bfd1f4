// Words of ppgen's network subcommands as values. Each refuses what it cannot take with one clear line (exit status 2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/duration_words.hpp"
#include "pp/net/conversation.hpp"
#include "pp/net/target.hpp"

namespace pp::tool {

/// As parse_target, but for malformed text.
Target target_word(const std::string& text, Protocol protocol = Protocol::tcp);

/// "10,20": offsets at which a new piece begins.
std::vector<std::size_t> splits_word(const std::string& text);
/// "1,5ms": pieces of so many bytes, so far apart.
void dribble_word(const std::string& text, Delivery& plan);

/// TEXT (with \r \n \t \0 \\ \xNN), @FILE, - for standard input, or http for a request that names `host`.
std::vector<std::uint8_t> payload_word(const std::string& text, const std::string& host);

/// "GET / HTTP/1.1" with Host and Connection: close.
std::vector<std::uint8_t> http_request(const std::string& host);

/// A client's first TLS record: versions 1.2 and 1.3, `name` as SNI unless it is an address or empty.
std::vector<std::uint8_t> client_hello(const std::string& name);

}  // namespace pp::tool
