#include "pp/render/conform_matrix.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "pp/render/conform_report.hpp"
#include "pp/render/markup.hpp"
#include "pp/text/format.hpp"

namespace pp::render {
namespace {

using judge::CaseResult;
using judge::Run;
using judge::Verdict;

std::string versions_of(const Run& run) {
  const judge::Capability& c = run.capability;
  return text::format("{}{}{}", c.v2.supported ? "v2" : "", c.v2.supported && c.v1.supported ? "/" : "", c.v1.supported ? "v1" : "");
}

std::size_t judged(const judge::Tally& t) { return t.cases - t[Verdict::na] - t[Verdict::skip] - t[Verdict::error]; }

std::size_t should_broken(const Run& run) {
  return static_cast<std::size_t>(
      std::count_if(run.results.begin(), run.results.end(), [](const CaseResult& r) { return r.verdict == Verdict::warn; }));
}

/// A case, and each run's result for it; nullptr where a run does not have it.
struct Row {
  const CaseResult* sample = nullptr;
  std::vector<const CaseResult*> results;

  bool differs() const {
    return std::any_of(results.begin(), results.end(), [&](const CaseResult* r) {
      return (r == nullptr) != (results[0] == nullptr) || (r != nullptr && r->verdict != results[0]->verdict);
    });
  }
};

std::vector<Row> rows_of(std::span<const Run> runs) {
  std::vector<Row> out;
  std::map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    for (const CaseResult& r : runs[i].results) {
      const auto [place, added] = places.emplace(r.id, out.size());
      if (added) out.push_back({&r, std::vector<const CaseResult*>(runs.size())});
      out[place->second].results[i] = &r;
    }
  }
  return out;
}

char letter_of(const CaseResult& r) {
  if (r.verdict == Verdict::crash) return '#';
  if (r.verdict == Verdict::na || r.verdict == Verdict::skip) return '.';
  return r.verdict == Verdict::error ? '!' : judge::letter(r.code);
}

/// What a table of Markdown must not contain as it is.
std::string markdown(std::string_view bytes) {
  std::string out;
  for (const char c : text::format("{}", text::Shown{bytes})) {
    if (std::string_view("|\\`*_<>[]").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

constexpr char page_head[] =
    R"(<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>PROXY protocol: receivers by cases</title><style>
:root{color-scheme:light dark;--b:#fff;--t:#1b1b1b;--l:#ccc;--h:#f3f3f3}
@media(prefers-color-scheme:dark){:root{--b:#161616;--t:#e6e6e6;--l:#444;--h:#242424}}
body{margin:1rem;font:14px/1.4 system-ui,sans-serif;background:var(--b);color:var(--t)}
.w{overflow:auto;max-height:85vh;border:1px solid var(--l)}
table{border-collapse:separate;border-spacing:0;font:12px/1.3 ui-monospace,monospace}
th,td{border-right:1px solid var(--l);border-bottom:1px solid var(--l);padding:1px 5px;text-align:center;white-space:nowrap}
thead th{position:sticky;top:0;background:var(--h);z-index:2}
th:first-child{position:sticky;left:0;background:var(--h);text-align:left;z-index:1}thead th:first-child{z-index:3}
.p{background:#d7f0d8;color:#063}.f{background:#f6c6c3;color:#700;font-weight:bold}.w1{background:#fbe8b6;color:#540}
.n{background:#dde7f5;color:#234}.c{background:#6b0f1a;color:#fff;font-weight:bold}.a{color:#888}
@media(prefers-color-scheme:dark){.p{background:#123d20;color:#bfe8c6}.f{background:#6a1d1a;color:#ffd9d6}.w1{background:#5a4510;color:#ffe9ad}.n{background:#23344d;color:#cfe0f8}}
input[type=text]{font:inherit;padding:2px 6px}p{max-width:70rem;overflow-wrap:anywhere}
</style></head><body>
<h1>PROXY protocol: receivers by cases</h1>
<p>A took it, header's address · L took it, real address · N took it, no address told · T took it · X took it, another address · D payload damaged ·
E error answer · R refused · H waits · # crash · ! not run · . does not apply. Red: the rule is broken; yellow: a SHOULD is not followed; blue: a note.</p>
)";

constexpr char page_end[] =
    R"(</table></div>
<script>
const f=document.getElementById('f'),d=document.getElementById('d'),s=()=>document.querySelectorAll('tbody tr').forEach(r=>
r.hidden=!r.cells[0].textContent.includes(f.value)||(d.checked&&!r.classList.contains('x')));
document.getElementById('k').hidden=false;f.oninput=d.onchange=s;
</script></body></html>
)";

std::string_view css_class(Verdict v) {
  switch (v) {
    case Verdict::pass: return "p";
    case Verdict::fail: return "f";
    case Verdict::warn: return "w1";
    case Verdict::note:
    case Verdict::late: return "n";
    case Verdict::crash: return "c";
    default: return "a";
  }
}

void append_cell(std::string& out, const CaseResult* r) {
  if (r == nullptr) {
    out += "<td>";
    return;
  }
  // End tags of cells and rows are optional, and half of such a page.
  if (r->verdict == Verdict::pass || r->verdict == Verdict::na) {
    text::append(out, "<td class={}>{}", css_class(r->verdict), letter_of(*r));
  } else {
    constexpr std::size_t most = 64;
    text::append(out, "<td class={} title=\"{}: {}\">{}", css_class(r->verdict), name(r->verdict),
                 markup_text(actual_words(*r).substr(0, most)), letter_of(*r));
  }
}

}  // namespace

void append_conform_markdown(std::string& out, std::span<const Run> runs) {
  out +=
      "| receiver | version | speaks | judged | pass | MUST broken | derived | SHOULD not followed | crash | CRC32C | without a header |\n"
      "|---|---|---|---|---|---|---|---|---|---|---|\n";
  for (const Run& run : runs) {
    const judge::Tally t = judge::tally(run.results);
    text::append(out, "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", markdown(run.name), markdown(run.version),
                 versions_of(run), judged(t), t[Verdict::pass], t.must_broken, t.derived_broken, should_broken(run), t[Verdict::crash],
                 run.crc_checked ? "checked" : "no", markdown(run.capability.answers[static_cast<std::size_t>(judge::Control::bare)]));
  }
  const std::vector<Row> rows = rows_of(runs);
  if (runs.size() < 2) return;
  out += "\nWhere they differ:\n\n| case | asks |";
  for (const Run& run : runs) text::append(out, " {} |", markdown(run.name));
  out += "\n|---|---|";
  for (std::size_t i = 0; i < runs.size(); ++i) out += "---|";
  out += '\n';
  for (const Row& row : rows) {
    if (!row.differs()) continue;
    text::append(out, "| {} | {} |", row.sample->id, name(row.sample->asks));
    for (const CaseResult* r : row.results)
      text::append(out, " {} |", r == nullptr ? "" : text::format("{} {}", letter_of(*r), name(r->verdict)));
    out += '\n';
  }
}

void append_conform_html(std::string& out, std::span<const Run> runs) {
  out += page_head;
  out +=
      "<p id=k hidden><label>Filter <input type=text id=f></label> <label><input type=checkbox id=d> only where they differ</label></p>\n";
  out += "<div class=w><table><thead><tr><th>case";
  for (const Run& run : runs) text::append(out, "<th title=\"{}\">{}", markup_text(run.version), markup_text(run.name));
  out += "</thead><tbody>\n";
  for (const Row& row : rows_of(runs)) {
    text::append(out, "<tr{}><th title=\"{}: {}\">{}", row.differs() ? " class=x" : "", markup_text(name(row.sample->asks)),
                 markup_text(row.sample->sentence), markup_text(row.sample->id));
    for (const CaseResult* r : row.results) append_cell(out, r);
    out += '\n';
  }
  out += page_end;
}

}  // namespace pp::render
