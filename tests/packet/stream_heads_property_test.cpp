// Laws of head assembly over random schedules of segments.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "heads_harness.hpp"

namespace {

using namespace pp::test;
using Random = std::mt19937;

unsigned pick(Random& random, unsigned low, unsigned high) { return low + static_cast<unsigned>(random() % (high - low + 1)); }

std::string header_text(Random& random, unsigned length) {
  std::string text = "<";
  for (unsigned i = 0; i < length; ++i) text += static_cast<char>('a' + random() % 26);
  return text + ">";
}

struct Piece {
  std::uint32_t offset;
  std::string bytes;
};

/// Pieces that cover the text, some twice and overlapping; all say the same about each byte.
std::vector<Piece> schedule_of(Random& random, const std::string& text) {
  std::vector<Piece> pieces;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = pick(random, 1, 9);
    const std::size_t back = std::min<std::size_t>(at, pick(random, 0, 3) == 0 ? pick(random, 0, 5) : 0);
    pieces.push_back({static_cast<std::uint32_t>(at - back), text.substr(at - back, size + back)});
    if (pick(random, 0, 4) == 0) pieces.push_back(pieces.back());
    at += size;
  }
  return pieces;
}

// Law: split, repeated, overlapping, reordered and wrapping segments give the bytes that were sent.
RC_GTEST_PROP(StreamHeadsLaw, AnyScheduleGivesTheBytesSent, (std::uint32_t seed, std::uint32_t isn_distance)) {
  Random random(seed);
  const std::string header = header_text(random, pick(random, 0, 120));
  const std::string text = header + "payload";
  std::vector<Piece> pieces = schedule_of(random, text);
  std::shuffle(pieces.begin(), pieces.end(), random);
  Wire w;
  w.keep = 0;
  w.client_isn = 0U - isn_distance % 200;
  w.handshake();
  for (const Piece& piece : pieces) w.raw(true, ack, w.client_isn + 1 + piece.offset, piece.bytes);
  const auto heads = w.finish();
  RC_ASSERT(heads.size() == 1U);
  RC_ASSERT(heads[0].bytes == header);
  RC_ASSERT(heads[0].end == End::complete);
  RC_ASSERT(heads[0].start_seen);
  RC_ASSERT(w.heads_of.pending_bytes() == 0U);
}

// Law: when segments contradict each other, each position has the byte that came first.
RC_GTEST_PROP(StreamHeadsLaw, FirstByteReceivedWins, (std::uint32_t seed)) {
  Random random(seed);
  const unsigned length = pick(random, 1, 60);
  std::vector<int> first(length + 2, -1);
  Wire w;
  w.keep = 0;
  w.handshake();
  unsigned covered = 0;
  const auto send = [&](unsigned at, const std::string& bytes) {
    for (unsigned i = 0; i < bytes.size(); ++i) {
      int& position = first[at + i];
      if (position >= 0) continue;
      position = static_cast<unsigned char>(bytes[i]);
      ++covered;
    }
    w.raw(true, ack, w.client_isn + 1 + at, bytes);
  };
  // The end is known first and the start last, so that nothing is complete before all is there.
  send(length + 1, ">");
  for (unsigned i = 0; i < 40; ++i) {
    const unsigned at = pick(random, 1, length);
    send(at, std::string(pick(random, 1, length - at + 1), static_cast<char>('a' + i % 26)));
  }
  for (unsigned at = 1; at <= length; ++at) {
    if (first[at] < 0) send(at, "Z");
  }
  send(0, "<");
  const auto heads = w.finish();
  RC_ASSERT(heads.size() == 1U);
  RC_ASSERT(heads[0].bytes == std::string(first.begin(), first.end()));
}

/// A packet to be fed at a time, with the number it had when it was captured.
struct Timed {
  std::int64_t time_ns;
  std::uint64_t frame;
  Frame bytes;
};

void feed(Wire& w, const Timed& packet) {
  w.now = packet.time_ns;
  w.frame = packet.frame - 1;
  w.feed(packet.bytes);
}

Frame segment(bool from_client, unsigned port, unsigned flags, std::uint32_t seq, const std::string& text) {
  const TcpFields fields{from_client ? port : 9999U, from_client ? 9999U : port, seq, 0, flags, 0};
  const Ipv4Fields ip{from_client ? 0x0a000001U : 0x0a000002U, from_client ? 0x0a000002U : 0x0a000001U};
  return ethernet(0x0800, ipv4(ip, tcp(fields, bytes_of(text))));
}

/// `count` connections, interleaved: handshakes, then headers in pieces, then answers.
std::vector<Timed> conversations(Random& random, unsigned count, unsigned first_port) {
  std::vector<std::vector<Frame>> flows(count);
  std::vector<Timed> packets;
  std::int64_t now = 1'000'000'000;
  const auto add = [&](const Frame& frame) { packets.push_back({now += 1000, packets.size() + 1, frame}); };
  for (unsigned i = 0; i < count; ++i) {
    const unsigned port = first_port + i;
    add(segment(true, port, syn, 500, ""));
    add(segment(false, port, syn | ack, 700, ""));
    const std::string text = header_text(random, pick(random, 0, 30));
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = pick(random, 1, 12);
      flows[i].push_back(segment(true, port, ack, static_cast<std::uint32_t>(501 + at), text.substr(at, size)));
      at += size;
    }
    flows[i].push_back(segment(false, port, ack, 701, "answer " + std::to_string(port)));
  }
  for (bool left = true; left;) {
    left = false;
    for (auto& flow : flows) {
      if (flow.empty()) continue;
      left = true;
      if (pick(random, 0, 1) == 0) continue;
      add(flow.front());
      flow.erase(flow.begin());
    }
  }
  return packets;
}

std::vector<SeenHead> heads_of(const std::vector<Timed>& packets, const HeadOptions& options = {}) {
  Wire w(options);
  for (const Timed& packet : packets) feed(w, packet);
  return w.finish();
}

/// Without what depends on the order in the file: stream numbers.
std::vector<SeenHead> sorted(std::vector<SeenHead> heads) {
  for (SeenHead& head : heads) head.stream = 0;
  std::sort(heads.begin(), heads.end());
  return heads;
}

// Law: the file's order within a small window does not matter, since times decide.
RC_GTEST_PROP(StreamHeadsLaw, PermutationWithinAWindow, (std::uint32_t seed)) {
  Random random(seed);
  const unsigned count = pick(random, 1, 4);
  std::vector<Timed> packets = conversations(random, count, 40000);
  const auto expected = sorted(heads_of(packets));
  RC_ASSERT(expected.size() == count);
  const auto data = packets.begin() + 2 * static_cast<std::ptrdiff_t>(count);
  const std::ptrdiff_t window = pick(random, 2, 4);
  for (auto at = data; packets.end() - at > 0; at += std::min(window, packets.end() - at)) {
    std::shuffle(at, at + std::min(window, packets.end() - at), random);
  }
  const auto got = sorted(heads_of(packets));
  RC_ASSERT(got == expected);
}

// Law: connections do not disturb each other.
RC_GTEST_PROP(StreamHeadsLaw, InterleavedEqualsSeparate, (std::uint32_t seed)) {
  Random random(seed);
  const std::vector<Timed> both = conversations(random, 2, 40000);
  std::vector<SeenHead> separate;
  for (unsigned port = 40000; port < 40002; ++port) {
    std::vector<Timed> one;
    for (const Timed& packet : both) {
      const unsigned sport = pp::load_be16(packet.bytes.data() + 34);
      const unsigned dport = pp::load_be16(packet.bytes.data() + 36);
      if (sport == port || dport == port) one.push_back(packet);
    }
    for (const SeenHead& head : heads_of(one)) separate.push_back(head);
  }
  const auto got = sorted(heads_of(both));
  RC_ASSERT(got == sorted(separate));
}

// Law: the key of the hash changes nothing that is seen.
RC_GTEST_PROP(StreamHeadsLaw, HashKeyIsInvisible, (std::uint32_t seed, std::uint64_t first, std::uint64_t second)) {
  Random random(seed);
  const std::vector<Timed> packets = conversations(random, 8, 40000);
  HeadOptions small;
  small.max_flows = 3;
  small.max_seen = 2;
  small.max_queue = 2;
  HeadOptions other = small;
  other.hash_key = {first, second};
  const auto one = heads_of(packets, small);
  const auto two = heads_of(packets, other);
  RC_ASSERT(one == two);
}

// Law: whatever arrives, the caps hold, every stream is reported at most once, and nothing is left at the end.
RC_GTEST_PROP(StreamHeadsLaw, AnythingStaysWithinTheCaps, (std::uint32_t seed)) {
  Random random(seed);
  HeadOptions options;
  options.max_flows = pick(random, 1, 5);
  options.max_queue = pick(random, 0, 4);
  options.max_pending_bytes = pick(random, 0, 1) == 0 ? 3000 : 30000;
  options.max_seen = pick(random, 1, 4);
  options.max_udp_flows = pick(random, 1, 2);
  options.reactions = pick(random, 0, 3) != 0;
  options.reaction_wait_ns = 50'000'000;
  Wire w(options);
  static const char* const texts[] = {"", "", "<", "<a", "a>", "<ab>x", "?", "x", "<long header >", "></", "abcdef"};
  std::uint64_t mark = 0;
  for (unsigned i = 0; i < 400; ++i) {
    const bool client = pick(random, 0, 1) == 0;
    w.port = pick(random, 40000, 40006);
    w.now += static_cast<std::int64_t>(pick(random, 0, 20'000'000)) - 4'000'000;
    static const unsigned kinds[] = {ack, ack, ack, ack, ack, syn, syn | ack, fin | ack, rst, fin | ack | syn, 0, rst | ack};
    const unsigned flags = kinds[pick(random, 0, 11)];
    const std::string text = texts[pick(random, 0, 10)];
    if (pick(random, 0, 9) == 0) {
      w.datagram(text);
    } else {
      const std::uint32_t seq = 1000 + pick(random, 0, 12) + (pick(random, 0, 30) == 0 ? 0x40000000U * pick(random, 1, 3) : 0U);
      w.raw(client, flags, seq, text, 1000 + pick(random, 0, 12),
            pick(random, 0, 5) == 0 ? std::min<std::size_t>(text.size(), pick(random, 0, 3)) : 0);
    }
    if (pick(random, 0, 20) == 0) {
      w.heads_of.report_before(mark);
      mark = w.heads_of.mark();
    }
    RC_ASSERT(w.heads_of.pending_flows() <= options.max_flows);
    RC_ASSERT(w.heads_of.pending_bytes() <= options.max_pending_bytes);
  }
  w.finish();
  RC_ASSERT(w.heads_of.pending_flows() == 0U);
  RC_ASSERT(w.consistent);
  RC_ASSERT(w.counters().heads == w.heads.size());
  RC_ASSERT(w.heads_of.pending_bytes() == 0U);
  std::map<std::uint64_t, std::string> reported;
  for (const SeenHead& head : w.heads) {
    if (head.end == End::datagram || w.heads.empty()) continue;
    const bool fresh = reported.emplace(head.stream, head.source).second;
    // Datagrams of one 4-tuple share a number; nothing else does.
    RC_ASSERT(fresh || head.udp);
  }
}

TEST(StreamHeadsCaps, ManyHalfHeadersKeepTheNewest) {
  HeadOptions options;
  options.max_flows = 1000;
  Wire w(options);
  for (unsigned i = 0; i < 100'000; ++i) {
    w.port = 1 + i % 60000;
    w.client_isn = 1000 + i;
    w.handshake();
    w.client("<half");
    ASSERT_LE(w.heads_of.pending_flows(), 1000U);
  }
  EXPECT_EQ(w.counters().evicted, 99'000U);
  EXPECT_EQ(w.heads.size(), 99'000U);
  for (const SeenHead& head : w.heads) ASSERT_EQ(head.end, End::evicted);
  w.finish();
  EXPECT_EQ(w.heads.size(), 100'000U);
  EXPECT_EQ(w.heads.back().end, End::open);
}

TEST(StreamHeadsCaps, PendingBytesAreBounded) {
  HeadOptions options;
  options.max_pending_bytes = 1 << 20;
  Wire w(options);
  const std::string big = "<" + std::string(1400, 'x');
  for (unsigned i = 0; i < 5'000; ++i) {
    w.port = 1 + i;
    w.handshake();
    w.client(big);
    w.client(std::string(1400, 'y'));
    ASSERT_LE(w.heads_of.pending_bytes(), options.max_pending_bytes);
  }
  EXPECT_GT(w.counters().evicted, 0U);
  EXPECT_LE(w.counters().pending_bytes_peak, options.max_pending_bytes + 8192);
  w.finish();
  EXPECT_EQ(w.heads.size(), 5'000U);
}

TEST(StreamHeadsCaps, QueueIsBoundedAndKeepsOrder) {
  HeadOptions options;
  options.max_queue = 100;
  Wire w(options);
  for (unsigned i = 0; i < 1'000; ++i) {
    w.port = 1000 + i;
    w.handshake();
    w.client("<h" + std::to_string(i) + ">");
  }
  EXPECT_EQ(w.heads.size(), 900U);
  w.finish();
  ASSERT_EQ(w.heads.size(), 1'000U);
  for (unsigned i = 0; i < 1'000; ++i) EXPECT_EQ(w.heads[i].bytes, "<h" + std::to_string(i) + ">");
}

// One byte a segment, back to front: as many pieces as there are bytes, at worst.
TEST(StreamHeadsCaps, BackToFront) {
  const std::string text = "<" + std::string(600, 'h') + ">";
  Wire w;
  w.handshake();
  for (std::size_t i = text.size(); i-- > 0;) w.raw(true, ack, w.client_isn + 1 + static_cast<std::uint32_t>(i), text.substr(i, 1));
  const auto heads = w.finish();
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].bytes, text);
  EXPECT_EQ(heads[0].frames.size(), 64U);
  EXPECT_EQ(heads[0].segments, 602U);
}

}  // namespace
