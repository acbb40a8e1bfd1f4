#include "pp/render/summary_read.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <stdexcept>

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include "pp/explain/codes.hpp"
#include "pp/inspect/sender_hint.hpp"
#include "pp/packet/iso_time.hpp"
#include "pp/text/format.hpp"

namespace pp::render {
namespace {

using stats::Summary;

/// A value and the way to it, which errors name.
class Node {
 public:
  explicit Node(const rapidjson::Value& value) : value_(value) {}
  Node(const rapidjson::Value& value, const Node& parent, std::string_view key) : value_(value), parent_(&parent), key_(key) {}
  Node(const rapidjson::Value& value, const Node& parent, std::size_t index) : value_(value), parent_(&parent), index_(index) {}

  [[noreturn]] void refuse(std::string_view why) const {
    const std::string at = path();
    throw std::runtime_error(at.empty() ? std::string(why) : text::format("{}: {}", at, why));
  }

  std::optional<Node> find(std::string_view key) const {
    if (!value_.IsObject()) refuse("expected an object");
    const auto found = value_.FindMember(rapidjson::Value(rapidjson::StringRef(key.data(), key.size())));
    if (found == value_.MemberEnd()) return std::nullopt;
    return Node(found->value, *this, key);
  }
  Node at(std::string_view key) const {
    if (auto found = find(key)) return *found;
    refuse(text::format("the key \"{}\" is missing", key));
  }
  template <class Work>
  void each(Work&& work) const {
    if (!value_.IsArray()) refuse("expected an array");
    for (rapidjson::SizeType i = 0; i < value_.Size(); ++i) work(Node(value_[i], *this, std::size_t{i}));
  }

  /// Above 2^53 a string of digits (JsonWriter).
  std::uint64_t number(std::uint64_t most = std::numeric_limits<std::uint64_t>::max()) const {
    std::optional<std::uint64_t> n;
    if (value_.IsUint64()) n = value_.GetUint64();
    if (value_.IsString()) {
      const std::string_view digits = view();
      std::uint64_t parsed = 0;
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), parsed);
      if (error == std::errc{} && end == digits.data() + digits.size()) n = parsed;
    }
    if (!n || *n > most) refuse(text::format("expected a number from 0 to {}", most));
    return *n;
  }
  std::uint64_t number(std::string_view key) const { return at(key).number(); }
  std::uint64_t number_or_0(std::string_view key) const {
    const auto found = find(key);
    return found ? found->number() : 0;
  }
  std::string_view view() const {
    if (!value_.IsString()) refuse("expected a string");
    return {value_.GetString(), value_.GetStringLength()};
  }
  std::string text(std::string_view key) const { return std::string(at(key).view()); }
  std::string text_or_empty(std::string_view key) const {
    const auto found = find(key);
    return found ? std::string(found->view()) : std::string();
  }
  bool flag_or_false(std::string_view key) const {
    const auto found = find(key);
    if (!found) return false;
    if (!found->value_.IsBool()) found->refuse("expected true or false");
    return found->value_.GetBool();
  }
  IpAddress address() const {
    const auto parsed = parse_ip(view());
    if (!parsed) refuse("expected an IP address");
    return *parsed;
  }
  std::uint16_t port() const { return static_cast<std::uint16_t>(number(65535)); }
  /// The index of the row with that name.
  template <class Rows, class Name>
  std::size_t one_of(const Rows& rows, Name&& name_of) const {
    const std::string_view word = view();
    const auto found = std::find_if(std::begin(rows), std::end(rows), [&](const auto& row) { return name_of(row) == word; });
    if (found == std::end(rows)) refuse("a word that this version does not know");
    return static_cast<std::size_t>(found - std::begin(rows));
  }

 private:
  std::string path() const {
    if (parent_ == nullptr) return {};
    const std::string before = parent_->path();
    if (key_.empty()) return text::format("{}[{}]", before, index_);
    return before.empty() ? std::string(key_) : text::format("{}.{}", before, key_);
  }

  const rapidjson::Value& value_;
  const Node* parent_ = nullptr;
  std::string_view key_;
  std::size_t index_ = 0;
};

class SummaryReader {
 public:
  SummaryReader(const KeepText& keep, Summary& out) : keep_(keep), s_(out) {}

  void read(const Node& root) {
    if (root.at("schema").view() != "pp.summary/1") root.at("schema").refuse("expected \"pp.summary/1\"");
    s_.interim = root.flag_or_false("interim");
    s_.inputs = root.number("inputs");
    if (const auto input = root.find("input")) s_.first_input = keep_(std::string(input->view()));
    tally(root);
    root.at("problems").each([this](const Node& n) { problem(n); });
    root.at("diagnoses").each([this](const Node& n) { cause(n); });
    changes(root.at("changes"));
    if (const auto expected = root.find("expected")) missing(*expected);
    root.at("kinds").each([this](const Node& n) { kind(n); });
    delivery(root.at("delivery"));
    root.at("tlvs").each([this](const Node& n) { tlv(n); });
    if (const auto hints = root.find("senders_look_like")) hints->each([this](const Node& n) { hint(n); });
    table(
        root.at("receivers"), s_.receivers,
        [](const Node& n) {
          return stats::ReceiverKey{n.at("ip").address(), n.at("port").port()};
        },
        [](const Node& n, stats::ReceiverRow& r) { counters(n, r); });
    table(
        root.at("senders"), s_.senders, [](const Node& n) { return stats::IpKey{n.at("ip").address()}; },
        [](const Node& n, stats::SenderRow& r) { counters(n, r); });
    table(
        root.at("clients"), s_.clients, [](const Node& n) { return stats::IpKey{n.at("ip").address()}; },
        [](const Node&, stats::ClientRow&) {});
    groups(root);
  }

 private:
  template <class Row>
  static void counters(const Node& n, Row& row) {
    for (const stats::Counter<Row>& c : stats::CounterTable<Row>::rows) row.*c.value = n.number(c.key);
  }
  static inspect::Side side(const Node& n) {
    constexpr std::array sides = {inspect::Side::unknown, inspect::Side::sender, inspect::Side::receiver, inspect::Side::network};
    return sides[n.one_of(sides, [](inspect::Side s) { return name(s); })];
  }
  static lint::Level level(const Node& n) {
    constexpr std::array levels = {lint::Level::note, lint::Level::warning, lint::Level::error};
    return levels[n.one_of(levels, [](lint::Level l) { return name(l); })];
  }
  static std::string_view code(const Node& n) {
    const std::string_view known = stats::known_code(n.view());
    if (known.empty()) n.refuse("a code that this version does not know");
    return known;
  }
  stats::Place place(const Node& n) {
    stats::Place p;
    p.input = keep_(n.text("input"));
    p.line = n.number_or_0("line");
    p.frame = n.number_or_0("frame");
    if (const auto time = n.find("time")) {
      const auto ns = packet::parse_iso_time(std::string(time->view()));
      if (!ns) time->refuse("expected a time such as 2026-11-23T06:33:06.640321Z");
      p.time_ns = *ns;
      p.captured = true;
    }
    return p;
  }
  inspect::Diagnosis diagnosis(const Node& n) {
    return {code(n.at("code")), side(n.at("side")), n.text("sentence"), n.text_or_empty("fix")};
  }

  /// Summaries name the packets that were decoded together, so segments and fragments are one count here.
  void packets(const Node& n) {
    using packet::Decoded;
    stats::PacketCounts& p = s_.tally.packets;
    const auto count = [&p](Decoded as) -> std::uint64_t& { return p.decoded[static_cast<std::size_t>(as)]; };
    const Node counts = n.at("packets"), undecoded = counts.at("undecoded"), never = n.at("never_established");
    p.read = counts.number("read");
    count(Decoded::segment) = counts.number("decoded");
    count(Decoded::not_tcp_udp) = counts.number("others");
    count(Decoded::unsupported_link) = undecoded.number("link_type");
    count(Decoded::truncated) = undecoded.number("cut");
    count(Decoded::malformed) = undecoded.number("malformed");
    count(Decoded::wrapped) = undecoded.number("encapsulated");
    counts.at("encapsulations").each([&p](const Node& row) {
      for (std::size_t i = 1; i < p.wrapped.size(); ++i) {
        if (to_string(static_cast<packet::Wrapper>(i)) == row.at("name").view()) p.wrapped[i] = row.number("count");
      }
    });
    p.refused = never.number("refused");
    p.unanswered = never.number("unanswered");
    p.given_up = never.number("given_up");
  }
  void tally(const Node& n) {
    stats::Tally& t = s_.tally;
    packets(n);
    counters(n, t);
    t.versions[1] = n.at("versions").number("1");
    t.versions[2] = n.at("versions").number("2");
    const Node verdicts = n.at("verdicts"), labels = n.at("labels");
    for (std::size_t i = 0; i < inspect::outcome_count; ++i) t.outcomes[i] = verdicts.number(name(static_cast<inspect::Outcome>(i)));
    for (std::size_t i = 0; i < inspect::label_count; ++i) t.labels[i] = labels.number(inspect::label_table[i].only);
  }
  void problem(const Node& n) {
    const std::size_t which = n.at("code").one_of(lint::all_codes, [](lint::Code c) { return c.name(); });
    const lint::Code its = lint::all_codes[which];
    if (std::any_of(s_.problems.begin(), s_.problems.end(), [its](const stats::Problem& p) { return p.code == its; }))
      n.refuse("a second row with this code");
    s_.problems.push_back({its, level(n.at("level")), n.number("count"), place(n.at("first")), n.text("message")});
  }
  void cause(const Node& n) {
    stats::Cause c{n.number("count"), place(n.at("first")), diagnosis(n)};
    if (std::any_of(s_.causes.begin(), s_.causes.end(), [&c](const stats::Cause& o) { return o.diagnosis.code == c.diagnosis.code; }))
      n.refuse("a second row with this code");
    s_.causes.push_back(std::move(c));
  }

  template <class Row, class Table, class Key>
  static Row& restore(const Node& n, Table& table, const Key& key) {
    Row* const row = table.restore(key, n.number("count"), n.number_or_0("missed_at_most"));
    if (row == nullptr) n.refuse("a row that cannot be: its key has one already, there are too many, or its counts do not agree");
    return *row;
  }
  template <class Table, class Key, class Fill>
  static void table(const Node& n, Table& t, Key&& key, Fill&& fill) {
    auto others = t.others();
    const Node rest = n.at("others");
    fill(rest, others);
    t.restore_others(n.number_or_0("lost_at_most"), rest.number("count"), others);
    n.at("rows").each([&](const Node& row) {
      auto& restored = restore<std::remove_reference_t<decltype(others)>>(row, t, key(row));
      fill(row, restored);
    });
  }
  void changes(const Node& n) {
    s_.changes.table.restore_others(n.number_or_0("lost_at_most"), n.number("others"), {});
    n.at("rows").each([this](const Node& row) {
      stats::ChangeKey key;
      key.side = side(row.at("side"));
      if (const auto ip = row.find("ip")) key.address = ip->address();
      if (const auto port = row.find("port")) key.port = port->port();
      if (const auto its = row.find("code")) key.code = code(*its);
      auto& restored = restore<stats::ChangeRow>(row, s_.changes.table, key);
      restored.level = level(row.at("level"));
      restored.first = place(row.at("first"));
      restored.message = row.text_or_empty("message");
      restored.fix = row.text_or_empty("fix");
    });
  }
  void missing(const Node& n) {
    s_.missing.restore(n.number("headers"), n.number("missing"));
    auto& t = s_.missing.table();
    t.restore_others(n.number_or_0("lost_at_most"), n.number("others"), {});
    n.at("with_header").each([&](const Node& row) {
      restore<stats::MissingGroup>(
          row, t, stats::MissingKey{row.at("sender").address(), row.at("port").port(), inspect::PayloadKind::nothing, true});
    });
    n.at("groups").each([&](const Node& row) {
      std::array<inspect::PayloadKind, static_cast<std::size_t>(inspect::PayloadKind::binary) + 1> kinds{};
      for (std::size_t i = 0; i < kinds.size(); ++i) kinds[i] = static_cast<inspect::PayloadKind>(i);
      const inspect::PayloadKind saw = kinds[row.at("saw").one_of(kinds, [](inspect::PayloadKind k) { return name(k); })];
      auto& g = restore<stats::MissingGroup>(row, t, stats::MissingKey{row.at("sender").address(), row.at("port").port(), saw, false});
      g.first = place(row.at("first"));
      g.last_ns = g.first.time_ns;
      g.example.kind = saw;
      g.example.line = row.text_or_empty("payload_line");
      g.example.host = row.text_or_empty("host");
      g.example.sni = row.text_or_empty("sni");
      if (const auto gaps = row.find("gaps")) {
        constexpr auto longest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
        g.gaps = gaps->number("count");
        if (g.gaps == 0) gaps->refuse("expected a count above 0");
        g.gap_sum_ns = gaps->number("sum_ns");
        g.shortest_gap_ns = static_cast<std::int64_t>(gaps->at("shortest_ns").number(longest));
        g.longest_gap_ns = static_cast<std::int64_t>(gaps->at("longest_ns").number(longest));
      }
    });
  }
  void kind(const Node& n) {
    const std::uint64_t version = n.number_or_0("version");
    const bool simple = n.find("format").has_value();
    const std::string command = n.text_or_empty("command"), family = n.text_or_empty("family"), transport = n.text_or_empty("transport");
    for (std::size_t i = 0; i < inspect::header_kind_count; ++i) {
      const inspect::HeaderKind& k = inspect::header_kinds[i];
      if ((i == inspect::simple_kind) != simple || k.version != version || k.command != command || k.family != family ||
          k.transport != transport)
        continue;
      s_.kinds[i] = saturating_add(s_.kinds[i], n.number("count"));
      return;
    }
    n.refuse("a kind of header that this version does not know");
  }
  void delivery(const Node& n) {
    s_.one_segment = n.number("one_segment");
    s_.split = n.number("split");
    s_.most_segments = static_cast<std::uint32_t>(n.at("most_segments").number(std::numeric_limits<std::uint32_t>::max()));
    s_.datagrams = n.number("datagrams");
    const Node delays = n.at("delay_us");
    delays.at("buckets").each([this](const Node& bucket) {
      const std::uint64_t from = bucket.number("from");
      const std::size_t which = stats::Histogram::bucket_of(from);
      if (stats::Histogram::lowest(which) != from) bucket.at("from").refuse("no bucket begins at this value");
      s_.delays.add_to_bucket(which, bucket.number("count"));
    });
    if (s_.delays.count() != delays.number("count")) delays.at("count").refuse("its buckets hold another number");
    s_.delays.raise_max(delays.number("max"));
  }
  /// A hint that this version does not know is left out: it counts nothing else.
  void hint(const Node& n) {
    const auto hints = inspect::sender_hints();
    const std::string_view its = n.at("sender").view();
    for (std::size_t i = 0; i < hints.size(); ++i) {
      if (hints[i].sender == its) s_.sender_hints[i] = saturating_add(s_.sender_hints[i], n.number("count"));
    }
  }
  void tlv(const Node& n) {
    const auto type = static_cast<std::uint8_t>(n.at("type").number(255));
    const TlvScope scope = n.flag_or_false("in_ssl") ? TlvScope::ssl : TlvScope::header;
    const std::string_view its = n.at("name").view();
    stats::TlvCount* count = &s_.tlvs[static_cast<std::size_t>(scope)][type];
    for (std::size_t i = 0; i < vendor_table.size(); ++i) {
      if (vendor_table[i].type == type && vendor_table[i].scope == scope && vendor_table[i].name == its) count = &s_.vendor_tlvs[i];
    }
    count->headers = saturating_add(count->headers, n.number("count"));
    count->longest = std::max(count->longest, static_cast<std::uint32_t>(n.at("longest").number(65535)));
  }
  void groups(const Node& n) {
    const auto word = n.find("group");
    if (!word) return;
    const auto by = stats::parse_group(word->view());
    if (!by) word->refuse("a word that this version does not know");
    s_.group_by(*by);
    s_.groups->without = n.number("without_group");
    table(
        n.at("groups"), s_.groups->table,
        [by](const Node& row) {
          const auto key = stats::parse_group_key(*by, row.at("key").view());
          if (!key) row.at("key").refuse(text::format("expected a {}", stats::group_names[static_cast<std::size_t>(*by)]));
          return *key;
        },
        [](const Node& row, stats::GroupRow& r) {
          for (std::size_t i = 0; i < inspect::label_count; ++i) r.labels[i] = row.number(inspect::label_table[i].only);
          r.versions[1] = row.number("v1");
          r.versions[2] = row.number("v2");
          r.local = row.number("local");
        });
  }

  const KeepText& keep_;
  Summary& s_;
};

}  // namespace

void read_summary(std::string_view line, const KeepText& keep, Summary& out) {
  if (line.size() > most_summary_bytes) throw std::runtime_error(text::format("a line is above the limit of {} bytes", most_summary_bytes));
  rapidjson::Document document;
  // Iterative: nesting is the input's choice.
  constexpr unsigned flags = rapidjson::kParseValidateEncodingFlag | rapidjson::kParseIterativeFlag;
  document.Parse<flags>(line.data(), line.size());
  if (document.HasParseError()) {
    throw std::runtime_error(
        text::format("byte {}: not JSON: {}", document.GetErrorOffset(), rapidjson::GetParseError_En(document.GetParseError())));
  }
  if (!document.IsObject()) throw std::runtime_error("expected an object");
  SummaryReader(keep, out).read(Node(document));
}

}  // namespace pp::render
