// One thing that is wrong, unwise or worth knowing, with its place. It holds values alone: its sentence is made where it is
// shown, from a table (explain/finding_text.hpp).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "pp/lint/code.hpp"

namespace pp::lint {

/// What a sentence says in the place of {0}, {1}, ...: a number, or bytes by their place in the header.
struct Argument {
  enum class Kind : std::uint8_t {
    none,
    number,     // 11
    bytes,      // 1 byte, 11 bytes
    hex_byte,   // 0xe5
    hex_word,   // a9b87e8f
    quote,      // bytes of the header, escaped and in quotes; the first 48 of them
    digits,     // bytes of the header that are digits
    character,  // one byte of the header: a space, CR, or a quote
    address,    // bytes of the header that are an address, as its canonical text
    v1_field,   // of a v1 line: 0 protocol, 1 source address, ..., 4 destination port
    tlv,        // a TLV type's name, or 0xe5
    sub_tlv,    // the same inside SSL
    family,     // of v2: IPv4, IPv6, UNIX
    // What the layer that sees the flow knows.
    name,      // bytes of the header that are a host or protocol name, in quotes; the first 64 of them
    duration,  // microseconds
    tls_alert,
    asked_host,  // the name that the payload asks for
    offers,      // the protocols that the payload offers
    reason,      // why a line of a batch cannot be read
  };
  Kind kind = Kind::none;
  std::uint32_t length = 0;  // of bytes of the header
  std::int64_t value = 0;    // the number, or the offset of those bytes
};

namespace argument {
template <class T>
constexpr Argument of(Argument::Kind kind, T value) noexcept {
  return {kind, 0, static_cast<std::int64_t>(value)};
}
constexpr Argument range(Argument::Kind kind, std::size_t offset, std::size_t length) noexcept {
  return {kind, static_cast<std::uint32_t>(length), static_cast<std::int64_t>(offset)};
}
constexpr Argument number(std::size_t n) noexcept { return of(Argument::Kind::number, n); }
constexpr Argument hex_byte(std::uint8_t byte) noexcept { return of(Argument::Kind::hex_byte, byte); }
constexpr Argument hex_word(std::uint32_t word) noexcept { return of(Argument::Kind::hex_word, word); }
constexpr Argument quote(std::size_t offset, std::size_t length) noexcept { return range(Argument::Kind::quote, offset, length); }
constexpr Argument character(std::size_t offset) noexcept { return range(Argument::Kind::character, offset, 1); }
constexpr Argument tlv(std::uint8_t type, bool inside_ssl) noexcept {
  return of(inside_ssl ? Argument::Kind::sub_tlv : Argument::Kind::tlv, type);
}
}  // namespace argument

inline constexpr std::size_t most_arguments = 4;
using Arguments = std::array<Argument, most_arguments>;

struct Finding {
  Code code;
  Level level = Level::note;
  std::uint8_t sentence = 0;   // which of its code's sentences says it (lint/sentences.hpp)
  std::uint32_t offset = 0;    // from the header's first byte
  std::uint32_t length = 0;    // bytes that it covers, 0 when it is about no byte in particular
  std::uint32_t left_out = 0;  // findings on TLVs that were counted after it, and are not listed
  Arguments arguments{};
};

constexpr Finding make_finding(Code code, std::uint32_t offset, std::uint32_t length, std::uint8_t sentence,
                               const Arguments& arguments = {}) noexcept {
  return {code, code.level(), sentence, offset, length, 0, arguments};
}
constexpr Finding make_finding(Code code, std::uint32_t offset, std::uint32_t length, const Arguments& arguments = {}) noexcept {
  return make_finding(code, offset, length, 0, arguments);
}

}  // namespace pp::lint
