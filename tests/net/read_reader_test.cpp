// read_header over a callable: never a byte of payload, whatever the pieces.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "connection.hpp"
#include "pp/net/read_header.hpp"
#include "pp/wire/draft.hpp"
#include "pp/wire/parse.hpp"

namespace {
using namespace pp;
using namespace pp::test;

/// The same cases every time; RC_PARAMS in the environment asks for others.
[[maybe_unused]] const int fixed_seed = ::setenv("RC_PARAMS", "seed=20260427 max_success=500", 0);

/// Memory that gives at most `piece()` bytes a time and keeps what was asked for.
template <class Piece>
struct Memory {
  std::string bytes;
  Piece piece;
  std::size_t at = 0;
  std::vector<std::pair<std::size_t, std::size_t>> asked = {};  // where, how many

  ssize_t operator()(std::span<std::uint8_t> room) {
    asked.emplace_back(at, room.size());
    const std::size_t n = std::min({room.size(), piece(), bytes.size() - at});
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), n, room.begin());
    at += n;
    return static_cast<ssize_t>(n);
  }
};
template <class Piece>
Memory(std::string, Piece) -> Memory<Piece>;

IpAddress random_ip(bool v6) {
  IpAddress a;
  a.size = v6 ? 16 : 4;
  for (std::size_t i = 0; i < a.size; ++i)
    a.bytes[i] = *rc::gen::weightedOneOf<std::uint8_t>({{1, rc::gen::just<std::uint8_t>(0)}, {1, rc::gen::arbitrary<std::uint8_t>()}});
  return a;
}

std::string random_header() {
  Draft draft;
  const bool v6 = *rc::gen::arbitrary<bool>();
  draft.version = *rc::gen::inRange(1, 3);
  draft.family = v6 ? Family::inet6 : Family::inet;
  draft.source = {random_ip(v6), *rc::gen::arbitrary<std::uint16_t>()};
  draft.destination = {random_ip(v6), *rc::gen::arbitrary<std::uint16_t>()};
  if (draft.version == 1 && *rc::gen::inRange(0, 4) == 0) {
    draft.family = Family::unspec;
    draft.command = Command::local;
    draft.v1_protocol = "UNKNOWN";
    draft.v1_rest = *rc::gen::element<std::string>("", " ", " \r", " x\ry\nz", " " + std::string(90, '\r'));
  }
  const auto tlvs = *rc::gen::inRange(0, 4);
  for (int i = 0; i < tlvs; ++i) draft.tlvs.push_back({0xe0, std::vector<std::uint8_t>(*rc::gen::inRange<std::size_t>(0, 600), 0x0a), {}});
  const auto bytes = encode(draft);
  return {bytes.begin(), bytes.end()};
}

/// The law: each request is need_more's size at that place (or as much of it as there is room for), the result is the same
/// as parsing everything at once, and payload is never touched.
void check(const std::string& header, std::string wire, auto piece) {
  Memory memory{std::move(wire), piece};
  ReadOptions options;
  options.max_header = 65551;
  const ReadResult r = read_header(memory, options);
  const Parsed whole = parse(bytes_of(memory.bytes));
  const auto at_once = whole.verdict.status;
  RC_ASSERT((r.status() == ReadStatus::done) == (at_once == Status::done));
  RC_ASSERT((r.status() == ReadStatus::malformed) == (at_once == Status::malformed));
  RC_ASSERT((r.status() == ReadStatus::missing) == (at_once == Status::missing));
  RC_ASSERT((at_once == Status::done || at_once == Status::need_more || r.verdict() == whole.verdict));
  RC_ASSERT(text(r.bytes()) == memory.bytes.substr(0, memory.at));
  if (r) {
    RC_ASSERT(text(r.bytes()) == header);
    RC_ASSERT((r.header().source == whole.header.source && r.header().destination_port == whole.header.destination_port));
  }
  for (const auto& [at, size] : memory.asked) {
    const Verdict v = parse(bytes_of(memory.bytes).first(at)).verdict;
    RC_ASSERT((v.status == Status::need_more && size >= 1));
    const bool in_parts = at + v.size > 536;
    RC_ASSERT((in_parts ? size <= v.size : size == v.size));
    RC_ASSERT((!r || at + size <= header.size()));
  }
}

TEST(ReadReader, NeverAsksForMoreThanTheHeader) {
  EXPECT_TRUE(rc::check([] {
    const std::string header = random_header();
    const auto most = *rc::gen::inRange<std::size_t>(1, 200);
    check(header, header + "payload", [most] { return *rc::gen::inRange<std::size_t>(1, most + 1); });
    check(header, header + "payload", [] { return std::size_t{1}; });
    check(header, header + "payload", [] { return std::size_t{100000}; });
  }));
}

TEST(ReadReader, DamagedHeadersAreJudgedLikeWholeOnes) {
  EXPECT_TRUE(rc::check([] {
    const std::string header = random_header();
    std::string wire = header;
    const auto at = *rc::gen::inRange<std::size_t>(0, std::min<std::size_t>(wire.size(), 110));
    wire[at] = *rc::gen::oneOf(rc::gen::element(' ', '\r', '\n', '0', '9', 'f', ':', '.'), rc::gen::arbitrary<char>());
    const Parsed parsed = parse(bytes_of(wire));
    const std::string found = parsed.verdict.status == Status::done ? wire.substr(0, parsed.verdict.size) : header;
    const auto most = *rc::gen::inRange<std::size_t>(1, 30);
    check(found, wire, [most] { return *rc::gen::inRange<std::size_t>(1, most + 1); });
    check(found, wire, [] { return std::size_t{100000}; });
  }));
}

TEST(ReadReader, EndAtEveryOffset) {
  for (const std::string& header : golden_headers()) {
    for (std::size_t n = 0; n < header.size(); ++n) {
      Memory memory{header.substr(0, n), [] { return std::size_t{7}; }};
      const ReadResult r = read_header(memory);
      ASSERT_EQ(r.status(), n == 0 ? ReadStatus::closed : ReadStatus::truncated);
      EXPECT_EQ(r.bytes().size(), n);
      EXPECT_EQ(r.verdict().offset, n);
    }
  }
}

TEST(ReadReader, ErrorsOfTheSource) {
  const auto failing = [](int error) {
    return read_header([error, first = true](std::span<std::uint8_t> room) mutable -> ssize_t {
      if (!std::exchange(first, false)) return -error;
      room[0] = 'P';
      return 1;
    });
  };
  EXPECT_EQ(failing(EIO).status(), ReadStatus::io);
  EXPECT_EQ(failing(EIO).error(), EIO);
  EXPECT_EQ(failing(EIO).message(), "cannot read the header: Input/output error after 1 byte");
  EXPECT_EQ(failing(ECONNRESET).status(), ReadStatus::io);
  EXPECT_EQ(failing(EAGAIN).status(), ReadStatus::timeout);
  EXPECT_EQ(failing(ETIMEDOUT).status(), ReadStatus::timeout);
  EXPECT_EQ(failing(ETIMEDOUT).message(), "no complete header before the deadline, 1 byte arrived");
  // Interrupted once, then what comes comes.
  const std::string header = golden_headers()[0];
  std::size_t at = 0;
  bool interrupted = false;
  const ReadResult r = read_header([&](std::span<std::uint8_t> room) -> ssize_t {
    if ((interrupted = !interrupted)) return -EINTR;
    room[0] = static_cast<std::uint8_t>(header[at++]);
    return 1;
  });
  EXPECT_EQ(r.status(), ReadStatus::done);
  EXPECT_EQ(at, header.size());
}

TEST(ReadReader, TheDeadlineIsLookedAtBetweenReads) {
  ReadOptions options;
  options.deadline = std::chrono::milliseconds(50);
  const ReadResult r = read_header(
      [](std::span<std::uint8_t> room) -> ssize_t {
        ::poll(nullptr, 0, 30);
        room[0] = 'P';
        return 1;
      },
      options);
  EXPECT_NE(r.status(), ReadStatus::done);
  ReadResult slow = read_header(
      [n = 0U](std::span<std::uint8_t> room) mutable -> ssize_t {
        ::poll(nullptr, 0, 30);
        room[0] = static_cast<std::uint8_t>(golden_headers()[3][n++]);
        return 1;
      },
      options);
  EXPECT_EQ(slow.status(), ReadStatus::timeout);
  EXPECT_LE(slow.bytes().size(), 5U);
}

// A source that always fills what it is given is asked about the clock less often, but is asked.
TEST(ReadReader, TheDeadlineEndsASourceThatFillsEveryRequest) {
  ReadOptions options;
  options.deadline = std::chrono::milliseconds(20);
  const std::string line = "PROXY UNKNOWN " + std::string(91, 'x') + "\r\n";
  std::size_t at = 0, reads = 0;
  const ReadResult r = read_header(
      [&](std::span<std::uint8_t> room) -> ssize_t {
        ::poll(nullptr, 0, 30);
        ++reads;
        const std::size_t n = line.copy(static_cast<char*>(static_cast<void*>(room.data())), room.size(), at);
        at += n;
        return static_cast<ssize_t>(n);
      },
      options);
  EXPECT_EQ(r.status(), ReadStatus::timeout);
  EXPECT_EQ(reads, 4U);
}

// The first byte settles it: nothing is read after the request that brought it.
TEST(ReadReader, TheOtherVersionTakesOneRead) {
  for (const std::string& header : golden_headers()) {
    Memory memory{header + "payload", [] { return std::size_t{100000}; }};
    ReadOptions options;
    options.version = header[0] == 'P' ? VersionPolicy::v2 : VersionPolicy::v1;
    const ReadResult r = read_header(memory, options);
    EXPECT_EQ(r.status(), ReadStatus::missing);
    EXPECT_EQ(memory.asked.size(), 1U);
  }
}

TEST(ReadReader, TooLong) {
  Memory memory{padded_header(4097), [] { return std::size_t{100000}; }};
  const ReadResult r = read_header(memory);
  EXPECT_EQ(r.status(), ReadStatus::too_long);
  EXPECT_EQ(memory.at, 16U);
}

}  // namespace
