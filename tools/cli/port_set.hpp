// The ports of -e.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "pp/source/filter.hpp"

namespace pp::tool {

class PortSet {
 public:
  /// "80,https,8000-8100"; false when it is anything else.
  bool add(std::string_view text);
  bool contains(std::uint16_t port) const noexcept { return !bits_.empty() && bits_[port]; }
  bool empty() const noexcept { return bits_.empty(); }
  /// Ascending; adjacent ports are one range.
  std::vector<source::PortRange> ranges() const;

 private:
  std::vector<bool> bits_;
};

}  // namespace pp::tool
