// The one entry point: from bytes to verdict and header, of either version.
#pragma once

#include "pp/base/bytes.hpp"
#include "pp/wire/header.hpp"
#include "pp/wire/v1.hpp"
#include "pp/wire/v2.hpp"

namespace pp {

/// parse() into a default-constructed result, to avoid a copy.
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

/// Parses the first bytes of a connection or datagram (2.1, 2.2). Stateless: call it with everything received so far until
/// the verdict is final; more bytes never change a final verdict. Reads nothing beyond `in`, does not allocate or throw. The
/// header borrows `in`.
constexpr Parsed parse(Bytes in PP_LIFETIMEBOUND) noexcept {
  Parsed r;
  parse_into(in, r);
  return r;
}

}  // namespace pp
