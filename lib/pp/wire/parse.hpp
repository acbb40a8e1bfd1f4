// The one entry: bytes to verdict and header.
#pragma once

#include "pp/base/bytes.hpp"
#include "pp/wire/header.hpp"
#include "pp/wire/v1.hpp"
#include "pp/wire/v2.hpp"

namespace pp {

/// What parse() does, into a result as made: for callers who keep it where it is.
constexpr void parse_into(Bytes in PP_LIFETIMEBOUND, Parsed& r) noexcept {
  if (in.empty() || in[0] == 'P') {
    v1_internal::parse_into(in, r);
  } else if (v2_internal::has_fixed(in)) {
    v2_internal::parse_fixed(in, r);
  } else if (in[0] == v2_signature[0]) {
    v2_internal::incomplete(r, in);
  } else {
    r.header.bytes = in;
    r.verdict = {Status::missing, Fault::not_proxy, 1, 0, 0};
  }
}

/// Judges the bytes at the front of a connection or datagram (2.1, 2.2). Stateless: give it everything received so far,
/// again and again, until the verdict is settled; a settled verdict never changes with more bytes. Reads nothing beyond
/// `in`, allocates nothing, throws nothing. The header borrows `in`.
constexpr Parsed parse(Bytes in PP_LIFETIMEBOUND) noexcept {
  Parsed r;
  parse_into(in, r);
  return r;
}

}  // namespace pp
