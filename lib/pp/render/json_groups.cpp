// pp.group/1: what is said of several connections at once, after the records.
#include "pp/render/format.hpp"
#include "pp/render/json_writer.hpp"
#include "pp/text/format.hpp"

namespace pp::render {
namespace {

constexpr std::uint64_t least = 2;  // connections in a group; one alone is its record

void begin(JsonWriter& w, std::string_view input, std::string_view code) {
  w.open_object();
  w.text("schema", "pp.group/1");
  w.shown_text("input", input);
  w.text("code", code);
}

void end(JsonWriter& w, const inspect::Diagnosis& d, std::uint64_t first_frame, std::string& out) {
  if (first_frame > 0) w.number("frame", first_frame);
  w.text("sentence", d.sentence);
  if (!d.fix.empty()) w.text("fix", d.fix);
  w.close_object();
  w.finish(out);
}

}  // namespace

void write_json_groups(std::string& out, const stats::MissingGroups& missing, const Style&) {
  for (const stats::MissingGroups::Group& g : missing.groups()) {
    if (g.row.count < least) continue;
    JsonWriter w;
    begin(w, g.row.first.input, g.cause);
    w.text("side", name(g.diagnosis.side));
    w.number("count", g.row.count);
    w.text("sender", text::format("{}", g.key.sender));
    w.number("port", g.key.port);
    w.text("saw", name(g.key.kind));
    if (const auto interval = g.row.interval_us()) w.number("interval_us", *interval);
    end(w, g.diagnosis, g.row.first.frame, out);
  }
}

void write_json_report(std::string& out, const explain::ReceiverReport& report, const Style&, State&) {
  JsonWriter w;
  begin(w, report.input, report.diagnosis.code);
  w.text("side", name(report.diagnosis.side));
  w.number("count", report.count);
  w.text("level", name(report.level));
  w.text("receiver", text::format("{}", text::Endpoint{report.receiver.address, report.receiver.port}));
  w.number("connections", report.connections);
  end(w, report.diagnosis, report.first.frame, out);
}

}  // namespace pp::render
