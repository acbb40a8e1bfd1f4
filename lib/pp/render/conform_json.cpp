#include <algorithm>

#include "pp/base/hex.hpp"
#include "pp/render/conform_report.hpp"
#include "pp/render/json_writer.hpp"

namespace pp::render {
namespace {

using judge::CaseResult;
using judge::Verdict;

/// One line, an object that says which event it is.
template <class Fill>
void append_event(std::string& out, std::string_view event, bool first, Fill fill) {
  JsonWriter json;
  json.open_object();
  if (first) json.text("schema", "pp.conform/1");
  json.text("event", event);
  fill(json);
  json.close_object();
  json.finish(out);
}

void tell(JsonWriter& json, std::string_view key, const std::optional<std::string>& value) {
  if (value) json.shown_text(key, *value);
}

void append_control(std::string& out, const judge::Run& run, judge::Control control) {
  const std::string& answer = run.capability.answers[static_cast<std::size_t>(control)];
  if (answer.empty()) return;
  append_event(out, "control", false, [&](JsonWriter& json) {
    json.text("form", name(control));
    json.shown_text("class", answer);
    if (control != judge::Control::v2 && control != judge::Control::v1) return;
    const judge::VersionControl& v = run.capability.of(control == judge::Control::v1 ? 1 : 2);
    json.flag("supported", v.supported);
    json.flag("believed", v.believed);
    json.key("us");
    json.open_array();
    for (const std::int64_t us : v.us) json.number(static_cast<std::uint64_t>(std::max<std::int64_t>(us, 0)));
    json.close_array();
  });
}

void append_observes(std::string& out, const judge::Run& run) {
  append_event(out, "observes", false, [&](JsonWriter& json) {
    const judge::Capability& c = run.capability;
    const judge::Oracle& o = c.of(c.version()).oracle;
    json.flag("address", o.address);
    json.flag("port", o.port);
    json.flag("dst", o.destination);
    json.flag("mark", o.mark);
    json.key("versions");
    json.open_array();
    if (c.v1.supported) json.number(1);
    if (c.v2.supported) json.number(2);
    json.close_array();
    json.text("header", c.header_optional ? "optional" : "required");
    json.flag("crc32c", run.crc_checked);
  });
}

void append_case(std::string& out, const CaseResult& r) {
  append_event(out, "case", false, [&](JsonWriter& json) {
    json.text("id", r.id);
    json.text("section", r.section);
    json.text("asks", name(r.asks));
    json.flag("derived", r.derived);
    if (r.tries > 0) {
      const char code[] = {letter(r.code), '\0'};
      json.text("code", code);
    }
    json.text("verdict", name(r.verdict));
    if (r.address_unobserved) json.flag("address_unobserved", true);
    if (!r.why.empty()) json.shown_text("why", r.why);
    json.key("detail");
    json.open_object();
    if (!r.answer_class.empty()) json.shown_text("class", r.answer_class);
    tell(json, "src", r.told.source);
    tell(json, "sport", r.told.source_port);
    tell(json, "dst", r.told.destination);
    tell(json, "dport", r.told.destination_port);
    json.close_object();
    json.number("us", static_cast<std::uint64_t>(std::max<std::int64_t>(r.us, 0)));
    json.number("tries", r.tries);
    constexpr std::size_t most_hex = 1024;
    json.text("sent", to_hex(Bytes(r.sent).first(std::min(r.sent.size(), most_hex))));
    if (r.sent.size() > most_hex) json.number("sent_bytes", r.sent.size());
    if (r.tries > 0) json.text("end", name(r.end));
  });
}

}  // namespace

void append_conform_json(std::string& out, const judge::Run& run) {
  append_event(out, "start", true, [&](JsonWriter& json) {
    json.shown_text("name", run.name);
    json.shown_text("version", run.version);
    json.shown_text("target", run.target);
    json.text("app", run.app);
    json.text("time", run.time);
    json.text("tool", run.tool);
    json.number("cases", run.results.size());
  });
  for (std::size_t i = 0; i < judge::control_count; ++i) append_control(out, run, static_cast<judge::Control>(i));
  if (run.capability.any()) append_observes(out, run);
  for (const CaseResult& r : run.results) append_case(out, r);
  for (const CaseResult& r : run.results) {
    if (r.verdict != Verdict::crash) continue;
    append_event(out, "crash", false, [&](JsonWriter& json) {
      json.text("id", r.id);
      json.shown_text("sign", r.why);
      json.number("confirmed", r.tries);
    });
  }
  const judge::Tally t = judge::tally(run.results);
  append_event(out, "end", false, [&](JsonWriter& json) {
    for (const auto& [key, verdict] :
         {std::pair("pass", Verdict::pass), std::pair("fail", Verdict::fail), std::pair("warn", Verdict::warn),
          std::pair("note", Verdict::note), std::pair("late", Verdict::late), std::pair("na", Verdict::na),
          std::pair("skip", Verdict::skip), std::pair("crash", Verdict::crash), std::pair("error", Verdict::error)}) {
      json.number(key, t[verdict]);
    }
    json.number("must", t.must_broken);
    json.number("derived", t.derived_broken);
    json.number("connections", run.connections);
    json.number("us", static_cast<std::uint64_t>(run.us));
    if (!run.trouble.empty()) json.shown_text("trouble", run.trouble);
    json.number("exit", static_cast<std::uint64_t>(run.exit));
  });
}

}  // namespace pp::render
