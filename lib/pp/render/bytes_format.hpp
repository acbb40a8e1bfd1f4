// A header's bytes as text that other programs take: one row for each format.
#pragma once

#include <string>
#include <string_view>

#include "pp/base/bytes.hpp"

namespace pp::render {

struct BytesFormat {
  std::string_view name;
  bool binary;                                   // not for a terminal
  void (*write)(std::string& out, Bytes bytes);  // appends
};

/// nullptr when no format has that name.
const BytesFormat* find_bytes_format(std::string_view name) noexcept;
/// "raw, hex, ...".
std::string bytes_format_names();

}  // namespace pp::render
