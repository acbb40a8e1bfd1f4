// Capture files: hand-built bytes against what they say, every truncation, boundary values in every word, and libpcap as
// the second opinion.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "pp/packet/capture.hpp"
#include "pp/packet/capture_write.hpp"
#ifdef PP_HAVE_LIBPCAP
#include <pcap/pcap.h>
#endif

namespace {
using namespace pp;
using namespace pp::packet;
using Buffer = std::vector<std::uint8_t>;

struct Seen {
  std::int64_t time_ns = 0;
  std::uint32_t link_type = 0;
  std::uint32_t wire_length = 0;
  Buffer data;
  bool nanoseconds = false;
  bool operator==(const Seen&) const = default;
};

struct Outcome {
  std::vector<Seen> packets;
  CaptureFault fault = CaptureFault::none;
  std::uint64_t offset = 0;
  std::string text;
};

/// Feeds the reader exactly what it asks for, each time in a heap block of that very size so that a read past its end
/// is caught, and holds it to its contract. With `all`, it gets everything that is left instead.
Outcome run(const Buffer& file, bool all) {
  CaptureReader reader;
  Outcome out;
  std::size_t at = 0;
  std::size_t window = all ? file.size() : 0;
  for (std::uint64_t steps = 0;; ++steps) {
    if (steps > 4 * file.size() + 16) {
      ADD_FAILURE() << "no end";
      return out;
    }
    const std::size_t n = std::min(window, file.size() - at);
    const Buffer available(file.begin() + static_cast<std::ptrdiff_t>(at), file.begin() + static_cast<std::ptrdiff_t>(at + n));
    Packet packet;
    Step step = reader.next(available, packet);
    EXPECT_EQ(reader.offset(), step.kind == Step::Kind::packet || step.kind == Step::Kind::skip ? at + step.size : at);
    if (step.kind == Step::Kind::need) {
      EXPECT_GT(step.size, n);
      EXPECT_LE(step.size, max_block);
      if (file.size() - at >= step.size) {
        window = step.size;
        continue;
      }
      const Buffer rest(file.begin() + static_cast<std::ptrdiff_t>(at), file.end());
      step = reader.at_end(rest);
      EXPECT_TRUE(step.kind == Step::Kind::end || step.kind == Step::Kind::error);
    }
    switch (step.kind) {
      case Step::Kind::packet:
        EXPECT_EQ(packet.frame, out.packets.size() + 1);
        EXPECT_LE(packet.data.size(), max_captured);
        out.packets.push_back({packet.time_ns, packet.link_type, packet.wire_length, Buffer(packet.data.begin(), packet.data.end()), packet.nanoseconds});
        [[fallthrough]];
      case Step::Kind::skip:
        EXPECT_LE(step.size, n);
        EXPECT_GT(step.size, 0U);
        at += step.size;
        window = all ? file.size() - at : 0;
        break;
      case Step::Kind::need: ADD_FAILURE() << "need after the end"; return out;
      case Step::Kind::end: return out;
      case Step::Kind::error: {
        const auto& e = reader.error();
        EXPECT_NE(e.fault, CaptureFault::none);
        EXPECT_FALSE(e.text.empty());
        EXPECT_LE(e.offset, file.size());
        EXPECT_EQ(reader.next(available, packet).kind, Step::Kind::error) << "errors are final";
        out.fault = e.fault;
        out.offset = e.offset;
        out.text = e.text;
        return out;
      }
    }
  }
}

Outcome run(const Buffer& file) {
  const Outcome exact = run(file, false);
  const Outcome all = run(file, true);
  EXPECT_EQ(exact.packets, all.packets);
  EXPECT_EQ(exact.text, all.text);
  EXPECT_EQ(exact.offset, all.offset);
  return all;
}

/// Bytes put together by hand, in the order that `big` says.
struct Build {
  bool big = false;
  Buffer out{};

  Build& put(std::uint64_t v, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) out.push_back(static_cast<std::uint8_t>(v >> (8 * (big ? size - 1 - i : i))));
    return *this;
  }
  Build& words(std::initializer_list<std::uint32_t> values) {
    for (auto v : values) put(v, 4);
    return *this;
  }
  Build& halves(std::initializer_list<std::uint16_t> values) {
    for (auto v : values) put(v, 2);
    return *this;
  }
  Build& bytes(const Buffer& b) {
    out.insert(out.end(), b.begin(), b.end());
    return *this;
  }
  Build& pcap_header(std::uint32_t magic, std::uint32_t link = 1) { return words({magic}).halves({2, 4}).words({0, 0, 65535, link}); }
  Build& section() { return words({0x0a0d0d0a, 28, 0x1a2b3c4d}).halves({1, 0}).words({0xffffffff, 0xffffffff, 28}); }
};

struct File {
  Buffer bytes;
  std::vector<std::size_t> boundaries;  // where a file may end
  std::vector<Seen> packets;
};

File small_pcap(bool big, bool nano) {
  File f;
  Build b{big};
  b.pcap_header(nano ? 0xa1b23c4d : 0xa1b2c3d4);
  f.boundaries = {b.out.size()};
  b.words({1'700'000'000, 123'456, 3, 60}).bytes({1, 2, 3});
  f.boundaries.push_back(b.out.size());
  b.words({1'700'000'001, 0, 0, 0});
  f.boundaries.push_back(b.out.size());
  b.words({4'294'967'295, 999'999, 5, 5}).bytes({9, 8, 7, 6, 5});
  f.boundaries.push_back(b.out.size());
  f.packets = {{nano ? 1'700'000'000'000'123'456 : 1'700'000'000'123'456'000, 1, 60, {1, 2, 3}, nano},
               {1'700'000'001'000'000'000, 1, 0, {}, nano},
               {nano ? 4'294'967'295'000'999'999 : 4'294'967'295'999'999'000, 1, 5, {9, 8, 7, 6, 5}, nano}};
  f.bytes = b.out;
  return f;
}

File small_pcapng(bool big) {
  File f;
  Build b{big};
  const auto boundary = [&] { f.boundaries.push_back(b.out.size()); };
  b.section();
  boundary();
  b.words({1, 20}).halves({1, 0}).words({262144, 20});  // interface 0: Ethernet, microseconds
  boundary();
  // Interface 1: a comment, nanoseconds, 3600 s later, snaplen none.
  b.words({1, 56}).halves({1, 0}).words({0}).halves({1, 5}).bytes({'h', 'e', 'l', 'l', 'o', 0, 0, 0});
  b.halves({9, 1}).bytes({9, 0, 0, 0}).halves({14, 8}).put(3600, 8).words({0, 56});
  boundary();
  b.words({6, 36, 0, 0x00060a24, 0x181e4000, 4, 1500}).bytes({1, 2, 3, 4}).words({36});  // 1700000000 s in microseconds
  boundary();
  b.words({0x0bad, 16, 0, 16});  // a kind of block that nobody knows
  boundary();
  b.words({6, 44, 1, 0, 5, 3, 3}).bytes({7, 7, 7, 0}).halves({1, 2}).bytes({'h', 'i', 0, 0}).words({44});
  boundary();
  b.words({3, 20, 2}).bytes({5, 6, 0, 0}).words({20});
  boundary();
  b.words({2, 36}).halves({1, 0}).words({0, 7, 1, 1}).bytes({4, 0, 0, 0}).words({36});
  boundary();
  f.packets = {{1'700'000'000'000'000'000, 1, 1500, {1, 2, 3, 4}, false},
               {3'600'000'000'005, 1, 3, {7, 7, 7}, true},
               {0, 1, 2, {5, 6}, false},
               {3'600'000'000'007, 1, 1, {4}, true}};
  f.bytes = b.out;
  return f;
}

std::vector<File> small_files() {
  return {small_pcap(false, false), small_pcap(true, false), small_pcap(false, true), small_pcap(true, true), small_pcapng(false), small_pcapng(true)};
}

#ifdef PP_HAVE_LIBPCAP
/// libpcap's reading; `ok` tells whether it reached a clean end. It has no nanosecond flag, so none is compared.
struct Oracle {
  std::vector<Seen> packets;
  bool ok = false;
};
Oracle libpcap(Buffer file) {
  Oracle out;
  if (file.empty()) return out;
  std::array<char, PCAP_ERRBUF_SIZE> message{};
  FILE* stream = fmemopen(file.data(), file.size(), "rb");
  pcap_t* p = pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, message.data());
  if (p == nullptr) {
    fclose(stream);
    return out;
  }
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  int status = 0;
  while ((status = pcap_next_ex(p, &header, &data)) == 1) {
    // It takes the 32 bits of seconds in a pcap file as signed; those of pcapng are wide.
    const std::int64_t seconds = file[0] == 0x0a ? header->ts.tv_sec : static_cast<std::int64_t>(static_cast<std::uint32_t>(header->ts.tv_sec));
    out.packets.push_back({seconds * 1'000'000'000 + header->ts.tv_usec, 0, header->len, Buffer(data, data + header->caplen), false});
  }
  out.ok = status == PCAP_ERROR_BREAK;
  pcap_close(p);
  return out;
}

std::vector<Seen> without_link(std::vector<Seen> packets) {
  for (auto& p : packets) {
    p.link_type = 0;
    p.nanoseconds = false;
  }
  return packets;
}
#endif

void agrees_with_libpcap([[maybe_unused]] const Buffer& file) {
#ifdef PP_HAVE_LIBPCAP
  const auto ours = run(file);
  const auto theirs = libpcap(file);
  EXPECT_EQ(without_link(ours.packets), theirs.packets);
  EXPECT_EQ(ours.fault == CaptureFault::none, theirs.ok) << ours.text;
#endif
}

TEST(Capture, SmallFilesSayWhatTheyHold) {
  for (const auto& file : small_files()) {
    const auto got = run(file.bytes);
    EXPECT_EQ(got.packets, file.packets);
    EXPECT_EQ(got.fault, CaptureFault::none) << got.text;
    agrees_with_libpcap(file.bytes);
  }
}

TEST(Capture, EveryTruncation) {
  for (const auto& file : small_files()) {
    for (std::size_t n = 0; n <= file.bytes.size(); ++n) {
      SCOPED_TRACE(n);
      const Buffer cut(file.bytes.begin(), file.bytes.begin() + static_cast<std::ptrdiff_t>(n));
      const auto got = run(cut);
      const bool clean = std::find(file.boundaries.begin(), file.boundaries.end(), n) != file.boundaries.end();
      EXPECT_EQ(got.fault, clean ? CaptureFault::none : CaptureFault::truncated) << got.text;
      ASSERT_LE(got.packets.size(), file.packets.size());
      EXPECT_EQ(got.packets, std::vector<Seen>(file.packets.begin(), file.packets.begin() + static_cast<std::ptrdiff_t>(got.packets.size())));
      // libpcap wants an interface before it opens a pcapng file, so a section alone is an error to it.
      if (n > file.boundaries[std::min<std::size_t>(1, file.boundaries.size() - 1)]) agrees_with_libpcap(cut);
    }
  }
}

TEST(Capture, EveryWordAtItsBoundaries) {
  constexpr std::uint32_t values[] = {0, 1, 3, 4, 11, 12, 262144, 262145, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff};
  for (const bool big : {false, true}) {
    for (const auto& file : {small_pcap(big, false), small_pcap(big, true), small_pcapng(big)}) {
      for (std::size_t at = 0; at + 4 <= file.bytes.size(); ++at) {
        for (const auto value : values) {
          Buffer changed = file.bytes;
          const Buffer word = Build{big}.put(value, 4).out;
          std::copy(word.begin(), word.end(), changed.begin() + static_cast<std::ptrdiff_t>(at));
          SCOPED_TRACE(std::to_string(at) + " = " + std::to_string(value));
          const auto got = run(changed);
          EXPECT_LE(got.packets.size(), file.bytes.size() / 16);
        }
      }
    }
  }
}

TEST(Capture, Complaints) {
  struct Row {
    std::string_view name;
    Buffer file;
    CaptureFault fault;
    std::uint64_t offset;
    std::string_view text;
  };
  const auto pcap = [] { return Build{}.pcap_header(0xa1b2c3d4); };
  const auto ng = [] { return Build{}.section().words({1, 20}).halves({1, 0}).words({0, 20}); };
  const Row rows[] = {
      {"empty", {}, CaptureFault::truncated, 0, "file is empty: 0 of the 24 bytes that a capture begins with"},
      {"text", {'P', 'R', 'O', 'X', 'Y'}, CaptureFault::not_a_capture, 0, "not a capture file: it begins neither as pcap nor as pcapng"},
      {"version", Build{}.words({0xa1b2c3d4}).halves({3, 0}).words({0, 0, 0, 1}).out, CaptureFault::version, 4, "pcap version 3.0 is not 2.4"},
      {"long packet", pcap().words({0, 0, 262145, 0}).out, CaptureFault::record_length, 24,
       "packet record at offset 24 claims 262145 bytes, above the limit of 262144"},
      {"cut header", pcap().words({0, 0, 50}).out, CaptureFault::truncated, 24, "file ends inside a packet record header at offset 24: 12 of 16 bytes"},
      {"cut record", pcap().words({0, 0, 50, 50}).words({1, 2}).out, CaptureFault::truncated, 24,
       "file ends inside a packet record at offset 24: 24 of 66 bytes"},
      {"no byte order", ng().words({0x0a0d0d0a, 28, 0x11111111}).out, CaptureFault::not_a_capture, 48, "section header at offset 48 has no byte-order mark"},
      {"ng version", Build{}.words({0x0a0d0d0a, 28, 0x1a2b3c4d}).halves({2, 0}).words({0, 0, 28}).out, CaptureFault::version, 0, "pcapng version 2.0 is not 1.0"},
      {"short block", ng().words({99, 8, 8}).out, CaptureFault::block_length, 48, "block at offset 48 claims 8 bytes, below the least of 12"},
      {"short packet block", ng().words({6, 28, 0, 0, 0, 0, 28}).out, CaptureFault::block_length, 48,
       "packet block at offset 48 claims 28 bytes, below the least of 32"},
      {"odd block", ng().words({99, 13, 0, 0}).out, CaptureFault::block_length, 48, "block at offset 48 claims 13 bytes, not a multiple of 4"},
      {"trailer", ng().words({99, 16, 0, 20}).out, CaptureFault::block_trailer, 48, "block at offset 48 claims 16 bytes, but 20 at its end"},
      {"no interface", ng().words({6, 32, 1, 0, 0, 0, 0, 32}).out, CaptureFault::interface_id, 48,
       "packet block at offset 48 names interface 1, only 1 described"},
      {"packet past its block", ng().words({6, 36, 0, 0, 0, 5, 5, 0, 36}).out, CaptureFault::record_length, 48,
       "packet block at offset 48 claims a packet of 5 bytes, it has room for 4"},
      {"simple packet past its block", ng().words({3, 16, 1, 16}).out, CaptureFault::record_length, 48,
       "packet block at offset 48 claims a packet of 1 bytes, it has room for 0"},
      {"option", ng().words({1, 28}).halves({1, 0}).words({0}).halves({9, 5}).words({0, 28}).out, CaptureFault::option, 64,
       "option 9 at offset 64 claims 5 bytes, 4 are left in its block"},
      {"large interface", ng().words({1, 0x00100000, 0}).out, CaptureFault::block_length, 48,
       "interface description at offset 48 claims 1048576 bytes, above the limit of 327680"},
      {"cut large block", ng().words({99, 0x00100000, 0, 0}).out, CaptureFault::truncated, 48, "file ends inside a block at offset 48: 16 of 1048576 bytes"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto got = run(row.file);
    EXPECT_EQ(got.fault, row.fault);
    EXPECT_EQ(got.offset, row.offset);
    EXPECT_EQ(got.text, row.text);
    EXPECT_TRUE(got.packets.empty());
  }
}

TEST(Capture, Likeness) {
  for (const auto& file : small_files()) {
    const std::size_t enough = file.bytes[0] == 0x0a ? 12 : 4;
    for (std::size_t n = 0; n <= 24; ++n) {
      EXPECT_EQ(looks_like_capture(Bytes(file.bytes).first(n)), n < enough ? Likeness::need_more : Likeness::yes) << n;
    }
  }
  constexpr ByteLiteral v2("\x0d\x0a\x0d\x0a\x00\x0d\x0a");
  EXPECT_EQ(looks_like_capture(v2), Likeness::no);
  EXPECT_EQ(looks_like_capture(ByteLiteral("\n\r\r\nPROX")), Likeness::need_more);
  EXPECT_EQ(looks_like_capture(ByteLiteral("\n\r\r\nPROXY")), Likeness::no);
  EXPECT_EQ(looks_like_capture(ByteLiteral("\n\r\r\nPROXY ")), Likeness::no);
  EXPECT_EQ(looks_like_capture(ByteLiteral("\n\r\r\n\x1c\0\0\0P")), Likeness::no);
}

TEST(Capture, LargeBlocksAreStreamedPast) {
  for (const bool big : {false, true}) {
    Build b{big};
    b.section().words({1, 20}).halves({1, 0}).words({0, 20});
    const std::uint32_t total = 0x60000;
    b.words({0x40000bad, total}).bytes(Buffer(total - 12, 0xee)).words({total});
    // A packet in front of 384 KiB of options.
    b.words({6, total, 0, 0, 1, 4, 4}).bytes({1, 2, 3, 4}).bytes(Buffer(total - 36, 0)).words({total});
    b.words({6, 36, 0, 0, 2, 4, 4}).bytes({5, 6, 7, 8}).words({36});
    const auto got = run(b.out);
    EXPECT_EQ(got.text, "");
    EXPECT_EQ(got.packets, (std::vector<Seen>{{1000, 1, 4, {1, 2, 3, 4}, false}, {2000, 1, 4, {5, 6, 7, 8}, false}}));
    agrees_with_libpcap(b.out);
    b.out[48 + total - 2] ^= 1;
    const auto bad = run(b.out);
    EXPECT_EQ(bad.fault, CaptureFault::block_trailer);
    EXPECT_EQ(bad.offset, 48U);
    EXPECT_TRUE(bad.packets.empty());
  }
}

TEST(Capture, SectionsOfEitherOrderStandAlone) {
  File first = small_pcapng(false);
  const File second = small_pcapng(true);
  first.bytes.insert(first.bytes.end(), second.bytes.begin(), second.bytes.end());
  first.packets.insert(first.packets.end(), second.packets.begin(), second.packets.end());
  EXPECT_EQ(run(first.bytes).packets, first.packets);
  // The interfaces of the first section are gone in the second.
  Buffer bare = small_pcapng(false).bytes;
  const Buffer more = Build{}.section().words({6, 32, 0, 0, 0, 0, 0, 32}).out;
  bare.insert(bare.end(), more.begin(), more.end());
  EXPECT_EQ(run(bare).fault, CaptureFault::interface_id);
}

TEST(Capture, LongRecordHeadersOfThePatchedFormat) {
  Build b;
  b.pcap_header(0xa1b2cd34).words({1, 2, 3, 60, 7}).halves({8, 0}).bytes({1, 2, 3});
  const auto got = run(b.out);
  EXPECT_EQ(got.packets, (std::vector<Seen>{{1'000'002'000, 1, 60, {1, 2, 3}, false}}));
  EXPECT_EQ(got.text, "");
  agrees_with_libpcap(b.out);
}

TEST(Capture, Limits) {
  Buffer largest = Build{}.pcap_header(0xa1b2c3d4).words({0, 0, max_captured, max_captured}).out;
  largest.resize(largest.size() + max_captured);
  ASSERT_EQ(run(largest).packets.size(), 1U);
  EXPECT_EQ(run(largest).packets[0].data.size(), max_captured);

  Build many;
  many.section();
  for (std::size_t i = 0; i <= max_interfaces; ++i) many.words({1, 20}).halves({1, 0}).words({0, 20});
  CaptureReader reader;
  Packet packet;
  Bytes rest = many.out;
  Step step;
  while ((step = reader.next(rest, packet)).kind == Step::Kind::skip) rest = rest.subspan(step.size);
  ASSERT_EQ(step.kind, Step::Kind::error);
  EXPECT_EQ(reader.error().text, "interface description at offset 1310748 is one more than the limit of 65536");
}

TEST(Clock, TicksToNanoseconds) {
  constexpr auto latest = std::numeric_limits<std::int64_t>::max();
  constexpr auto earliest = std::numeric_limits<std::int64_t>::min();
  constexpr auto all = std::numeric_limits<std::uint64_t>::max();
  struct Row {
    unsigned resolution;
    std::int64_t offset;
    std::uint64_t ticks;
    std::int64_t expected;
    bool nanoseconds;
  };
  const Row rows[] = {
      {6, 0, 1'700'000'000'123'456, 1'700'000'000'123'456'000, false},
      {9, 0, 1'700'000'000'123'456'789, 1'700'000'000'123'456'789, true},
      {0, 0, 5, 5'000'000'000, false},
      {3, 10, 1, 10'001'000'000, false},
      {12, 0, 1'999, 1, true},
      {19, 0, all, 1'844'674'407, true},
      {28, 0, all, 1, true},
      {29, 0, all, 0, true},
      {127, 0, all, 0, true},
      {0x80 | 0, 0, 3, 3'000'000'000, false},
      {0x80 | 1, 0, 3, 1'500'000'000, false},
      {0x80 | 10, 0, 1025, 1'000'976'562, false},
      {0x80 | 32, 0, 0x180000000, 1'500'000'000, true},
      {0x80 | 63, 0, 0xc000000000000000, 1'500'000'000, true},
      {0x80 | 64, 0, 0x8000000000000000, 500'000'000, true},
      {0x80 | 127, 0, all, 0, true},
      {6, 0, all, latest, false},
      {0, 0, all, latest, false},
      {0x80 | 0, 0, all, latest, false},
      {6, latest, 1, latest, false},
      {6, latest, 0, latest, false},
      {6, earliest, 0, earliest, false},
      {6, earliest, 1, earliest + 1000, false},
      {6, -1, 1, -999'999'000, false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(std::to_string(row.resolution) + " " + std::to_string(row.ticks));
    CaptureClock clock;
    clock.set_resolution(static_cast<std::uint8_t>(row.resolution));
    clock.set_offset(row.offset);
    EXPECT_EQ(clock.time(row.ticks), row.expected);
    EXPECT_EQ(clock.nanoseconds(), row.nanoseconds);
  }
}

#ifdef PP_HAVE_LIBPCAP
TEST(Oracle, InterfacesOfDifferentClocks) {
  for (const bool big : {false, true}) {
    Build b{big};
    b.section();
    for (const unsigned resolution : {6U, 9U, 3U, 12U, 0x94U, 0x8aU}) {
      b.words({1, 32}).halves({1, 0}).words({262144}).halves({9, 1}).bytes({static_cast<std::uint8_t>(resolution), 0, 0, 0}).words({0, 32});
    }
    for (std::uint32_t id = 0; id < 6; ++id) {
      for (const std::uint32_t high : {0U, 1U, 0x40U}) b.words({6, 36, id, high, 0x89abcdef, 2, 2}).bytes({1, 2, 0, 0}).words({36});
    }
    EXPECT_EQ(run(b.out).packets.size(), 18U);
    agrees_with_libpcap(b.out);
  }
}

TEST(Oracle, RealCaptures) {
  for (const auto* name : {"v1", "v2", "v2tls", "any-sll2", "noheader"}) {
    std::ifstream in(std::string(PP_SOURCE_DIR "/corpus/pcap/") + name + ".pcap", std::ios::binary);
    const Buffer file{std::istreambuf_iterator<char>(in), {}};
    ASSERT_GT(file.size(), 1000U) << name;
    agrees_with_libpcap(file);
  }
}

/// What is written reads back, by libpcap and by us, as what went in.
RC_GTEST_PROP(Oracle, WrittenFiles, ()) {
  const bool big = *rc::gen::arbitrary<bool>();
  const bool ng = *rc::gen::arbitrary<bool>();
  const bool nano = *rc::gen::arbitrary<bool>();
  PcapngInterface interface;
  interface.resolution = nano ? 9 : 6;
  interface.offset_seconds = ng ? *rc::gen::inRange<std::int64_t>(0, 1000) : 0;
  CaptureBuffer out;
  if (ng) {
    append_section(out, big);
    append_interface(out, big, interface);
  } else {
    append_pcap_header(out, {nano, big}, 1);
  }
  std::vector<Seen> expected;
  const auto count = *rc::gen::inRange(0, 8);
  for (int i = 0; i < count; ++i) {
    const auto data = *rc::gen::container<Buffer>(rc::gen::arbitrary<std::uint8_t>());
    const auto micros = *rc::gen::inRange<std::int64_t>(1'000'000'000, 4'000'000'000'000'000);
    const std::int64_t time = micros * 1000 + (nano ? *rc::gen::inRange<std::int64_t>(0, 1000) : 0);
    Packet packet;
    packet.time_ns = time;
    packet.data = data;
    packet.wire_length = static_cast<std::uint32_t>(data.size()) + 4;
    if (ng) {
      append_enhanced_packet(out, big, 0, interface, packet);
    } else {
      append_pcap_record(out, {nano, big}, packet);
    }
    expected.push_back({time, 1, packet.wire_length, data, nano});
    if (ng && *rc::gen::arbitrary<bool>()) {
      packet.wire_length -= 4;
      append_simple_packet(out, big, packet);
      expected.push_back({0, 1, packet.wire_length, data, nano});
    }
  }
  const auto ours = run(out);
  RC_ASSERT(ours.text == "");
  RC_ASSERT(ours.packets == expected);
  const auto theirs = libpcap(out);
  RC_ASSERT(theirs.ok);
  // libpcap runs a simple packet's time of 0 through the interface's offset.
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (expected[i].time_ns == 0) expected[i].time_ns = theirs.packets.at(i).time_ns;
  }
  RC_ASSERT(theirs.packets == without_link(expected));
}
#endif

}  // namespace
