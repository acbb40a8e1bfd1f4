// Version 1 (2.1): the fast path for complete lines, then the exact scanner. Addresses count only once CRLF is there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "pp/base/bytes.hpp"
#include "pp/wire/header.hpp"
#include "pp/wire/v1_fast.hpp"
#include "pp/wire/v1_scanner.hpp"

namespace pp {

namespace v1_internal {

/// Where to go on when the fast path gave up: after the addresses, if it got that far.
constexpr State after(const v1_fast::Found& found, Bytes in, Parsed& r) noexcept {
  State s;
  if (found.addresses == 0) return s;
  s.field = Field::to_source_port;
  s.offset = static_cast<std::uint8_t>(found.addresses);
  s.v6 = in[9] == '6';
  s.source = std::exchange(r.header.source, {});
  s.destination = std::exchange(r.header.destination, {});
  r.header.version = 1;
  r.header.version_command = 0x11;
  r.header.family_transport = s.v6 ? 0x21 : 0x11;
  return s;
}

/// Into a default-constructed result, to avoid a copy. Out of line, so that parse() needs no stack frame for version 2.
[[gnu::noinline]] constexpr void parse_into(Bytes in, Parsed& r) noexcept {
  const v1_fast::Found found = v1_fast::find(in, r);
  if (found.size > 0) return;
  State s = after(found, in, r);
  scan(in, s, r);
}

}  // namespace v1_internal

/// The line is done with its CRLF. No CRLF in the first 107 bytes is a fault: final at byte 105 when that byte is not CR,
/// else at byte 106.
constexpr Parsed parse_v1(Bytes in) noexcept {
  Parsed r;
  v1_internal::parse_into(in, r);
  return r;
}

/// The same without the fast path for valid lines.
constexpr Parsed parse_v1_exact(Bytes in) noexcept {
  Parsed r;
  v1_internal::State s;
  v1_internal::scan(in, s, r);
  return r;
}

/// parse_v1 for a line that arrives in pieces: resumes where the last call stopped.
class V1Parser {
 public:
  /// `in` is everything received so far; `r` is the same object in each call, default-constructed before the first. It
  /// becomes what parse_v1(in) returns. Bytes before next() may not change, and are not looked at. No call after the
  /// verdict is final.
  constexpr void parse(Bytes in, Parsed& r) noexcept {
    if (next() == 0) {
      const v1_fast::Found found = v1_fast::find(in, r);
      if (found.size > 0) return;
      state_ = v1_internal::after(found, in, r);
    }
    v1_internal::scan(in, state_, r);
  }
  constexpr std::size_t next() const noexcept { return state_.next(); }

 private:
  v1_internal::State state_;
};

}  // namespace pp
