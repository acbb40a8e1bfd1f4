#include "pp/explain/receiver_report.hpp"

#include <string>

#include "pp/text/format.hpp"

namespace pp::explain {

using inspect::Side;
using lint::Level;
using text::Counted;
using text::format;

namespace {

struct Case {
  const Receiver& receiver;
  const PortEvidence& e;

  text::Endpoint where() const { return {receiver.address, receiver.port}; }
  std::uint64_t all() const { return e.connections_with_header() + e.connections_without_header(); }
  bool answers_without() const { return e.headerless().taken > 0; }
  /// Some refusals name the protocol, and not all headers were refused: the receiver chooses among them.
  bool reads_headers() const { return e.recognised() > 0 && e.headers().refused < e.connections_with_header(); }
};

struct Row {
  ReportInfo info;
  Level level;
  Side side;
  bool (*applies)(const Case&);
  std::uint64_t (*count)(const Case&);
  Example (*first)(const Case&);
  std::string (*sentence)(const Case&);
  std::string (*fix)(const Case&);
};

std::string no_fix(const Case&) { return {}; }

// A row to a line.
// clang-format off
const Row rows[] = {
    {{"receiver-refuses-all", "no header to this receiver got a good answer, and two or more were refused"},
     Level::error, Side::receiver,
     [](const Case& c) { return c.e.headers().refused >= 2 && c.e.headers().taken == 0 && c.e.malformed().taken == 0 && !c.reads_headers(); },
     [](const Case& c) { return c.e.headers().refused; },
     [](const Case& c) { return c.e.headers().first_refused; },
     [](const Case& c) {
       return c.answers_without()
                  ? format("{} refused all {} and answers connections without one: it does not expect a header", c.where(), Counted{c.e.headers().refused, "header"})
                  : format("{} refused all {}: it does not expect a header, does not trust the sender, or what is behind it is down",
                           c.where(), Counted{c.e.headers().refused, "header"});
     },
     [](const Case& c) {
       return format("turn reading the header on at {} and let it trust the sender, or turn the header off on the sender", c.where());
     }},
    {{"header-optional", "the receiver answers connections with a header and connections without one"},
     Level::note, Side::unknown,
     [](const Case& c) { return c.e.is_assumed() && c.e.headers().taken > 0 && c.answers_without(); },
     [](const Case& c) { return c.e.connections_without_header(); },
     [](const Case& c) { return c.e.headerless().first_taken; },
     [](const Case& c) {
       return format("{} answers connections with a header and without one: the header is optional here, and {} without one are not reported",
                     c.where(), Counted{c.e.connections_without_header(), "connection"});
     },
     no_fix},
    {{"missing-before-headers", "connections without a header that came before the port's first header: counted, and not looked at more closely"},
     Level::warning, Side::sender,
     [](const Case& c) { return c.e.early().count > 0 && c.e.headers().taken > 0 && !c.answers_without(); },
     [](const Case& c) { return c.e.early().count; },
     [](const Case& c) { return Example{0, c.e.early().first_frame, c.e.early().first_time_ns}; },
     [](const Case& c) {
       return format("{} to port {} had no header, the first of them from {}; they came before the port's first header",
                     Counted{c.e.early().count, "connection"}, c.receiver.port, c.e.early().first_sender);
     },
     [](const Case& c) { return format("-e {} lists them one by one", c.receiver.port); }},
    {{"headers-assumed", "headers were expected of all connections to this receiver since some had one (-e auto)"},
     Level::note, Side::unknown,
     [](const Case& c) { return c.e.is_assumed() && c.e.connections_without_header() > c.e.early().count && !c.answers_without(); },
     [](const Case& c) { return c.e.connections_with_header(); },
     [](const Case&) { return Example{}; },
     [](const Case& c) {
       return format("port {} was taken to want headers, since {} of {} connections had one", c.receiver.port,
                     text::Grouped{c.e.connections_with_header()}, text::Grouped{c.all()});
     },
     [](const Case&) { return std::string("-e none stops that"); }},
};
// clang-format on

}  // namespace

const std::vector<ReportInfo>& report_infos() {
  static const std::vector<ReportInfo> infos = [] {
    std::vector<ReportInfo> out;
    for (const Row& row : rows) out.push_back(row.info);
    return out;
  }();
  return infos;
}

void append_reports(std::vector<ReceiverReport>& out, std::string_view input, const Receiver& receiver, const PortEvidence& evidence) {
  const Case c{receiver, evidence};
  for (const Row& row : rows) {
    if (!row.applies(c)) continue;
    out.push_back(
        {input, receiver, row.level, {row.info.code, row.side, row.sentence(c), row.fix(c)}, row.count(c), c.all(), row.first(c)});
  }
}

}  // namespace pp::explain
