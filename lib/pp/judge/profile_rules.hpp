// The keys under which a header's kin are found in a profile, the nearest first. For profile.cpp and predict.cpp alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pp/base/bytes.hpp"
#include "pp/wire/header.hpp"

namespace pp::judge {

struct Kin {
  /// Of malformed bytes: code and field, code alone, the code's first two words, the version. Of others: each error and warning of
  /// the linter, then the kind: with family and transport, with the family, the command alone.
  std::vector<std::string> keys;
  std::size_t own = 0;   // so many of them explain what comes of this header; the others only help where nothing else is known
  bool by_kind = false;  // well-formed, and nothing to say against it
};
Kin kin_of(const Parsed& parsed, Bytes bytes);

/// The header's size when it is whole, else 0.
std::size_t whole_size(const Parsed& parsed) noexcept;

/// Under which name the size of such a header is limited: "v2", "v1-unknown"; empty: under none.
std::string_view limit_of(const Parsed& parsed) noexcept;

}  // namespace pp::judge
