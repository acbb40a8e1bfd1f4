// The catalogue against tests/data (written from the documents), against the tables of faults, rules and TLVs, and each
// case against what its row says is found.
#include "pp/forge/catalogue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "catalogue.hpp"
#include "pp/forge/conversation.hpp"
#include "pp/forge/mutate.hpp"
#include "pp/forge/random.hpp"
#include "pp/lint/lint.hpp"
#include "pp/wire/crc32c.hpp"
#include "pp/wire/parse.hpp"
#include "pp/wire/tlv_layout.hpp"
#include "pp/wire/tlv_types.hpp"
#include "row_runner.hpp"

namespace {

using namespace pp;
using forge::Case;
using Buffer = std::vector<std::uint8_t>;

const std::map<std::string, catalogue::CatalogueRow>& documents() {
  static const auto rows = [] {
    std::map<std::string, catalogue::CatalogueRow> out;
    for (auto& row : catalogue::load(PP_SOURCE_DIR "/tests/data/catalogue.tsv")) out.emplace(row.id, row);
    return out;
  }();
  return rows;
}

/// The findings that catalogue-expected.tsv lists for a row.
std::map<std::string, std::string> expected_by_hand() {
  std::map<std::string, std::string> out;
  std::ifstream file(PP_SOURCE_DIR "/tests/data/catalogue-expected.tsv");
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const auto c = catalogue::columns(line, '\t');
    out[c.at(0)] = c.at(2);
  }
  return out;
}

Buffer sent(const Case& c) {
  Buffer out = encode(c.draft);
  const std::string payload = payload_of(c.plan);
  out.insert(out.end(), payload.begin(), payload.end());
  return out;
}

std::vector<lint::Finding> findings_of(const Buffer& bytes) {
  std::vector<lint::Finding> out;
  Parsed parsed = parse(bytes);
  parsed.verdict = at_end(parsed.verdict);
  lint::lint(parsed, bytes, out);
  return out;
}

/// Empty when the case's bytes show what it says, else what they show.
std::string deviation(const Case& c) {
  const auto found = findings_of(sent(c));
  // The parser has nothing to judge; ppinspect calls a connection without a byte "missing".
  if (sent(c).empty()) return c.expected.code == "not-proxy" ? "" : "nothing was sent";
  std::string seen;
  bool worse = false;
  bool there = c.expected.code.none();
  for (const lint::Finding& f : found) {
    seen += std::string(f.code.name()) + "@" + std::to_string(f.offset) + " ";
    there = there || (f.code == c.expected.code && f.offset == c.expected.offset);
    worse = worse || f.level != lint::Level::note;
  }
  const bool quiet = c.expected.code.none() || c.expected.code.level() == lint::Level::note;
  return there && !(quiet && worse)
             ? ""
             : "expected " + std::string(c.expected.code.name()) + "@" + std::to_string(c.expected.offset) + ", found " + seen;
}

TEST(Forge, RowsAreTheDocumentsRows) {
  std::set<std::string> aliases;
  const auto expected = expected_by_hand();
  for (const forge::CaseRow& row : forge::rows()) {
    if (row.alias.empty()) continue;
    const std::string alias(row.alias);
    EXPECT_TRUE(aliases.insert(alias).second) << alias << " twice";
    const auto found = documents().find(alias);
    ASSERT_NE(found, documents().end()) << alias;
    const catalogue::CatalogueRow& document = found->second;
    const Case c = forge::make_case(row);
    EXPECT_EQ(to_hex(encode(c.draft)), to_hex(Bytes(document.bytes).first(document.bytes_before_request()))) << row.id << ' ' << alias;
    EXPECT_EQ(c.plan.has_payload(), document.with_request) << row.id;
    EXPECT_EQ(name(row.asks), document.asks) << row.id;
    EXPECT_TRUE(document.section.ends_with(row.section.number())) << row.id;
    const bool note = !row.expected.code.none() && row.expected.code.level() == lint::Level::note;
    const std::string said =
        row.expected.code.none() || note ? "-" : std::string(row.expected.code.name()) + "@" + std::to_string(row.expected.offset);
    EXPECT_EQ(said, expected.at(alias)) << row.id;
  }
  for (const auto& [id, document] : documents()) EXPECT_EQ(aliases.count(id), 1U) << id;
}

TEST(Forge, EveryCaseShowsWhatItsRowSays) {
  std::size_t seen = 0;
  forge::for_each_case([&](const Case& c) {
    ++seen;
    const std::string wrong = deviation(c);
    EXPECT_EQ(wrong, "") << c.id << ' ' << c.sentence;
  });
  EXPECT_GT(seen, 9000U);
}

TEST(Forge, EveryIdComesOnceAndIsFound) {
  std::set<std::string> ids;
  std::size_t n = 0;
  forge::for_each_case([&](const Case& c) {
    EXPECT_TRUE(ids.insert(c.id).second) << c.id << " twice";
    if (!c.alias.empty()) {
      EXPECT_TRUE(ids.insert(std::string(c.alias)).second) << c.alias << " twice";
    }
    if (n++ % 997 != 0) return;
    const auto found = forge::find_case(c.id);
    ASSERT_TRUE(found) << c.id;
    EXPECT_EQ(encode(found->draft), encode(c.draft)) << c.id;
  });
  EXPECT_FALSE(forge::find_case(""));
  EXPECT_FALSE(forge::find_case("v2/damage/"));
  EXPECT_FALSE(forge::find_case("v2/damage/99/00"));
  EXPECT_EQ(forge::find_case("V2T-03")->id, "v2/tlv/overrun");
}

TEST(Forge, TheTablesCheckEachOther) {
  std::map<std::string, std::size_t> shown;
  std::size_t without = 0;
  std::set<std::pair<TlvScope, std::uint8_t>> types;
  std::set<std::string_view> vendors;
  for (const forge::CaseRow& row : forge::rows()) {
    if (row.expected.code.none()) ++without;
    ++shown[std::string(row.expected.code.name())];
    const Buffer bytes = encode(row.recipe());
    const Parsed p = parse(bytes);
    if (p.verdict.status != Status::done || p.header.version != 2) continue;
    TlvCursor tlvs = tlvs_in(p.header, tlv_area(p.header));
    for (Tlv t; tlvs.next(t);) {
      types.insert({TlvScope::header, t.type});
      if (const auto v = vendor_value(t.type, TlvScope::header, t.value); v.row != nullptr) vendors.insert(v.row->name);
      if (t.type != tlv_type::ssl || t.value.size() < ssl_head_bytes) continue;
      TlvCursor subs = sub_tlvs(p.header.bytes, ssl(t));
      for (Tlv s; subs.next(s);) {
        types.insert({TlvScope::ssl, s.type});
        if (const auto v = vendor_value(s.type, TlvScope::ssl, s.value); v.row != nullptr) vendors.insert(v.row->name);
      }
    }
  }
  // Every case that is silent is one that does not fire any of these.
  EXPECT_GT(without, 50U);
  for (const FaultInfo& fault : fault_table) {
    if (fault.fault != Fault::none) {
      EXPECT_GT(shown[std::string(fault.code)], 0U) << fault.code << " has no case";
    }
  }
  for (const lint::RuleInfo& rule : lint::rule_table) {
    if (rule.rule >= lint::Rule::header_chained) break;  // those need the flow
    EXPECT_GT(shown[std::string(rule.code)], 0U) << rule.code << " has no case";
  }
  for (const TlvType& row : tlv_table) EXPECT_EQ(types.count({row.scope, row.type}), 1U) << row.name << " has no case";
  for (const VendorTlv& row : vendor_table) EXPECT_EQ(vendors.count(row.name), 1U) << row.name << " has no case";
}

TEST(Forge, RowsAtEveryPrefix) {
  for (const forge::CaseRow& row : forge::rows()) EXPECT_EQ(rows::run(encode(row.recipe())), "") << row.id;
}

TEST(Forge, RandomHeadersAreValidAndCoverTheFormat) {
  std::set<unsigned> bytes13, bytes12;
  std::set<std::uint8_t> types;
  std::size_t v1 = 0, unknown = 0, longest = 0, with_crc = 0;
  for (std::uint64_t i = 0; i < 20000; ++i) {
    const Buffer bytes = encode(forge::random_draft(7, i));
    const Parsed p = parse(bytes);
    ASSERT_EQ(p.verdict.status, Status::done) << i << ' ' << to_hex(bytes);
    ASSERT_EQ(p.verdict.size, bytes.size()) << i;
    for (const lint::Finding& f : findings_of(bytes)) {
      EXPECT_TRUE(f.level == lint::Level::note || f.code == "v2-header-long") << i << ' ' << f.code.name() << ' ' << to_hex(bytes);
    }
    longest = std::max(longest, bytes.size());
    if (p.header.version == 1) {
      ++v1;
      if (p.header.is_unknown()) ++unknown;
      continue;
    }
    bytes12.insert(bytes[12]);
    bytes13.insert(bytes[13]);
    TlvCursor tlvs = tlvs_in(p.header, tlv_area(p.header));
    for (Tlv t; tlvs.next(t);) {
      types.insert(t.type);
      if (t.type == tlv_type::crc32c) ++with_crc;
    }
  }
  EXPECT_EQ(bytes12, (std::set<unsigned>{0x20, 0x21}));
  EXPECT_EQ(bytes13, (std::set<unsigned>{0x00, 0x11, 0x12, 0x21, 0x22, 0x31, 0x32}));
  for (const TlvType& row : tlv_table) {
    if (row.scope == TlvScope::header) {
      EXPECT_EQ(types.count(row.type), 1U) << row.name;
    }
  }
  EXPECT_GT(v1, 3000U);
  EXPECT_GT(unknown, 500U);
  EXPECT_GT(with_crc, 2000U);
  EXPECT_GT(longest, 16384U);
}

Buffer random_bytes(std::uint64_t seed, std::uint64_t item) {
  // Whatever was there before.
  static Buffer room(forge::largest_header, 0xa5);
  const std::size_t size =
      forge::random_header(seed, item, std::span<std::uint8_t, forge::largest_header>(room.data(), forge::largest_header));
  return Buffer(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(size));
}

TEST(Forge, ARandomDraftIsTheRandomHeader) {
  for (std::uint64_t i = 0; i < 20000; ++i) ASSERT_EQ(to_hex(encode(forge::random_draft(11, i))), to_hex(random_bytes(11, i))) << i;
}

TEST(Forge, ItemsDependOnSeedAndIndexAlone) {
  const Buffer third = random_bytes(1, 3);
  random_bytes(1, 2);
  EXPECT_EQ(random_bytes(1, 3), third);
  EXPECT_NE(random_bytes(2, 3), third);
  EXPECT_NE(random_bytes(1, 4), third);
  // For ever: a series that somebody noted down must come back.
  EXPECT_EQ(to_hex(encode(forge::random_draft(1, 0))),
            "50524f58592054435036203a3a646231303a62643239203a3a343365303a623039302031323438332035393233320d0a");
}

// The checksum was taken when the list of series 1 was written, from headers that the tables of types of that day gave.
TEST(Forge, ASeriesNeverChanges) {
  std::uint32_t sum = 0;
  for (std::uint64_t i = 0; i < 4000; ++i) {
    static Buffer room(forge::largest_header);
    const std::size_t size = forge::random_header(5, i, std::span<std::uint8_t, forge::largest_header>(room.data(), forge::largest_header),
                                                  *forge::find_series(1));
    sum = sum * 31 + crc32c(Bytes(room.data(), size));
  }
  EXPECT_EQ(sum, 2454429779U);
}

TEST(Forge, SeriesAreNumberedInTheirOrder) {
  for (std::size_t i = 0; i < forge::all_series.size(); ++i) {
    EXPECT_EQ(forge::all_series[i].number, i + 1);
    EXPECT_EQ(forge::find_series(static_cast<unsigned>(i) + 1), &forge::all_series[i]);
  }
  EXPECT_EQ(forge::find_series(0), nullptr);
  EXPECT_EQ(forge::find_series(static_cast<unsigned>(forge::all_series.size()) + 1), nullptr);
}

TEST(Forge, EveryMutationChangesHeadersAndIsRepeatable) {
  for (const forge::Mutation& m : forge::mutations()) {
    std::size_t applied = 0;
    for (std::uint64_t i = 0; i < 300; ++i) {
      const Buffer before = encode(forge::random_draft(3, i));
      Buffer once = before;
      Buffer twice = before;
      forge::Random a(5, i), b(5, i);
      const bool done = m.apply(once, a);
      EXPECT_EQ(m.apply(twice, b), done);
      EXPECT_EQ(once, twice) << m.name;
      if (done) {
        ++applied;
      } else {
        EXPECT_EQ(once, before) << m.name;
      }
      EXPECT_EQ(rows::run(once.size() <= 700 ? once : Buffer{}), "") << m.name << ' ' << i;
    }
    EXPECT_GT(applied, 20U) << m.name;
    EXPECT_EQ(forge::find_mutation(m.name), &m);
    Buffer nothing;
    forge::Random r(1, 1);
    m.apply(nothing, r);
  }
}

TEST(Forge, AConversationCarriesItsBytesInOrder) {
  const Buffer header = encode(forge::random_draft(1, 1));
  const Buffer payload(forge::request.begin(), forge::request.end());
  for (const forge::Plan& plan : {forge::Plan{}, forge::Plan{.at = 5}, forge::Plan{.each_byte = true}}) {
    Buffer got;
    std::size_t carrying = 0;
    const auto packets = forge::conversation(forge::wire_of(40000), header, payload, plan);
    for (const forge::WirePacket& p : packets) {
      ASSERT_GE(p.data.size(), 40U);
      if (p.data.size() > 40) ++carrying;
      got.insert(got.end(), p.data.begin() + 40, p.data.end());
    }
    Buffer all = header;
    all.insert(all.end(), payload.begin(), payload.end());
    EXPECT_EQ(got, all);
    EXPECT_EQ(carrying, plan.each_byte ? header.size() + 1 : plan.at != 0 ? 2U : 1U);
  }
}

TEST(Forge, APlanDecidesPausesAndTheEnd) {
  const Buffer header = encode(forge::random_draft(1, 1));
  struct Row {
    forge::Plan plan;
    std::int64_t at_least_ms;
    unsigned last_flags;
  };
  // Flags: FIN 1, RST 4, ACK 16.
  const Row rows[] = {{{}, 0, 16},
                      {{.at = 5, .pause_ms = 2500}, 2500, 16},
                      {{.then = forge::Then::reset}, 0, 20},
                      {{.then = forge::Then::idle}, 12000, 16}};
  for (const Row& row : rows) {
    const auto packets = forge::conversation(forge::wire_of(1), header, {}, row.plan);
    EXPECT_GE(packets.back().time_ns - packets.front().time_ns, row.at_least_ms * 1'000'000);
    EXPECT_EQ(packets.back().data[33], row.last_flags);
  }
}

// The bytes stand in the specification of the cases, copied here.
TEST(Forge, RowsAroundAHeaderHaveTheseBytes) {
  const std::map<std::string, std::string> rows = {
      {"none/ssh-banner", "5353482d322e302d4f70656e5353485f392e320d0a"},
      {"none/five-bytes", "1603010200"},
      {"none/idle", ""},
      {"v2/truncated/16-and-silence", "0d0a0d0a000d0a515549540a2111000c"},
      {"v2/delivery/split-1", "0d0a0d0a000d0a515549540a2111000cc000020ac6336414dc0401bb"},
      {"v1/twice/v1",
       "50524f58592054435034203139322e302e322e3130203139382e35312e3130302e3230203536333234203434330d0a50524f5859205443503420323033"
       "2e302e3131332e3636203139382e35312e3130302e3230203536333234203434330d0a"},
      {"v1/twice/v2",
       "50524f58592054435034203139322e302e322e3130203139382e35312e3130302e3230203536333234203434330d0a0d0a0d0a000d0a515549540a2111"
       "000ccb007142c6336414dc0401bb"},
      {"v2/twice/v2", "0d0a0d0a000d0a515549540a2111000cc000020ac6336414dc0401bb0d0a0d0a000d0a515549540a2111000ccb007142c6336414dc0401bb"},
      {"v2/twice/after-local", "0d0a0d0a000d0a515549540a200000000d0a0d0a000d0a515549540a2111000ccb007142c6336414dc0401bb"},
      {"v1/desync/lf-crlf", "50524f58592054435034203139322e302e322e3130203139382e35312e3130302e3230203536333234203434330a0d0a"},
      {"v1/desync/unknown-lf-crlf", "50524f585920554e4b4e4f574e0a0d0a"},
      {"v1/desync/cr-crlf", "50524f58592054435034203139322e302e322e3130203139382e35312e3130302e3230203536333234203434330d0d0a"},
      {"v2/desync/length-0-address", "0d0a0d0a000d0a515549540a21110000c000020ac6336414dc0401bb"},
  };
  for (const auto& [id, hex] : rows) EXPECT_EQ(to_hex(encode(forge::find_case(id)->draft)), hex) << id;
  EXPECT_EQ(encode(forge::find_case("v1/length/endless")->draft).size(), 6U + 65536);
  EXPECT_GT(payload_of(forge::find_case("v2/coalesced/3k")->plan).size(), 3000U);
}

TEST(Forge, SimpleHeaders) {
  Draft d;
  d.simple = true;
  d.source = {*parse_ip("192.0.2.10"), 56324};
  d.destination = {*parse_ip("2001:db8::1"), 53};
  EXPECT_EQ(to_hex(encode(d)), "56ec00000000000000000000ffffc000020a20010db8000000000000000000000001dc040035");
}

}  // namespace
