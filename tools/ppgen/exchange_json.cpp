#include "ppgen/exchange_json.hpp"

#include <algorithm>

#include "pp/text/format.hpp"

namespace pp::tool {
namespace {

std::string_view name(OutcomeKind kind) {
  constexpr std::string_view names[] = {"answered", "error", "closed", "silent", "failed"};
  return names[static_cast<std::size_t>(kind)];
}
std::string_view name(Ending ending) {
  constexpr std::string_view names[] = {"open", "unreachable", "fin", "rst", "silence", "enough", "failed"};
  return names[static_cast<std::size_t>(ending)];
}

constexpr std::string_view schema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "one line of ppgen probe, send or replay -o json",
  "oneOf": [{"$ref": "#/$defs/probe"}, {"$ref": "#/$defs/send"}, {"$ref": "#/$defs/replay"}, {"$ref": "#/$defs/replay_end"}],
  "$defs": {
    "probe": {
      "title": "pp.probe/1: what a port does with headers",
      "type": "object", "required": ["schema", "target", "verdict", "wanted", "as_wanted", "forms", "means"], "additionalProperties": false, "properties": {
        "schema": {"const": "pp.probe/1"}, "target": {"type": "string"},
        "verdict": {"enum": ["required", "optional", "none", "unknown"]}, "wanted": {"enum": ["required", "optional", "none"]},
        "as_wanted": {"type": "boolean", "description": "exit status 0"},
        "why": {"type": "string", "description": "of verdict unknown"},
        "versions": {"type": "array", "minItems": 1, "items": {"enum": [1, 2]}, "description": "that are taken"},
        "behind_fails": {"const": true, "description": "headers are read, and what is behind answers them with an error or not at all"},
        "forms": {"type": "array", "minItems": 1, "items": {"type": "object", "required": ["form", "header_bytes", "outcome", "ending", "section"],
          "additionalProperties": false, "properties": {
          "form": {"type": "string"}, "header_bytes": {"$ref": "#/$defs/count"}, "outcome": {"$ref": "#/$defs/outcome"}, "class": {"$ref": "#/$defs/class"},
          "text": {"type": "string"}, "echoed": {"const": true}, "ending": {"$ref": "#/$defs/ending"}, "sent": {"$ref": "#/$defs/count"},
          "pieces": {"$ref": "#/$defs/count"}, "received": {"$ref": "#/$defs/count"}, "connect_us": {"$ref": "#/$defs/count"},
          "answer_us": {"$ref": "#/$defs/count"}, "end_us": {"$ref": "#/$defs/count"}, "local": {"type": "string"},
          "word": {"enum": ["answered", "taken", "different", "refused", "no answer"], "description": "in the light of the verdict"},
          "mark": {"enum": ["right", "allowed", "wrong", "not checked"], "description": "what the specification says of that"},
          "section": {"type": "string"}}}},
        "means": {"type": "array", "items": {"type": "string"}}}
    },
    "send": {
      "title": "pp.send/1: a header that was sent, and what came back",
      "type": "object", "required": ["schema", "target", "header", "header_bytes", "payload_bytes", "outcome", "ending"], "additionalProperties": false,
      "properties": {
        "schema": {"const": "pp.send/1"}, "target": {"type": "string", "description": "address that was connected to"},
        "header": {"type": "string"}, "header_bytes": {"$ref": "#/$defs/count"}, "payload_bytes": {"$ref": "#/$defs/count"},
        "outcome": {"$ref": "#/$defs/outcome"}, "class": {"$ref": "#/$defs/class"}, "text": {"type": "string"}, "echoed": {"const": true},
        "ending": {"$ref": "#/$defs/ending"}, "sent": {"$ref": "#/$defs/count"}, "pieces": {"$ref": "#/$defs/count"}, "received": {"$ref": "#/$defs/count"},
        "connect_us": {"$ref": "#/$defs/count"}, "answer_us": {"$ref": "#/$defs/count"}, "end_us": {"$ref": "#/$defs/count"}, "local": {"type": "string"},
        "control": {"type": "string", "description": "--expect accept: what a good header got"},
        "result": {"enum": ["accepted", "rejected", "not rejected", "cannot tell"], "description": "of --expect"},
        "met": {"type": "boolean", "description": "exit status 0"}, "why": {"type": "string"}}
    },
    "replay": {
      "title": "pp.replay/1: a header that was sent again, or why it was not",
      "type": "object", "required": ["schema", "number"], "additionalProperties": false, "properties": {
        "schema": {"const": "pp.replay/1"}, "number": {"$ref": "#/$defs/count", "description": "the line of JSON, or the connection of a capture"},
        "left_out": {"enum": ["cut", "gap", "incomplete", "missing", "unreadable"], "description": "its verdict; nothing was sent"},
        "header": {"type": "string"}, "header_bytes": {"$ref": "#/$defs/count"}, "outcome": {"$ref": "#/$defs/outcome"}, "class": {"$ref": "#/$defs/class"},
        "text": {"type": "string"}, "echoed": {"const": true}, "ending": {"$ref": "#/$defs/ending"}, "sent": {"$ref": "#/$defs/count"},
        "pieces": {"$ref": "#/$defs/count"}, "received": {"$ref": "#/$defs/count"}, "connect_us": {"$ref": "#/$defs/count"},
        "answer_us": {"$ref": "#/$defs/count"}, "end_us": {"$ref": "#/$defs/count"}, "local": {"type": "string"}}
    },
    "replay_end": {
      "title": "pp.replay-end/1: the counts, the last line",
      "type": "object", "required": ["schema", "sent", "left_out", "outcomes"], "additionalProperties": false, "properties": {
        "schema": {"const": "pp.replay-end/1"}, "sent": {"$ref": "#/$defs/count"}, "left_out": {"$ref": "#/$defs/count"},
        "outcomes": {"type": "array", "items": {"type": "object", "required": ["outcome", "count"], "additionalProperties": false, "properties": {
          "outcome": {"type": "string", "description": "the class of the answer, closed, no answer or failed"}, "count": {"$ref": "#/$defs/count"}}}}}
    },
    "outcome": {"enum": ["answered", "error", "closed", "silent", "failed"], "description": "closed: without a byte"},
    "class": {"type": "string", "description": "of the answer: ok, http-400, tls-alert, data"},
    "ending": {"enum": ["fin", "rst", "silence", "enough", "failed", "open", "unreachable"], "description": "enough: the tool had seen what it wanted"},
    "count": {"type": ["integer", "string"], "minimum": 0, "description": "a string of digits above 2^53"}
  }
}
)json";

}  // namespace

void append_exchange(render::JsonWriter& w, const Exchange& e, const Outcome& o) {
  w.text("outcome", name(o.kind));
  if (o.kind == OutcomeKind::answered || o.kind == OutcomeKind::error) {
    w.text("class", inspect::class_name(o.reaction));
    if (!o.reaction.text.empty()) w.shown_text("text", o.reaction.text);
  }
  if (o.echoed) w.flag("echoed", true);
  w.text("ending", name(e.ending));
  w.number("sent", e.sent);
  w.number("pieces", e.pieces);
  w.number("received", e.received);
  w.number("connect_us", std::max<std::int64_t>(e.connect_us, 0));
  if (e.answer_us && *e.answer_us >= 0) w.number("answer_us", *e.answer_us);
  w.number("end_us", std::max<std::int64_t>(e.end_us, 0));
  if (e.local) w.text("local", text::format("{}", text::Endpoint{e.local->address, e.local->port}));
}

std::string exchange_schema() { return std::string(schema); }

}  // namespace pp::tool
