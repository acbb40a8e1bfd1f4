// StreamHeads: what happened before a header was complete is not a reaction to it, answers that are missing from the capture, and
// how much of an answer is kept.
#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "heads_harness.hpp"

namespace {

using namespace pp::test;

constexpr unsigned data = 0;

/// Something that the connection shows at a time (ms) since the header's first piece "<a". `flags` data: the text.
struct Event {
  std::int64_t at;
  bool from_client;
  unsigned flags;
  std::string text;
};
constexpr bool client = true;
constexpr bool server = false;

/// Plays the events in the order in which they are listed, which is that of the file.
SeenHead play(const std::vector<Event>& events, std::int64_t end_ms, bool reactions = true) {
  HeadOptions options;
  options.reactions = reactions;
  Wire w(options, [](HeadCallbacks& c) {
    c.greeting = [](void*, pp::Bytes bytes) -> std::size_t { return bytes.size() >= 3 && bytes[0] == '2' && bytes[1] == '2' ? 3 : 0; };
  });
  const std::int64_t t = w.now;
  w.now = t - 10'000 * ms;
  w.handshake();
  for (const Event& e : events) {
    w.now = t + e.at * ms;
    const std::uint32_t seq = e.from_client ? w.client_seq : w.server_seq;
    if (e.flags != data) {
      w.raw(e.from_client, e.flags | ack, seq, "");
    } else {
      e.from_client ? w.client(e.text) : w.server(e.text);
    }
  }
  w.now = t + end_ms * ms;
  w.other_traffic();
  const auto heads = w.finish();
  EXPECT_EQ(heads.size(), 1U);
  EXPECT_EQ(w.heads_of.pending_bytes(), 0U);
  return heads.empty() ? SeenHead{} : heads[0];
}

TEST(BeforeTheHeader, IsNotAReaction) {
  struct Row {
    const char* id;
    std::vector<Event> events;
    Kind before;
    By before_by;
    std::int64_t after_first;  // ms
    std::uint32_t bytes;
    Kind reaction;
    std::int64_t after;  // ms
  };
  const std::vector<Row> rows = {
      {"nothing",
       {{0, client, data, "<a"}, {1, client, data, "b>"}, {3, server, data, "ok"}},
       Kind::unknown,
       By::receiver,
       0,
       0,
       Kind::data,
       2},
      {"the receiver gives up, and the rest comes later",
       {{0, client, data, "<a"}, {5000, server, fin, ""}, {7000, client, data, "b>"}},
       Kind::fin,
       By::receiver,
       5000,
       2,
       Kind::none,
       5000},
      {"the rest meets a closed socket",
       {{0, client, data, "<a"}, {10, server, fin, ""}, {20, client, data, "b>"}, {21, server, rst, ""}},
       Kind::fin,
       By::receiver,
       10,
       2,
       Kind::rst,
       1},
      {"closed before the first byte",
       {{-3000, server, fin, ""}, {0, client, data, "<ab>"}, {1, server, rst, ""}},
       Kind::fin,
       By::receiver,
       -3000,
       0,
       Kind::rst,
       1},
      {"a piece is answered",
       {{0, client, data, "<a"}, {10, server, data, "400"}, {20, client, data, "b>"}},
       Kind::data,
       By::receiver,
       10,
       2,
       Kind::none,
       5000},
      {"a piece is answered and the connection closed",
       {{0, client, data, "<a"}, {10, server, data, "400"}, {11, server, fin, ""}, {20, client, data, "b>"}},
       Kind::fin,
       By::receiver,
       11,
       2,
       Kind::none,
       5000},
      {"a piece is reset, and the rest was on its way",
       {{0, client, data, "<a"}, {40, server, rst, ""}, {41, client, data, "b>"}},
       Kind::rst,
       By::receiver,
       40,
       2,
       Kind::unknown,
       0},
      {"the sender's own reset, captured early",
       {{0, client, data, "<a"}, {40, client, rst, ""}, {41, client, data, "b>"}},
       Kind::rst,
       By::sender,
       40,
       2,
       Kind::unknown,
       0},
      {"reset before the first byte, which was on its way",
       {{-5, server, rst, ""}, {0, client, data, "<ab>"}},
       Kind::rst,
       By::receiver,
       -5,
       0,
       Kind::unknown,
       0},
      {"later in the file, earlier in time: closed",
       {{0, client, data, "<a"}, {20, client, data, "b>"}, {10, server, fin, ""}},
       Kind::fin,
       By::receiver,
       10,
       2,
       Kind::none,
       5000},
      {"later in the file, earlier in time: reset",
       {{0, client, data, "<a"}, {20, client, data, "b>"}, {10, server, rst, ""}},
       Kind::rst,
       By::receiver,
       10,
       2,
       Kind::unknown,
       0},
      {"later in the file, earlier in time: answered",
       {{0, client, data, "<a"}, {20, client, data, "b>"}, {10, server, data, "400"}, {30, server, data, "401"}},
       Kind::data,
       By::receiver,
       10,
       2,
       Kind::data,
       10},
      {"earlier in the file, later in time: closed",
       {{0, client, data, "<a"}, {30, server, fin, ""}, {20, client, data, "b>"}},
       Kind::unknown,
       By::receiver,
       0,
       0,
       Kind::fin,
       10},
      {"a tie goes by the file: closed first",
       {{0, client, data, "<a"}, {20, server, fin, ""}, {20, client, data, "b>"}},
       Kind::fin,
       By::receiver,
       20,
       2,
       Kind::none,
       5000},
      {"a tie goes by the file: reset first",
       {{0, client, data, "<a"}, {20, server, rst, ""}, {20, client, data, "b>"}},
       Kind::rst,
       By::receiver,
       20,
       2,
       Kind::unknown,
       0},
      {"a tie goes by the file: closed last",
       {{0, client, data, "<a"}, {20, client, data, "b>"}, {20, server, fin, ""}},
       Kind::unknown,
       By::receiver,
       0,
       0,
       Kind::fin,
       0},
      {"the server speaks first, and the header is answered",
       {{-20, server, data, "220"}, {0, client, data, "<ab>"}, {7, server, data, "250"}},
       Kind::data,
       By::receiver,
       -20,
       0,
       Kind::data,
       7},
      {"the greeting crosses the header, which is answered after it",
       {{0, client, data, "<ab>"}, {1, server, data, "220"}, {7, server, data, "250"}},
       Kind::unknown,
       By::receiver,
       0,
       0,
       Kind::data,
       7},
      {"the first of two answers",
       {{0, client, data, "<a"}, {5, server, data, "1"}, {6, server, data, "2"}, {20, client, data, "b>"}},
       Kind::data,
       By::receiver,
       5,
       2,
       Kind::none,
       5000},
      {"a FIN counts more than an earlier answer that comes later in the file",
       {{0, client, data, "<a"}, {11, server, fin, ""}, {20, client, data, "b>"}, {10, server, data, "400"}},
       Kind::fin,
       By::receiver,
       11,
       2,
       Kind::none,
       5000},
      {"the first answer, in the order of the file",
       {{0, client, data, "<a"}, {20, client, data, "b>"}, {5, server, data, "1"}, {6, server, data, "2"}},
       Kind::data,
       By::receiver,
       5,
       2,
       Kind::none,
       5000},
      {"the first answer, against the order of the file",
       {{0, client, data, "<a"}, {20, client, data, "b>"}, {6, server, data, "1"}, {5, server, data, "2"}},
       Kind::data,
       By::receiver,
       5,
       2,
       Kind::none,
       5000},
      {"a tie goes by the file: answered first",
       {{0, client, data, "<a"}, {20, server, data, "400"}, {20, client, data, "b>"}},
       Kind::data,
       By::receiver,
       20,
       2,
       Kind::none,
       5000},
      {"a tie goes by the file: reset before the first byte",
       {{0, server, rst, ""}, {0, client, data, "<ab>"}},
       Kind::rst,
       By::receiver,
       0,
       0,
       Kind::unknown,
       0},
      {"the sender's FIN by another clock",
       {{0, client, data, "<a"}, {30, client, data, "b>"}, {20, client, fin, ""}},
       Kind::unknown,
       By::receiver,
       0,
       0,
       Kind::fin,
       0},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.id);
    const SeenHead head = play(row.events, 20'000);
    EXPECT_EQ(head.end, End::complete);
    EXPECT_EQ(head.before.kind, row.before);
    EXPECT_EQ(head.before.by, row.before_by);
    EXPECT_EQ(head.before.after_first_ns, row.after_first * ms);
    EXPECT_EQ(head.before.bytes, row.bytes);
    EXPECT_EQ(head.reaction.kind, row.reaction);
    EXPECT_EQ(head.reaction.after_ns, row.after * ms);
    EXPECT_FALSE(head.reaction.answer_missing);
  }
}

/// The time that the header took, and in how many pieces, are there too.
TEST(BeforeTheHeader, HowLateItWas) {
  const SeenHead head = play({{0, client, data, "<a"}, {100, client, data, "b"}, {7000, client, data, ">"}}, 20'000);
  EXPECT_EQ(head.time_ns - head.first_time_ns, 7000 * ms);
  EXPECT_EQ(head.segments, 3U);
}

TEST(BeforeTheHeader, OfOneThatStaysIncomplete) {
  const SeenHead head = play({{0, client, data, "<a"}, {10, server, fin, ""}, {20, client, data, "b"}, {30, client, fin, ""}}, 40);
  EXPECT_EQ(head.end, End::closed);
  EXPECT_EQ(head.before.kind, Kind::fin);
  EXPECT_EQ(head.before.after_first_ns, 10 * ms);
  EXPECT_EQ(head.before.bytes, 2U);
  EXPECT_EQ(head.reaction.by, By::receiver) << "it closed first";
  EXPECT_EQ(head.reaction.after_ns, 0) << "and not after the last byte";
}

/// A receiver that resets before it has heard anything, of which a piece was on its way.
TEST(BeforeTheHeader, AnEarlyResetOfOneThatStaysIncomplete) {
  const SeenHead head = play({{10, server, rst, ""}, {10, client, data, "<a"}}, 20'000);
  EXPECT_EQ(head.end, End::open);
  EXPECT_EQ(head.before.kind, Kind::rst);
  EXPECT_EQ(head.before.after_first_ns, 0);
}

/// More segments than are listed (64): what had been sent by a time between them is still no more than that.
TEST(BeforeTheHeader, OfManyPieces) {
  std::vector<Event> events = {{0, client, data, "<"}};
  for (int i = 1; i <= 80; ++i) events.push_back({i, client, data, "x"});
  events.push_back({81, server, fin, ""});
  events.push_back({82, client, data, ">"});
  EXPECT_EQ(play(events, 20'000).before.bytes, 81U);
}

TEST(BeforeTheHeader, IsNotLookedForWithoutReactions) {
  const SeenHead head = play({{0, client, data, "<a"}, {10, server, fin, ""}, {20, client, data, "b>"}}, 40, false);
  EXPECT_EQ(head.before.kind, Kind::unknown);
  EXPECT_EQ(head.reaction.kind, Kind::unknown);
}

/// A FIN of the receiver whose sequence number is 100 bytes beyond what was captured.
TEST(AnswerMissing, ByTheFin) {
  enum class Then : std::uint8_t { nothing, sender_fin, rst, answer, answer_late };
  struct Row {
    const char* id;
    bool sender_closes_first;
    Then then;
    bool missing;
    Kind kind;
  };
  for (const Row& row : {Row{"and no more", false, Then::nothing, true, Kind::unknown},
                         Row{"the sender closes after it", false, Then::sender_fin, true, Kind::unknown},
                         Row{"the sender closes before it", true, Then::nothing, true, Kind::unknown},
                         Row{"a RST follows", false, Then::rst, true, Kind::unknown},
                         Row{"the bytes come later in the file", false, Then::answer, false, Kind::data},
                         Row{"the bytes come too late", false, Then::answer_late, true, Kind::unknown}}) {
    SCOPED_TRACE(row.id);
    Wire w;
    w.handshake();
    w.client("<ab>");
    if (row.sender_closes_first) w.after(ms).raw(true, fin | ack, w.client_seq, "");
    w.after(ms).raw(false, fin | ack, w.server_seq + 100, "");
    EXPECT_TRUE(w.heads.empty()) << "the bytes may still come";
    if (row.then == Then::sender_fin) w.after(ms).raw(true, fin | ack, w.client_seq, "");
    if (row.then == Then::rst) w.after(ms).raw(false, rst | ack, w.server_seq + 101, "");
    if (row.then == Then::answer_late) w.after(6000 * ms);
    if (row.then == Then::answer || row.then == Then::answer_late) w.server(std::string(100, 'x'));
    w.after(20'000 * ms).other_traffic();
    ASSERT_EQ(w.heads.size(), 1U);
    EXPECT_EQ(w.heads[0].reaction.answer_missing, row.missing);
    EXPECT_EQ(w.heads[0].reaction.kind, row.kind);
    EXPECT_EQ(w.heads[0].first, row.kind == Kind::data ? std::string(100, 'x') : "");
  }
}

TEST(AnswerMissing, OnlyWhereBytesAre) {
  struct Row {
    const char* id;
    std::uint32_t beyond;
    bool server_syn;
    bool fin_first_in_file;
    bool missing;
  };
  for (const Row& row :
       {Row{"the FIN follows what was captured", 0, true, false, false}, Row{"a byte is missing", 1, true, false, true},
        Row{"an old FIN", 0xfffffff0U, true, false, false}, Row{"the server's numbers are not known", 100, false, false, false},
        Row{"before the header in the file", 100, true, true, true},
        Row{"before the header in the file, with nothing missing", 0, true, true, false}}) {
    SCOPED_TRACE(row.id);
    Wire w;
    w.raw(true, syn, w.client_isn, "");
    if (row.server_syn) w.raw(false, syn | ack, w.server_isn, "");
    const std::int64_t t = w.now;
    const auto close = [&] {
      w.now = t + 2 * ms;
      w.raw(false, fin | ack, w.server_seq + row.beyond, "");
    };
    if (row.fin_first_in_file) close();
    w.now = t + ms;
    w.client("<ab>");
    if (!row.fin_first_in_file) close();
    w.after(20'000 * ms).other_traffic();
    ASSERT_EQ(w.heads.size(), 1U);
    EXPECT_EQ(w.heads[0].reaction.answer_missing, row.missing);
    EXPECT_EQ(w.heads[0].reaction.kind, row.missing ? Kind::unknown : Kind::fin);
    EXPECT_EQ(w.heads[0].reaction.after_ns, row.missing ? 0 : ms);
  }
}

TEST(AnswerMissing, OfAnIncompleteHeader) {
  Wire w;
  w.handshake();
  w.client("<a");
  w.after(ms).raw(false, fin | ack, w.server_seq + 100, "");
  w.after(ms).raw(true, fin | ack, w.client_seq, "");
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].end, End::closed);
  EXPECT_TRUE(heads[0].reaction.answer_missing);
  EXPECT_EQ(heads[0].reaction.kind, Kind::unknown);
}

std::string text_of_size(std::size_t n) {
  std::string text;
  for (std::size_t i = 0; i < n; ++i) text += static_cast<char>('a' + i % 26);
  return text;
}

/// What the caller wants of an answer, within the bounds; short ones are kept without a question.
TEST(Answers, AsMuchAsIsWanted) {
  for (const auto& [size, wanted, kept] : std::vector<std::tuple<std::size_t, std::size_t, std::size_t>>{
           {600, 64, 64}, {600, 100, 100}, {600, 0, 64}, {600, 9000, 512}, {200, 9000, 200}, {64, 0, 64}}) {
    static std::size_t wants;
    wants = wanted;
    Wire w({}, [](HeadCallbacks& c) {
      c.answer = [](void*, pp::Bytes bytes) {
        EXPECT_GT(bytes.size(), 64U);
        return wants;
      };
    });
    w.handshake();
    w.client("<ab>");
    w.server(text_of_size(size));
    EXPECT_EQ(w.finish().at(0).first, text_of_size(kept)) << size << " " << wanted;
  }
}

TEST(Answers, AreKeptUpTo512Bytes) {
  for (const std::size_t size : {0U, 1U, 64U, 65U, 511U, 512U, 513U, 1400U}) {
    for (const bool waits : {false, true}) {
      Wire w;
      w.handshake();
      if (waits) {
        w.client("<first>");
        w.port = 40001;
        w.handshake();
      }
      w.client("<ab>");
      const std::string answer = text_of_size(size);
      w.raw(false, ack, w.server_seq, answer.empty() ? "x" : answer, 0, answer.empty() ? 1 : 0);
      const auto heads = w.finish();
      const SeenHead& head = heads.at(waits ? 1 : 0);
      EXPECT_EQ(head.reaction.kind, Kind::data);
      EXPECT_EQ(head.first, answer.substr(0, 512)) << size;
      EXPECT_EQ(w.heads_of.pending_bytes(), 0U);
    }
  }
}

/// With the memory used up, 64 are kept. The second head waits for the first one with its answer.
TEST(Answers, AreShorterWhenMemoryIsUsedUp) {
  const auto run = [](const HeadOptions& options, std::uint64_t& used) {
    Wire w(options);
    w.handshake();
    w.client("<first>");
    w.port = 40001;
    w.handshake();
    w.client("<ab>");
    used = w.heads_of.pending_bytes();
    w.server(text_of_size(600));
    const std::uint64_t with_answer = w.heads_of.pending_bytes();
    EXPECT_LE(with_answer, options.max_pending_bytes);
    const bool has_room = options.max_pending_bytes >= used + 512;
    EXPECT_EQ(with_answer == used + 512, has_room);
    const auto heads = w.finish();
    return heads.at(heads[0].bytes == "<ab>" ? 0 : 1).first.size();
  };
  std::uint64_t used = 0;
  EXPECT_EQ(run({}, used), 512U);
  HeadOptions options;
  for (const auto& [room, kept] : std::vector<std::pair<std::uint64_t, std::size_t>>{{512, 512}, {511, 64}, {64, 64}, {0, 64}}) {
    options.max_pending_bytes = used + room;
    std::uint64_t again = 0;
    EXPECT_EQ(run(options, again), kept) << room;
    EXPECT_EQ(again, used);
  }
}

}  // namespace
