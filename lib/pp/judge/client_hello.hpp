// A TLS ClientHello that servers answer with a handshake.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pp::judge {

/// TLS 1.2 and 1.3, with the name as SNI unless it is empty or an address. The handshake cannot be completed: the key share's
/// secret is not kept.
std::vector<std::uint8_t> client_hello(const std::string& name);

}  // namespace pp::judge
