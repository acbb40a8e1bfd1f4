// Known deviations of a receiver, so that continuous integration reports only what changed.
//
//   v1/port/65536 fail   known, ticket 123
//
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pp/judge/case_result.hpp"

namespace pp::judge {

/// Ids and their known verdicts.
using Baseline = std::map<std::string, Verdict, std::less<>>;

/// Throws std::runtime_error with the line's number for a line that is not "ID VERDICT [comment]", or an id twice. Empty lines and
/// lines that begin with # do not count.
Baseline parse_baseline(std::string_view text);

/// The lines for a run: failures, crashes, and with `strict` warnings; sorted.
std::string baseline_text(std::span<const CaseResult> results, bool strict);

/// A run against its baseline.
struct Compared {
  std::vector<std::string> unexpected;  // deviates, and is not listed
  std::vector<std::string> xpass;       // listed, and passes
  std::vector<std::string> not_judged;  // listed, and not run this time
  std::size_t xfail = 0;                // listed, and so
};
Compared compare(const Baseline& baseline, std::span<const CaseResult> results, bool strict);

/// Whether a verdict is one that a baseline lists.
constexpr bool deviates(Verdict v, bool strict) noexcept {
  return v == Verdict::fail || v == Verdict::crash || (strict && v == Verdict::warn);
}

}  // namespace pp::judge
