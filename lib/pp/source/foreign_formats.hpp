// Files that hold packets in a way that is not read here, by their first bytes: what they are, and how they become readable.
#pragma once

#include <string_view>

#include "pp/base/bytes.hpp"

namespace pp::source {

struct ForeignFormat {
  std::string_view title;   // "an xz archive"
  std::string_view remedy;  // a command or a sentence, with FILE for the file's name
};

struct ForeignLook {
  const ForeignFormat* format = nullptr;  // nullptr: none of them
  bool need_more = false;                 // all that is there agrees with the start of one
};

/// The row whose bytes these are. The last of them to be decided needs 262 bytes.
ForeignLook look_for_foreign_format(Bytes head) noexcept;

}  // namespace pp::source
