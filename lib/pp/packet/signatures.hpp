// The beginnings of PROXY headers, looked for in bytes that nothing else here makes sense of.
#pragma once

#include "pp/base/bytes.hpp"

namespace pp::packet {

/// Anywhere: the signature of version 2, or "PROXY TCP4 ", "PROXY TCP6 ", "PROXY UNKNOWN".
bool holds_signature(Bytes bytes) noexcept;

}  // namespace pp::packet
