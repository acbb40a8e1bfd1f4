#include "pp/packet/signatures.hpp"

#include <cstring>
#include <string_view>

namespace pp::packet {
namespace {

using namespace std::string_view_literals;

bool holds(Bytes bytes, std::string_view start) noexcept {
  const std::uint8_t* at = bytes.data();
  const std::uint8_t* const end = at + bytes.size();
  while (static_cast<std::size_t>(end - at) >= start.size()) {
    // The first byte is rare, and memchr is the fastest way to it.
    at = static_cast<const std::uint8_t*>(std::memchr(at, start[0], static_cast<std::size_t>(end - at) - start.size() + 1));
    if (at == nullptr) return false;
    if (std::memcmp(at, start.data(), start.size()) == 0) return true;
    ++at;
  }
  return false;
}

}  // namespace

bool holds_signature(Bytes bytes) noexcept {
  return holds(bytes, "\x0d\x0a\x0d\x0a\x00\x0d\x0a\x51\x55\x49\x54\x0a"sv) || holds(bytes, "PROXY TCP4 "sv) ||
         holds(bytes, "PROXY TCP6 "sv) || holds(bytes, "PROXY UNKNOWN"sv);
}

}  // namespace pp::packet
