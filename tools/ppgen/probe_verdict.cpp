#include "ppgen/probe.hpp"

#include "pp/text/format.hpp"

namespace pp::tool {
namespace {

bool answered(const Outcome& o) { return o.kind == OutcomeKind::answered && !o.echoed; }
bool same(const Outcome& a, const Outcome& b) {
  return a.kind == b.kind && inspect::class_name(a.reaction) == inspect::class_name(b.reaction);
}

std::string what_all_get(const Outcome& bare, const Outcome& v1, const Outcome& v2) {
  const bool alike = same(bare, v1) && same(bare, v2);
  if (!alike) return "no header and no form of it gets a good answer";
  switch (bare.kind) {
    case OutcomeKind::closed:
      return "it closes every connection, with a header and without: it speaks something else (--tls, --http HOST, --smtp), or does not trust this address";
    case OutcomeKind::silent: return "it answers nothing, with a header or without: say what it speaks with --tls, --http HOST or --smtp";
    case OutcomeKind::error:
      return text::format("it answers {} with a header and without: say what it speaks with --tls, --http HOST or --smtp",
                          inspect::class_name(bare.reaction));
    default: return "no header and no form of it gets a good answer";
  }
}

}  // namespace

ProbeVerdict judge_probe(const Outcome& bare, const Outcome& v1, const Outcome& v2, const Outcome& damaged) {
  if (bare.echoed || v1.echoed || v2.echoed) return {Speaks::unknown, "it echoes what it is sent"};
  if (!answered(bare)) {
    if (answered(v1) || answered(v2)) return {Speaks::required, {}};
    return {Speaks::unknown, what_all_get(bare, v1, v2)};
  }
  if (same(bare, v1) || same(bare, v2)) {
    if (!same(bare, damaged)) return {Speaks::optional, {}};
    return {Speaks::unknown, text::format("it answers {}, whatever is sent before the request", inspect::class_name(bare.reaction))};
  }
  if (v1.refused() || v2.refused()) return {Speaks::none, {}};
  return {Speaks::unknown, "it answers without a header; with one it answers differently, but does not refuse"};
}

std::string_view row_word(const ProbeVerdict& verdict, const Outcome& bare, const Outcome& row) {
  if (verdict.speaks == Speaks::unknown || row.kind == OutcomeKind::failed) return "";
  if (&row == &bare && row.kind == OutcomeKind::answered) return "answered";
  if (row.refused()) return "refused";
  if (row.kind == OutcomeKind::silent) return "no answer";
  return verdict.speaks == Speaks::required || same(bare, row) ? "taken" : "different";
}

}  // namespace pp::tool
