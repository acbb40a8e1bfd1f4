// The control phase: what a receiver answers to good headers, and therefore what its answers to the cases can show.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pp/judge/outcome.hpp"

namespace pp::judge {

/// The controls, in the order in which they are sent; the good ones three times each.
enum class Control : std::uint8_t { v2, v1, bare, damaged, local, unknown };
inline constexpr std::size_t control_count = static_cast<std::size_t>(Control::unknown) + 1;
std::string_view name(Control control) noexcept;
/// How the reports call it: "v2", "without a header", "v1 UNKNOWN".
std::string_view words(Control control) noexcept;
inline constexpr unsigned control_repeats = 3;

struct ControlAnswer {
  Control control = Control::v2;
  Observed observed;
  Announced announced;
  std::string mark;
  std::int64_t us = 0;  // to the answer
};

/// What is known of one version.
struct VersionControl {
  bool supported = false;
  bool believed = false;       // its answers tell the announced address
  bool tells_another = false;  // they tell an address, and never the announced one
  bool unsteady = false;       // the three answers are of different classes
  Oracle oracle;               // of this version's answers
  std::vector<std::int64_t> us;
};

struct Capability {
  VersionControl v2, v1;
  std::array<std::string, control_count> answers;  // in words: "http-200", "fin", "silent"
  bool header_optional = false;                    // the payload alone gets a good header's answer
  std::int64_t slowest_us = 0;

  bool any() const noexcept { return v2.supported || v1.supported; }
  bool unsteady() const noexcept { return !any() && (v2.unsteady || v1.unsteady); }
  const VersionControl& of(int version) const noexcept { return version == 1 ? v1 : v2; }
  /// The version whose controls are sent beside the cases.
  int version() const noexcept { return v2.supported ? 2 : 1; }
};

Capability capability_of(const std::vector<ControlAnswer>& answers, const std::vector<std::string>& none);

/// Why no version is supported, in a sentence, and what would be needed to tell.
std::string why_no_control(const Capability& capability, std::string_view app);

/// "http-200", "fin", "rst", "silent", "unreachable".
std::string answer_words(const Observed& observed);

}  // namespace pp::judge
