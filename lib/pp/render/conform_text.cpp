#include <algorithm>
#include <map>
#include <vector>

#include "pp/inspect/reaction.hpp"
#include "pp/render/conform_report.hpp"
#include "pp/text/format.hpp"

namespace pp::render {
namespace {

using judge::CaseResult;
using judge::Verdict;

constexpr Verdict all_verdicts[] = {Verdict::pass, Verdict::fail, Verdict::warn,  Verdict::note, Verdict::late,
                                    Verdict::na,   Verdict::skip, Verdict::crash, Verdict::error};

void add(std::string& list, std::string_view word) { text::append(list, "{}{}", list.empty() ? "" : ", ", word); }

std::string control_words(const judge::Run& run) {
  std::string out;
  const judge::Capability& c = run.capability;
  for (const int version : {2, 1}) {
    const judge::VersionControl& v = c.of(version);
    const std::string& answer = c.answers[static_cast<std::size_t>(version == 2 ? judge::Control::v2 : judge::Control::v1)];
    if (answer.empty()) continue;
    add(out, v.supported ? text::format("v{} {} {}", version, v.believed ? "believed" : "answered", answer)
                         : text::format("v{} not supported: {}", version, answer));
  }
  const std::string& bare = c.answers[static_cast<std::size_t>(judge::Control::bare)];
  if (!bare.empty()) text::append(out, "; without a header: {}{}", bare, c.header_optional ? " (the header is optional)" : "");
  return out;
}

std::string observed_words(const judge::Run& run) {
  std::string out;
  const judge::Oracle& o = run.capability.of(run.capability.version()).oracle;
  if (o.address) add(out, "address");
  if (o.port) add(out, "port");
  if (o.destination) add(out, "destination");
  if (o.mark) add(out, "payload");
  if (out.empty()) out = "acceptance only";
  const bool crc = std::any_of(run.results.begin(), run.results.end(),
                               [](const CaseResult& r) { return r.asks == forge::Asks::must_reject_checksum && r.tries > 0; });
  if (crc) text::append(out, "; CRC32C {}", run.crc_checked ? "checked" : "not checked");
  text::append(out, "; {} in {}", text::Counted{run.connections, "connection"}, inspect::duration_text(run.us));
  return out;
}

void append_groups(std::string& out, const judge::Run& run) {
  std::vector<std::string_view> order;
  std::map<std::string_view, std::map<Verdict, std::size_t>> counts;
  for (const CaseResult& r : run.results) {
    if (counts.find(r.group()) == counts.end()) order.push_back(r.group());
    ++counts[r.group()][r.verdict];
  }
  for (const std::string_view group : order) {
    std::string numbers;
    for (const auto& [verdict, n] : counts[group]) text::append(numbers, "  {:>3} {}", n, name(verdict));
    text::append(out, "  {:<19} {}\n", group, numbers);
  }
}

std::string_view upper(Verdict v) {
  switch (v) {
    case Verdict::fail: return "FAIL";
    case Verdict::crash: return "CRASH";
    case Verdict::error: return "ERROR";
    case Verdict::warn: return "warn";
    default: return name(v);
  }
}

constexpr char block_format[] =
    "  {verdict} {id}   ({section}{derived})\n"
    "    {sentence}\n"
    "    expected  {asks}\n"
    "    actual    {actual}\n"
    "    again     ppgen send {target} --case {id}{again}\n";

void append_block(std::string& out, const judge::Run& run, const CaseResult& r, const ConformStyle& style) {
  text::append(out, block_format, fmt::arg("verdict", upper(r.verdict)), fmt::arg("id", r.id), fmt::arg("section", r.section),
               fmt::arg("derived", r.derived ? ", derived" : ""), fmt::arg("sentence", r.sentence), fmt::arg("asks", name(r.asks)),
               fmt::arg("actual", actual_words(r)), fmt::arg("target", text::Shown{run.target}),
               fmt::arg("again", style.again.empty() ? "" : text::format(" {}", style.again)));
}

void append_line(std::string& out, const CaseResult& r) {
  text::append(out, "  {:<5} {:<34} {}: {}\n", upper(r.verdict), r.id, name(r.asks), actual_words(r));
}

void append_cases(std::string& out, const judge::Run& run, const ConformStyle& style) {
  for (const CaseResult& r : run.results) {
    const bool serious = r.verdict == Verdict::fail || r.verdict == Verdict::crash || (r.verdict == Verdict::error && r.tries > 0);
    if (serious) append_block(out, run, r, style);
  }
  for (const CaseResult& r : run.results) {
    const bool minor = r.verdict == Verdict::warn || r.verdict == Verdict::late;
    if (style.every_case || (minor && !style.quiet)) append_line(out, r);
  }
}

void append_remarks(std::string& out, const judge::Run& run) {
  std::map<std::string_view, std::size_t> reasons;
  for (const CaseResult& r : run.results) {
    if (r.verdict == Verdict::na || (r.verdict == Verdict::error && r.tries == 0)) ++reasons[r.why];
  }
  for (const auto& [why, n] : reasons) text::append(out, "  {}: {}\n", text::Counted{n, "case"}, text::Shown{why});
  for (const std::string& note : run.notes) text::append(out, "  {}\n", text::Shown{note});
}

void append_baseline(std::string& out, const judge::Compared& c) {
  text::append(out, "baseline: {} as listed", c.xfail);
  if (!c.unexpected.empty()) text::append(out, ", {} not listed", c.unexpected.size());
  out += '\n';
  for (const std::string& id : c.unexpected) text::append(out, "  NEW   {}\n", id);
  for (const std::string& id : c.xpass) text::append(out, "  XPASS {}: it passes now, take it out of the baseline\n", id);
  for (const std::string& id : c.not_judged) text::append(out, "  note  {}: listed, but not judged in this run\n", id);
}

}  // namespace

std::string actual_words(const CaseResult& r) {
  if (r.verdict == Verdict::crash || r.verdict == Verdict::na || r.tries == 0) return text::format("{}", text::Shown{r.why});
  if (r.verdict == Verdict::late) return text::format("neither refused nor processed, {}", r.why);
  if (r.code == judge::Code::refused) return text::format("refused ({})", name(r.end));
  if (r.code == judge::Code::error) return text::format("error answer {}", text::Shown{r.answer_class});
  if (r.code == judge::Code::unreachable) return text::format("{}", text::Shown{r.why});
  std::string out(words(r.code));
  if (r.code == judge::Code::waits) text::append(out, ", {}", inspect::duration_text(r.us));
  if (!judge::took(r.code)) return out;
  auto tell = [&out, first = true](std::string_view key, const std::optional<std::string>& value) mutable {
    if (value) text::append(out, "{}{}={}", first ? ": " : " ", key, text::Shown{*value});
    if (value) first = false;
  };
  tell("src", r.told.source);
  tell("sport", r.told.source_port);
  return out;
}

void append_conform_text(std::string& out, const judge::Run& run, const ConformStyle& style) {
  const judge::Tally t = judge::tally(run.results);
  if (!style.quiet) {
    text::append(out, "{}  {}\n", text::Shown{run.target}, text::Shown{run.version});
    const std::string control = control_words(run);
    if (!control.empty()) text::append(out, "control: {}\n", control);
    if (run.capability.any()) {
      text::append(out, "observed: {}\n\n", observed_words(run));
      append_groups(out, run);
    }
  }
  if (run.capability.any()) append_cases(out, run, style);
  if (!style.quiet) append_remarks(out, run);
  if (style.compared != nullptr) append_baseline(out, *style.compared);
  std::string counts;
  for (const Verdict v : all_verdicts) {
    if (t[v] > 0) add(counts, text::format("{} {}", t[v], name(v)));
  }
  text::append(out, "{}: {}", text::Counted{t.cases, "case"}, counts);
  if (t.address_unobserved > 0) text::append(out, "; address not observed in {}", t.address_unobserved);
  out += '\n';
}

}  // namespace pp::render
