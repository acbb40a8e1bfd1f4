// Law: whatever the bytes, every format's output is valid: JSON strictly so and with each key once, UTF-8, without a character that a terminal obeys; JSON gives the header's bytes back; and records and their bytes are those of the flow.
//
// Input: 8 bytes that choose flow, mark, reaction and style, then the flow's bytes.
#include <cstdint>
#include <string>
#include <vector>

#include "harness.hpp"
#include "output_laws.hpp"
#include "pp/explain/diagnosis.hpp"
#include "pp/inspect/answer.hpp"
#include "pp/inspect/inspect.hpp"
#include "pp/render/format.hpp"
#include "pp/source/json_headers.hpp"

namespace {

using fuzz::Choices;
using fuzz::require;
using pp::Bytes;
using namespace pp::inspect;

void flow(Choices& c, Flow& f) {
  const unsigned bits = c.byte();
  f.captured = (bits & 1U) != 0;
  f.listened = f.captured && (bits & 2U) != 0;
  f.nanoseconds = (bits & 4U) != 0;
  f.udp = f.captured && (bits & 8U) != 0;
  f.start_seen = (bits & 16U) != 0;
  f.from_server = (bits & 32U) != 0;
  f.expected = (bits & 64U) != 0;
  f.first_datagram_only = f.udp && (bits & 128U) != 0;
  f.segments = c.below(4);
  f.connection = f.frame = c.below(8) == 0 ? UINT64_MAX : c.byte();
  if (f.segments > 1) f.frames = {1, 2, f.frame};
  f.time_ns = static_cast<std::int64_t>(std::uint64_t{c.u16()} << 48U);  // before 1970 too
  f.source.size = f.destination.size = (bits & 1U) != 0 ? 4 : 16;
  f.source.bytes[0] = c.byte();
  f.source_port = 40000;
  f.destination_port = 443;
}

/// Every style is one of these bits.
pp::render::Style style_of(unsigned bits) {
  pp::render::Style s;
  s.detail = bits % 3;
  s.quiet = (bits & 4U) != 0;
  s.color = (bits & 8U) != 0;
  s.ascii = (bits & 16U) != 0;
  s.utc = (bits & 32U) != 0;
  s.time = static_cast<pp::render::TimeStyle>((bits >> 6U) % 6);
  return s;
}

void check(const Record& record, const pp::render::Style& style, pp::render::State& state) {
  std::string out;
  for (const char* name : {"json", "hex", "text"}) {
    const pp::render::Format* format = pp::render::find_format(name);
    require(format != nullptr, "the formats are there");
    const std::string_view what(name);
    out.clear();
    pp::render::State other = state;
    format->record(out, record, style, what == "text" ? state : other);
    require(out.empty() || out.back() == '\n', "output ends its line");
    require(laws::broken_by_output(out, {style.ascii && what == "text", style.color && what == "text"}));
    if (what != "json") continue;
    require(std::count(out.begin(), out.end(), '\n') == 1, "a record is one line of JSON");
    require(laws::JsonReader(std::string_view(out).substr(0, out.size() - 1)).broken());
    if (record.bytes.empty() || record.outcome == Outcome::unreadable) continue;
    const auto back = pp::source::json_headers(out);
    require(back.size() == 1 && back[0] == record.bytes, "JSON gives the bytes back");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices c(Bytes(data, size));
  Chunk chunk;
  chunk.input = "an input\x1b[31m\xff";
  flow(c, chunk.flow);
  const unsigned how = c.byte();
  chunk.mark = static_cast<Mark>(how % 6);
  chunk.line = (how & 64U) != 0 && !chunk.flow.captured ? 7 : 0;
  const unsigned style = c.byte() | (how & 128U) << 1U;
  if (chunk.flow.captured) {
    const Bytes answer = c.take(c.below(64));
    chunk.reaction.kind = answer.empty() ? ReactionKind::fin : ReactionKind::data;
    chunk.reaction.after_us = 1234;
    if (!answer.empty()) classify_answer(answer, chunk.reaction);
  }
  chunk.bytes = c.rest();
  pp::render::State state;
  pp::render::Style shown = style_of(style);
  pp::stats::Summary counts;
  Options options;
  options.strict = (style & 1U) != 0;
  std::size_t covered = 0;
  Inspector inspector(options, [&](Record& record) {
    record.diagnosis = pp::explain::diagnose(record, record.parsed());
    check(record, shown, state);
    counts.add(record);
    require(record.stream_offset == covered, "a record begins where the one before ended");
    covered += record.bytes.size();
    require(record.stream_offset + record.bytes.size() <= chunk.bytes.size(), "a record's bytes are the flow's");
    require(std::equal(record.bytes.begin(), record.bytes.end(), chunk.bytes.begin() + record.stream_offset), "as they came");
  });
  inspector.flow(chunk);
  require(counts.tally.records() >= 1 && counts.tally.headers() <= counts.tally.records(), "a flow is one record at least");
  if (fuzz::hash(chunk.bytes) % 4 != 0) return 0;
  std::string summary;
  pp::render::write_text_summary(summary, counts, shown);
  require(laws::broken_by_output(summary, {shown.ascii, shown.color}));
  summary.clear();
  pp::render::write_json_summary(summary, counts, shown);
  require(laws::JsonReader(std::string_view(summary).substr(0, summary.size() - 1)).broken());
  return 0;
}
