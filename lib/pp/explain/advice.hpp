// What --explain says of a code beyond its one line: what leads to it, how to make sure, and who changes what. One row a code.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace pp::explain {

/// Which column of the table of products belongs to the remedy.
enum class Options : std::uint8_t { none, receive, send };

/// All texts are static. `check` is empty for findings, where the header's bytes are the proof.
struct Advice {
  std::string_view code;
  std::string_view cause;
  std::string_view check;
  std::string_view remedy;
  Options options = Options::none;
};

std::span<const Advice> finding_advice() noexcept;
std::span<const Advice> diagnosis_advice() noexcept;
/// Null for a code that is in neither table; the tests see to it that each of all_codes() is in one.
const Advice* find_advice(std::string_view code) noexcept;

}  // namespace pp::explain
