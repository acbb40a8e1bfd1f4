#include "pp/judge/baseline.hpp"

#include <stdexcept>

#include "pp/text/format.hpp"

namespace pp::judge {
namespace {

std::string_view next_word(std::string_view& line) {
  const std::size_t start = std::min(line.find_first_not_of(" \t"), line.size());
  const std::size_t end = std::min(line.find_first_of(" \t", start), line.size());
  const std::string_view word = line.substr(start, end - start);
  line.remove_prefix(end);
  return word;
}

}  // namespace

Baseline parse_baseline(std::string_view text) {
  Baseline out;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::string_view id = next_word(line);
    if (id.empty() || id.starts_with('#')) continue;
    const auto verdict = verdict_named(next_word(line));
    if (!verdict) throw std::runtime_error(text::format("line {}: expected ID VERDICT, such as 'v1/port/65536 fail'", number));
    if (!out.emplace(id, *verdict).second) throw std::runtime_error(text::format("line {}: '{}' is listed twice", number, text::Shown{id}));
  }
  return out;
}

std::string baseline_text(std::span<const CaseResult> results, bool strict) {
  Baseline sorted;
  for (const CaseResult& r : results) {
    if (deviates(r.verdict, strict)) sorted.emplace(r.id, r.verdict);
  }
  std::string out;
  for (const auto& [id, verdict] : sorted) text::append(out, "{} {}\n", id, name(verdict));
  return out;
}

Compared compare(const Baseline& baseline, std::span<const CaseResult> results, bool strict) {
  Compared out;
  std::map<std::string_view, const CaseResult*> seen;
  for (const CaseResult& r : results) {
    seen.emplace(r.id, &r);
    const auto listed = baseline.find(r.id);
    if (!deviates(r.verdict, strict)) continue;
    if (listed == baseline.end() || listed->second != r.verdict) {
      out.unexpected.push_back(r.id);
    } else {
      ++out.xfail;
    }
  }
  for (const auto& [id, verdict] : baseline) {
    const auto found = seen.find(id);
    const bool judged = found != seen.end() && found->second->verdict <= Verdict::late;
    // A warning that is listed counts only where warnings do.
    if (!judged) {
      out.not_judged.push_back(id);
    } else if (!deviates(found->second->verdict, strict) && found->second->verdict != verdict) {
      out.xpass.push_back(id);
    }
  }
  return out;
}

}  // namespace pp::judge
