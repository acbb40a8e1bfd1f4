// Output formats: each turns records into text, one row in a table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pp/explain/receiver_report.hpp"
#include "pp/inspect/record.hpp"
#include "pp/render/fold.hpp"
#include "pp/stats/hops.hpp"
#include "pp/stats/summary.hpp"

namespace pp::judge {
struct Profile;
}

namespace pp::render {

/// tcpdump's -t family.
enum class TimeStyle : std::uint8_t { clock, none, epoch, delta, date, since_first };

struct Style {
  unsigned detail = 0;  // 0 a line for each good header, 1 a block, 2 a block with annotated bytes
  bool quiet = false;   // problems only
  bool color = false;
  bool ascii = false;  // nothing above 0x7e
  bool utc = false;
  bool redacted = false;  // --redact: no bytes and no texts of the wire
  // For replies: TLVs that begin beyond this many bytes of a record are left out, in JSON also findings and hex; the record
  // says so. What follows the TLVs comes on top.
  std::size_t most = std::numeric_limits<std::size_t>::max();
  TimeStyle time = TimeStyle::clock;
  unsigned width = 0;                              // columns to wrap at; 0: never
  bool all = false;                                // explain a cause each time
  bool fold = false;                               // one line for good headers that follow one another, and for a cause that comes again
  bool names = false;                              // several inputs: a place names its input
  bool frames = true;                              // a file that can be opened again: a place names its frame
  std::vector<const judge::Profile*> receivers{};  // --predict: what each would do with the header
  bool every_receiver = false;                     // those too that take it as its sender meant
  bool own_address = false;                        // what a listener is bound to is known: a line names the sender alone
};

/// Keeps what lines need of the lines before them.
struct State {
  enum class Written : std::uint8_t { nothing, line, block };
  Written last = Written::nothing;
  std::optional<std::int64_t> first_ns;
  std::int64_t previous_ns = 0;
  std::int64_t clock_second = 0;
  std::string clock;  // of that second, "06:33:06"
  std::string kind;   // of the record at hand; kept for its capacity
  Causes causes;
  bool counts_say_all_refused = false;  // of the only receiver, so that no block has to
  GoodRuns runs;
};

using RecordWriter = void (*)(std::string& out, const inspect::Record& record, const Style& style, State& state);
using SummaryWriter = void (*)(std::string& out, const stats::Summary& summary, const Style& style);

/// What is said of a receiver as a whole, after the records.
using ReportWriter = void (*)(std::string& out, const explain::ReceiverReport& report, const Style& style, State& state);

using GroupsWriter = void (*)(std::string& out, const stats::MissingGroups& missing, const Style& style);

using HopsWriter = void (*)(std::string& out, const stats::Hops& hops, const Style& style);

/// Whether --redact can keep everything back that came off the wire; no: the format is nothing but those bytes.
enum class Redactable : std::uint8_t { no, yes };

/// What waits for the last record: lines that fold.
using Finisher = void (*)(std::string& out, const Style& style, State& state);

struct Format {
  std::string_view name;
  Redactable redactable;
  RecordWriter record;    // appends
  Finisher finish;        // after the last record; nullptr when nothing waits
  SummaryWriter summary;  // nullptr when the format has none
  GroupsWriter groups;    // after the records: what -e found many of; nullptr when the format has none
  ReportWriter report;    // nullptr when the format has none
  HopsWriter hops;        // --by client: in place of records; nullptr when the format has none
};

/// nullptr when no format has that name.
const Format* find_format(std::string_view name) noexcept;
/// "text|json|hex|raw".
std::string format_names();

void write_text(std::string& out, const inspect::Record& record, const Style& style, State& state);
void finish_text(std::string& out, const Style& style, State& state);
void write_json(std::string& out, const inspect::Record& record, const Style& style, State& state);
void write_text_summary(std::string& out, const stats::Summary& summary, const Style& style);
void write_json_summary(std::string& out, const stats::Summary& summary, const Style& style);

/// The groups of which there is more than one connection.
void write_text_groups(std::string& out, const stats::MissingGroups& missing, const Style& style);

void write_json_groups(std::string& out, const stats::MissingGroups& missing, const Style& style);

void write_text_report(std::string& out, const explain::ReceiverReport& report, const Style& style, State& state);
void write_json_report(std::string& out, const explain::ReceiverReport& report, const Style& style, State& state);

void write_text_hops(std::string& out, const stats::Hops& hops, const Style& style);
void write_json_hops(std::string& out, const stats::Hops& hops, const Style& style);

}  // namespace pp::render
