// Version 1, one line of US-ASCII (2.1). Faults are settled at the earliest byte that decides them; addresses count
// only once CRLF is there.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "pp/base/bytes.hpp"
#include "pp/base/ip_text.hpp"
#include "pp/wire/header.hpp"
#include "pp/wire/v1_fast.hpp"
#include "pp/wire/verdict.hpp"

namespace pp {

namespace v1_internal {

inline constexpr std::uint8_t word_proxy[] = {'P', 'R', 'O', 'X', 'Y'};
inline constexpr std::uint8_t word_unknown[] = {'U', 'N', 'K', 'N', 'O', 'W', 'N'};
inline constexpr std::size_t fields_offset = 11;  // behind "PROXY TCPn "
inline constexpr std::size_t shortest_line = 15;  // PROXY UNKNOWN CRLF
inline constexpr std::size_t shortest_tcp4 = 32;  // PROXY TCP4 0.0.0.0 0.0.0.0 0 0 CRLF
inline constexpr std::size_t shortest_tcp6 = 22;  // PROXY TCP6 :: :: 0 0 CRLF

/// One pass over a line; `line` is the input cut to the bytes in which CRLF must stand, `full` when all of those are there.
struct Scanner {
  Parsed& r;
  Bytes in;
  Bytes line;
  bool full;

  constexpr void fault(Fault fault, std::size_t offset, std::size_t span = 1) const noexcept {
    r.verdict = {Status::malformed, fault, static_cast<std::uint16_t>(span), 0, static_cast<std::uint32_t>(offset)};
  }
  /// The line ended where at least n more bytes are wanted.
  constexpr void more(std::size_t n) const noexcept {
    if (full) return fault(Fault::v1_line_too_long, line.size() - 1);
    r.verdict = {Status::need_more, Fault::none, 0, static_cast<std::uint32_t>(n), static_cast<std::uint32_t>(in.size())};
  }
  constexpr void done(std::size_t size) const noexcept {
    r.header.bytes = in.first(size);
    r.verdict = {Status::done, Fault::none, 0, static_cast<std::uint32_t>(size), 0};
  }
  constexpr bool ends_line(std::size_t at) const noexcept { return line[at] == '\r' || line[at] == '\n'; }

  /// This and the next two: false when the verdict is set. One space before a field that at least `rest` further bytes follow.
  constexpr bool space(std::size_t& at, Fault otherwise, std::size_t rest) const noexcept {
    if (at == line.size()) return more(1 + rest), false;
    if (line[at] != ' ') return fault(ends_line(at) ? Fault::v1_missing_field : otherwise, at), false;
    ++at;
    if (at == line.size()) return more(rest), false;
    if (line[at] == ' ') return fault(Fault::v1_separator, at), false;
    if (ends_line(at)) return fault(Fault::v1_missing_field, at), false;
    return true;
  }

  /// An address; `rest` is the least that must follow it.
  constexpr bool address(std::size_t& at, bool v6, IpAddress& out, std::size_t rest) const noexcept {
    const auto read = v6 ? read_ipv6(line.subspan(at)) : read_ipv4(line.subspan(at));
    at += read.used;
    if (read.fault != TextFault::none) {
      const bool ended = read.fault != TextFault::number_too_big && read.fault != TextFault::leading_zero && ends_line(at);
      return fault(ended ? Fault::v1_missing_field : address_fault(read.fault, v6), at, read.span), false;
    }
    if (read.need > 0) return more(read.need + rest), false;
    out = read.value;
    return true;
  }

  /// A port, whose first byte is there: space() has seen it.
  constexpr bool port(std::size_t& at, std::uint16_t& out) const noexcept {
    const auto read = read_decimal(line.subspan(at), 65535);
    if (read.fault == TextFault::number_too_big) return fault(Fault::v1_port_range, at, read.span), false;
    if (read.fault == TextFault::leading_zero) return fault(Fault::v1_port_leading_zero, at, read.span), false;
    if (read.fault != TextFault::none) return fault(Fault::v1_port_syntax, at), false;
    at += read.used;
    out = static_cast<std::uint16_t>(read.value);
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

  constexpr void tcp(bool v6) const noexcept {
    Header& h = r.header;
    const std::size_t address_least = v6 ? 2 : 7;
    const Fault address_syntax = v6 ? Fault::v1_ipv6_syntax : Fault::v1_ipv4_syntax;
    IpAddress source;
    IpAddress destination;
    std::uint16_t source_port = 0;
    std::uint16_t destination_port = 0;
    std::size_t at = fields_offset - 1;
    if (!space(at, Fault::v1_protocol, 2 * address_least + 7)) return;
    if (!address(at, v6, source, address_least + 7)) return;
    if (!space(at, address_syntax, address_least + 6)) return;
    if (!address(at, v6, destination, 6)) return;
    if (!ports(at, v6, source_port, destination_port)) return;
    h.source = source;
    h.destination = destination;
    h.source_port = source_port;
    h.destination_port = destination_port;
    h.addresses = v6 ? Addresses::inet6 : Addresses::inet;
    done(at);
  }

  /// What stands behind the addresses, to the line's end; as above.
  constexpr bool ports(std::size_t& at, bool v6, std::uint16_t& source, std::uint16_t& destination) const noexcept {
    if (!space(at, v6 ? Fault::v1_ipv6_syntax : Fault::v1_ipv4_syntax, 5)) return false;
    if (!port(at, source)) return false;
    if (!space(at, Fault::v1_port_syntax, 3)) return false;
    if (!port(at, destination)) return false;
    return end_of_line(at);
  }

  /// CRLF; `at` ends behind it.
  constexpr bool end_of_line(std::size_t& at) const noexcept {
    if (at == line.size()) return more(2), false;
    if (line[at] != '\r') {
      return fault(line[at] == '\n' ? Fault::v1_line_end : line[at] == ' ' ? Fault::v1_extra_field : Fault::v1_port_syntax, at), false;
    }
    if (++at == line.size()) return more(1), false;
    if (line[at] != '\n') return fault(Fault::v1_line_end, at), false;
    ++at;
    return true;
  }

  /// Everything before CRLF is ignored (2.1).
  constexpr void unknown() const noexcept {
    std::size_t at = 6 + sizeof word_unknown;
    r.header.version_command = 0x10;
    if (at < line.size() && line[at] != ' ' && line[at] != '\r') {
      return fault(line[at] == '\n' ? Fault::v1_line_end : Fault::v1_protocol, at);
    }
    if (at + 1 < line.size() && line[at] == '\r' && line[at + 1] != '\n') return fault(Fault::v1_line_end, at + 1);
    for (; at + 1 < line.size(); ++at) {
      if (line[at] == '\r' && line[at + 1] == '\n') return done(at + 2);
    }
    return more(at < line.size() && line[at] == '\r' ? 1 : 2);
  }

  constexpr void protocol() const noexcept {
    if (line.size() == 5) return more(shortest_line - 5);
    if (line[5] != ' ') return fault(ends_line(5) ? Fault::v1_missing_field : Fault::v1_separator, 5);
    if (line.size() == 6) return more(shortest_line - 6);
    if (line[6] == ' ') return fault(Fault::v1_separator, 6);
    if (ends_line(6)) return fault(Fault::v1_missing_field, 6);
    if (line[6] == word_unknown[0]) {
      for (std::size_t i = 1; i < sizeof word_unknown; ++i) {
        if (6 + i == line.size()) return more(shortest_line - line.size());
        if (line[6 + i] != word_unknown[i]) return fault(Fault::v1_protocol, 6 + i);
      }
      return unknown();
    }
    for (std::size_t i = 0; i < 3; ++i) {
      if (6 + i == line.size()) return more(shortest_tcp6 - line.size());
      if (line[6 + i] != "TCP"[i]) return fault(Fault::v1_protocol, 6 + i);
    }
    if (line.size() == 9) return more(shortest_tcp6 - 9);
    const bool v6 = line[9] == '6';
    if (!v6 && line[9] != '4') return fault(Fault::v1_protocol, 9);
    r.header.version_command = 0x11;
    r.header.family_transport = v6 ? 0x21 : 0x11;
    return tcp(v6);
  }
};

/// Bytes in which CRLF must stand.
constexpr std::size_t line_limit(Bytes in) noexcept {
  return in.size() >= v1_max_bytes - 1 && in[v1_max_bytes - 2] != '\r' ? v1_max_bytes - 1 : v1_max_bytes;
}
constexpr Scanner scanner(Bytes in, Parsed& r) noexcept {
  const std::size_t limit = line_limit(in);
  return {r, in, in.first(std::min(in.size(), limit)), in.size() >= limit};
}

/// Byte by byte: every fault at its first byte, and the judge of what parse_v1 takes the fast way. `r` is as made.
[[gnu::noinline]] constexpr void scan(Bytes in, Parsed& r) noexcept {
  r.header.bytes = in;
  for (std::size_t i = 0; i < sizeof word_proxy; ++i) {
    if (i == in.size()) {
      r.verdict = {Status::need_more, Fault::none, 0, static_cast<std::uint32_t>(shortest_line - i), static_cast<std::uint32_t>(i)};
      return;
    }
    if (in[i] != word_proxy[i]) {
      r.verdict = {Status::missing, Fault::not_proxy, 1, 0, static_cast<std::uint32_t>(i)};
      return;
    }
  }
  r.header.version = 1;
  scanner(in, r).protocol();
}

/// The rest of a TCP line that is right up to byte `at`, where its addresses or its ports end, and has a fault after that or
/// no end. False, and nothing of `r` that counts, when it has neither.
[[gnu::noinline]] constexpr bool scan_ports(Bytes in, std::size_t at, Parsed& r) noexcept {
  const bool v6 = in[9] == '6';
  r.header.bytes = in;
  r.header.version = 1;
  r.header.version_command = 0x11;
  r.header.family_transport = v6 ? 0x21 : 0x11;
  std::uint16_t source = 0;
  std::uint16_t destination = 0;
  const Scanner rest = scanner(in, r);
  return !(in[at] == '\r' ? rest.end_of_line(at) : rest.ports(at, v6, source, destination));
}

/// Into a default-constructed result, to avoid a copy. Out of line, so that parse() needs no stack frame for version 2.
[[gnu::noinline]] constexpr void parse_into(Bytes in, Parsed& r) noexcept {
  const v1_fast::Found found = v1_fast::find(in, r);
  if (found.size > 0) return;
  // A fault behind the addresses costs no second look at them.
  if (found.right == 0 || !scan_ports(in, found.right, r)) scan(in, r);
}

}  // namespace v1_internal

/// The line is done with its CRLF. No CRLF in the first 107 bytes is a fault: settled at byte 105 when that one is
/// not CR, else at byte 106.
constexpr Parsed parse_v1(Bytes in) noexcept {
  Parsed r;
  v1_internal::parse_into(in, r);
  return r;
}

/// The same without the fast way through valid lines.
constexpr Parsed parse_v1_exact(Bytes in) noexcept {
  Parsed r;
  v1_internal::scan(in, r);
  return r;
}

}  // namespace pp
