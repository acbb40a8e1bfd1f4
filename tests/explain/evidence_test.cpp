// What a receiver's connections say together: counts by property, what differs, and that memory stays bounded.
#include "pp/explain/evidence.hpp"
#include "pp/explain/diagnosis.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using namespace pp;
using namespace pp::explain;
using namespace pp::inspect;

const std::string v1 = "PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n";

/// A v2 header for 192.0.2.10 with these TLVs, each {type, size of its value}.
std::string v2(const std::vector<std::pair<int, int>>& tlvs = {}, int command = 0x21) {
  std::string out("\x0d\x0a\x0d\x0a\x00\x0d\x0a\x51\x55\x49\x54\x0a", 12);
  std::string body("\xc0\x00\x02\x0a\xc6\x33\x64\x14\xdc\x04\x01\xbb", 12);
  for (const auto& [type, size] : tlvs) {
    body += static_cast<char>(type);
    body += static_cast<char>(size >> 8);
    body += static_cast<char>(size);
    body += std::string(static_cast<std::size_t>(size), 'x');
  }
  out += static_cast<char>(command);
  out += '\x11';
  out += static_cast<char>(body.size() >> 8U);
  out += static_cast<char>(body.size());
  return out + body;
}

enum class Then { answer, error, close, reset, client_closes, nothing };

/// One connection of 10.0.0.`host` to the receiver.
Record connection(const std::string& bytes, Then then, std::uint8_t host = 1, std::uint64_t frame = 1) {
  Record r;
  r.bytes.assign(bytes.begin(), bytes.end());
  const Parsed parsed = r.parsed();
  r.complete = parsed.verdict.status == Status::done;
  r.outcome = r.complete ? Outcome::valid : parsed.verdict.status == Status::malformed ? Outcome::malformed : Outcome::missing;
  if (bytes.starts_with("GET ")) r.payload.kind = PayloadKind::http1;
  r.flow.captured = true;
  r.flow.segments = 1;
  r.flow.frame = frame;
  r.flow.source.size = 4;
  r.flow.source.bytes = {10, 0, 0, host};
  r.reaction.by = then == Then::client_closes ? Side::sender : Side::receiver;
  switch (then) {
    case Then::answer:
      r.reaction.kind = ReactionKind::data;
      r.reaction.answer = AnswerClass::ok;
      break;
    case Then::error:
      r.reaction.kind = ReactionKind::data;
      r.reaction.answer = AnswerClass::http_400;
      r.reaction.error = true;
      break;
    case Then::close:
    case Then::client_closes: r.reaction.kind = ReactionKind::fin; break;
    case Then::reset: r.reaction.kind = ReactionKind::rst; break;
    case Then::nothing: r.reaction.kind = ReactionKind::none; break;
  }
  return r;
}

struct Port : PortEvidence {
  using PortEvidence::add;
  void add(const Record& r) { add(r, r.parsed().header); }
  /// The names of what differs, "size:28 tlv:4".
  std::string differs(const Record& r) const {
    constexpr const char* names[] = {"version", "command", "family", "size", "pieces", "checksum", "tlv", "sender"};
    std::string out;
    for (const Difference& d : differences(r, r.parsed().header)) {
      out += (out.empty() ? "" : " ") + std::string(names[static_cast<std::size_t>(d.property)]) + ":" + std::to_string(d.value);
    }
    return out;
  }
};

TEST(Evidence, AnAnswerIsTakenAnErrorAndAnEndAreNot) {
  struct Row {
    Then then;
    Treatment wanted;
  };
  const Row rows[] = {{Then::answer, Treatment::taken},  {Then::error, Treatment::refused},   {Then::close, Treatment::refused},
                      {Then::reset, Treatment::refused}, {Then::nothing, Treatment::unknown}, {Then::client_closes, Treatment::unknown}};
  for (const Row& row : rows) EXPECT_EQ(treatment_of(connection(v1, row.then)), row.wanted) << static_cast<int>(row.then);
}

TEST(Evidence, ACheckThatIsClosedIsNotRefused) {
  EXPECT_EQ(treatment_of(connection(v2({}, 0x20), Then::close)), Treatment::unknown);
  EXPECT_EQ(treatment_of(connection("", Then::close)), Treatment::unknown);
  Record with_request = connection(v2({}, 0x20), Then::close);
  with_request.payload.kind = PayloadKind::http1;
  EXPECT_EQ(treatment_of(with_request), Treatment::refused);
}

TEST(Evidence, CountsWithTheFirstExampleOfEach) {
  Port port;
  port.add(connection(v1, Then::close, 1, 10));
  port.add(connection(v1, Then::answer, 1, 20));
  port.add(connection(v1, Then::answer, 1, 30));
  port.add(connection("GET / HTTP/1.1\r\n", Then::answer, 2, 40));
  port.add(connection("PROXY TCP4 x\r\n", Then::answer, 2, 50));
  EXPECT_EQ(port.headers().taken, 2U);
  EXPECT_EQ(port.headers().refused, 1U);
  EXPECT_EQ(port.headers().first_taken.frame, 20U);
  EXPECT_EQ(port.headers().first_refused.frame, 10U);
  EXPECT_EQ(port.headerless().taken, 1U);
  EXPECT_EQ(port.malformed().taken, 1U);
  EXPECT_EQ(port.connections_with_header(), 4U);
  EXPECT_EQ(port.connections_without_header(), 1U);
  EXPECT_EQ(port.sender(connection(v1, Then::close, 2).flow.source)->headerless, 1U);
}

TEST(Evidence, ALateReactionIsNoSecondConnection) {
  Port port;
  const Record first = connection(v1, Then::nothing);
  port.add(first);
  const Record amended = connection(v1, Then::answer);
  port.add_reaction(amended, amended.parsed().header);
  EXPECT_EQ(port.connections_with_header(), 1U);
  EXPECT_EQ(port.headers().taken, 1U);
}

TEST(Evidence, NamesWhatDiffersFromEveryHeaderThatWasTaken) {
  struct Row {
    std::string taken;
    std::string refused;
    std::string differs;
  };
  const std::string plain = v2();
  const Row rows[] = {
      {plain, v1, "version:1"},
      {v1, plain, "version:2"},
      {plain, v2({}, 0x20), "command:1"},
      {plain, v2({{0x05, 8}}), "tlv:5"},
      {plain, v2({{0x04, 300}}), "size:28 tlv:4"},
      {v2({{0x04, 8}}), v2({{0x04, 300}}), "size:39"},
      {plain, v2({{0x03, 4}}), "checksum:1"},
      {plain, plain, ""},
      {v2({{0x05, 8}}), plain, ""},
  };
  for (const Row& row : rows) {
    Port port;
    port.add(connection(row.taken, Then::answer));
    const Record refused = connection(row.refused, Then::close);
    port.add(refused);
    EXPECT_EQ(port.differs(refused), row.differs) << row.differs;
  }
}

TEST(Evidence, PiecesAndTheSenderCanDiffer) {
  Port port;
  port.add(connection(v1, Then::answer, 1));
  Record refused = connection(v1, Then::close, 1);
  refused.flow.segments = 2;
  port.add(refused);
  EXPECT_EQ(port.differs(refused), "pieces:1");
  const Record stranger = connection(v1, Then::close, 9);
  port.add(stranger);
  EXPECT_EQ(port.differs(stranger), "sender:1");
}

TEST(Evidence, NothingDiffersWhereNothingWasTaken) {
  Port port;
  const Record refused = connection(v1, Then::close);
  port.add(refused);
  port.add(connection(v2(), Then::reset));
  EXPECT_EQ(port.differs(refused), "");
}

TEST(Evidence, TheLimitLiesBetweenTheLongestTakenAndTheShortestRefused) {
  Port port;
  for (const int size : {10, 200}) port.add(connection(v2({{0x04, size}}), Then::answer));
  for (const int size : {900, 400, 100}) port.add(connection(v2({{0x04, size}}), Then::close));
  EXPECT_EQ(port.longest_taken(), 28U + 3 + 200);
  EXPECT_EQ(port.shortest_refused_above(), 28U + 3 + 400);
}

TEST(Evidence, SizeClassesEndAtTheLimitsOfReceivers) {
  EXPECT_EQ(size_class(232), 1);
  EXPECT_EQ(size_class(233), 2);
  EXPECT_EQ(size_class(16), 0);
  EXPECT_EQ(size_class(65551), 11);
  EXPECT_EQ(size_class(1U << 20U), 11);
}

TEST(Evidence, NetworksAreThoseThatSendHeaders) {
  Port port;
  port.add(connection(v1, Then::answer, 7));
  Record direct = connection("GET / HTTP/1.1\r\n", Then::close, 8);
  direct.flow.source.bytes = {10, 9, 9, 8};
  port.add(direct);
  EXPECT_TRUE(port.has_network_of(connection(v1, Then::answer, 200).flow.source));
  EXPECT_FALSE(port.has_network_of(direct.flow.source));
  ASSERT_EQ(port.networks().size(), 1U);
  EXPECT_EQ(to_string(port.networks()[0].network), "10.0.0.0");
}

/// However many shapes and senders there are, counts by property stay exact and tables small.
TEST(Evidence, FoldedShapesStillCount) {
  Port port;
  for (int i = 0; i < 200; ++i) {
    Record r = connection(v2({{0xe0 + i % 16, 1 + i / 16}, {0xf0 + i / 16 % 16, 1}}), i % 2 == 0 ? Then::answer : Then::close);
    r.flow.source.bytes = {10, static_cast<std::uint8_t>(i), 0, 1};
    port.add(r);
  }
  port.add(connection(v1, Then::answer));
  EXPECT_EQ(port.with(Property::version, 2).all(), 200U);
  EXPECT_EQ(port.with(Property::version, 2).taken, 100U);
  EXPECT_EQ(port.with(Property::tlv, 0xe0).taken, 13U);
  EXPECT_EQ(port.with(Property::version, 1).taken, 1U);
  EXPECT_LE(port.senders().size(), PortEvidence::most_senders);
  EXPECT_LE(port.networks().size(), PortEvidence::most_networks);
  EXPECT_FALSE(port.networks_complete());
  std::uint64_t headers = port.other_senders().headers;
  for (const Sender& s : port.senders()) headers += s.headers;
  EXPECT_EQ(headers, 201U);
}

/// The diagnosis of a refused header in the light of what the receiver did with others: "code/side sentence".
std::string explained(const Port& port, Record r) {
  if (r.complete) {
    r.findings.push_back(lint::make_finding(lint::Rule::header_refused, 0, 0));
    r.outcome = Outcome::warning;
  }
  r.flow.expected = r.outcome == Outcome::missing;
  r.flow.destination_port = 443;
  const auto d = diagnose(r, r.parsed(), &port);
  return d ? std::string(d->code) + "/" + std::string(name(d->side)) + " " + d->sentence : std::string();
}

TEST(Evidence, ARefusalIsSaidInTheLightOfWhatWasTaken) {
  Port port;
  port.add(connection(v1, Then::answer));
  port.add(connection(v1, Then::answer));
  Record pieces = connection(v1, Then::close);
  pieces.flow.segments = 2;
  Record error = connection(v1, Then::error);
  error.reaction.code = 400;
  const struct {
    Record record;
    std::string_view code;
    std::string_view words;
  } rows[] = {
      {connection(v1, Then::close), "receiver-closed/receiver", "it took 2 other headers like this one on port 443"},
      {connection(v2({}), Then::close), "receiver-closed/receiver", "none of them v2"},
      {connection(v1, Then::reset, 2), "receiver-closed/receiver", "none of them from 10.0.0.2"},
      {pieces, "header-in-pieces-refused/receiver", "none of them in pieces"},
      {error, "receiver-http-400-unclear/unknown", "the request that follows the header is likely the reason"},
  };
  for (const auto& row : rows) {
    Port with_it = port;
    with_it.add(row.record);
    const std::string said = explained(with_it, row.record);
    EXPECT_TRUE(said.starts_with(std::string(row.code) + " ")) << said;
    EXPECT_NE(said.find(row.words), std::string::npos) << said;
  }
}

TEST(Evidence, ALongerHeaderIsRefusedForItsSize) {
  Port port;
  port.add(connection(v2(), Then::answer));
  const Record longer = connection(v2({{0x04, 300}}), Then::reset);
  port.add(longer);
  const std::string said = explained(port, longer);
  EXPECT_TRUE(said.starts_with("header-size-refused/receiver ")) << said;
  EXPECT_NE(said.find("none of them longer than 28 bytes, and this one has 331"), std::string::npos) << said;
  EXPECT_NE(said.find("lighttpd 256"), std::string::npos) << said;
}

TEST(Evidence, AMissingHeaderIsSaidInTheLightOfItsSender) {
  Port port;
  port.add(connection(v1, Then::answer));
  const std::string own = explained(port, connection("GET / HTTP/1.1\r\n\r\n", Then::close));
  EXPECT_NE(own.find("sends a header on 1 other connection to this port"), std::string::npos) << own;
  Record stranger = connection("GET / HTTP/1.1\r\n\r\n", Then::close);
  stranger.flow.source.bytes = {10, 0, 1, 7};
  const std::string past = explained(port, stranger);
  EXPECT_NE(past.find("past the load balancer"), std::string::npos) << past;
  const auto fix_of = [&port](Record r) {
    r.flow.expected = true;
    return diagnose(r, r.parsed(), &port).value_or(Diagnosis{}).fix;
  };
  EXPECT_EQ(fix_of(stranger).substr(0, 40), "let 10.0.1.7 go through the load balance");
  EXPECT_EQ(fix_of(connection("GET / HTTP/1.1\r\n\r\n", Then::close)).substr(0, 22), "on the sender: haproxy");
  const std::string alone = explained(Port{}, stranger);
  EXPECT_NE(alone.find("a direct client, or a sender without the option"), std::string::npos) << alone;
}

}  // namespace
