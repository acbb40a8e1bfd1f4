// The counts of a run: the closing line, and -S as text and as JSON.
#include <array>

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "pp/render/format.hpp"

namespace pp::render {
namespace {

std::string counted(std::uint64_t n, std::string_view word) { return std::to_string(n) + " " + std::string(word) + (n == 1 ? "" : "s"); }

std::string outcome_list(const inspect::Tally& t) {
  std::string out;
  for (std::size_t i = 0; i < inspect::outcome_count; ++i) {
    if (t.outcomes[i] == 0) continue;
    const auto outcome = static_cast<inspect::Outcome>(i);
    out += (out.empty() ? "" : ", ") + std::to_string(t.outcomes[i]) + " " + (i == 0 ? "ok" : std::string(name(outcome)));
  }
  return out;
}

}  // namespace

std::string closing_line(const inspect::Tally& t, bool streams) {
  std::string out = counted(t.headers(), "header");
  if (streams) out += " in " + counted(t.streams, "stream");
  const std::string outcomes = outcome_list(t);
  if (!outcomes.empty()) out += ": " + outcomes;
  if (t.streams_without_start > 0) out += "; start not seen of " + counted(t.streams_without_start, "stream");
  if (t.evicted > 0) out += "; " + counted(t.evicted, "pending stream") + " given up for want of room";
  return out;
}

void write_text_summary(std::string& out, const inspect::Tally& t, const Style&) {
  const auto row = [&](std::string_view label, std::uint64_t n) {
    out += std::string(label);
    out.append(label.size() < 24 ? 24 - label.size() : 1, ' ');
    out += std::to_string(n) + "\n";
  };
  row("streams", t.streams);
  row("headers", t.headers());
  row("  version 1", t.versions[1]);
  row("  version 2", t.versions[2]);
  row("  LOCAL or UNKNOWN", t.local);
  if (t.chained > 0) row("  chained", t.chained);
  for (std::size_t i = 0; i < inspect::outcome_count; ++i) {
    const auto outcome = static_cast<inspect::Outcome>(i);
    if (t.outcomes[i] > 0 || i < 3) row(name(outcome), t.outcomes[i]);
  }
  if (t.streams_without_start > 0) row("start not seen", t.streams_without_start);
  if (t.evicted > 0) row("given up", t.evicted);
}

void write_json_summary(std::string& out, const inspect::Tally& t, const Style&) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> w(buffer);
  const auto number = [&](std::string_view k, std::uint64_t v) {
    w.Key(k.data(), static_cast<rapidjson::SizeType>(k.size()));
    w.Uint64(v);
  };
  w.StartObject();
  w.Key("schema");
  w.String("pp.summary/1");
  number("streams", t.streams);
  number("headers", t.headers());
  w.Key("versions");
  w.StartObject();
  number("1", t.versions[1]);
  number("2", t.versions[2]);
  w.EndObject();
  number("local", t.local);
  number("chained", t.chained);
  w.Key("verdicts");
  w.StartObject();
  for (std::size_t i = 0; i < inspect::outcome_count; ++i) number(name(static_cast<inspect::Outcome>(i)), t.outcomes[i]);
  w.EndObject();
  number("streams_without_start", t.streams_without_start);
  number("evicted", t.evicted);
  w.EndObject();
  out.append(buffer.GetString(), buffer.GetSize());
  out += '\n';
}

}  // namespace pp::render
