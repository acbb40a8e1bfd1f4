#include "pp/render/closing.hpp"

#include <algorithm>
#include <array>

#include "pp/render/layout.hpp"
#include "pp/text/format.hpp"

namespace pp::render {
namespace {

using inspect::Label;
using text::Counted;

constexpr bool is_header(Label label) noexcept { return label != Label::missing && label != Label::unreadable; }

/// The good ones, then what a reader has to look at, most of it first.
template <class Wanted>
std::string label_list(const stats::Tally& t, Wanted wanted) {
  std::array<Label, inspect::label_count> order{};
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<Label>(i);
  std::stable_sort(order.begin() + 1, order.end(), [&t](Label a, Label b) { return t.count(a) > t.count(b); });
  std::string out;
  for (const Label label : order) {
    const std::uint64_t n = t.count(label);
    const inspect::LabelRow& row = inspect::row(label);
    if (n > 0 && wanted(label)) text::append(out, "{}{}", out.empty() ? "" : ", ", Counted{n, row.one, row.several});
  }
  return out;
}

std::string of_connections(const stats::Tally& t, std::string_view refused_by) {
  const std::uint64_t all = t.records();
  const stats::PacketCounts& packets = t.packets;
  if (all == 0 && packets.read > 0 && packets.undecoded() == packets.read) {
    return text::format("of {} none could be decoded: {}", Counted{packets.read, "packet"}, packets.undecoded_text());
  }
  if (all == 0) return "no connection with a header";
  const std::uint64_t connections = all - std::min(all, t.chained + t.datagrams);
  std::string out;
  if (connections > 0) text::append(out, "{}", Counted{connections, "connection"});
  if (t.datagrams > 0) text::append(out, "{}{}", out.empty() ? "" : " and ", Counted{t.datagrams, "datagram"});
  if (t.chained > 0) text::append(out, ", {}", Counted{t.headers(), "header"});
  if (!refused_by.empty() && all > 1 && t.count(Label::refused) == all) return out.append(": all refused by ").append(refused_by);
  return out.append(": ").append(label_list(t, [](Label) { return true; }));
}

/// Lines of a batch, and bytes without a connection.
std::string of_headers(const stats::Tally& t) {
  std::string out = t.headers() == 0 ? "no header" : text::format("{}: {}", Counted{t.headers(), "header"}, label_list(t, is_header));
  const std::string others = label_list(t, [](Label label) { return !is_header(label); });
  if (!others.empty() && t.records() > 1) out.append("; ").append(others);
  return out;
}

}  // namespace

std::string closing_line(const stats::Tally& t, bool connections, std::string_view refused_by) {
  std::string out = connections ? of_connections(t, refused_by) : of_headers(t);
  if (const stats::PacketCounts& p = t.packets; t.records() == 0 && p.never_established() > 0) {
    std::string how;
    const auto part = [&how](std::uint64_t n, std::string_view word) {
      if (n > 0) text::append(how, "{}{} {}", how.empty() ? "" : ", ", text::Grouped{n}, word);
    };
    part(p.refused, "refused");
    part(p.unanswered, "unanswered");
    part(p.given_up, "given up by the client");
    text::append(out, "; {} never came to be: {}", Counted{p.never_established(), "connection"}, how);
  }
  if (t.connections_without_start > 0) text::append(out, "; start not seen of {}", Counted{t.connections_without_start, "connection"});
  if (t.evicted > 0) text::append(out, "; {} given up to stay within --max-flows", Counted{t.evicted, "pending connection"});
  if (t.packets_lost > 0) text::append(out, "; capture incomplete: {} lost", Counted{t.packets_lost, "packet"});
  return out;
}

std::vector<std::string> notes(std::span<const explain::ReceiverReport> reports, const Style& style) {
  std::vector<std::string> out;
  for (const explain::ReceiverReport& report : reports) {
    if (report.level != lint::Level::note) continue;
    const inspect::Diagnosis& d = report.diagnosis;
    append_wrapped(out.emplace_back(), d.fix.empty() ? d.sentence : text::format("{}; {}", d.sentence, d.fix), 0, 0, style);
  }
  return out;
}

}  // namespace pp::render
