// A client's conversation: delivered by the plan, whatever the system and the peer do, and how it ends.
#include "pp/net/conversation.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "connection.hpp"
#include "faulty_calls.hpp"

namespace {
using namespace pp;
using namespace pp::test;
using std::chrono::milliseconds;

struct Peer {
  Fd listener = std::move(listen_on(parse_listen_address("127.0.0.1:0")).at(0));
  Target target = parse_target("127.0.0.1:" + std::to_string(listen_port(listener.get())));

  Fd accept() const {
    pollfd ready{listener.get(), POLLIN, 0};
    EXPECT_EQ(::poll(&ready, 1, 20000), 1);
    return Fd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  }
};

std::vector<std::uint8_t> octets(std::string_view s) { return {s.begin(), s.end()}; }

/// Ends the peer's end with a reset.
void reset(Fd& fd) {
  const linger at_once{1, 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  fd.reset();
}

bool never(const Exchange&) { return false; }

/// One turn of the poll loop, or until it is due.
void step(Conversation& c) {
  pollfd wanted = c.wanted();
  const auto left = std::chrono::duration_cast<milliseconds>(c.due() - Conversation::Clock::now()).count();
  const int n = ::poll(&wanted, 1, static_cast<int>(std::clamp<std::int64_t>(left + 1, 0, 20000)));
  c.advance(n > 0 ? wanted.revents : static_cast<short>(0));
}

/// Until the connection is there and what the plan lets out has left.
void until_sent(Conversation& c, std::size_t size) {
  while (!c.over() && c.result().sent < size) step(c);
}

std::string take(int fd, std::size_t size) {
  std::string out(size, '\0');
  if (size == 0) return out;  // a receive of nothing waits for something
  EXPECT_EQ(::recv(fd, out.data(), size, MSG_WAITALL), static_cast<ssize_t>(size));
  return out;
}

TEST(Conversation, ArrivesWholeThroughInterruptionsAndShortWrites) {
  const std::vector<std::size_t> splits[] = {{}, {1}, {28, 28, 100}, {5, 3}};
  std::uint64_t seed = 0;
  for (const auto& split : splits) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{114}, std::size_t{300000}}) {
      Peer peer;
      Faults calls{.state = ++seed, .interrupted = 3, .not_now = 3, .most_bytes = size > 1000 ? std::size_t{50000} : std::size_t{7}};
      std::string bytes(size, '\0');
      for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 + i / 256);
      std::string heard;
      std::thread server([&] {
        Fd fd = peer.accept();
        heard = take(fd.get(), size);
        send_all(fd.get(), "answer");
        fd.reset();
      });
      faults = &calls;
      Conversation c(peer.target, octets(bytes), {.splits = split}, {.wait = milliseconds(20000)});
      converse(c, never);
      faults = nullptr;
      server.join();
      EXPECT_TRUE(heard == bytes) << size;
      const Exchange& e = c.result();
      EXPECT_EQ(e.ending, Ending::fin) << size;
      EXPECT_EQ(e.sent, size);
      EXPECT_EQ(text(e.answer), "answer");
      if (size == 114) {
        EXPECT_EQ(e.pieces, split.empty() ? 1U : split == splits[2] || split == splits[3] ? 3U : 2U);
      }
    }
  }
}

TEST(Conversation, ADribbleIsSoManyPieces) {
  Peer peer;
  Faults calls{.state = 5, .most_bytes = 2};  // short writes do not make pieces
  faults = &calls;
  Conversation c(peer.target, octets("0123456789"), {.dribble = 4}, {.wait = milliseconds(50)});
  converse(c, never);
  faults = nullptr;
  EXPECT_EQ(c.result().pieces, 3U);
  EXPECT_EQ(c.result().ending, Ending::silence);
  const Fd server = peer.accept();
  EXPECT_EQ(take(server.get(), 10), "0123456789");
}

TEST(Conversation, APieceIsASegmentOfItsOwn) {
  Peer peer;
  Conversation c(peer.target, octets("firstsecond"), {.splits = {5}, .gap = std::chrono::seconds(20)}, {});
  until_sent(c, 5);
  const Fd server = peer.accept();
  EXPECT_EQ(take(server.get(), 5), "first");
  EXPECT_EQ(read_rest(server.get()), "") << "the second piece waits for the gap";
  EXPECT_FALSE(c.sent_all());
}

TEST(Conversation, HoldsBackUntilThePeerHasSpoken) {
  Peer peer;
  Conversation c(peer.target, octets("headerpayload"), {.hold = 6}, {.wait = milliseconds(20000)});
  until_sent(c, 6);
  Fd server = peer.accept();
  EXPECT_EQ(take(server.get(), 6), "header");
  EXPECT_EQ(read_rest(server.get()), "");
  send_all(server.get(), "220 hello\r\n");
  until_sent(c, 13);
  EXPECT_EQ(take(server.get(), 7), "payload");
  server.reset();
  converse(c, never);
  EXPECT_EQ(c.result().ending, Ending::fin);
  EXPECT_EQ(c.result().before_sent, 11U);
  EXPECT_LE(*c.result().answer_us, 0) << "it came before the last byte was sent";
}

TEST(Conversation, EndsAsThePeerEndsIt) {
  struct Row {
    std::string_view answer;
    bool reset;
    Ending ending;
  };
  const Row rows[] = {{"", false, Ending::fin}, {"", true, Ending::rst}, {"no", false, Ending::fin}, {"no", true, Ending::rst}};
  for (const Row& row : rows) {
    Peer peer;
    Conversation c(peer.target, octets("hello"), {}, {.wait = milliseconds(20000)});
    until_sent(c, 5);
    Fd server = peer.accept();
    EXPECT_EQ(take(server.get(), 5), "hello");
    send_all(server.get(), row.answer);
    // The answer is read before a reset takes it away.
    while (c.result().received < row.answer.size()) step(c);
    row.reset ? reset(server) : server.reset();
    converse(c, never);
    EXPECT_EQ(c.result().ending, row.ending) << row.answer;
    EXPECT_EQ(text(c.result().answer), row.answer);
    EXPECT_EQ(c.result().answer_us.has_value(), !row.answer.empty());
  }
}

TEST(Conversation, AResetWhileSendingIsAReset) {
  Peer peer;
  Conversation c(peer.target, std::vector<std::uint8_t>(std::size_t{64} << 20), {}, {.wait = milliseconds(20000)});
  until_sent(c, 1);
  Fd server = peer.accept();
  take(server.get(), 1000);
  reset(server);
  converse(c, never);
  EXPECT_EQ(c.result().ending, Ending::rst);
  EXPECT_LT(c.result().sent, std::size_t{64} << 20);
}

TEST(Conversation, AFinWhileSendingDoesNotHideTheAnswer) {
  Peer peer;
  Conversation c(peer.target, octets("onetwo"), {.splits = {3}, .gap = std::chrono::seconds(20)}, {.wait = milliseconds(20000)});
  until_sent(c, 3);
  Fd server = peer.accept();
  take(server.get(), 3);
  send_all(server.get(), "400 go away\r\n");
  server.reset();
  converse(c, never);
  EXPECT_EQ(c.result().ending, Ending::fin);
  EXPECT_EQ(text(c.result().answer), "400 go away\r\n");
  EXPECT_EQ(c.result().sent, 3U);
}

TEST(Conversation, APeerThatTakesNothingIsSilent) {
  Peer peer;
  Conversation c(peer.target, std::vector<std::uint8_t>(std::size_t{64} << 20), {}, {.wait = milliseconds(100)});
  converse(c, never);
  EXPECT_EQ(c.result().ending, Ending::silence);
  EXPECT_GT(c.result().sent, 0U);
  EXPECT_FALSE(c.sent_all());
}

TEST(Conversation, BackPressureIsWaitedFor) {
  Peer peer;
  const std::size_t size = std::size_t{32} << 20;
  std::thread server([&] {
    Fd fd = peer.accept();
    take(fd.get(), 1);
    take(fd.get(), size - 1);
    send_all(fd.get(), "done");
  });
  Conversation c(peer.target, std::vector<std::uint8_t>(size), {}, {.wait = milliseconds(20000)});
  converse(c, [](const Exchange& e) { return e.received > 0; });
  server.join();
  EXPECT_EQ(c.result().sent, size);
  EXPECT_EQ(c.result().ending, Ending::enough);
}

TEST(Conversation, ALongAnswerIsCountedAndNotKept) {
  Peer peer;
  std::thread server([&] {
    Fd fd = peer.accept();
    take(fd.get(), 1);
    send_all(fd.get(), std::string(1 << 20, 'x'));
  });
  Conversation c(peer.target, octets("?"), {}, {.wait = milliseconds(20000), .answer = 1000});
  converse(c, never);
  server.join();
  EXPECT_EQ(c.result().received, 1U << 20);
  EXPECT_EQ(c.result().answer.size(), 1000U);
  EXPECT_EQ(c.result().ending, Ending::fin);
}

TEST(Conversation, TheNextAddressWhenOneRefuses) {
  Peer peer;
  Target target = peer.target;
  const std::uint16_t nobody = [] { return listen_port(listen_on(parse_listen_address("127.0.0.1:0")).at(0).get()); }();
  target.endpoints.insert(target.endpoints.begin(), {*parse_ip("127.0.0.1"), nobody});
  Conversation c(target, octets("x"), {}, {.wait = milliseconds(20)});
  converse(c, never);
  EXPECT_EQ(c.result().place, place_text(peer.target, 0));
  EXPECT_EQ(c.result().sent, 1U);
  target.endpoints.pop_back();
  Conversation none(target, octets("x"), {}, {});
  converse(none, never);
  EXPECT_EQ(none.result().ending, Ending::unreachable);
  EXPECT_EQ(none.result().error, ECONNREFUSED);
  EXPECT_FALSE(none.result().reached());
}

TEST(Conversation, InterruptedPollsDoNotShortenTheWait) {
  Peer peer;
  Faults calls{.state = 9, .interrupted = 2};
  faults = &calls;
  Conversation c(peer.target, octets("x"), {}, {.wait = milliseconds(60)});
  converse(c, never);
  faults = nullptr;
  EXPECT_EQ(c.result().ending, Ending::silence);
  EXPECT_GE(c.result().end_us, 60000);
}

}  // namespace
