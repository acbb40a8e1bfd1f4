// What ppgen sends after a header.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pp::tool {

/// TEXT (with \r \n \t \0 \\ \xNN), @FILE, - for standard input, or the name of an application (judge/app.hpp) for its request
/// to `host`. Refuses a wrong escape (exit status 2).
std::vector<std::uint8_t> parse_payload(const std::string& text, std::string_view host);

/// "GET / HTTP/1.1" with Host and Connection: close.
std::vector<std::uint8_t> http_request(std::string_view host);

}  // namespace pp::tool
