// The exact scanner of version 1 (2.1): one line of US-ASCII, with every fault at the earliest byte that decides it. It can
// stop wherever the input ends and continue there when more has arrived.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "pp/base/bytes.hpp"
#include "pp/base/ip_text.hpp"
#include "pp/wire/header.hpp"
#include "pp/wire/verdict.hpp"

namespace pp::v1_internal {

inline constexpr std::uint8_t word_proxy[] = {'P', 'R', 'O', 'X', 'Y'};
inline constexpr std::uint8_t word_unknown[] = {'U', 'N', 'K', 'N', 'O', 'W', 'N'};
inline constexpr std::size_t fields_offset = 11;  // after "PROXY TCPn "
inline constexpr std::size_t shortest_line = 15;  // PROXY UNKNOWN CRLF
inline constexpr std::size_t shortest_tcp6 = 22;  // PROXY TCP6 :: :: 0 0 CRLF

/// The parts of a line in their order; "to_x" is the space before x.
enum class Field : std::uint8_t {
  proxy,
  protocol,
  to_source,
  source,
  to_destination,
  destination,
  to_source_port,
  source_port,
  to_destination_port,
  destination_port,
  line_end,
  unknown,       // the byte after "UNKNOWN"
  unknown_text,  // everything after that, up to CRLF
};

/// Where a scan stopped in a line that is not complete, and what it has read before.
struct State {
  Field field = Field::proxy;
  bool v6 = false;
  std::uint8_t offset = 0;  // where the field starts
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  IpAddress source;
  IpAddress destination;
  Ipv6Reader address;  // the one that `field` is at; only the tail of it for an IPv4 address

  /// The first byte that the next scan looks at: the start of the word, number or group that is not complete.
  constexpr std::size_t next() const noexcept { return std::size_t{offset} + address.at + address.tail.at; }
};

/// One scan over a line; `line` is the input cut to the bytes in which CRLF must stand, `full` when all of those are there.
/// Each step reads one field at `at` and moves `at` past it, or sets the verdict and returns false.
struct Scanner {
  Parsed& r;
  State& s;
  Bytes in;
  Bytes line;
  bool full;
  std::size_t at;

  constexpr bool fault(Fault fault, std::size_t offset, std::size_t span = 1) const noexcept {
    r.verdict = {Status::malformed, fault, static_cast<std::uint16_t>(span), 0, static_cast<std::uint32_t>(offset)};
    return false;
  }
  /// The input ended inside `field`, where at least n more bytes must follow. The next scan starts at this field.
  constexpr bool more(Field field, std::size_t n) const noexcept {
    if (full) return fault(Fault::v1_line_too_long, line.size() - 1);
    s.field = field;
    s.offset = static_cast<std::uint8_t>(at);
    if (field != Field::source && field != Field::destination) s.address = {};
    r.verdict = {Status::need_more, Fault::none, 0, static_cast<std::uint32_t>(n), static_cast<std::uint32_t>(in.size())};
    return false;
  }
  constexpr bool done(std::size_t size) const noexcept {
    r.header.bytes = in.first(size);
    r.verdict = {Status::done, Fault::none, 0, static_cast<std::uint32_t>(size), 0};
    return false;
  }
  constexpr bool ends_line(std::size_t i) const noexcept { return line[i] == '\r' || line[i] == '\n'; }

  /// One space before a field; at least `rest` bytes must follow the space.
  [[gnu::always_inline]] constexpr bool space(Field field, Fault otherwise, std::size_t rest) noexcept {
    if (at == line.size()) return more(field, 1 + rest);
    if (line[at] != ' ') return fault(ends_line(at) ? Fault::v1_missing_field : otherwise, at);
    if (at + 1 == line.size()) return more(field, rest);
    ++at;
    if (line[at] == ' ') return fault(Fault::v1_separator, at);
    if (ends_line(at)) return fault(Fault::v1_missing_field, at);
    return true;
  }

  /// An address; at least `rest` bytes must follow it.
  [[gnu::always_inline]] constexpr bool address(Field field, IpAddress& out, std::size_t rest) noexcept {
    const Bytes text = line.subspan(at);
    const TextEnd read = s.v6 ? s.address.read(text, out) : s.address.tail.read(text, out);
    if (read.fault != TextFault::none) {
      at += read.used;
      const bool ended = read.fault != TextFault::number_too_big && read.fault != TextFault::leading_zero && ends_line(at);
      return fault(ended ? Fault::v1_missing_field : address_fault(read.fault, s.v6), at, read.span);
    }
    // A complete address at the end of the input may go on in the next bytes.
    if (read.need > 0 || read.used == text.size()) return more(field, read.need + rest);
    at += read.used;
    return true;
  }

  /// A port, whose first byte is there: space() has checked it. At least `rest` bytes must follow.
  [[gnu::always_inline]] constexpr bool port(Field field, std::uint16_t& out, std::size_t rest) noexcept {
    const Bytes text = line.subspan(at);
    const auto read = read_decimal(text, 65535);
    if (read.fault == TextFault::number_too_big) return fault(Fault::v1_port_range, at, read.span);
    if (read.fault == TextFault::leading_zero) return fault(Fault::v1_port_leading_zero, at, read.span);
    if (read.fault != TextFault::none) return fault(Fault::v1_port_syntax, at);
    if (read.used == text.size()) return more(field, rest);
    out = static_cast<std::uint16_t>(read.value);
    at += read.used;
    return true;
  }

  static constexpr Fault address_fault(TextFault fault, bool v6) noexcept {
    switch (fault) {
      case TextFault::number_too_big: return Fault::v1_ipv4_octet_range;
      case TextFault::leading_zero: return Fault::v1_ipv4_leading_zero;
      case TextFault::group_too_long: return Fault::v1_ipv6_group_length;
      case TextFault::group_count: return Fault::v1_ipv6_group_count;
      case TextFault::compression: return Fault::v1_ipv6_compression;
      case TextFault::dotted_tail: return Fault::v1_ipv6_dotted_tail;
      case TextFault::other_family: return Fault::v1_family_mismatch;
      default: return v6 ? Fault::v1_ipv6_syntax : Fault::v1_ipv4_syntax;
    }
  }

  /// Everything after the protocol word, from `field` on.
  constexpr bool tcp(Field field) noexcept {
    const std::size_t least = s.v6 ? 2 : 7;  // bytes of an address
    const Fault syntax = s.v6 ? Fault::v1_ipv6_syntax : Fault::v1_ipv4_syntax;
    switch (field) {
      case Field::to_source:
        if (!space(Field::to_source, Fault::v1_protocol, 2 * least + 7)) return false;
        [[fallthrough]];
      case Field::source:
        if (!address(Field::source, s.source, least + 7)) return false;
        s.address = {};
        [[fallthrough]];
      case Field::to_destination:
        if (!space(Field::to_destination, syntax, least + 6)) return false;
        [[fallthrough]];
      case Field::destination:
        if (!address(Field::destination, s.destination, 6)) return false;
        [[fallthrough]];
      case Field::to_source_port:
        if (!space(Field::to_source_port, syntax, 5)) return false;
        [[fallthrough]];
      case Field::source_port:
        if (!port(Field::source_port, s.source_port, 4)) return false;
        [[fallthrough]];
      case Field::to_destination_port:
        if (!space(Field::to_destination_port, Fault::v1_port_syntax, 3)) return false;
        [[fallthrough]];
      case Field::destination_port:
        if (!port(Field::destination_port, s.destination_port, 2)) return false;
        [[fallthrough]];
      default: return line_end();
    }
  }

  /// CRLF, and with it the addresses count.
  constexpr bool line_end() noexcept {
    if (at == line.size()) return more(Field::line_end, 2);
    if (line[at] != '\r') {
      return fault(line[at] == '\n' ? Fault::v1_line_end : line[at] == ' ' ? Fault::v1_extra_field : Fault::v1_port_syntax, at);
    }
    if (at + 1 == line.size()) return more(Field::line_end, 1);
    if (line[at + 1] != '\n') return fault(Fault::v1_line_end, at + 1);
    Header& h = r.header;
    h.source = s.source;
    h.destination = s.destination;
    h.source_port = s.source_port;
    h.destination_port = s.destination_port;
    h.addresses = s.v6 ? Addresses::inet6 : Addresses::inet;
    return done(at + 2);
  }

  /// The byte after "UNKNOWN".
  constexpr bool unknown() noexcept {
    if (at == line.size()) return more(Field::unknown, 2);
    if (line[at] == '\r') {
      if (at + 1 == line.size()) return more(Field::unknown, 1);
      return line[at + 1] == '\n' ? done(at + 2) : fault(Fault::v1_line_end, at + 1);
    }
    if (line[at] != ' ') return fault(line[at] == '\n' ? Fault::v1_line_end : Fault::v1_protocol, at);
    ++at;
    return true;
  }

  /// Everything before CRLF is ignored (2.1).
  constexpr bool unknown_text() noexcept {
    std::size_t i = at;
    for (; i + 1 < line.size(); ++i) {
      if (line[i] == '\r' && line[i + 1] == '\n') return done(i + 2);
    }
    const bool at_cr = i < line.size() && line[i] == '\r';
    at = at_cr ? i : line.size();
    return more(Field::unknown_text, at_cr ? 1 : 2);
  }

  constexpr bool proxy() noexcept {
    for (; at < sizeof word_proxy; ++at) {
      if (at == in.size()) return more(Field::proxy, shortest_line - at);
      if (in[at] != word_proxy[at]) {
        r.verdict = {Status::missing, Fault::not_proxy, 1, 0, static_cast<std::uint32_t>(at)};
        return false;
      }
    }
    r.header.version = 1;
    return true;
  }

  /// A space and the protocol word, whose last byte tells the families apart.
  constexpr bool protocol() noexcept {
    if (line.size() == 5) return more(Field::protocol, shortest_line - 5);
    if (line[5] != ' ') return fault(ends_line(5) ? Fault::v1_missing_field : Fault::v1_separator, 5);
    if (line.size() == 6) return more(Field::protocol, shortest_line - 6);
    if (line[6] == ' ') return fault(Fault::v1_separator, 6);
    if (ends_line(6)) return fault(Fault::v1_missing_field, 6);
    if (line[6] == word_unknown[0]) {
      for (std::size_t i = 1; i < sizeof word_unknown; ++i) {
        if (6 + i == line.size()) return more(Field::protocol, shortest_line - line.size());
        if (line[6 + i] != word_unknown[i]) return fault(Fault::v1_protocol, 6 + i);
      }
      r.header.version_command = 0x10;
      at = 6 + sizeof word_unknown;
      return true;
    }
    for (std::size_t i = 0; i < 3; ++i) {
      if (6 + i == line.size()) return more(Field::protocol, shortest_tcp6 - line.size());
      if (line[6 + i] != "TCP"[i]) return fault(Fault::v1_protocol, 6 + i);
    }
    if (line.size() == 9) return more(Field::protocol, shortest_tcp6 - 9);
    s.v6 = line[9] == '6';
    if (!s.v6 && line[9] != '4') return fault(Fault::v1_protocol, 9);
    r.header.version_command = 0x11;
    r.header.family_transport = s.v6 ? 0x21 : 0x11;
    at = fields_offset - 1;
    return true;
  }

  constexpr bool run() noexcept {
    Field field = s.field;
    if (field == Field::proxy) {
      if (!proxy()) return false;
      field = Field::protocol;
    }
    if (field == Field::protocol) {
      if (!protocol()) return false;
      field = r.header.version_command == 0x10 ? Field::unknown : Field::to_source;
    }
    if (field == Field::unknown) {
      if (!unknown()) return false;
      field = Field::unknown_text;
    }
    return field == Field::unknown_text ? unknown_text() : tcp(field);
  }
};

/// Bytes in which CRLF must stand.
constexpr std::size_t line_limit(Bytes in) noexcept {
  return in.size() >= v1_max_bytes - 1 && in[v1_max_bytes - 2] != '\r' ? v1_max_bytes - 1 : v1_max_bytes;
}

/// The reference scanner: reports every fault at its first byte. The fast path must agree with it. Continues at `s`, with
/// the `r` of the scan that stopped there, or default-constructed ones.
[[gnu::noinline]] constexpr void scan(Bytes in, State& s, Parsed& r) noexcept {
  r.header.bytes = in;
  const std::size_t limit = line_limit(in);
  Scanner{r, s, in, in.first(std::min(in.size(), limit)), in.size() >= limit, s.offset}.run();
}

}  // namespace pp::v1_internal
