// The tables of -S: receivers, senders, kinds, times, TLVs, clients; and that of --group.
#include <algorithm>
#include <vector>

#include "pp/base/hex.hpp"
#include "pp/inspect/sender_hint.hpp"
#include "pp/render/layout.hpp"
#include "pp/render/palette.hpp"
#include "pp/render/summary_parts.hpp"
#include "pp/text/format.hpp"

namespace pp::render {

using stats::Histogram;
using stats::Summary;
using text::Counted;
using text::Grouped;

void append_labelled(std::string& out, std::string_view label, std::string_view text, const Style& style) {
  text::append(out, "{:<{}} ", label, summary_label - 1);
  append_wrapped(out, text, std::max(columns(label) + 1, summary_label), summary_label, style);
  out += '\n';
}

std::string grouped(std::uint64_t n) { return text::format("{}", Grouped{n}); }

std::string bar(std::uint64_t part, std::uint64_t whole, std::size_t width) {
  if (part == 0 || whole == 0 || width == 0) return {};
  const double length = static_cast<double>(part) / static_cast<double>(whole) * static_cast<double>(width);
  return std::string(std::clamp<std::size_t>(static_cast<std::size_t>(length + 0.5), 1, width), '#');
}

std::string short_duration(std::uint64_t us) {
  const auto value = static_cast<double>(us);
  if (us < 1000) return text::format("{} us", us);
  if (us < 1'000'000) return text::format("{:.1f} ms", value / 1e3);
  if (us < 100'000'000) return text::format("{:.1f} s", value / 1e6);
  if (us < 7'200'000'000) return text::format("{:.0f} min", value / 60e6);
  return text::format("{:.1f} h", value / 3600e6);
}

void append_rest(std::string& out, std::size_t rows, bool exact, std::uint64_t others, std::string_view what) {
  if (rows > most_summary_rows) text::append(out, "  ... and {} more (-o json has them)\n", Grouped{rows - most_summary_rows});
  if (!exact) text::append(out, "  {} of others, which the table had no room for\n", Counted{others, what});
}

namespace {

void append_title(std::string& out, std::string_view text, const Style& style) {
  text::append(out, "\n{}{}{}\n", paint(style, Paint::strong), text, paint(style, Paint::off));
}

void append_receivers(std::string& out, const Summary& s, const Style& style) {
  const auto rows = s.receivers.sorted();
  if (rows.empty()) return;
  out += '\n';
  const bool one_address =
      std::all_of(rows.begin(), rows.end(), [&](const auto* row) { return row->first.address == rows.front()->first.address; });
  for (std::size_t i = 0; i < std::min(rows.size(), most_summary_rows); ++i) {
    const auto& [key, r] = *rows[i];
    std::string facts = text::format("{}", Counted{r.count, "header"});
    const auto fact = [&facts](std::string_view words, std::uint64_t n) {
      if (n > 0) text::append(facts, "    {} {}", words, Grouped{n});
    };
    fact("answered", r.answered);
    fact("refused", r.refused);
    fact("closed", r.closed);
    fact("no answer", r.silent);
    fact("took a malformed one", r.malformed_taken);
    const std::string name = one_address ? text::format(":{}", key.port) : text::format("{}", text::Endpoint{key.address, key.port});
    append_labelled(out, text::format("receiver {}", name), facts, style);
  }
  append_rest(out, rows.size(), s.receivers.exact(), s.receivers.others().count, "header");
}

std::uint64_t bad(const stats::SenderRow& r) { return r.errors + r.missing; }

void append_senders(std::string& out, const Summary& s, const Style& style) {
  auto rows = s.senders.sorted();
  if (rows.empty()) return;
  // Those with trouble first.
  std::stable_sort(rows.begin(), rows.end(), [](const auto* a, const auto* b) { return bad(a->second) > bad(b->second); });
  std::size_t width = 0;
  for (std::size_t i = 0; i < std::min(rows.size(), most_summary_rows); ++i)
    width = std::max(width, to_string(rows[i]->first.address).size());
  width = std::max<std::size_t>(width, 17);
  append_title(out, text::format("{:<{}}connections      v1      v2   local malformed missing", "senders", width + 2), style);
  for (std::size_t i = 0; i < std::min(rows.size(), most_summary_rows); ++i) {
    const auto& [key, r] = *rows[i];
    text::append(out, "  {:<{}}{:>11}{:>8}{:>8}{:>8}{:>10}{:>8}\n", to_string(key.address), width, grouped(r.connections), grouped(r.v1),
                 grouped(r.v2), grouped(r.local), grouped(r.errors), grouped(r.missing));
  }
  append_rest(out, rows.size(), s.senders.exact(), s.senders.others().count, "record");
}

std::string kinds(const Summary& s) {
  std::string list;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < inspect::header_kind_count; ++i) {
    if (s.kinds[i] > 0) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&s](std::size_t a, std::size_t b) { return s.kinds[a] > s.kinds[b]; });
  for (const std::size_t i : order)
    text::append(list, "{}{} {}", list.empty() ? "" : ", ", inspect::header_kinds[i].title, Grouped{s.kinds[i]});
  return list;
}

std::string delivery(const Summary& s) {
  std::string list;
  const auto fact = [&list](std::uint64_t n, std::string_view words) {
    if (n > 0) text::append(list, "{}{} {}", list.empty() ? "" : ", ", Grouped{n}, words);
  };
  fact(s.one_segment, "in one segment");
  fact(s.split, text::format("split, in up to {} segments", s.most_segments));
  fact(s.datagrams, "in a datagram");
  return list;
}

std::string tlv_types(const Summary& s) {
  struct Line {
    std::string label;
    const stats::TlvCount* count;
  };
  std::vector<Line> lines;
  for (std::size_t scope = 0; scope < 2; ++scope) {
    for (std::size_t i = 0; i < 256; ++i) {
      if (s.tlvs[scope][i].headers == 0) continue;
      const auto type = static_cast<std::uint8_t>(i);
      const TlvType* const row = tlv_info(type, static_cast<TlvScope>(scope));
      lines.push_back({row != nullptr ? std::string(row->name) : text::format("{}0x{}", scope == 1 ? "SSL/" : "", to_hex(Bytes(&type, 1))),
                       &s.tlvs[scope][i]});
    }
  }
  for (std::size_t i = 0; i < vendor_table.size(); ++i) {
    if (s.vendor_tlvs[i].headers > 0) lines.push_back({std::string(vendor_table[i].name), &s.vendor_tlvs[i]});
  }
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.count->headers > b.count->headers; });
  constexpr std::size_t most_types = 24;
  std::string list;
  for (std::size_t i = 0; i < std::min(lines.size(), most_types); ++i) {
    text::append(list, "{}{} {}", list.empty() ? "" : ", ", lines[i].label, Grouped{lines[i].count->headers});
  }
  if (lines.size() > most_types) text::append(list, ", and {} more types (-o json has them)", lines.size() - most_types);
  return list;
}

std::string sender_hints(const Summary& s) {
  std::string list;
  const auto hints = inspect::sender_hints();
  for (std::size_t i = 0; i < hints.size(); ++i) {
    if (s.sender_hints[i] > 0) text::append(list, "{}{} {}", list.empty() ? "" : ", ", hints[i].sender, Grouped{s.sender_hints[i]});
  }
  return list;
}

std::string clients(const Summary& s) {
  const auto rows = s.clients.sorted();
  constexpr std::size_t most = 5;
  std::string list;
  for (std::size_t i = 0; i < std::min(rows.size(), most); ++i)
    text::append(list, "{}{} {}", list.empty() ? "" : ", ", rows[i]->first.address, Grouped{rows[i]->second.count});
  if (rows.size() > most) text::append(list, ", ...");
  return list;
}

}  // namespace

void append_delays(std::string& out, const Histogram& d, const Style& style) {
  if (d.count() == 0) return;
  out += '\n';
  append_labelled(out, "SYN to header",
                  text::format("p50 {}   p90 {}   p99 {}   max {}", short_duration(d.percentile(500)), short_duration(d.percentile(900)),
                               short_duration(d.percentile(990)), short_duration(d.max())),
                  style);
  // A row doubles the one before it, as far as anything is in it.
  constexpr std::size_t octaves = 64;
  std::array<std::uint64_t, octaves + 1> rows{};
  for (std::size_t i = 0; i < Histogram::bucket_count; ++i)
    rows[static_cast<std::size_t>(std::bit_width(Histogram::lowest(i)))] += d.in_bucket(i);
  std::size_t first = 0, last = octaves;
  while (rows[first] == 0) ++first;
  while (rows[last] == 0) --last;
  constexpr std::uint64_t least_for_rows = 10;
  if (d.count() < least_for_rows || first == last) return;
  const std::uint64_t most = *std::max_element(rows.begin(), rows.end());
  const std::size_t digits = grouped(most).size();
  const std::size_t before = 2 + 9 + digits + 2;
  constexpr std::size_t longest = 38;
  const std::size_t width = style.width == 0 ? longest : style.width > before ? std::min<std::size_t>(longest, style.width - before) : 0;
  for (std::size_t i = first; i <= last; ++i) {
    text::append(out, "  {:>9}{:>{}} |{}\n", i < octaves ? text::format("<{}", short_duration(std::uint64_t{1} << i)) : std::string("more"),
                 grouped(rows[i]), digits + 1, bar(rows[i], most, width));
  }
}

void append_summary_tables(std::string& out, const Summary& s, const Style& style) {
  append_receivers(out, s, style);
  append_senders(out, s, style);
  append_delays(out, s.delays, style);
  bool blank = true;
  const auto part = [&out, &style, &blank](std::string_view label, const std::string& list) {
    if (list.empty()) return;
    if (blank) out += '\n';
    blank = false;
    append_labelled(out, label, list, style);
  };
  part("headers", kinds(s));
  part("delivery", delivery(s));
  part("TLVs", tlv_types(s));
  part("senders look like", sender_hints(s));
  if (s.clients.size() > 0) {
    part("clients", text::format("{}   {} distinct{}", clients(s), Grouped{s.clients.size()}, s.clients.exact() ? "" : " kept"));
    if (!s.clients.exact()) append_rest(out, 0, false, s.clients.others().count, "header");
  }
}

void append_breakdown(std::string& out, const stats::Breakdown& groups, const Style& style) {
  const auto rows = groups.table.sorted();
  std::vector<std::string> names;
  std::size_t width = 17;
  constexpr std::size_t most = 40;
  const std::size_t shown = std::min(rows.size(), most);
  for (std::size_t i = 0; i < shown; ++i) {
    names.push_back(stats::group_name(groups.by, rows[i]->first));
    width = std::max(width, names.back().size());
  }
  append_title(out,
               text::format("{:<{}}  records      ok missing refused malformed   other      v1      v2   local",
                            text::format("by {}", stats::group_names[static_cast<std::size_t>(groups.by)]), width + 2),
               style);
  for (std::size_t i = 0; i < shown; ++i) {
    const stats::GroupRow& r = rows[i]->second;
    const auto label = [&r](inspect::Label l) { return r.labels[static_cast<std::size_t>(l)]; };
    const std::uint64_t ok = label(inspect::Label::ok), missing = label(inspect::Label::missing), refused = label(inspect::Label::refused),
                        malformed = label(inspect::Label::malformed);
    text::append(out, "  {:<{}}{:>9}{:>8}{:>8}{:>8}{:>10}{:>8}{:>8}{:>8}{:>8}\n", names[i], width, grouped(r.count), grouped(ok),
                 grouped(missing), grouped(refused), grouped(malformed), grouped(r.count - ok - missing - refused - malformed),
                 grouped(r.versions[1]), grouped(r.versions[2]), grouped(r.local));
  }
  if (rows.size() > shown) text::append(out, "  ... and {} more (-o json has them)\n", Grouped{rows.size() - shown});
  if (!groups.table.exact()) append_rest(out, 0, false, groups.table.others().count, "record");
  if (groups.without > 0) text::append(out, "  {} without one\n", Counted{groups.without, "record"});
}

}  // namespace pp::render
