// What a flow adds to its bytes: verdicts by how it ended, findings about delivery, and who has to change what. Closing
// tests hold the tables of rules and diagnoses against the rows.
#include "pp/inspect/inspect.hpp"
#include "pp/inspect/answer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "diagnosed.hpp"
#include "pp/explain/diagnosis.hpp"
#include "pp/explain/finding_text.hpp"

namespace {

using namespace pp;
using namespace pp::inspect;

using Buffer = std::vector<std::uint8_t>;

const std::string v1 = "PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n";
const std::string v1_second = "PROXY TCP4 203.0.113.66 198.51.100.20 56324 443\r\n";
const std::string v2{"\x0d\x0a\x0d\x0a\x00\x0d\x0a\x51\x55\x49\x54\x0a\x21\x11\x00\x0c\xc0\x00\x02\x0a\xc6\x33\x64\x14\xdc\x04\x01\xbb",
                     28};
const std::string v2_dgram{
    "\x0d\x0a\x0d\x0a\x00\x0d\x0a\x51\x55\x49\x54\x0a\x21\x12\x00\x0c\xc0\x00\x02\x0a\xc6\x33\x64\x14\xdc\x04\x01\xbb", 28};
const std::string v2_local{"\x0d\x0a\x0d\x0a\x00\x0d\x0a\x51\x55\x49\x54\x0a\x20\x00\x00\x00", 16};
const std::string v2_bad_crc{"\x0d\x0a\x0d\x0a\x00\x0d\x0a\x51\x55\x49\x54\x0a\x20\x00\x00\x07\x03\x00\x04\xa9\xb8\x7e\x8e", 23};
const std::string simple{"\x56\xec\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\x00\x02\x0a\0\0\0\0\0\0\0\0\0\0\xff\xff\xc6\x33\x64\x14\xdc\x04\x00\x35",
                         38};
const std::string request = "GET /path HTTP/1.1\r\nHost: www.example.com\r\n\r\n";
const std::string hello{"\x16\x03\x01\x00\x2f\x01\x00\x00\x2b\x03\x03", 11};

/// A TCP connection from 10.0.0.1:40000 to 10.0.0.2:9999, as a capture shows it.
struct Seen {
  Chunk chunk;
  Buffer bytes;

  explicit Seen(const std::string& text, Mark mark = Mark::open) : bytes(text.begin(), text.end()) {
    chunk.bytes = bytes;
    chunk.mark = mark;
    chunk.input = "a.pcap";
    Flow& f = chunk.flow;
    f.captured = true;
    f.segments = 1;
    f.frame = 4;
    f.source.size = f.destination.size = 4;
    f.source.bytes = {10, 0, 0, 1};
    f.destination.bytes = {10, 0, 0, 2};
    f.source_port = 40000;
    f.destination_port = 9999;
  }
  Seen(const Seen&) = delete;

  Seen& answer(std::string_view text, std::int64_t after_us = 400) {
    chunk.reaction.kind = ReactionKind::data;
    chunk.reaction.after_us = after_us;
    classify_answer(Buffer(text.begin(), text.end()), chunk.reaction);
    return *this;
  }
  Seen& ended(ReactionKind kind, Side by, std::int64_t after_us = 400) {
    chunk.reaction.kind = kind;
    chunk.reaction.by = by;
    chunk.reaction.after_us = after_us;
    return *this;
  }
  /// Done by the receiver before the header was complete.
  Seen& before(ReactionKind kind, std::uint32_t sent, std::int64_t since_start_us) {
    chunk.reaction.before.kind = kind;
    chunk.reaction.before.by = Side::receiver;
    chunk.reaction.before.bytes = sent;
    chunk.reaction.before.since_start_us = chunk.reaction.before.after_first_us = since_start_us;
    return *this;
  }
  Seen& later(std::uint32_t offset) {
    chunk.offset = offset;
    return *this;
  }
  Seen& expected() {
    chunk.flow.expected = true;
    return *this;
  }
  std::vector<Record> records(Options options = {}) const {
    std::vector<Record> out;
    Inspector inspector(options, diagnosed([&out](const Record& r) { out.push_back(r); }));
    inspector.flow(chunk);
    return out;
  }
  Record record() const { return records().at(0); }
};

bool has(const Record& r, std::string_view code) {
  for (const lint::Finding& f : r.findings) {
    if (f.code.name() == code) return true;
  }
  return false;
}

TEST(Inspect, TheEndOfTheFlowNamesTheVerdict) {
  const std::string half = v1.substr(0, 20);
  EXPECT_EQ(Seen(half, Mark::open).record().outcome, Outcome::incomplete);
  EXPECT_EQ(Seen(half, Mark::fin).record().outcome, Outcome::truncated);
  EXPECT_EQ(Seen(half, Mark::reset).record().outcome, Outcome::truncated);
  EXPECT_EQ(Seen(half, Mark::datagram).record().outcome, Outcome::truncated);
  EXPECT_EQ(Seen(half, Mark::gap).record().outcome, Outcome::gap);
  EXPECT_EQ(Seen(half, Mark::cut).record().outcome, Outcome::cut);
  EXPECT_EQ(Seen(v1, Mark::open).record().outcome, Outcome::valid);
  EXPECT_EQ(Seen("", Mark::fin).record().outcome, Outcome::missing);
}

TEST(Inspect, WhatCannotBeToldIsANote) {
  const std::string half = v1.substr(0, 20);
  EXPECT_TRUE(has(Seen(half, Mark::cut).record(), "header-cut"));
  EXPECT_TRUE(has(Seen(half, Mark::gap).record(), "header-gap"));
  EXPECT_TRUE(has(Seen(half, Mark::open).record(), "header-incomplete"));
  for (const Mark mark : {Mark::cut, Mark::gap, Mark::open}) EXPECT_EQ(name(Seen(half, mark).record().findings.at(0).level), "note");
}

TEST(Inspect, ARecordHasNothingOfTheOneBefore) {
  std::vector<Record> out;
  Options options;
  Inspector inspector(options, diagnosed([&out](const Record& r) { out.push_back(r); }));
  const Seen half(v1.substr(0, 20), Mark::open), whole(v1);
  inspector.flow(half.chunk);
  inspector.flow(whole.chunk);
  EXPECT_EQ(out.at(1).outcome, Outcome::valid);
  EXPECT_TRUE(out.at(1).findings.empty());
}

TEST(Inspect, MissingIsAFaultOnlyWhereAHeaderWasExpected) {
  EXPECT_EQ(name(Seen(request).record().findings.at(0).level), "note");
  EXPECT_EQ(name(Seen(request).expected().record().findings.at(0).level), "error");
}

TEST(Inspect, StrictRaisesWarnings) {
  Seen seen("PROXY TCP6 ::1 ::ffff:192.0.2.1 1 2\r\n");
  EXPECT_EQ(seen.record().outcome, Outcome::warning);
  Options strict;
  strict.strict = true;
  EXPECT_EQ(seen.records(strict).at(0).outcome, Outcome::malformed);
}

TEST(Inspect, AMalformedLineIsShownToItsEnd) {
  const std::string line = "PROXY TCP4 192.0.2.10 198.51.100.20 99999 443\r\n";
  EXPECT_EQ(Seen(line + request).record().bytes.size(), line.size());
}

TEST(Inspect, HeadersBehindHeaders) {
  const Seen seen(v1 + v1_second + v2 + request);
  const auto records = seen.records();
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].chain, 0U);
  EXPECT_EQ(records[0].outcome, Outcome::valid);
  EXPECT_EQ(records[1].chain, 1U);
  EXPECT_EQ(records[1].stream_offset, v1.size());
  EXPECT_TRUE(has(records[1], "header-chained"));
  EXPECT_EQ(records[2].chain, 2U);
  EXPECT_FALSE(has(records[2], "header-chained")) << "one warning for a chain";
  EXPECT_EQ(records[2].payload.kind, PayloadKind::http1);
  Options one;
  one.max_chain = 1;
  EXPECT_EQ(seen.records(one).size(), 2U);
  one.max_chain = 0;
  EXPECT_EQ(seen.records(one).size(), 1U);
}

TEST(Inspect, GoesOnWhereAnEarlierCallStopped) {
  std::vector<unsigned> chains;
  Inspector inspector({}, [&chains](const Record& r) { chains.push_back(r.chain); });
  Seen first(v1);
  const auto progress = inspector.flow(first.chunk);
  Seen both(v1 + v2);
  inspector.flow(both.chunk, progress);
  EXPECT_EQ(chains, (std::vector<unsigned>{0, 1}));
}

TEST(Inspect, WordsThatBeginLikeAHeaderArePayload) { EXPECT_EQ(Seen(v1 + "PROXYING\r\n").records().size(), 1U); }

TEST(Inspect, OnlyWhatMayBeShownOfAPayload) {
  const Record r = Seen(v1 + "GET http://user:secret@www.example.com/p?token=abc HTTP/1.1\r\nCookie: c\r\nHost: h\r\n\r\n").record();
  EXPECT_EQ(r.payload.line, "GET http://www.example.com/p?... HTTP/1.1");
  EXPECT_EQ(r.payload.host, "h");
}

struct FlowRow {
  std::string code;
  void (*change)(Chunk&);
  const std::string* bytes;
};

TEST(Inspect, DeliveryHasItsFindings) {
  const std::string half = v1.substr(0, 20);
  const std::string v1_port_zero = "PROXY TCP4 192.0.2.10 198.51.100.20 0 443\r\n";
  const FlowRow rows[] = {
      {"capture-incomplete", [](Chunk& c) { c.flow.lossy = true; }, &half},
      {"header-split", [](Chunk& c) { c.flow.segments = 2; }, &v1},
      {"start-not-seen", [](Chunk& c) { c.flow.start_seen = false; }, &v1},
      {"header-direction", [](Chunk& c) { c.flow.from_server = true; }, &v1},
      {"v2-transport-mismatch", [](Chunk&) {}, &v2_dgram},
      {"v2-transport-mismatch", [](Chunk& c) { c.flow.udp = true; }, &v2},
      {"udp-first-only", [](Chunk& c) { c.flow.udp = c.flow.first_datagram_only = true; }, &request},
      {"header-late",
       [](Chunk& c) {
         c.flow.listened = true;
         c.flow.settled_us = 3'000'000;
       },
       &v1},
      {"header-delayed",
       [](Chunk& c) {
         c.flow.listened = true;
         c.flow.settled_us = 2'999'999;
       },
       &v1},
      {"family-differs",
       [](Chunk& c) {
         c.flow.listened = true;
         c.flow.source.size = 16;
       },
       &v1},
      {"header-refused",
       [](Chunk& c) {
         c.reaction.kind = ReactionKind::rst;
         c.reaction.by = Side::receiver;
       },
       &v2},
      {"answer-missing", [](Chunk& c) { c.reaction.answer_missing = true; }, &v2},
      {"own-endpoints",
       [](Chunk& c) {
         c.flow.source = *parse_ip("192.0.2.10");
         c.flow.source_port = 56324;
         c.flow.destination = *parse_ip("198.51.100.20");
         c.flow.destination_port = 443;
       },
       &v1},
      {"source-reserved", [](Chunk& c) { c.flow.source = *parse_ip("8.8.8.8"); }, &v1},
      {"port-zero", [](Chunk&) {}, &v1_port_zero},
      {"v1-in-datagram", [](Chunk& c) { c.flow.udp = true; }, &v1},
  };
  std::set<std::string> shown{
      "header-chained", "header-after-data", "line-unreadable",       "header-cut",      "header-gap", "header-incomplete",
      "simple-proxy",   "simple-short",      "v2-authority-mismatch", "v2-alpn-mismatch"};  // in tests of their own
  for (const FlowRow& row : rows) {
    Seen seen(*row.bytes);
    EXPECT_FALSE(has(seen.record(), row.code) && row.bytes != &v2_dgram && row.bytes != &v1_port_zero) << row.code;
    row.change(seen.chunk);
    EXPECT_TRUE(has(seen.record(), row.code)) << row.code;
    shown.insert(row.code);
  }
  for (const lint::RuleInfo& rule : lint::rule_table) {
    EXPECT_TRUE(rule.rule < lint::Rule::header_chained || shown.contains(std::string(rule.code))) << rule.code;
  }
}

/// A source that no client on the Internet has is worth a note where the sender is on the Internet.
TEST(Inspect, ReservedSources) {
  struct Row {
    const char* source;
    const char* sender;
    bool noted;
  };
  const Row rows[] = {{"127.0.0.1", "8.8.8.8", true},
                      {"0.0.0.0", "8.8.8.8", true},
                      {"192.0.2.1", "8.8.8.8", true},
                      {"224.0.0.1", "8.8.8.8", true},
                      {"10.0.0.1", "8.8.8.8", false},
                      {"9.9.9.9", "8.8.8.8", false},
                      {"127.0.0.1", "10.0.0.1", false},
                      {"127.0.0.1", "127.0.0.1", false},
                      {"192.0.2.1", "192.0.2.2", false},
                      {"::1", "2600::1", true},
                      {"2001:db8::1", "2600::1", true},
                      {"2600::2", "2600::1", false},
                      {"fc00:dead:beef:4dad::7", "127.0.0.1", true}};
  for (const Row& row : rows) {
    const bool v6 = std::string(row.source).find(':') != std::string::npos;
    Seen seen(std::string("PROXY ") + (v6 ? "TCP6 " : "TCP4 ") + row.source + (v6 ? " 2600::9" : " 198.51.100.20") + " 56324 443\r\n");
    seen.chunk.flow.source = *parse_ip(row.sender);
    EXPECT_EQ(has(seen.record(), "source-reserved"), row.noted) << row.source << " from " << row.sender;
  }
}

TEST(Inspect, SimpleProxyProtocolInDatagrams) {
  Seen seen(simple + "query", Mark::datagram);
  EXPECT_EQ(seen.record().outcome, Outcome::missing);  // over TCP it is no header
  seen.chunk.flow.udp = true;
  const Record r = seen.record();
  EXPECT_EQ(r.outcome, Outcome::valid);
  EXPECT_TRUE(r.simple && r.complete && has(r, "simple-proxy"));
  EXPECT_EQ(r.bytes.size(), 38U);
  EXPECT_EQ(r.payload.kind, PayloadKind::text);
  const Header h = r.parsed().header;
  EXPECT_EQ(endpoint_text(h.source, h.source_port), "192.0.2.10:56324");
  EXPECT_EQ(endpoint_text(h.destination, h.destination_port), "198.51.100.20:53");
}

TEST(Inspect, SimpleProxyProtocolIsNotTakenFromChance) {
  std::string chance = simple;
  chance[12] = 0;  // no address that anyone has
  Seen seen(chance, Mark::datagram);
  seen.chunk.flow.udp = true;
  EXPECT_FALSE(seen.record().simple);
  EXPECT_TRUE(seen.expected().record().simple);
  seen.chunk.flow.captured = seen.chunk.flow.udp = seen.chunk.flow.expected = false;
  EXPECT_TRUE(seen.record().simple);  // bytes that someone gave
  Seen half(simple.substr(0, 37), Mark::datagram);
  half.chunk.flow.udp = true;
  EXPECT_FALSE(half.record().simple);
  const Record r = half.expected().record();
  EXPECT_EQ(r.outcome, Outcome::truncated);
  EXPECT_TRUE(has(r, "simple-short"));
}

/// A v2 header with these TLVs: pairs of type and text.
std::string v2_with(std::initializer_list<std::pair<char, std::string>> tlvs) {
  std::string body;
  for (const auto& [type, text] : tlvs) body += std::string{type, '\0', static_cast<char>(text.size())} + text;
  std::string out = v2;
  out[15] = static_cast<char>(12 + body.size());
  return out + body;
}

struct NameRow {
  std::string id;
  std::string header;
  std::string payload;
  std::string codes;  // of the contradictions, each followed by a blank
};

TEST(Inspect, AnnouncedNamesAreComparedWithThoseThatAreUsed) {
  // A ClientHello with SNI abcde and ALPN h2.
  const std::string client_hello{
      "\x16\x03\x01\x00\x46\x01\x00\x00\x42\x03\x03"
      "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
      "\x00\x00\x02\x13\x01\x01\x00\x00\x17\x00\x00\x00\x0a\x00\x08\x00\x00\x05"
      "abcde\x00\x10\x00\x05\x00\x03\x02"
      "h2",
      75};
  const std::string preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  const auto host = [](const std::string& value) { return "GET / HTTP/1.1\r\nHost: " + value + "\r\n\r\n"; };
  constexpr char alpn = 1, authority = 2;
  const NameRow rows[] = {
      {"host-agrees", v2_with({{authority, "www.example.com"}}), request, ""},
      {"host-differs", v2_with({{authority, "other.example.com"}}), request, "v2-authority-mismatch "},
      {"host-case-port-dot", v2_with({{authority, "WWW.example.com"}}), host("www.Example.com.:8080"), ""},
      {"host-literal", v2_with({{authority, "2001:db8::1"}}), host("[2001:db8::1]"), ""},
      {"host-literal-port", v2_with({{authority, "[2001:db8::1]"}}), host("[2001:db8::1]:8443"), ""},
      {"host-port-only", v2_with({{authority, "a"}}), host("b:1"), "v2-authority-mismatch "},
      {"no-host", v2_with({{authority, "a"}}), "GET / HTTP/1.0\r\n\r\n", ""},
      {"sni-agrees", v2_with({{authority, "ABCDE"}}), client_hello, ""},
      {"sni-differs", v2_with({{authority, "abcd"}}), client_hello, "v2-authority-mismatch "},
      {"no-sni", v2_with({{authority, "abcd"}}), hello, ""},
      {"empty-authority", v2_with({{authority, ""}}), request, ""},
      {"first-of-two", v2_with({{authority, "www.example.com"}, {authority, "x"}}), request, ""},
      {"not-http", v2_with({{authority, "a"}, {alpn, "h2"}}), "EHLO b\r\n", ""},
      {"nothing-behind", v2_with({{authority, "a"}, {alpn, "h2"}}), "", ""},
      {"alpn-h1-agrees", v2_with({{alpn, "http/1.1"}}), request, ""},
      {"alpn-h2-but-h1", v2_with({{alpn, "h2"}}), request, "v2-alpn-mismatch "},
      {"alpn-h1-but-h2", v2_with({{alpn, "http/1.1"}}), preface, "v2-alpn-mismatch "},
      {"alpn-h2-agrees", v2_with({{alpn, "h2"}}), preface, ""},
      {"alpn-other", v2_with({{alpn, "imap"}}), request, ""},
      {"alpn-offered", v2_with({{alpn, "h2"}}), client_hello, ""},
      {"alpn-not-offered", v2_with({{alpn, "http/1.1"}}), client_hello, "v2-alpn-mismatch "},
      {"alpn-none-offered", v2_with({{alpn, "http/1.1"}}), hello, ""},
      {"both", v2_with({{alpn, "h2"}, {authority, "b"}}), request, "v2-alpn-mismatch v2-authority-mismatch "},
  };
  for (const NameRow& row : rows) {
    for (const auto details : {Options::Details::all, Options::Details::problems}) {
      Options options;
      options.details = details;
      const Record r = Seen(row.header + row.payload).records(options).at(0);
      std::string codes;
      for (const lint::Finding& f : r.findings) {
        if (!f.code.name().ends_with("-mismatch")) continue;
        codes += std::string(f.code.name()) + " ";
        EXPECT_EQ(name(f.level), "note") << row.id;
        EXPECT_LE(f.offset + f.length, row.header.size()) << row.id;
      }
      EXPECT_EQ(codes, row.codes) << row.id;
    }
  }
}

TEST(Inspect, AMismatchSaysBothNames) {
  const Record r = Seen(v2_with({{2, "a\x1b[31m"}}) + request).record();
  ASSERT_FALSE(r.findings.empty());
  const auto found =
      std::find_if(r.findings.begin(), r.findings.end(), [](const lint::Finding& f) { return f.code == "v2-authority-mismatch"; });
  ASSERT_NE(found, r.findings.end());
  EXPECT_EQ(explain::finding_text(*found, r), "AUTHORITY is \"a\\x1b[31m\", but the request after the header has Host \"www.example.com\"");
  EXPECT_EQ(found->offset, 31U);
}

/// As a listener hands it over.
Seen& accepted(Seen& seen, std::int64_t settled_us) {
  seen.chunk.flow.listened = true;
  seen.chunk.flow.first_byte_us = 1000;
  seen.chunk.flow.settled_us = settled_us;
  return seen.expected();
}

TEST(Inspect, LatenessHasTwoDegrees) {
  Seen seen(v1);
  EXPECT_TRUE(accepted(seen, 199'999).record().findings.empty());
  EXPECT_EQ(accepted(seen, 200'000).record().outcome, Outcome::valid);
  EXPECT_TRUE(has(seen.record(), "header-delayed"));
  const Record late = accepted(seen, 3'000'000).record();
  EXPECT_EQ(late.outcome, Outcome::warning);
  EXPECT_EQ(explain::finding_text(late.findings.at(0), late),
            "the header was complete 3.0 s after the connection was accepted, its first byte came after 1.0 ms");
}

TEST(Inspect, FamiliesThatContradict) {
  Seen mixed("PROXY TCP6 2001:db8::1 ::ffff:192.0.2.1 1 2\r\n"), both("PROXY TCP6 ::ffff:192.0.2.2 ::ffff:192.0.2.1 1 2\r\n");
  mixed.chunk.flow.source.size = both.chunk.flow.source.size = 16;
  EXPECT_TRUE(has(accepted(mixed, 1).record(), "family-differs"));
  EXPECT_FALSE(has(accepted(both, 1).record(), "family-differs"));
  Seen paths{"\x0d\x0a\x0d\x0a" + std::string("\0\x0d\x0aQUIT\x0a\x21\x31\0\xd8", 12) + std::string(216, 'p')},
      unknown("PROXY UNKNOWN\r\n");
  const Record over_ipv4 = accepted(paths, 1).record();
  EXPECT_EQ(explain::finding_text(over_ipv4.findings.at(0), over_ipv4), "UNIX paths announced over a connection of IPv4");
  EXPECT_TRUE(accepted(unknown, 1).record().findings.empty());
  paths.chunk.flow.unix_socket = true;
  EXPECT_FALSE(has(paths.record(), "family-differs"));
}

TEST(Inspect, AListenersEndIsNobodysFault) {
  for (const Mark mark : {Mark::stopped, Mark::evicted}) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{20}}) {
      Seen seen(v1.substr(0, size), mark);
      const Record r = accepted(seen, 5000).record();
      EXPECT_EQ(r.outcome, Outcome::incomplete);
      EXPECT_EQ(name(r.findings.at(0).level), "note");
    }
  }
  Seen silent("", Mark::open);
  const Record r = accepted(silent, 5'000'000).record();
  EXPECT_EQ(r.outcome, Outcome::missing);
  EXPECT_NE(r.diagnosis.value().sentence.find("sent nothing for 5.0 s"), std::string::npos);
}

TEST(Inspect, ALineWithoutBytesIsUnreadable) {
  std::vector<Record> out;
  Options options;
  Inspector inspector(options, diagnosed([&out](const Record& r) { out.push_back(r); }));
  inspector.unreadable("batch", 7, "an odd number of digits");
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].outcome, Outcome::unreadable);
  EXPECT_EQ(out[0].line, 7U);
  EXPECT_TRUE(has(out[0], "line-unreadable"));
}

struct DiagnosisRow {
  std::string code;
  Side side;
  Record record;
};

std::vector<DiagnosisRow> diagnosis_rows() {
  const auto tls_alert = [](char description) { return std::string("\x15\x03\x03\x00\x02\x02", 6) + description; };
  Seen from_server(v1);
  from_server.chunk.flow.from_server = true;
  Seen unanswered("");
  unanswered.expected().chunk.flow.established = false;
  Seen undelivered("");
  undelivered.expected().chunk.flow.established = false;
  undelivered.chunk.flow.undelivered = packet::Undelivered::prohibited;
  Seen rejected("");
  rejected.expected().ended(ReactionKind::rst, Side::receiver).chunk.flow.established = false;
  return {
      {"chained-headers", Side::sender, Seen(v1 + v1_second).records().at(1)},
      {"chained-headers", Side::sender, Seen(v1 + v1_second + request).answer("HTTP/1.1 400 Bad Request\r\n").record()},
      {"header-from-server", Side::unknown, from_server.record()},
      {"checksum-broken", Side::unknown, Seen(v2_bad_crc).record()},
      {"sender-malformed", Side::sender,
       Seen("PROXY TCP4 192.0.2.256 198.51.100.20 1 2\r\n").ended(ReactionKind::fin, Side::receiver).record()},
      {"length-swallows-payload", Side::sender,
       Seen(std::string{"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x50\xc0\x00\x02\x01\xc6\x33\x64\x02\x12\x67\x01\xbb", 28} + request, Mark::fin)
           .record()},
      {"transport-mismatch", Side::sender, Seen(v2_dgram + request).ended(ReactionKind::rst, Side::receiver).record()},
      {"late-header", Side::sender, Seen(v2 + request).before(ReactionKind::fin, 0, 5'000'000).record()},
      {"late-header", Side::sender, Seen(v1).before(ReactionKind::rst, 20, 3'000'000).record()},
      {"header-in-pieces-refused", Side::receiver, Seen(v1).before(ReactionKind::fin, 14, 400).record()},
      {"receiver-policy", Side::unknown, Seen(v1).before(ReactionKind::fin, 0, 400).record()},
      {"line-ends-only", Side::unknown, Seen("\r\n", Mark::fin).record()},
      {"receiver-answered-inside", Side::receiver, Seen(v1.substr(0, 20), Mark::fin).answer("HTTP/1.1 400 Bad Request\r\n").record()},
      {"sender-stalled", Side::sender, Seen(v1.substr(0, 20), Mark::fin).ended(ReactionKind::fin, Side::receiver, 3'000'000).record()},
      {"receiver-closed-inside", Side::unknown, Seen(v1.substr(0, 20), Mark::fin).ended(ReactionKind::rst, Side::receiver).record()},
      {"sender-stopped", Side::sender, Seen(v1.substr(0, 20), Mark::fin).record()},
      {"receiver-networks", Side::receiver,
       Seen(v2).answer({"\x34\0\0\1\xff\x6a\x04#HY000Proxy header is not accepted from 10.0.0.1", 55}).record()},
      {"unknown-refused", Side::receiver, Seen("PROXY UNKNOWN\r\n").answer("421 4.3.0 mx.example Server local error\r\n").record()},
      {"unknown-refused", Side::receiver, Seen("PROXY UNKNOWN\r\n" + request).ended(ReactionKind::fin, Side::receiver).record()},
      {"receiver-policy", Side::unknown, Seen(v1).answer("421 4.3.0 mx.example Server local error\r\n").record()},
      {"receiver-policy", Side::unknown, Seen(v1).answer("421 4.7.0 too many\r\n").record()},
      {"health-check", Side::receiver, Seen(v2_local + request).answer("HTTP/1.1 400 Bad Request\r\n").record()},
      {"local-refused", Side::receiver, Seen(v2_local + request).ended(ReactionKind::rst, Side::receiver).record()},
      {"header-not-upper-case", Side::sender, Seen("proxy tcp4 192.0.2.1 192.0.2.2 1 2\r\n").expected().record()},
      {"no-header-silent", Side::sender, Seen("").expected().ended(ReactionKind::fin, Side::receiver, 5'000'000).record()},
      {"header-later", Side::sender, Seen(v1).later(8).record()},
      {"no-header-silent", Side::unknown, Seen("").expected().ended(ReactionKind::fin, Side::receiver, 900'000).record()},
      {"no-header-silent", Side::sender, Seen("QUIT\r\n").expected().before(ReactionKind::fin, 0, 5'000'000).record()},
      {"no-header", Side::sender, Seen("QUIT\r\n").expected().before(ReactionKind::fin, 0, 900'000).record()},
      {"receiver-tls-or-handshake", Side::unknown, Seen(v2 + hello).answer(tls_alert(70)).record()},
      {"receiver-tls", Side::receiver, Seen(v2).answer(tls_alert(70)).record()},
      {"receiver-http-400", Side::receiver, Seen(v2 + request).answer("HTTP/1.1 400 Bad Request\r\n").record()},
      {"receiver-http-400-unclear", Side::unknown, Seen(v2 + "GET / HTTP/1.1\r\n\r\n").answer("HTTP/1.1 400 Bad Request\r\n").record()},
      {"receiver-smtp", Side::receiver, Seen(v1).answer("502 5.5.2 Error: command not recognized\r\n").record()},
      {"receiver-smtp", Side::receiver, Seen(v1).answer("504 5.5.2 Error: command not implemented\r\n").record()},
      {"receiver-policy", Side::unknown, Seen(v1).answer("554 5.7.1 Client host rejected\r\n").record()},
      {"receiver-policy", Side::unknown, Seen(v1).answer("505 what?\r\n").record()},
      {"receiver-other-protocol", Side::receiver, Seen(v1).answer("-ERR unknown command 'PROXY'\r\n").record()},
      {"receiver-timeout", Side::unknown, Seen(v2).ended(ReactionKind::fin, Side::receiver, 3'000'000).record()},
      {"receiver-timeout", Side::unknown, Seen(v2 + request).ended(ReactionKind::fin, Side::receiver, 1'000'000).record()},
      {"receiver-timeout", Side::unknown, Seen(v2 + request).ended(ReactionKind::fin, Side::receiver, 1'200'000).record()},
      {"receiver-timeout", Side::receiver,
       Seen(v2 + std::string{"\0\x1d\x12\x34\1\0\0\1\0\0\0\0\0\0", 14}).ended(ReactionKind::fin, Side::receiver, 2'000'000).record()},
      {"receiver-closed", Side::receiver, Seen(v2 + request).ended(ReactionKind::fin, Side::receiver, 999'999).record()},
      {"receiver-closed", Side::receiver, Seen(v2 + request).ended(ReactionKind::rst, Side::receiver).record()},
      {"receiver-closed", Side::receiver, Seen(v1 + request).ended(ReactionKind::fin, Side::receiver).record()},
      {"syn-unanswered", Side::network, unanswered.record()},
      {"unreachable", Side::network, undelivered.record()},
      {"refused-connection", Side::network, rejected.record()},
      {"header-not-first", Side::sender, Seen("\n" + v1).expected().record()},
      {"tls-order", Side::sender, Seen(hello + v1).expected().record()},
      {"server-spoke-first", Side::receiver, Seen(request).expected().before(ReactionKind::data, 0, 400).record()},
      {"answered-without-header", Side::receiver, Seen(request).expected().answer("HTTP/1.1 200 OK\r\n\r\n").record()},
      {"no-header-tls", Side::sender, Seen(hello).expected().record()},
      {"no-header-silent", Side::unknown, Seen("").expected().record()},
      {"no-header-simple-proxy", Side::sender, Seen("\x56\xec" + std::string(36, 'x')).expected().record()},
      {"no-header", Side::sender, Seen(request).expected().record()},
  };
}

TEST(Diagnosis, NamesSideAndCause) {
  for (const DiagnosisRow& row : diagnosis_rows()) {
    ASSERT_TRUE(row.record.diagnosis.has_value()) << row.code;
    EXPECT_EQ(row.record.diagnosis->code, row.code);
    EXPECT_EQ(name(row.record.diagnosis->side), name(row.side)) << row.code;
    EXPECT_FALSE(row.record.diagnosis->sentence.empty()) << row.code;
  }
}

TEST(Diagnosis, EveryRowOfTheTableIsShown) {
  std::set<std::string> shown{"header-size-refused"};  // needs other connections: evidence_test
  for (const DiagnosisRow& row : diagnosis_rows()) shown.insert(row.code);
  for (const auto* row = explain::diagnosis_begin(); row != explain::diagnosis_end(); ++row)
    EXPECT_TRUE(shown.contains(std::string(row->code))) << row->code;
}

TEST(Diagnosis, SaysNothingWhereNothingIsWrong) {
  EXPECT_FALSE(Seen(v1 + request).answer("HTTP/1.1 200 OK\r\n").record().diagnosis);
  EXPECT_FALSE(Seen(v1 + request).answer("HTTP/1.1 503 Service Unavailable\r\n").record().diagnosis);
  EXPECT_FALSE(Seen(v1 + request).ended(ReactionKind::fin, Side::sender).record().diagnosis);
  EXPECT_FALSE(Seen(v2_local).ended(ReactionKind::rst, Side::sender).record().diagnosis);
  EXPECT_FALSE(Seen(v2_local).ended(ReactionKind::fin, Side::receiver).record().diagnosis);
  EXPECT_FALSE(Seen(v2_local).ended(ReactionKind::rst, Side::receiver).record().diagnosis);
  EXPECT_EQ(Seen(v2_local).ended(ReactionKind::rst, Side::receiver).record().outcome, Outcome::valid);
  EXPECT_FALSE(Seen(v1 + request).ended(ReactionKind::none, Side::unknown).record().diagnosis);
  EXPECT_FALSE(Seen(v1.substr(0, 20), Mark::cut).record().diagnosis);
  EXPECT_FALSE(Seen(request).record().diagnosis);
  EXPECT_EQ(Seen(v1).answer("220 mail.example ESMTP\r\n").record().outcome, Outcome::valid);
}

}  // namespace
