// The counts of a run as text: -S. First how it went, then who has to change what, then the tables.
#include <algorithm>
#include <array>

#include "pp/base/utf8.hpp"
#include "pp/render/format.hpp"
#include "pp/render/layout.hpp"
#include "pp/render/palette.hpp"
#include "pp/render/summary_parts.hpp"
#include "pp/render/text_words.hpp"
#include "pp/text/format.hpp"

namespace pp::render {

using stats::Summary;
using text::Counted;
using text::Grouped;

namespace {

/// The order in which labels are listed: ok, then what is wrong, the worst first, then what the capture leaves open.
constexpr std::array label_order = {inspect::Label::ok,        inspect::Label::missing,   inspect::Label::refused,
                                    inspect::Label::malformed, inspect::Label::truncated, inspect::Label::unreadable,
                                    inspect::Label::late,      inspect::Label::warning,   inspect::Label::cut,
                                    inspect::Label::gap,       inspect::Label::open};
static_assert(label_order.size() == inspect::label_count);

Paint paint_of(inspect::Label label) {
  switch (label) {
    case inspect::Label::ok: return Paint::off;
    case inspect::Label::cut:
    case inspect::Label::gap:
    case inspect::Label::open: return Paint::note;
    case inspect::Label::late:
    case inspect::Label::refused:
    case inspect::Label::warning: return Paint::warning;
    default: return Paint::error;
  }
}

void append_outcomes(std::string& out, const stats::Tally& t, const Style& style) {
  const std::uint64_t all = t.records();
  if (all == 0) return;
  const std::uint64_t most = *std::max_element(t.labels.begin(), t.labels.end());
  const std::size_t digits = grouped(most).size();
  constexpr std::size_t longest_bar = 50;
  const std::size_t before = 2 + digits + 1 + 10 + 9 + 2;
  const std::size_t width = style.width == 0       ? longest_bar
                            : style.width > before ? std::min<std::size_t>(longest_bar, style.width - before)
                                                   : 0;
  out += '\n';
  for (const inspect::Label label : label_order) {
    const std::uint64_t n = t.count(label);
    if (n == 0) continue;
    const std::string share = text::format("{:.1f} %", 100.0 * static_cast<double>(n) / static_cast<double>(all));
    const std::string bars = bar(n, all, width);
    text::append(out, "  {:>{}} {}{:<10}{}{:>9}{}{}\n", grouped(n), digits, paint(style, paint_of(label)), inspect::row(label).only,
                 paint(style, Paint::off), share, bars.empty() ? "" : "  ", bars);
  }
}

}  // namespace

void append_summary_head(std::string& out, const Summary& s, const Style& style) {
  const stats::Tally& t = s.tally;
  std::string name;
  if (s.inputs == 1) {
    name = shown(s.first_input, charset(style));
  } else if (s.inputs > 1) {
    name = text::format("{}", Counted{s.inputs, "input"});
  }
  std::string facts;
  const auto fact = [&facts](const std::string& text) { text::append(facts, "{}{}", facts.empty() ? "" : ", ", text); };
  if (t.duration_us > 0) fact(short_duration(t.duration_us));
  if (t.packets.read > 0) fact(text::format("{}", Counted{t.packets.read, "packet"}));
  if (t.connections > 0) {
    fact(text::format("{}", Counted{t.connections, "connection"}));
  } else {
    fact(text::format("{}", Counted{t.headers(), "header"}));
  }
  if (t.chained > 0) fact(text::format("{} after another", Counted{t.chained, "header"}));
  if (t.packets.read > 0) fact(text::format("{} lost", Counted{t.packets_lost, "packet"}));
  if (t.packets.undecoded() > 0)
    fact(text::format("{} not decoded ({})", text::Grouped{t.packets.undecoded()}, t.packets.undecoded_text()));
  if (t.packets.never_established() > 0) {
    fact(text::format("{} that never came to be ({} refused, {} unanswered, {} given up)",
                      Counted{t.packets.never_established(), "connection"}, text::Grouped{t.packets.refused},
                      text::Grouped{t.packets.unanswered}, text::Grouped{t.packets.given_up}));
  }
  if (t.file_errors > 0) fact(text::format("{} not read to the end", Counted{t.file_errors, "input"}));
  text::append(out, "{}{}{}{}", paint(style, Paint::strong), name, paint(style, Paint::off), name.empty() ? "" : "   ");
  append_wrapped(out, facts, name.empty() ? 0 : columns(name) + 3, 2, style);
  out += '\n';
  append_outcomes(out, t, style);
}

void append_boundaries(std::string& out, const Summary& s, const Style& style) {
  const stats::Tally& t = s.tally;
  const std::uint64_t open = t.count(inspect::Outcome::incomplete);
  if (open + t.connections_without_start + t.evicted + t.packets_lost == 0) return;
  text::append(out, "\n{}at the edges of the capture{}\n", paint(style, Paint::strong), paint(style, Paint::off));
  const auto line = [&](std::uint64_t n, std::string_view one, std::string_view words) {
    if (n == 0) return;
    out += "  ";
    append_wrapped(out, text::format("{} {}", Counted{n, one}, words), 2, 4, style);
    out += '\n';
  };
  line(open, "connection", "with a header that was not complete when the capture ended: the next file has the rest");
  line(t.connections_without_start, "connection", "begun before the capture: whether a header stood at the start is not known");
  line(t.evicted, "connection", "given up to stay within the memory limit (--max-flows)");
  line(t.packets_lost, "packet", "lost: what is missing may have been among them");
}

void write_text_summary(std::string& out, const Summary& summary, const Style& style) {
  append_summary_head(out, summary, style);
  append_changes(out, summary, style);
  if (!style.quiet) {
    if (summary.groups) {
      append_breakdown(out, *summary.groups, style);
    } else {
      append_summary_tables(out, summary, style);
    }
  }
  append_boundaries(out, summary, style);
}

}  // namespace pp::render
