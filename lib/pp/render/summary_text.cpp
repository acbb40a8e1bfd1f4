// The counts of a run as text: -S, which begins with the trouble.
#include <algorithm>
#include <array>

#include "pp/base/hex.hpp"
#include "pp/base/utf8.hpp"
#include "pp/render/format.hpp"
#include "pp/render/palette.hpp"
#include "pp/render/text_words.hpp"
#include "pp/text/format.hpp"

namespace pp::render {
namespace {

using stats::Summary;

constexpr std::size_t most_shown = 10;  // rows of a table
constexpr std::size_t most_groups_shown = 20;

std::string counted(std::uint64_t n, std::string_view word) { return std::to_string(n) + " " + std::string(word) + (n == 1 ? "" : "s"); }

std::string outcome_list(const stats::Tally& t) {
  std::string out;
  for (std::size_t i = 0; i < inspect::outcome_count; ++i) {
    if (t.outcomes[i] == 0) continue;
    const auto outcome = static_cast<inspect::Outcome>(i);
    out += (out.empty() ? "" : ", ") + std::to_string(t.outcomes[i]) + " " + (i == 0 ? "ok" : std::string(name(outcome)));
  }
  return out;
}

class SummaryText {
 public:
  SummaryText(std::string& out, const Summary& summary, const Style& style) : out_(out), s_(summary), style_(style) {}

  void write() {
    row("headers", counts());
    packets();
    trouble();
    causes();
    missing();
    if (style_.quiet) return boundaries();
    senders();
    kinds();
    delivery();
    tlvs();
    clients();
    boundaries();
  }

 private:
  static std::string padded(std::string_view text, std::size_t width) {
    std::string out(text);
    out.append(out.size() < width ? width - out.size() : 1, ' ');
    return out;
  }
  static std::string right(std::uint64_t n, std::size_t width) {
    const std::string text = std::to_string(n);
    return std::string(text.size() < width ? width - text.size() : 0, ' ') + text;
  }
  void row(std::string_view label, std::string_view value) { out_ += padded(label, 24) + std::string(value) + "\n"; }
  void title(std::string_view text) {
    out_ += "\n";
    out_ += paint(style_, Paint::strong);
    out_ += text;
    out_ += paint(style_, Paint::off);
    out_ += "\n";
  }
  void packets() {
    const stats::PacketCounts& p = s_.tally.packets;
    if (p.read > 0 && (!style_.quiet || p.undecoded() > 0)) {
      std::string line = text::format("{} read, {} decoded", text::Grouped{p.read}, text::Grouped{p.transport()});
      if (p.others() > 0) text::append(line, ", {} neither TCP nor UDP", text::Grouped{p.others()});
      if (p.undecoded() > 0) text::append(line, "; not decoded: {}", p.undecoded_text());
      row("packets", line);
    }
    if (p.never_established() > 0) {
      row("never established",
          text::format("{}: {} refused, {} unanswered, {} given up", text::Counted{p.never_established(), "connection"},
                       text::Grouped{p.refused}, text::Grouped{p.unanswered}, text::Grouped{p.given_up}));
    }
    if (s_.tally.file_errors > 0) row("file errors", text::format("{}", text::Grouped{s_.tally.file_errors}));
  }
  std::string counts() const {
    const stats::Tally& t = s_.tally;
    std::string out = std::to_string(t.headers());
    if (t.connections > 0) out += " in " + counted(t.connections, "connection");
    const std::string outcomes = outcome_list(t);
    if (!outcomes.empty()) out += ": " + outcomes;
    if (t.chained > 0) out += "; " + std::to_string(t.chained) + " chained";
    return out;
  }
  std::string where(const stats::Place& p) const {
    std::string out = shown(p.input, charset(style_));
    if (p.line > 0) out += ":" + std::to_string(p.line);
    if (p.captured && p.frame > 0) out += ": frame " + std::to_string(p.frame);
    return out;
  }

  void trouble() {
    const auto problems = s_.sorted_problems();
    title("trouble                         count  first");
    const bool any = std::any_of(problems.begin(), problems.end(), [](const stats::Problem* p) { return p->level != lint::Level::note; });
    if (!any) {
      // Whoever looks for a header that is missing must not take this for an answer.
      const bool asked = s_.missing.matters();
      out_ += !asked && s_.tally.connections > s_.tally.headers()
                  ? "  none found; connections without a header count only on the ports of -e\n"
                  : "  none found\n";
    }
    for (const stats::Problem* p : problems) {
      out_ += "  " + std::string(paint(style_, paint_of(p->level))) + padded(name(p->level), 8) + std::string(paint(style_, Paint::off)) +
              padded(p->code.name(), 20) + right(p->count, 7) + "  " + where(p->first) + "\n";
      if (p->level != lint::Level::note) out_ += std::string(39, ' ') + p->message + "\n";
    }
  }

  void diagnosis(const inspect::Diagnosis& d) {
    out_ += "      " + d.sentence + "\n";
    if (!d.fix.empty()) out_ += "      = fix: " + d.fix + "\n";
  }

  void causes() {
    const auto causes = s_.sorted_causes();
    bool first = true;
    for (const stats::Cause* c : causes) {
      // Groups say it better, and that a sender is malformed is what the problems say.
      if (c->diagnosis.code == "sender-malformed" || c->diagnosis.code.starts_with("no-header")) continue;
      if (first) title("who has to change what");
      first = false;
      const std::string_view side = c->diagnosis.side == inspect::Side::unknown ? std::string_view("cannot know") : name(c->diagnosis.side);
      out_ += "  " + std::to_string(c->count) + " x [" + std::string(side) + ": " + std::string(c->diagnosis.code) + "]  first " +
              where(c->first) + "\n";
      diagnosis(c->diagnosis);
    }
  }

  void missing() {
    const std::uint64_t all = s_.missing.headers() + s_.missing.missing();
    if (!s_.missing.matters()) return;
    title("expected, but missing");
    out_ += "  " + std::to_string(s_.missing.missing()) + " of " + counted(all, "connection") + "\n";
    append_groups(out_, s_.missing, style_, 1);
  }

  void more(std::size_t all, bool exact, std::uint64_t others, std::string_view what) {
    if (all > most_shown) out_ += "  ... and " + std::to_string(all - most_shown) + " more (-o json has them)\n";
    if (!exact) out_ += "  " + std::to_string(others) + " " + std::string(what) + " of others, which the table had no room for\n";
  }

  void senders() {
    if (s_.senders.size() == 0) return;
    title("senders                         count      v1      v2   local    warn   error missing   split");
    const auto rows = s_.senders.sorted();
    // Those with trouble first.
    auto ordered = rows;
    std::stable_sort(ordered.begin(), ordered.end(), [](const auto* a, const auto* b) { return bad(a->second) > bad(b->second); });
    for (std::size_t i = 0; i < std::min(ordered.size(), most_shown); ++i) {
      const stats::SenderRow& r = ordered[i]->second;
      out_ += "  " + padded(to_string(ordered[i]->first.address), 28) + right(r.count, 7);
      for (const std::uint64_t n : {r.v1, r.v2, r.local, r.warnings, r.errors, r.missing, r.split}) out_ += right(n, 8);
      out_ += "\n";
    }
    more(rows.size(), s_.senders.exact(), s_.senders.others().count, "records");
  }
  static std::uint64_t bad(const stats::SenderRow& r) { return r.errors + r.warnings + r.missing; }

  void kinds() {
    if (s_.tally.headers() == 0) return;
    title("kinds");
    for (std::size_t i = 0; i < inspect::header_kind_count; ++i) {
      if (s_.kinds[i] > 0) out_ += "  " + padded(inspect::header_kinds[i].title, 28) + right(s_.kinds[i], 7) + "\n";
    }
  }

  void delivery() {
    if (s_.one_segment + s_.split + s_.datagrams + s_.delays.count == 0) return;
    title("delivery");
    const auto line = [&](std::string_view label, std::uint64_t n, std::string_view behind) {
      if (n > 0) out_ += "  " + padded(label, 28) + right(n, 7) + std::string(behind) + "\n";
    };
    line("in one segment", s_.one_segment, "");
    line("split", s_.split, "  in up to " + std::to_string(s_.most_segments) + " segments");
    line("in a datagram", s_.datagrams, "");
    const stats::Delays& d = s_.delays;
    if (d.count > 0) {
      const auto below = [&](unsigned percent) {
        const std::size_t bucket = d.percentile(percent);
        const std::int64_t limit = stats::Delays::below(bucket);
        return limit > d.max_us ? inspect::duration_text(d.max_us) : inspect::duration_text(limit);
      };
      out_ += "  " + padded("SYN to header", 28) + "half within " + below(50) + ", 99 % within " + below(99) + ", longest " +
              inspect::duration_text(d.max_us) + "\n";
    }
  }

  void tlv_line(std::string_view label, const stats::TlvCount& c) {
    out_ += "  " + padded(label, 28) + right(c.headers, 7) + "  up to " + counted(c.longest, "byte") + "\n";
  }
  void tlvs() {
    struct Line {
      std::string label;
      const stats::TlvCount* count;
    };
    std::vector<Line> lines;
    for (std::size_t scope = 0; scope < 2; ++scope) {
      for (std::size_t type = 0; type < 256; ++type) {
        const stats::TlvCount& c = s_.tlvs[scope][type];
        if (c.headers == 0) continue;
        const auto byte = static_cast<std::uint8_t>(type);
        const TlvType* row = tlv_info(byte, static_cast<TlvScope>(scope));
        std::string label = "0x" + to_hex(Bytes(&byte, 1)) + " ";
        label += row != nullptr ? std::string(row->name) : std::string(name(tlv_range(byte))) + (scope == 1 ? " in SSL" : "");
        lines.push_back({std::move(label), &c});
      }
    }
    for (std::size_t i = 0; i < vendor_table.size(); ++i) {
      const std::uint8_t type = vendor_table[i].type;
      if (s_.vendor_tlvs[i].headers > 0)
        lines.push_back({"0x" + to_hex(Bytes(&type, 1)) + " " + std::string(vendor_table[i].name), &s_.vendor_tlvs[i]});
    }
    if (lines.empty()) return;
    title("TLVs                          headers");
    std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.count->headers > b.count->headers; });
    constexpr std::size_t most_types = 24;
    for (std::size_t i = 0; i < std::min(lines.size(), most_types); ++i) tlv_line(lines[i].label, *lines[i].count);
    if (lines.size() > most_types) out_ += "  ... and " + std::to_string(lines.size() - most_types) + " more (-o json has them)\n";
  }

  void clients() {
    if (s_.clients.size() == 0) return;
    title("clients announced             headers");
    const auto rows = s_.clients.sorted();
    for (std::size_t i = 0; i < std::min(rows.size(), most_shown); ++i) {
      out_ += "  " + padded(to_string(rows[i]->first.address), 28) + right(rows[i]->second.count, 7) + "\n";
    }
    more(rows.size(), s_.clients.exact(), s_.clients.others().count, "headers");
  }

  void boundaries() {
    const stats::Tally& t = s_.tally;
    const std::uint64_t open = t.count(inspect::Outcome::incomplete);
    if (open + t.connections_without_start + t.evicted + t.packets_lost == 0) return;
    title("at the edges of the capture");
    const auto line = [&](std::uint64_t n, std::string_view words) {
      if (n > 0) out_ += "  " + counted(n, "connection") + " " + std::string(words) + "\n";
    };
    line(open, "with a header that was not whole when the capture ended: the next file has the rest");
    line(t.connections_without_start, "begun before the capture: whether a header stood at the start is not known");
    line(t.evicted, "given up for want of room (--max-flows)");
    if (t.packets_lost > 0) out_ += "  " + counted(t.packets_lost, "packet") + " lost: what is missing may have been among them\n";
  }

  std::string& out_;
  const Summary& s_;
  const Style& style_;
};

}  // namespace

void append_groups(std::string& out, const stats::MissingGroups& missing, const Style& style, std::uint64_t least) {
  const auto groups = missing.groups();
  std::size_t written = 0;
  std::uint64_t streams = 0, left = 0;
  for (const stats::MissingGroups::Group& g : groups) {
    if (g.row.count < least) continue;
    if (++written > most_groups_shown) {
      ++left;
      streams += g.row.count;
      continue;
    }
    out += std::string(paint(style, Paint::warning)) + "missing" + std::string(paint(style, Paint::off)) + " x " +
           std::to_string(g.row.count) + "  " + to_string(g.key.sender) + " > port " + std::to_string(g.key.port) + "  " +
           payload_words(g.row.example, style) + "  first " + shown(g.row.first.input, charset(style));
    if (g.row.first.frame > 0) out += ": frame " + std::to_string(g.row.first.frame);
    out += "  [" + (g.diagnosis.side == inspect::Side::unknown ? std::string("cannot know") : std::string(name(g.diagnosis.side))) + ": " +
           std::string(g.cause) + "]\n";
    out += "  " + g.diagnosis.sentence + "\n";
    if (!g.diagnosis.fix.empty()) out += "   = fix: " + g.diagnosis.fix + "\n";
  }
  if (left > 0)
    out += "... and " + std::to_string(left) + " more groups with " + counted(streams, "connection") + " (-S -o json has them)\n";
  if (!missing.exact()) out += std::to_string(missing.others()) + " connections are in no group: the table had no room for them\n";
}

void write_text_summary(std::string& out, const Summary& summary, const Style& style) { SummaryText(out, summary, style).write(); }

}  // namespace pp::render
