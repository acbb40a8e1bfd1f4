// What the sweeps' files share: a generated case, and the sweeps that have a file of their own.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "pp/base/hex.hpp"
#include "pp/forge/case.hpp"

namespace pp::forge {

inline std::string two_digits(std::size_t byte) {
  const auto b = static_cast<std::uint8_t>(byte);
  return to_hex(Bytes(&b, 1));
}

inline Case generated(std::string id, Section section, Asks asks, Expected expected, Draft draft, std::string sentence) {
  // More bytes would complete what is truncated.
  const Plan plan{.then = expected.code == "truncated" ? Then::fin : Then::payload};
  return {std::move(id), "", section.number(), asks, expected, plan, std::move(draft), std::move(sentence)};
}

inline constexpr std::size_t v1_damage_count = 47 * 255;
/// Item `index` of "v1/damage/": every single byte of a TCP4 line, replaced by every other value.
Case v1_damage_item(std::size_t index);

}  // namespace pp::forge
