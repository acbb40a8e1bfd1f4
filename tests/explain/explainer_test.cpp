// Records between an inspector and its reader: what waits, in which order it leaves, and what -e auto makes of connections
// without a header.
#include "pp/explain/explainer.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

#include "pp/inspect/inspect.hpp"

namespace {

using namespace pp;
using namespace pp::explain;
using namespace pp::inspect;

const std::string v1 = "PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n";
const std::string request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

enum class Then { answer, error, close, nothing };

/// Connections to one receiver, judged by an Inspector; what the explainer's sink gets, in its order.
class Input {
 public:
  explicit Input(Patience patience, ExplainOptions options = {})
      : explainer(options, [this](const Record& r, const Header&) { out.push_back(r); }),
        inspector_({}, [this](Record& r) { explainer.add(r, inspector_.parsed()); }) {
    explainer.begin(patience, [this](std::uint16_t) { return early; });
  }
  Input(const Input&) = delete;

  Input& connect(const std::string& text, Then then, bool assumed = false) {
    Chunk chunk = make(text, assumed);
    react(chunk, then);
    inspector_.flow(chunk);
    return *this;
  }
  /// The reaction to the latest connection, which was nothing when it was reported.
  Input& amend(const std::string& text, Then then, bool assumed = false) {
    --frame_;
    Chunk chunk = make(text, assumed);
    react(chunk, then);
    inspector_.amend(chunk);
    return *this;
  }
  /// The frames of the records that have left.
  std::string frames() const {
    std::string text;
    for (const Record& r : out) text += (text.empty() ? "" : " ") + std::to_string(r.flow.frame);
    return text;
  }
  std::string reports() const {
    std::string text;
    for (const ReceiverReport& r : explainer.reports()) text += (text.empty() ? "" : " ") + std::string(r.diagnosis.code);
    return text;
  }

  std::vector<Record> out;
  EarlyConnections early;
  Explainer explainer;

 private:
  Chunk make(const std::string& text, bool assumed) {
    bytes_.assign(text.begin(), text.end());
    Chunk chunk;
    chunk.bytes = bytes_;
    chunk.input = "a.pcap";
    Flow& f = chunk.flow;
    f.captured = true;
    f.expected = f.assumed = assumed;
    f.segments = 1;
    f.frame = ++frame_;
    f.source.size = f.destination.size = 4;
    f.source.bytes = {10, 0, 0, 1};
    f.destination.bytes = {10, 0, 0, 2};
    f.source_port = 40000;
    f.destination_port = 9999;
    return chunk;
  }
  static void react(Chunk& chunk, Then then) {
    chunk.reaction.by = Side::receiver;
    chunk.reaction.after_us = 100;
    switch (then) {
      case Then::answer:
        chunk.reaction.kind = ReactionKind::data;
        chunk.reaction.answer = AnswerClass::ok;
        return;
      case Then::error:
        chunk.reaction.kind = ReactionKind::data;
        chunk.reaction.answer = AnswerClass::http_400;
        chunk.reaction.error = true;
        return;
      case Then::close: chunk.reaction.kind = ReactionKind::fin; return;
      case Then::nothing: chunk.reaction = {}; return;
    }
  }

  std::vector<std::uint8_t> bytes_;
  std::uint64_t frame_ = 0;
  Inspector inspector_;
};

TEST(Explainer, GoodRecordsPassAtOnce) {
  Input run(Patience::until_the_end);
  run.connect(v1, Then::answer).connect(v1, Then::nothing);
  EXPECT_EQ(run.frames(), "1 2");
  EXPECT_EQ(run.explainer.waiting(), 0U);
}

TEST(Explainer, ARefusalWaitsAndWhatFollowsWaitsBehindIt) {
  Input run(Patience::until_the_end);
  run.connect(v1, Then::answer).connect(v1, Then::close).connect(v1, Then::answer);
  EXPECT_EQ(run.frames(), "1");
  EXPECT_EQ(run.explainer.waiting(), 2U);
  run.explainer.end();
  EXPECT_EQ(run.frames(), "1 2 3");
  EXPECT_TRUE(run.out[1].diagnosis.has_value());
  EXPECT_FALSE(run.out[2].diagnosis.has_value());
}

TEST(Explainer, NothingWaitsOfALiveSource) {
  Input run(Patience::at_once);
  run.connect(v1, Then::close).connect(v1, Then::answer);
  EXPECT_EQ(run.frames(), "1 2");
}

TEST(Explainer, ASilentPipeReleasesWhatWaits) {
  Input run(Patience::until_the_end);
  run.connect(v1, Then::close).connect(v1, Then::answer);
  run.explainer.release();
  EXPECT_EQ(run.frames(), "1 2");
  run.connect(v1, Then::answer);
  EXPECT_EQ(run.frames(), "1 2 3");
}

TEST(Explainer, TheOldestLeavesWhenMemoryIsUsedUpAndIsCounted) {
  ExplainOptions options;
  options.most_waiting_bytes = 20'000;
  Input run(Patience::until_the_end, options);
  for (int i = 0; i < 1000; ++i) run.connect(v1, i % 2 == 0 ? Then::close : Then::answer);
  EXPECT_LE(run.explainer.waiting(), 20'000 / sizeof(Record));
  EXPECT_EQ(run.explainer.waiting() + run.out.size(), 1000U);
  EXPECT_GT(run.explainer.left_early(), 0U);
  run.explainer.end();
  for (std::size_t i = 0; i < run.out.size(); ++i) EXPECT_EQ(run.out[i].flow.frame, i + 1);
}

TEST(Explainer, AHeaderIsMissingWhereOthersHaveOneAndNobodyWithoutIsAnswered) {
  Input run(Patience::until_the_end);
  run.connect(v1, Then::answer, true).connect(request, Then::close, true);
  run.explainer.end();
  ASSERT_EQ(run.frames(), "1 2");
  EXPECT_EQ(run.out[1].outcome, Outcome::missing);
  EXPECT_EQ(run.out[1].findings.at(0).level, lint::Level::warning);
  EXPECT_EQ(run.reports(), "headers-assumed");
}

TEST(Explainer, NothingIsMissingWhereConnectionsWithoutAHeaderAreAnswered) {
  Input run(Patience::until_the_end);
  run.connect(v1, Then::answer, true).connect(request, Then::close, true).connect(request, Then::answer, true);
  run.explainer.end();
  EXPECT_EQ(run.frames(), "1");
  EXPECT_EQ(run.reports(), "header-optional");
}

TEST(Explainer, TheHeaderIsTheFaultWhereOnlyConnectionsWithoutOneAreAnswered) {
  Input run(Patience::until_the_end);
  run.connect(v1, Then::error, true).connect(request, Then::answer, true).connect(v1, Then::close, true);
  run.explainer.end();
  EXPECT_EQ(run.frames(), "1 3");
  EXPECT_EQ(run.reports(), "receiver-refuses-all");
  EXPECT_NE(run.explainer.reports().at(0).diagnosis.sentence.find("does not expect a header"), std::string::npos);
}

TEST(Explainer, WithPortsNamedWhatIsMissingStaysMissing) {
  Input run(Patience::until_the_end);
  run.connect(v1, Then::answer).connect(request, Then::answer);
  run.explainer.end();
  EXPECT_EQ(run.frames(), "1 2");
  EXPECT_EQ(run.reports(), "");
}

TEST(Explainer, OneRefusalIsAWarningTwoAreAnOutage) {
  for (const int refusals : {1, 2}) {
    Input run(Patience::until_the_end);
    for (int i = 0; i < refusals; ++i) run.connect(v1, Then::close);
    run.explainer.end();
    EXPECT_EQ(run.reports(), refusals == 1 ? "" : "receiver-refuses-all");
  }
  Input run(Patience::until_the_end);
  run.connect(v1, Then::close).connect(v1, Then::close).connect(v1, Then::answer);
  run.explainer.end();
  EXPECT_EQ(run.reports(), "");
}

TEST(Explainer, ConnectionsBeforeTheFirstHeaderAreAGroup) {
  Input run(Patience::until_the_end);
  run.early = {7, 0, 3, 0, {}};
  run.connect(v1, Then::answer, true);
  run.explainer.end();
  EXPECT_EQ(run.reports(), "missing-before-headers");
  EXPECT_EQ(run.explainer.reports().at(0).count, 7U);
}

TEST(Explainer, ThoseThatWereAnsweredAreNotMissing) {
  Input run(Patience::until_the_end);
  run.early = {7, 2, 3, 0, {}};
  run.connect(v1, Then::answer, true).connect(request, Then::nothing, true);
  run.explainer.end();
  EXPECT_EQ(run.frames(), "1");
  EXPECT_EQ(run.reports(), "header-optional");
}

TEST(Explainer, ALateReactionIsSaidWhenItChangesWhatWasSaid) {
  Input run(Patience::at_once);
  run.connect(v1, Then::nothing).amend(v1, Then::answer);
  EXPECT_EQ(run.frames(), "1");
  run.connect(v1, Then::nothing).amend(v1, Then::close);
  ASSERT_EQ(run.frames(), "1 2 2");
  EXPECT_EQ(run.out[2].amends, Outcome::valid);
  EXPECT_TRUE(run.out[2].diagnosis.has_value());
}

TEST(Explainer, ALateReactionToAMissingHeaderIsEvidence) {
  Input run(Patience::at_once);
  run.connect(v1, Then::answer, true).connect(request, Then::nothing, true).amend(request, Then::answer, true);
  run.connect(request, Then::nothing, true);
  EXPECT_EQ(run.frames(), "1 2") << "the third came where such are answered";
}

TEST(Explainer, TheNextInputHasItsOwnEvidence) {
  Input run(Patience::until_the_end);
  run.connect(v1, Then::close).connect(v1, Then::close);
  run.explainer.end();
  run.explainer.begin(Patience::until_the_end);
  run.connect(v1, Then::close);
  run.explainer.end();
  EXPECT_EQ(run.reports(), "receiver-refuses-all");
}

TEST(Receivers, TheLeastUsedIsForgottenAndCounted) {
  Receivers table(2);
  const auto receiver = [](std::uint16_t port) { return Receiver{{}, port, false}; };
  bool fresh = false;
  for (const std::uint16_t port : std::initializer_list<std::uint16_t>{1, 2, 1, 3}) table.use(receiver(port), fresh);
  EXPECT_NE(table.find(receiver(1)), nullptr);
  EXPECT_EQ(table.find(receiver(2)), nullptr);
  EXPECT_NE(table.find(receiver(3)), nullptr);
  EXPECT_EQ(table.evicted(), 1U);
  table.use(receiver(1), fresh);
  EXPECT_FALSE(fresh);
  for (std::uint16_t port = 10; port < 1000; ++port) table.use(receiver(port), fresh);
  EXPECT_EQ(table.entries().size(), 2U);
}

}  // namespace
