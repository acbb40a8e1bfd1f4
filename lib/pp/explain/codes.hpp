// Every code that a record can carry, findings' and diagnoses', for whoever lists, explains or completes them.
#pragma once

#include <span>
#include <string_view>

namespace pp::explain {

struct CodeInfo {
  std::string_view name;
  std::string_view
      level;  // of a finding; "diagnosis"; "group": of several connections without a header; "report": of a receiver as a whole
  std::string_view section;  // of a finding
  std::string_view description;

  constexpr bool is_finding() const noexcept { return !section.empty(); }
};

/// The parser's faults, the rules, the diagnoses, the causes of groups and the reports, each in the order of its table.
std::span<const CodeInfo> all_codes();

}  // namespace pp::explain
