#include "pp/inspect/label.hpp"

#include <algorithm>

#include "pp/inspect/record.hpp"

namespace pp::inspect {
namespace {

/// What --strict makes of a warning is still called by its own name, unless the header breaks a rule as well.
Label of_findings(const Record& r, Label otherwise) noexcept {
  const auto has = [&r](lint::Rule rule) {
    return std::any_of(r.findings.begin(), r.findings.end(), [rule](const lint::Finding& f) { return f.code == rule; });
  };
  if (!r.complete) return otherwise;
  const bool other_error = std::any_of(r.findings.begin(), r.findings.end(), [](const lint::Finding& f) {
    return f.level == lint::Level::error && f.code != lint::Rule::header_refused && f.code != lint::Rule::header_late;
  });
  if (other_error) return otherwise;
  if (has(lint::Rule::header_refused)) return Label::refused;
  return has(lint::Rule::header_late) ? Label::late : otherwise;
}

}  // namespace

Label label_of(const Record& r) noexcept {
  switch (r.outcome) {
    case Outcome::valid: return Label::ok;
    case Outcome::warning: return of_findings(r, Label::warning);
    case Outcome::malformed: return of_findings(r, Label::malformed);
    case Outcome::truncated: return Label::truncated;
    case Outcome::cut: return Label::cut;
    case Outcome::gap: return Label::gap;
    case Outcome::incomplete: return Label::open;
    case Outcome::missing: return Label::missing;
    case Outcome::unreadable: return Label::unreadable;
  }
  return Label::ok;
}

}  // namespace pp::inspect
