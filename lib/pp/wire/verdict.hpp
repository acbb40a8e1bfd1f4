// The parser's verdict about bytes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pp/wire/fault.hpp"

namespace pp {

enum class Status : std::uint8_t {
  need_more,  // a header so far; more bytes decide
  done,       // the first `size` bytes are exactly the header
  malformed,  // starts like a header and breaks a rule
  missing,    // not a PROXY header at all: differs within "PROXY" or the signature
  truncated,  // from at_end only: the peer closed inside the header
};

/// Anything but need_more is final (settled() is true): more bytes never change it.
struct Verdict {
  Status status = Status::need_more;
  Fault fault = Fault::none;
  /// How many bytes from `offset` the fault covers; at least 1 when there is one.
  std::uint16_t span = 0;
  /// done: the header's bytes. need_more: no extension by fewer than this many bytes (>= 1) can be done; exact for v2
  /// from 16 bytes on.
  std::uint32_t size = 0;
  /// malformed, missing: the first wrong byte, or the first byte of a number that is wrong as a whole.
  /// need_more, truncated: how many bytes were there.
  std::uint32_t offset = 0;

  constexpr bool operator==(const Verdict&) const = default;
  constexpr bool settled() const noexcept { return status != Status::need_more; }
};

/// What a verdict becomes when the peer has closed: need_more turns into truncated, everything else stays (2: an
/// incomplete header is not a header).
constexpr Verdict at_end(Verdict v) noexcept {
  if (v.status == Status::need_more) {
    v.status = Status::truncated;
    v.fault = Fault::truncated;
  }
  return v;
}

}  // namespace pp
