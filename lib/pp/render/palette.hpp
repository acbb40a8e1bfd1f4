// The few colours that the text output uses; empty strings without colour.
#pragma once

#include <array>
#include <string_view>

#include "pp/render/format.hpp"

namespace pp::render {

enum class Paint : std::uint8_t { off, good, warning, error, note, caret, strong, faint };

constexpr std::string_view paint(const Style& style, Paint p) noexcept {
  constexpr std::array<std::string_view, 8> codes = {"\x1b[0m",  "\x1b[32m",   "\x1b[33m", "\x1b[1;31m",
                                                     "\x1b[36m", "\x1b[1;31m", "\x1b[1m",  "\x1b[2m"};
  return style.color ? codes[static_cast<std::size_t>(p)] : std::string_view{};
}

}  // namespace pp::render
