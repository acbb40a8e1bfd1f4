// What ppgen sends after a header.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pp::tool {

/// TEXT (with \r \n \t \0 \\ \xNN), @FILE, - for standard input, or http for a request that names `host`. Refuses a wrong
/// escape (exit status 2).
std::vector<std::uint8_t> parse_payload(const std::string& text, std::string_view host);

/// "GET / HTTP/1.1" with Host and Connection: close.
std::vector<std::uint8_t> http_request(std::string_view host);

/// A client's first TLS record: versions 1.2 and 1.3, `name` as SNI unless it is an address or empty.
std::vector<std::uint8_t> client_hello(const std::string& name);

}  // namespace pp::tool
