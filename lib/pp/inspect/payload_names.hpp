// Protocols by their first bytes, of either side: one row says what a protocol is called and how it is recognised.
#pragma once

#include <span>
#include <string_view>

#include "pp/base/bytes.hpp"
#include "pp/inspect/payload.hpp"

namespace pp::inspect {

struct PayloadName {
  PayloadKind kind;
  std::string_view name;   // in JSON
  std::string_view title;  // "an HTTP request"
  std::string_view brief;  // "HTTP"
  /// nullptr: recognised by nothing else matching (nothing, text, binary). The bytes are never empty.
  bool (*fits)(Bytes bytes) noexcept;
  bool binary = false;  // not made of lines of text
};

/// All rows, in the order of PayloadKind, which is the order in which they are asked.
std::span<const PayloadName> payload_names() noexcept;

}  // namespace pp::inspect
