// Where something was seen first.
#pragma once

#include <cstdint>
#include <string_view>

#include "pp/inspect/record.hpp"

namespace pp::stats {

struct Place {
  std::string_view input;  // the source outlives it
  std::uint64_t line = 0;
  std::uint64_t frame = 0;
  std::int64_t time_ns = 0;
  bool captured = false;
};

inline Place place_of(const inspect::Record& r) noexcept {
  return {r.input, r.line, r.flow.listened ? 0 : r.flow.frame, r.flow.time_ns, r.flow.captured};
}

inline bool address_before(const IpAddress& a, const IpAddress& b) noexcept {
  return a.size != b.size ? a.size < b.size : a.bytes < b.bytes;
}

}  // namespace pp::stats
