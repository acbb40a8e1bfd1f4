// -S -o json: every counter of a run. Two of these add up, row by row, to the one of both inputs; summary_read.cpp reads what
// is written here.
#include <algorithm>

#include "pp/base/ip.hpp"
#include "pp/inspect/sender_hint.hpp"
#include "pp/render/format.hpp"
#include "pp/render/json_writer.hpp"
#include "pp/render/time_text.hpp"

namespace pp::render {
namespace {

using stats::Summary;

class SummaryJson {
 public:
  explicit SummaryJson(const Summary& summary) : s_(summary) {}

  void write(std::string& out) {
    const stats::Tally& t = s_.tally;
    w_.open_object();
    w_.text("schema", "pp.summary/1");
    if (s_.interim) w_.flag("interim", true);
    w_.number("inputs", s_.inputs);
    if (!s_.first_input.empty()) w_.shown_text("input", s_.first_input);
    counters(t);
    w_.number("headers", t.headers());
    w_.key("versions");
    w_.open_object();
    w_.number("1", t.versions[1]);
    w_.number("2", t.versions[2]);
    w_.close_object();
    w_.key("verdicts");
    w_.open_object();
    for (std::size_t i = 0; i < inspect::outcome_count; ++i) w_.number(name(static_cast<inspect::Outcome>(i)), t.outcomes[i]);
    w_.close_object();
    w_.key("labels");
    w_.open_object();
    for (std::size_t i = 0; i < inspect::label_count; ++i) w_.number(inspect::label_table[i].only, t.labels[i]);
    w_.close_object();
    packets(t);
    problems();
    causes();
    changes();
    missing();
    kinds();
    delivery();
    tlvs();
    receivers();
    senders();
    clients();
    groups();
    w_.close_object();
    w_.finish(out);
  }

 private:
  template <class Row>
  void counters(const Row& row) {
    for (const stats::Counter<Row>& c : stats::CounterTable<Row>::rows) w_.number(c.key, row.*c.value);
  }
  void first(const stats::Place& p) {
    w_.key("first");
    w_.open_object();
    w_.shown_text("input", p.input);
    if (p.line > 0) w_.number("line", p.line);
    if (p.frame > 0) w_.number("frame", p.frame);
    if (p.captured) {
      std::string time;
      append_iso_time(time, p.time_ns, false);
      w_.text("time", time);
    }
    w_.close_object();
  }
  void diagnosis(const inspect::Diagnosis& d) {
    w_.text("side", name(d.side));
    w_.text("sentence", d.sentence);
    if (!d.fix.empty()) w_.text("fix", d.fix);
  }

  void packets(const stats::Tally& t) {
    using packet::Decoded;
    const stats::PacketCounts& p = t.packets;
    w_.key("packets");
    w_.open_object();
    w_.number("read", p.read);
    w_.number("decoded", p.transport());
    w_.number("others", p.others());
    w_.key("undecoded");
    w_.open_object();
    w_.number("link_type", p.count(Decoded::unsupported_link));
    w_.number("cut", p.count(Decoded::truncated));
    w_.number("malformed", p.count(Decoded::malformed));
    w_.number("encapsulated", p.count(Decoded::wrapped));
    w_.close_object();
    w_.key("encapsulations");
    w_.open_array();
    for (std::size_t i = 1; i < p.wrapped.size(); ++i) {
      if (p.wrapped[i] == 0) continue;
      w_.open_object();
      w_.text("name", to_string(static_cast<packet::Wrapper>(i)));
      w_.number("count", p.wrapped[i]);
      w_.close_object();
    }
    w_.close_array();
    w_.close_object();
    w_.key("never_established");
    w_.open_object();
    w_.number("refused", p.refused);
    w_.number("unanswered", p.unanswered);
    w_.number("given_up", p.given_up);
    w_.close_object();
  }

  void problems() {
    w_.key("problems");
    w_.open_array();
    for (const stats::Problem* p : s_.sorted_problems()) {
      w_.open_object();
      w_.text("code", p->code.name());
      w_.text("level", name(p->level));
      w_.number("count", p->count);
      first(p->first);
      w_.text("message", p->message);
      w_.close_object();
    }
    w_.close_array();
  }
  void causes() {
    w_.key("diagnoses");
    w_.open_array();
    for (const stats::Cause* c : s_.sorted_causes()) {
      w_.open_object();
      w_.text("code", c->diagnosis.code);
      w_.number("count", c->count);
      first(c->first);
      diagnosis(c->diagnosis);
      w_.close_object();
    }
    w_.close_array();
  }
  void lost(std::uint64_t n) {
    if (n > 0) w_.number("lost_at_most", n);
  }
  void changes() {
    const stats::Changes::Table& table = s_.changes.table;
    w_.key("changes");
    w_.open_object();
    w_.flag("exact", table.exact());
    lost(table.lost_at_most());
    w_.key("rows");
    w_.open_array();
    for (const auto* entry : table.sorted()) {
      const auto& [key, row] = *entry;
      w_.open_object();
      w_.text("side", name(key.side));
      if (key.address.size > 0) w_.text("ip", to_string(key.address));
      if (key.port > 0) w_.number("port", key.port);
      if (!key.code.empty()) w_.text("code", key.code);
      w_.text("level", name(row.level));
      w_.number("count", row.count);
      if (row.missed > 0) w_.number("missed_at_most", row.missed);
      first(row.first);
      if (!row.message.empty()) w_.text("message", row.message);
      if (!row.fix.empty()) w_.text("fix", row.fix);
      w_.close_object();
    }
    w_.close_array();
    w_.number("others", table.others().count);
    w_.close_object();
  }
  void missing() {
    if (!s_.missing.matters()) return;
    w_.key("expected");
    w_.open_object();
    w_.number("headers", s_.missing.headers());
    w_.number("missing", s_.missing.missing());
    w_.flag("exact", s_.missing.exact());
    w_.number("others", s_.missing.others());
    lost(s_.missing.table().lost_at_most());
    w_.key("with_header");
    w_.open_array();
    for (const auto* entry : s_.missing.table().sorted()) {
      if (!entry->first.header) continue;
      w_.open_object();
      w_.text("sender", to_string(entry->first.sender));
      w_.number("port", entry->first.port);
      w_.number("count", entry->second.count);
      if (entry->second.missed > 0) w_.number("missed_at_most", entry->second.missed);
      w_.close_object();
    }
    w_.close_array();
    w_.key("groups");
    w_.open_array();
    for (const stats::MissingGroups::Group& g : s_.missing.groups()) {
      w_.open_object();
      w_.text("sender", to_string(g.key.sender));
      w_.number("port", g.key.port);
      w_.text("saw", name(g.key.kind));
      w_.number("count", g.row.count);
      if (g.row.missed > 0) w_.number("missed_at_most", g.row.missed);
      first(g.row.first);
      if (g.row.gaps > 0) {
        w_.key("gaps");
        w_.open_object();
        w_.number("count", g.row.gaps);
        w_.number("sum_ns", g.row.gap_sum_ns);
        w_.number("shortest_ns", std::max<std::int64_t>(g.row.shortest_gap_ns, 0));
        w_.number("longest_ns", std::max<std::int64_t>(g.row.longest_gap_ns, 0));
        w_.close_object();
      }
      if (const auto interval = g.row.interval_us()) w_.number("interval_us", static_cast<std::uint64_t>(*interval));
      if (!g.row.example.line.empty()) w_.shown_text("payload_line", g.row.example.line);
      if (!g.row.example.host.empty()) w_.shown_text("host", g.row.example.host);
      if (!g.row.example.sni.empty()) w_.shown_text("sni", g.row.example.sni);
      w_.text("cause", g.cause);
      diagnosis(g.diagnosis);
      w_.close_object();
    }
    w_.close_array();
    w_.close_object();
  }
  void kinds() {
    w_.key("kinds");
    w_.open_array();
    for (std::size_t i = 0; i < inspect::header_kind_count; ++i) {
      if (s_.kinds[i] == 0) continue;
      const inspect::HeaderKind& k = inspect::header_kinds[i];
      w_.open_object();
      if (k.version > 0) w_.number("version", k.version);
      if (i == inspect::simple_kind) w_.text("format", "simple-proxy-protocol");
      if (!k.command.empty()) w_.text("command", k.command);
      if (!k.family.empty()) w_.text("family", k.family);
      if (!k.transport.empty()) w_.text("transport", k.transport);
      w_.number("count", s_.kinds[i]);
      w_.close_object();
    }
    w_.close_array();
  }
  void delivery() {
    const stats::Histogram& d = s_.delays;
    w_.key("delivery");
    w_.open_object();
    w_.number("one_segment", s_.one_segment);
    w_.number("split", s_.split);
    w_.number("most_segments", s_.most_segments);
    w_.number("datagrams", s_.datagrams);
    w_.key("delay_us");
    w_.open_object();
    w_.number("count", d.count());
    w_.number("max", d.max());
    if (d.count() > 0) {
      w_.number("p50", d.percentile(500));
      w_.number("p90", d.percentile(900));
      w_.number("p99", d.percentile(990));
    }
    w_.key("buckets");
    w_.open_array();
    for (std::size_t i = 0; i < stats::Histogram::bucket_count; ++i) {
      if (d.in_bucket(i) == 0) continue;
      w_.open_object();
      w_.number("from", stats::Histogram::lowest(i));
      w_.number("count", d.in_bucket(i));
      w_.close_object();
    }
    w_.close_array();
    w_.close_object();
    w_.close_object();
  }
  void tlv(std::uint8_t type, bool inside_ssl, std::string_view name, const stats::TlvCount& c) {
    if (c.headers == 0) return;
    w_.open_object();
    w_.number("type", type);
    w_.text("name", name);
    if (inside_ssl) w_.flag("in_ssl", true);
    w_.number("count", c.headers);
    w_.number("longest", c.longest);
    w_.close_object();
  }
  void tlvs() {
    w_.key("tlvs");
    w_.open_array();
    for (std::size_t scope = 0; scope < 2; ++scope) {
      for (std::size_t i = 0; i < 256; ++i) {
        const auto type = static_cast<std::uint8_t>(i);
        const TlvType* row = tlv_info(type, static_cast<TlvScope>(scope));
        tlv(type, scope == 1, row != nullptr ? row->name : name(tlv_range(type)), s_.tlvs[scope][i]);
      }
    }
    for (std::size_t i = 0; i < vendor_table.size(); ++i)
      tlv(vendor_table[i].type, vendor_table[i].scope == TlvScope::ssl, vendor_table[i].name, s_.vendor_tlvs[i]);
    w_.close_array();
    const auto hints = inspect::sender_hints();
    if (std::all_of(s_.sender_hints.begin(), s_.sender_hints.end(), [](std::uint64_t n) { return n == 0; })) return;
    w_.key("senders_look_like");
    w_.open_array();
    for (std::size_t i = 0; i < hints.size(); ++i) {
      if (s_.sender_hints[i] == 0) continue;
      w_.open_object();
      w_.text("sender", hints[i].sender);
      w_.key("count");
      w_.number(s_.sender_hints[i]);
      w_.close_object();
    }
    w_.close_array();
  }
  template <class Table, class Key, class Write>
  void table(std::string_view key, const Table& t, Key&& write_key, Write&& write) {
    w_.key(key);
    w_.open_object();
    w_.flag("exact", t.exact());
    lost(t.lost_at_most());
    w_.key("rows");
    w_.open_array();
    for (const auto* entry : t.sorted()) {
      w_.open_object();
      write_key(entry->first);
      w_.number("count", entry->second.count);
      if (entry->second.missed > 0) w_.number("missed_at_most", entry->second.missed);
      write(entry->second);
      w_.close_object();
    }
    w_.close_array();
    w_.key("others");
    w_.open_object();
    w_.number("count", t.others().count);
    write(t.others());
    w_.close_object();
    w_.close_object();
  }
  template <class Table, class Write>
  void table(std::string_view key, const Table& t, Write&& write) {
    table(
        key, t, [this](const stats::IpKey& k) { w_.text("ip", to_string(k.address)); }, write);
  }
  void receivers() {
    table(
        "receivers", s_.receivers,
        [this](const stats::ReceiverKey& k) {
          w_.text("ip", to_string(k.address));
          w_.number("port", k.port);
        },
        [this](const stats::ReceiverRow& r) { counters(r); });
  }
  void senders() {
    table("senders", s_.senders, [this](const stats::SenderRow& r) { counters(r); });
  }
  void clients() {
    table("clients", s_.clients, [](const stats::ClientRow&) {});
  }
  void groups() {
    if (!s_.groups) return;
    const stats::GroupBy by = s_.groups->by;
    w_.text("group", stats::group_names[static_cast<std::size_t>(by)]);
    w_.number("without_group", s_.groups->without);
    table(
        "groups", s_.groups->table, [this, by](const stats::GroupKey& k) { w_.text("key", stats::group_name(by, k)); },
        [this](const stats::GroupRow& r) {
          for (std::size_t i = 0; i < inspect::label_count; ++i) w_.number(inspect::label_table[i].only, r.labels[i]);
          w_.number("v1", r.versions[1]);
          w_.number("v2", r.versions[2]);
          w_.number("local", r.local);
        });
  }

  JsonWriter w_;
  const Summary& s_;
};

}  // namespace

void write_json_summary(std::string& out, const Summary& summary, const Style&) { SummaryJson(summary).write(out); }

}  // namespace pp::render
