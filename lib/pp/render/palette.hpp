// The few colours that the text output uses; empty strings without colour. Colour says how bad something is, and nothing
// else; yellow is not among them, since on white it cannot be read.
#pragma once

#include <array>
#include <string_view>

#include "pp/lint/rules.hpp"
#include "pp/render/format.hpp"

namespace pp::render {

enum class Paint : std::uint8_t { off, error, warning, note, fix, strong, faint };

constexpr std::string_view paint(const Style& style, Paint p) noexcept {
  constexpr std::array<std::string_view, 7> codes = {"\x1b[0m", "\x1b[1;31m", "\x1b[1;35m", "\x1b[36m", "\x1b[1;32m", "\x1b[1m", "\x1b[2m"};
  return style.color ? codes[static_cast<std::size_t>(p)] : std::string_view{};
}

constexpr Paint paint_of(lint::Level level) noexcept {
  return level == lint::Level::error ? Paint::error : level == lint::Level::warning ? Paint::warning : Paint::note;
}

/// Text in a colour, which ends with it.
inline void append_painted(std::string& out, const Style& style, Paint p, std::string_view text) {
  out.append(paint(style, p)).append(text).append(paint(style, Paint::off));
}

}  // namespace pp::render
