// --by client as text and as JSON: a client, and below it each header that announces it and what that changed.
#include <algorithm>

#include "pp/base/utf8.hpp"
#include "pp/inspect/header_kind.hpp"
#include "pp/stats/hops.hpp"
#include "pp/render/format.hpp"
#include "pp/render/json_writer.hpp"
#include "pp/render/palette.hpp"
#include "pp/render/text_words.hpp"
#include "pp/render/time_text.hpp"

namespace pp::render {
namespace {

using stats::Hops;
using stats::Sighting;

std::string where(const stats::Place& p, const Style& style) {
  std::string out = shown(p.input, charset(style));
  if (p.line > 0) out += ":" + std::to_string(p.line);
  if (p.captured && p.frame > 0) out += ": frame " + std::to_string(p.frame);
  return out;
}

/// What is escaped text already, with --ascii nothing above 0x7e.
std::string narrow(std::string_view text, const Style& style) {
  if (!style.ascii) return std::string(text);
  std::string out;
  const auto wide = [](char c) { return (static_cast<unsigned char>(c) & 0x80U) != 0; };
  while (!text.empty()) {
    const auto plain = static_cast<std::size_t>(std::find_if(text.begin(), text.end(), wide) - text.begin());
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    const auto run = static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), wide) - text.begin());
    out += shown(text.substr(0, run), Charset::ascii);
    text.remove_prefix(run);
  }
  return out;
}

std::string change_words(const stats::HopChange& c) {
  if (c.from.empty()) return "with " + c.what + " (" + c.to + ")";
  if (c.to.empty()) return "without " + c.what + " (" + c.from + ")";
  return c.what + " " + c.from + " -> " + c.to;
}

void append_hop(std::string& out, const Sighting& s, const Sighting* before, const Style& style) {
  out += "  " + where(s.place, style) + "  ";
  if (s.place.captured)
    out += endpoint_text(s.peer_source, s.peer_source_port) + " > " + endpoint_text(s.peer_destination, s.peer_destination_port) + "  ";
  out += std::string(inspect::header_kinds[s.kind].title) + "  to " + s.destination + "  " + std::to_string(s.size) + "B  ";
  out += s.outcome == inspect::Outcome::valid ? std::string_view("ok") : name(s.outcome);
  if (before != nullptr && s.place.captured && before->place.captured && s.place.time_ns >= before->place.time_ns) {
    out += "  " + inspect::duration_text((s.place.time_ns - before->place.time_ns) / 1000) + " later";
  }
  out += "\n";
  if (before == nullptr) {
    std::string tlvs;
    for (const Sighting::NamedTlv& t : s.tlvs)
      tlvs += (tlvs.empty() ? "      " : ", ") + t.name +
              (t.value.empty() ? " (" + std::to_string(t.length) + " bytes)" : " " + narrow(t.value, style));
    if (!tlvs.empty()) out += tlvs + "\n";
    return;
  }
  const auto changes = stats::changes(*before, s);
  if (changes.empty()) out += "      nothing changed\n";
  for (const stats::HopChange& c : changes)
    out += "      " + std::string(paint(style, Paint::warning)) + narrow(change_words(c), style) + std::string(paint(style, Paint::off)) +
           "\n";
}

/// For -q: every header is as it should be, and no hop changed anything.
bool nothing_to_see(const Hops::Client& c) {
  for (std::size_t i = 0; i < c.sightings.size(); ++i) {
    if (c.sightings[i].outcome != inspect::Outcome::valid) return false;
    if (i > 0 && !stats::changes(c.sightings[i - 1], c.sightings[i]).empty()) return false;
  }
  return true;
}

std::string counted(std::uint64_t n, std::string_view word) { return std::to_string(n) + " " + std::string(word) + (n == 1 ? "" : "s"); }

void write_hop(JsonWriter& w, const Sighting& s, const Sighting* before) {
  const inspect::HeaderKind& kind = inspect::header_kinds[s.kind];
  w.open_object();
  w.shown_text("input", s.place.input);
  if (s.place.line > 0) w.number("line", s.place.line);
  if (s.place.captured) {
    if (s.place.frame > 0) w.number("frame", s.place.frame);
    std::string time;
    append_iso_time(time, s.place.time_ns, false);
    w.text("time", time);
    w.key("peer");
    w.open_object();
    w.text("src", endpoint_text(s.peer_source, s.peer_source_port));
    w.text("dst", endpoint_text(s.peer_destination, s.peer_destination_port));
    w.close_object();
  }
  if (kind.version > 0) w.number("version", kind.version);
  if (s.kind == inspect::simple_kind) w.text("format", "simple-proxy-protocol");
  if (!kind.family.empty()) w.text("family", kind.family);
  if (!kind.transport.empty()) w.text("transport", kind.transport);
  w.text("dst", s.destination);
  w.number("header_bytes", s.size);
  w.text("verdict", name(s.outcome));
  w.key("tlvs");
  w.open_array();
  for (const Sighting::NamedTlv& t : s.tlvs) {
    w.open_object();
    w.number("type", t.type);
    w.text("name", t.name);
    w.number("length", t.length);
    if (!t.value.empty()) w.text("value", t.value);
    w.close_object();
  }
  w.close_array();
  if (before != nullptr) {
    w.key("changes");
    w.open_array();
    for (const stats::HopChange& c : stats::changes(*before, s)) {
      w.open_object();
      w.text("what", c.what);
      if (c.tlv) w.flag("tlv", true);
      if (!c.from.empty()) w.text("from", c.from);
      if (!c.to.empty()) w.text("to", c.to);
      w.close_object();
    }
    w.close_array();
  }
  w.close_object();
}

}  // namespace

void write_text_hops(std::string& out, const Hops& hops, const Style& style) {
  for (const auto* entry : hops.sorted()) {
    const Hops::Client& c = entry->second;
    if (style.quiet && nothing_to_see(c)) continue;
    out += std::string(paint(style, Paint::strong)) + endpoint_text(entry->first.address, entry->first.port) +
           std::string(paint(style, Paint::off)) + "  in " + counted(c.inputs, "input") + "\n";
    const Sighting* before = nullptr;
    for (const Sighting& s : c.sightings) {
      append_hop(out, s, before, style);
      before = &s;
    }
    if (c.more > 0) out += "  ... and " + counted(c.more, "header") + " more\n";
  }
  if (hops.without_source() > 0)
    out += counted(hops.without_source(), "header") + " without an address: LOCAL, UNKNOWN, UNIX, or not understood\n";
  if (hops.forgotten() > 0) out += counted(hops.forgotten(), "header") + " of other clients, for which there was no room\n";
}

void write_json_hops(std::string& out, const Hops& hops, const Style& style) {
  for (const auto* entry : hops.sorted()) {
    const Hops::Client& c = entry->second;
    if (style.quiet && nothing_to_see(c)) continue;
    JsonWriter w;
    w.open_object();
    w.text("schema", "pp.client/1");
    w.key("src");
    w.open_object();
    w.text("ip", to_string(entry->first.address));
    w.number("port", entry->first.port);
    w.close_object();
    w.number("inputs", c.inputs);
    w.key("hops");
    w.open_array();
    const Sighting* before = nullptr;
    for (const Sighting& s : c.sightings) {
      write_hop(w, s, before);
      before = &s;
    }
    w.close_array();
    if (c.more > 0) w.number("more", c.more);
    w.close_object();
    w.finish(out);
  }
  if (hops.without_source() + hops.forgotten() == 0) return;
  JsonWriter w;
  w.open_object();
  w.text("schema", "pp.clients/1");
  w.number("without_source", hops.without_source());
  w.number("others", hops.forgotten());
  w.close_object();
  w.finish(out);
}

}  // namespace pp::render
