// "what to change" of -S: by sender and receiver, each with what it has to change and where to look.
#include <algorithm>
#include <vector>

#include "pp/base/utf8.hpp"
#include "pp/render/layout.hpp"
#include "pp/render/palette.hpp"
#include "pp/render/summary_parts.hpp"
#include "pp/render/text_words.hpp"
#include "pp/text/format.hpp"

namespace pp::render {
namespace {

using stats::Changes;
using stats::MissingGroups;
using text::Counted;
using text::Grouped;

constexpr std::size_t most_parties = 20;
constexpr std::size_t indent = 6;
constexpr std::string_view refuses_all = "receiver-refuses-all";

std::string where(const stats::Place& p, bool names, const Style& style) {
  std::string out;
  if (p.input.empty()) return out;
  const bool framed = p.frame > 0;
  if (names || (!framed && p.line == 0)) out = shown(p.input, charset(style));
  if (p.line > 0) text::append(out, "{}line {}", out.empty() ? "" : " ", p.line);
  if (framed) text::append(out, "{}frame {}", out.empty() ? "" : " ", p.frame);
  return out;
}

class ChangesText {
 public:
  ChangesText(std::string& out, const stats::Summary& summary, const Style& style)
      : out_(out), s_(summary), style_(style), names_(summary.inputs > 1) {}

  void write() {
    missing();
    for (const Changes::Party& party : s_.changes.parties()) {
      if (parties_ == most_parties) {
        ++left_;
        continue;
      }
      begin(party.records);
      tell(party);
    }
    if (left_ > 0) text::append(out_, "  ... and {} more (-o json has them)\n", Grouped{left_});
    if (!s_.changes.table.exact() || !s_.missing.exact()) out_ += "  further ones were not kept, to stay within the memory limit\n";
    notes();
  }

 private:
  void begin(std::uint64_t count) {
    if (parties_++ == 0) text::append(out_, "\n{}what to change{}\n", paint(style_, Paint::strong), paint(style_, Paint::off));
    text::append(out_, "  {}x  ", Grouped{count});
  }
  void sentence(std::string_view text, std::size_t column = indent) {
    append_wrapped(out_, text, column, indent, style_);
    out_ += '\n';
  }
  void fix(std::string_view text) {
    if (text.empty()) return;
    text::append(out_, "{:{}}{}fix{}   ", "", indent, paint(style_, Paint::fix), paint(style_, Paint::off));
    append_wrapped(out_, text, indent + 6, indent + 6, style_);
    out_ += '\n';
  }
  /// "1 HTTP request  second-path", and where to look.
  void row(std::uint64_t count, std::size_t digits, const std::string& words, const stats::Place& first, lint::Level level) {
    text::append(out_, "{:{}}{}{:>{}}{} ", "", indent, paint(style_, paint_of(level)), grouped(count), digits, paint(style_, Paint::off));
    const std::size_t column = append_wrapped(out_, words, indent + digits + 1, indent + digits + 1, style_);
    const std::string place = where(first, names_, style_);
    if (!place.empty() && !append_side(out_, column, place, style_)) {
      text::append(out_, "\n{:{}}{}{}{}", "", indent + digits + 1, paint(style_, Paint::faint), place, paint(style_, Paint::off));
    }
    out_ += '\n';
  }

  /// Connections without a header, by sender and port.
  void missing() {
    if (!s_.missing.matters()) return;
    struct Sender {
      std::vector<const MissingGroups::Group*> groups;
      std::uint64_t missing = 0;
      std::uint64_t headers = 0;
    };
    const std::vector<MissingGroups::Group> groups = s_.missing.groups();
    std::vector<Sender> senders;
    for (const MissingGroups::Group& g : groups) {
      auto found = std::find_if(senders.begin(), senders.end(), [&g](const Sender& s) {
        return s.groups.front()->key.sender == g.key.sender && s.groups.front()->key.port == g.key.port;
      });
      if (found == senders.end()) {
        found = senders.insert(found, Sender{});
        const auto* own = s_.missing.table().find({g.key.sender, g.key.port, inspect::PayloadKind::nothing, true});
        found->headers = own == nullptr ? 0 : own->count;
      }
      found->groups.push_back(&g);
      found->missing += g.row.count;
    }
    std::stable_sort(senders.begin(), senders.end(), [](const Sender& a, const Sender& b) { return a.missing > b.missing; });
    for (const Sender& s : senders) {
      if (parties_ == most_parties) {
        ++left_;
        continue;
      }
      begin(s.missing);
      const stats::MissingKey& key = s.groups.front()->key;
      sentence(text::format("sender {} to port {}: no header on {} of {}", key.sender, key.port, Grouped{s.missing},
                            Counted{s.missing + s.headers, "connection"}),
               grouped(s.missing).size() + 5);
      tell(s.groups);
    }
  }
  void tell(const std::vector<const MissingGroups::Group*>& groups) {
    std::size_t digits = 1;
    std::size_t widest = 0;
    for (const MissingGroups::Group* g : groups) {
      digits = std::max(digits, grouped(g->row.count).size());
      widest = std::max(widest, brief(g->key.kind).size());
    }
    for (const MissingGroups::Group* g : groups)
      row(g->row.count, digits, text::format("{:<{}}  {}", brief(g->key.kind), widest, g->cause), g->row.first, lint::Level::error);
    if (groups.size() == 1) indented_sentence(groups.front()->diagnosis.sentence);
    // Of the group with the most connections: that of the others is nearly the same.
    const auto fixed = std::find_if(groups.begin(), groups.end(), [](const MissingGroups::Group* g) { return !g->diagnosis.fix.empty(); });
    if (fixed != groups.end()) fix((*fixed)->diagnosis.fix);
  }
  void indented_sentence(std::string_view text) {
    out_.append(indent, ' ');
    sentence(text);
  }

  void tell(const Changes::Party& party) {
    const stats::ChangeKey& key = *party.key;
    std::string who;
    switch (key.side) {
      case inspect::Side::receiver: who = text::format("receiver {}", text::Endpoint{key.address, key.port}); break;
      case inspect::Side::sender: who = key.address.size == 0 ? std::string("sender") : text::format("sender {}", key.address); break;
      case inspect::Side::network: who = text::format("the network between {} and the receiver", key.address); break;
      case inspect::Side::unknown: who = text::format("connections of {}", key.address); break;
    }
    sentence(text::format("{}: {}", who, what(party)), grouped(party.records).size() + 5);
    std::vector<const Changes::Table::Entry*> rows = party.rows;
    // The headline has said that all were refused; the rest says how.
    if (rows.size() > 1) std::erase_if(rows, [](const auto* row) { return row->first.code == refuses_all; });
    std::size_t digits = 1, widest = 0;
    const std::size_t shown_rows = std::min(rows.size(), most_summary_rows);
    for (std::size_t i = 0; i < shown_rows; ++i) {
      digits = std::max(digits, grouped(rows[i]->second.count).size());
      widest = std::max(widest, rows[i]->first.code.size());
    }
    std::vector<std::string_view> told;
    for (std::size_t i = 0; i < shown_rows; ++i) {
      const auto& [code, r] = *rows[i];
      const bool said = party.rows.size() == 1 && key.side != inspect::Side::sender;
      row(r.count, digits, text::format("{:<{}}  {}", code.code, widest, said ? std::string_view() : std::string_view(r.message)), r.first,
          r.level);
      if (!r.fix.empty() && std::find(told.begin(), told.end(), r.fix) == told.end()) {
        told.emplace_back(r.fix);
        fix(r.fix);
      }
    }
    if (rows.size() > shown_rows) text::append(out_, "{:{}}... and {} more (-o json has them)\n", "", indent, rows.size() - shown_rows);
  }
  static std::string what(const Changes::Party& party) {
    if (party.key->side != inspect::Side::sender) {
      if (party.rows.size() == 1) return party.rows.front()->second.message;
      const auto all = std::find_if(party.rows.begin(), party.rows.end(), [](const auto* row) { return row->first.code == refuses_all; });
      return all != party.rows.end() ? text::format("refused all {}", Counted{(*all)->second.count, "header"})
                                     : std::string("several things");
    }
    const bool errors = party.level == lint::Level::error;
    std::vector<std::string_view> sections;
    bool findings = false;
    for (const auto* entry : party.rows) {
      const auto code =
          std::find_if(lint::all_codes.begin(), lint::all_codes.end(), [&](lint::Code c) { return c.name() == entry->first.code; });
      if (code == lint::all_codes.end()) continue;
      findings = true;
      if (errors && entry->second.level != lint::Level::error) continue;
      const std::string_view section = code->section();
      if (!section.empty() && std::find(sections.begin(), sections.end(), section) == sections.end()) sections.push_back(section);
    }
    if (!findings) return party.rows.front()->second.message;
    std::sort(sections.begin(), sections.end());
    std::string list;
    for (const std::string_view section : sections) text::append(list, "{}{}", list.empty() ? "" : ", ", section);
    if (list.empty()) return errors ? "its headers are wrong" : "its headers deserve a look";
    return text::format("{} {} {}", errors ? "its header breaks" : "its header is against the advice of",
                        sections.size() == 1 ? "section" : "sections", list);
  }

  void notes() {
    std::string list;
    for (const stats::Problem* p : s_.sorted_problems()) {
      if (p->level == lint::Level::note) text::append(list, "{}{} {}", list.empty() ? "" : ", ", p->code.name(), Grouped{p->count});
    }
    if (list.empty() || style_.quiet) return;
    out_ += '\n';
    append_labelled(out_, "notes", list, style_);
  }

  std::string& out_;
  const stats::Summary& s_;
  const Style& style_;
  bool names_;
  std::size_t parties_ = 0;
  std::uint64_t left_ = 0;
};

}  // namespace

void append_changes(std::string& out, const stats::Summary& summary, const Style& style) { ChangesText(out, summary, style).write(); }

}  // namespace pp::render
