#include "ppgen/probe.hpp"

#include "pp/text/format.hpp"

namespace pp::tool {
namespace {

bool answered(const Outcome& o) { return o.kind == OutcomeKind::answered && !o.echoed; }
bool same(const Outcome& a, const Outcome& b) {
  return a.kind == b.kind && inspect::class_name(a.reaction) == inspect::class_name(b.reaction);
}
/// The header was read and what is behind it failed, as far as one row can say: an error where the bare payload got no byte,
/// or silence where it got an end.
bool fails_behind(const Outcome& bare, const Outcome& o) {
  if (o.kind == OutcomeKind::silent) return bare.kind == OutcomeKind::closed;
  return o.kind == OutcomeKind::error && !o.echoed && (bare.kind == OutcomeKind::closed || bare.kind == OutcomeKind::silent);
}

std::string what_all_get(const Outcome& bare, const Outcome& v1, const Outcome& v2) {
  const bool alike = same(bare, v1) && same(bare, v2);
  if (!alike) return "no header and no form of it gets a good answer";
  switch (bare.kind) {
    case OutcomeKind::closed:
      return "it closes every connection, with a header and without: it speaks something else (--tls, --http HOST, --app NAME), or does not trust this address";
    case OutcomeKind::silent:
      return "it answers nothing, with a header or without: say what it speaks with --tls, --http HOST or --app NAME";
    case OutcomeKind::error:
      return text::format("it answers {} with a header and without: say what it speaks with --tls, --http HOST or --app NAME",
                          inspect::class_name(bare.reaction));
    default: return "no header and no form of it gets a good answer";
  }
}

}  // namespace

std::string_view name(Speaks speaks) noexcept {
  constexpr std::string_view names[] = {"required", "optional", "none", "unknown"};
  return names[static_cast<std::size_t>(speaks)];
}

bool needs_control(const Outcome& bare, const Outcome& v1, const Outcome& v2) {
  if (answered(bare)) return same(bare, v1) || same(bare, v2);
  if (answered(v1) || answered(v2)) return false;
  return fails_behind(bare, v1) || fails_behind(bare, v2);
}

ProbeVerdict judge_probe(const Outcome& bare, const Outcome& v1, const Outcome& v2, const Outcome& damaged) {
  const auto told = [](Speaks speaks, bool first, bool second) { return ProbeVerdict{speaks, first, second, false, {}}; };
  const auto unknown = [](std::string why) { return ProbeVerdict{Speaks::unknown, false, false, false, std::move(why)}; };
  if (bare.echoed || v1.echoed || v2.echoed) return unknown("it echoes what it is sent");
  if (!answered(bare)) {
    if (answered(v1) || answered(v2)) return told(Speaks::required, answered(v1), answered(v2));
    // A port that does not read headers gives its error to the damaged one as well.
    const bool first = fails_behind(bare, v1) && same(bare, damaged), second = fails_behind(bare, v2) && same(bare, damaged);
    if (!first && !second) return unknown(what_all_get(bare, v1, v2));
    ProbeVerdict verdict = told(Speaks::required, first, second);
    verdict.behind_fails = true;
    return verdict;
  }
  if (same(bare, v1) || same(bare, v2)) {
    if (!same(bare, damaged)) return told(Speaks::optional, same(bare, v1), same(bare, v2));
    return unknown(text::format("it answers {}, whatever is sent before the request", inspect::class_name(bare.reaction)));
  }
  if (v1.refused() || v2.refused()) return told(Speaks::none, false, false);
  return unknown("it answers without a header; with one it answers differently, but does not refuse");
}

std::string_view row_word(const ProbeVerdict& verdict, const Outcome& bare, const Outcome& row) {
  if (verdict.speaks == Speaks::unknown || row.kind == OutcomeKind::failed) return "";
  if (&row == &bare && row.kind == OutcomeKind::answered) return "answered";
  if (verdict.behind_fails && fails_behind(bare, row)) return "taken";
  if (row.refused()) return "refused";
  if (row.kind == OutcomeKind::silent) return "no answer";
  return verdict.speaks == Speaks::required || same(bare, row) ? "taken" : "different";
}

std::string_view row_mark(const ProbeVerdict& verdict, const Outcome& bare, const ProbeRow& row) {
  const std::string_view word = row_word(verdict, bare, row.outcome);
  if (word.empty()) return "";
  const bool taken = word == "taken" || word == "answered";
  const bool not_taken = word == "refused" || word == "no answer";
  const FormKind kind = row.form->kind;
  if (verdict.speaks == Speaks::none) return kind == FormKind::bare || not_taken ? "right" : "";
  if (kind == FormKind::bare) return "right";  // what is required or optional here is the operator's choice
  if (kind == FormKind::damaged) return not_taken ? "right" : "wrong";
  const bool reads = row.form->version == 1 ? verdict.v1 : verdict.v2;
  // A receiver may implement one version alone.
  if (!reads) return taken ? "right" : "allowed";
  if (kind == FormKind::wrong_crc) return taken ? "not checked" : "right";
  if (taken) return "right";
  if (!not_taken) return "";
  // Receivers need not wait for the rest of a header, nor take one that is longer than the smallest segment.
  const bool large = kind == FormKind::size && row.header_bytes > 536;
  return kind == FormKind::pieces || large ? "allowed" : "wrong";
}

}  // namespace pp::tool
