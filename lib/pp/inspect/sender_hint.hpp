// Which product a header looks like: a hint from its TLVs, their order and its shape, never a verdict.
#pragma once

#include <span>
#include <string_view>

#include "pp/inspect/record.hpp"

namespace pp::inspect {

struct HeaderTraits;  // what one pass over a header's TLVs finds

struct SenderHint {
  std::string_view sender;  // "AWS NLB, health check"
  std::string_view because;
  bool (*applies)(const HeaderTraits& t);
};

std::span<const SenderHint> sender_hints() noexcept;

/// Of a complete header; nullptr when nothing tells its sender from others.
const SenderHint* sender_hint(const Record& r, const Header& h);

}  // namespace pp::inspect
