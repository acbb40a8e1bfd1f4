// --by client as text and as JSON: a client, and below it each header that announces it and what that changed.
#include <algorithm>

#include "pp/base/utf8.hpp"
#include "pp/inspect/header_kind.hpp"
#include "pp/render/format.hpp"
#include "pp/render/json_writer.hpp"
#include "pp/render/palette.hpp"
#include "pp/render/text_words.hpp"
#include "pp/render/time_text.hpp"
#include "pp/stats/hops.hpp"
#include "pp/text/format.hpp"

namespace pp::render {
namespace {

using stats::Hops;
using stats::Sighting;
using text::Counted;

std::string where(const stats::Place& p, const Style& style) {
  std::string out = shown(p.input, charset(style));
  if (p.line > 0) text::append(out, ":{}", p.line);
  if (p.captured && p.frame > 0) text::append(out, ": frame {}", p.frame);
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
  if (c.from.empty()) return text::format("with {} ({})", c.what, c.to);
  if (c.to.empty()) return text::format("without {} ({})", c.what, c.from);
  return text::format("{} {} -> {}", c.what, c.from, c.to);
}

void append_hop(std::string& out, const Sighting& s, const Sighting* before, const Style& style) {
  text::append(out, "  {}  ", where(s.place, style));
  if (s.place.captured)
    text::append(out, "{} > {}  ", text::Endpoint{s.peer_source, s.peer_source_port},
                 text::Endpoint{s.peer_destination, s.peer_destination_port});
  text::append(out, "{}  to {}  {}B  {}", inspect::header_kinds[s.kind].title, s.destination, s.size,
               s.outcome == inspect::Outcome::valid ? std::string_view("ok") : name(s.outcome));
  if (before != nullptr && s.place.captured && before->place.captured && s.place.time_ns >= before->place.time_ns) {
    text::append(out, "  {} later", inspect::duration_text((s.place.time_ns - before->place.time_ns) / 1000));
  }
  out += "\n";
  if (before == nullptr) {
    std::string tlvs;
    for (const Sighting::NamedTlv& t : s.tlvs) {
      text::append(tlvs, "{}{} ", tlvs.empty() ? "      " : ", ", t.name);
      if (t.value.empty()) {
        text::append(tlvs, "({} bytes)", t.length);
      } else {
        tlvs += narrow(t.value, style);
      }
    }
    if (!tlvs.empty()) out.append(tlvs).append(1, '\n');
    return;
  }
  const auto changes = stats::changes(*before, s);
  if (changes.empty()) out += "      nothing changed\n";
  for (const stats::HopChange& c : changes)
    text::append(out, "      {}{}{}\n", paint(style, Paint::warning), narrow(change_words(c), style), paint(style, Paint::off));
}

/// For -q: every header is as it should be, and no hop changed anything.
bool nothing_to_see(const Hops::Client& c) {
  for (std::size_t i = 0; i < c.sightings.size(); ++i) {
    if (c.sightings[i].outcome != inspect::Outcome::valid) return false;
    if (i > 0 && !stats::changes(c.sightings[i - 1], c.sightings[i]).empty()) return false;
  }
  return true;
}

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
    text::append(out, "{}{}{}  in {}\n", paint(style, Paint::strong), text::Endpoint{entry->first.address, entry->first.port},
                 paint(style, Paint::off), Counted{c.inputs, "input"});
    const Sighting* before = nullptr;
    for (const Sighting& s : c.sightings) {
      append_hop(out, s, before, style);
      before = &s;
    }
    if (c.more > 0) text::append(out, "  ... and {} more\n", Counted{c.more, "header"});
  }
  if (hops.without_source() > 0)
    text::append(out, "{} without an address: LOCAL, UNKNOWN, UNIX, or not understood\n", Counted{hops.without_source(), "header"});
  if (hops.forgotten() > 0)
    text::append(out, "{} of other clients, which the table had no room for\n", Counted{hops.forgotten(), "header"});
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
