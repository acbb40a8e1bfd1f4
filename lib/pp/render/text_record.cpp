// Records as text: a line for a good header, a block for a cause of trouble, a line for each that has the same cause.
#include <algorithm>

#include "pp/render/format.hpp"
#include "pp/render/layout.hpp"
#include "pp/render/predicted.hpp"
#include "pp/render/text_block.hpp"
#include "pp/render/text_body.hpp"
#include "pp/render/text_line.hpp"
#include "pp/render/text_tlv.hpp"
#include "pp/render/time_text.hpp"
#include "pp/text/format.hpp"

namespace pp::render {
namespace {

using inspect::Outcome;
using inspect::Record;

using Written = State::Written;

void flush_runs(std::string& out, const Style& style, State& state) {
  for (const GoodRun& run : state.runs.runs()) {
    separate(out, Written::line, state);
    if (run.count > 1) {
      append_run(out, run, style, state);
    } else {
      out += run.line;
    }
  }
  state.runs.clear();
}

/// Good headers of one sender, receiver and kind are one line. Differences between times would be of lines that are gone.
bool folds(const Record& r, const Style& style) {
  return style.fold && r.flow.captured && !r.flow.unix_socket && r.chain == 0 && style.time != TimeStyle::delta;
}

void write_good(std::string& out, const Record& r, const Header& h, const Style& style, State& state) {
  if (folds(r, style)) {
    state.kind.clear();
    append_kind(state.kind, r, h);
    if (state.runs.find(r, state.kind) != nullptr) return;
    if (state.runs.full()) flush_runs(out, style, state);
    GoodRun& run = state.runs.open(r, state.kind);
    append_record_line(run.line, r, h, {}, style, state);
    return;
  }
  flush_runs(out, style, state);
  separate(out, Written::line, state);
  append_record_line(out, r, h, {}, style, state);
  if (!r.flow.listened) return;
  // Whoever listens wants to know what this sender announces.
  const std::string tlvs = notable_tlvs(r, h, style);
  if (tlvs.empty()) return;
  out.append(block_indent, ' ');
  append_wrapped(out, tlvs, block_indent, block_indent, style);
  out += '\n';
}

/// True when the cause is explained above, and that is said or counted.
bool wrote_again(std::string& out, const Record& r, const Header& h, const Style& style, State& state) {
  if (style.detail > 0 || style.all || !r.flow.captured) return false;
  const auto codes = explained_codes(r);
  CauseRow* const row = state.causes.seen(r, codes);
  if (row == nullptr) return false;
  if (style.fold) {
    ++row->folded;
    return true;
  }
  flush_runs(out, style, state);
  separate(out, Written::line, state, state.last == Written::block);
  append_record_line(out, r, h, text::format("as above ({})  {}", row->count, codes[0]), style, state);
  return true;
}

void write_block(std::string& out, const Record& r, const Header& h, const Style& style, State& state) {
  flush_runs(out, style, state);
  separate(out, Written::block, state);
  std::string place = append_block_head(out, r, h, style, state);
  append_sentences(out, r, std::move(place), style);
  if (style.detail > 0) append_parts(out, r, h, style);
  append_remedy(out, r, style);
}

/// What a repeated cause comes to, when its lines were folded.
void write_folded(std::string& out, const CauseKey& key, const CauseRow& row, bool last, const Style& style, State& state) {
  std::string text = text::format("{} more as ", text::Grouped{row.folded});
  if (last) {
    text += "this one";
  } else {
    text::append(text, "the {}", inspect::row(row.label).word);
    if (style.time != TimeStyle::none) {
      text += " of ";
      append_time(text, row.first_ns, false, style, state);
    }
    text::append(text, " ({}, {} > {})", key.code, key.sender, text::Endpoint{key.receiver, key.port});
  }
  if (style.time != TimeStyle::none) {
    text += ", until ";
    append_time(text, row.last_ns, false, style, state);
  }
  const std::size_t column = append_wrapped(out, text, 0, block_indent, style);
  append_side(out, column, "--all lists them", style);
  out += '\n';
}

}  // namespace

void write_text(std::string& out, const Record& r, const Style& style, State& state) {
  // A redacted record is shown so whoever asks: the answers to a listener's sender have a style of their own.
  if (r.redactor != nullptr && !style.redacted) {
    Style redacted = style;
    redacted.redacted = true;
    redacted.detail = std::min(style.detail, 1U);
    return write_text(out, r, redacted, state);
  }
  if (style.quiet && r.outcome == Outcome::valid) return;
  const Parsed parsed = r.parsed();
  const bool problem = needs_block(r);
  if (!problem && style.detail == 0) {
    write_good(out, r, parsed.header, style, state);
  } else if (!problem || !wrote_again(out, r, parsed.header, style, state)) {
    write_block(out, r, parsed.header, style, state);
  }
  append_predicted(out, r, style);
}

void finish_text(std::string& out, const Style& style, State& state) {
  constexpr std::size_t most_shown = 20;
  const Written before = state.last;
  flush_runs(out, style, state);
  std::vector<std::pair<const CauseKey*, const CauseRow*>> folded;
  for (const auto& [key, row] : state.causes.rows()) {
    if (row.folded > 0) folded.emplace_back(&key, &row);
  }
  std::stable_sort(folded.begin(), folded.end(), [](const auto& a, const auto& b) { return a.second->first_ns < b.second->first_ns; });
  const bool last = folded.size() == 1 && state.causes.rows().size() == 1 && before == Written::block && state.last == Written::block;
  for (std::size_t i = 0; i < std::min(folded.size(), most_shown); ++i) {
    separate(out, Written::line, state);
    write_folded(out, *folded[i].first, *folded[i].second, last, style, state);
  }
  if (folded.size() > most_shown) text::append(out, "{} have come again too\n", text::Counted{folded.size() - most_shown, "other cause"});
}

}  // namespace pp::render
