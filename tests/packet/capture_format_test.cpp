// Capture files: hand-built bytes against what they say, every truncation, boundary values in every word.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>

#include "capture_files.hpp"

namespace {
using namespace pp;
using namespace pp::packet;
using namespace pp::packet::test;

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
      EXPECT_EQ(got.packets,
                std::vector<Seen>(file.packets.begin(), file.packets.begin() + static_cast<std::ptrdiff_t>(got.packets.size())));
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
      {"version", Build{}.words({0xa1b2c3d4}).halves({3, 0}).words({0, 0, 0, 1}).out, CaptureFault::version, 4,
       "pcap version 3.0 is not one of 2.0 to 2.4"},
      {"minor version", Build{}.words({0xa1b2c3d4}).halves({2, 5}).words({0, 0, 0, 1}).out, CaptureFault::version, 4,
       "pcap version 2.5 is not one of 2.0 to 2.4"},
      {"major version", Build{}.words({0xa1b2c3d4}).halves({3, 4}).words({0, 0, 0, 1}).out, CaptureFault::version, 4,
       "pcap version 3.4 is not one of 2.0 to 2.4"},
      {"long packet", pcap().words({0, 0, 262145, 0}).out, CaptureFault::record_length, 24,
       "packet record at offset 24 claims 262145 bytes, above the limit of 262144"},
      {"another pcap", pcap().pcap_header(0xa1b2c3d4).words({1, 2, 0, 0}).out, CaptureFault::second_capture, 24,
       "another capture begins at offset 24, as after cat: read it with tail -c +25 FILE | ppinspect, and join captures with mergecap"},
      {"another pcap, of the other order", pcap().bytes(Build{true}.pcap_header(0xa1b23c4d).out).out, CaptureFault::second_capture, 24,
       "another capture begins at offset 24, as after cat: read it with tail -c +25 FILE | ppinspect, and join captures with mergecap"},
      {"a pcapng after a pcap", pcap().section().out, CaptureFault::second_capture, 24,
       "another capture begins at offset 24, as after cat: read it with tail -c +25 FILE | ppinspect, and join captures with mergecap"},
      {"a pcap after a pcapng", ng().pcap_header(0xa1b2c3d4).out, CaptureFault::second_capture, 48,
       "another capture begins at offset 48, as after cat: read it with tail -c +49 FILE | ppinspect, and join captures with mergecap"},
      {"snoop version", Build{true}.words({0x736e6f6f, 0x70000000, 3, 4}).out, CaptureFault::version, 8, "snoop version 3 is not 2"},
      {"snoop link", Build{true}.words({0x736e6f6f, 0x70000000, 2, 18}).out, CaptureFault::version, 12,
       "snoop link type 18 is not supported; editcap -F pcapng may convert it"},
      {"snoop record", Build{true}.words({0x736e6f6f, 0x70000000, 2, 4, 8, 8, 30, 0, 0, 0, 1, 2}).out, CaptureFault::record_length, 16,
       "packet record at offset 16 is 30 bytes long, which does not fit a packet of 8"},
      {"cut snoop record", Build{true}.words({0x736e6f6f, 0x70000000, 2, 4, 8, 8, 32, 0, 0, 0, 1}).out, CaptureFault::truncated, 16,
       "file ends inside a packet record at offset 16: 28 of 32 bytes"},
      {"cut header", pcap().words({0, 0, 50}).out, CaptureFault::truncated, 24,
       "file ends inside a packet record header at offset 24: 12 of 16 bytes"},
      {"cut record", pcap().words({0, 0, 50, 50}).words({1, 2}).out, CaptureFault::truncated, 24,
       "file ends inside a packet record at offset 24: 24 of 66 bytes"},
      {"no byte order", ng().words({0x0a0d0d0a, 28, 0x11111111}).out, CaptureFault::not_a_capture, 48,
       "section header at offset 48 has no byte-order mark"},
      {"ng version", Build{}.words({0x0a0d0d0a, 28, 0x1a2b3c4d}).halves({2, 0}).words({0, 0, 28}).out, CaptureFault::version, 0,
       "pcapng version 2.0 is not 1.0"},
      {"short block", ng().words({99, 8, 8}).out, CaptureFault::block_length, 48,
       "block at offset 48 claims 8 bytes, below the minimum of 12"},
      {"short packet block", ng().words({6, 28, 0, 0, 0, 0, 28}).out, CaptureFault::block_length, 48,
       "packet block at offset 48 claims 28 bytes, below the minimum of 32"},
      {"odd block", ng().words({99, 13, 0, 0}).out, CaptureFault::block_length, 48,
       "block at offset 48 claims 13 bytes, not a multiple of 4"},
      {"trailer", ng().words({99, 16, 0, 20}).out, CaptureFault::block_trailer, 48,
       "block at offset 48 claims 16 bytes, but 20 at its end"},
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
      {"cut file header",
       {0xd4, 0xc3, 0xb2, 0xa1, 2},
       CaptureFault::truncated,
       0,
       "file ends inside a file header at offset 0: 5 of 24 bytes"},
      {"cut section",
       {0x0a, 0x0d, 0x0d, 0x0a, 28},
       CaptureFault::truncated,
       0,
       "file ends inside a file header at offset 0: 5 of 28 bytes"},
      {"header of a record alone", pcap().words({0, 0, 50, 50}).out, CaptureFault::truncated, 24,
       "file ends inside a packet record at offset 24: 16 of 66 bytes"},
      {"cut block header", ng().words({99, 16}).out, CaptureFault::truncated, 48,
       "file ends inside a block header at offset 48: 8 of 12 bytes"},
      {"header of a block alone", ng().words({99, 16, 0}).out, CaptureFault::truncated, 48,
       "file ends inside a block at offset 48: 12 of 16 bytes"},
      {"ng version 1.1", Build{}.words({0x0a0d0d0a, 28, 0x1a2b3c4d}).halves({1, 1}).words({0, 0, 28}).out, CaptureFault::version, 0,
       "pcapng version 1.1 is not 1.0"},
      {"packet above the limit", ng().words({6, 0x60000, 0, 0, 0, 262145, 262145}).out, CaptureFault::record_length, 48,
       "packet block at offset 48 claims a packet of 262145 bytes, above the limit of 262144"},
      {"option in the last word", ng().words({1, 24}).halves({1, 0}).words({0}).halves({9, 1}).words({24}).out, CaptureFault::option, 64,
       "option 9 at offset 64 claims 1 bytes, 0 are left in its block"},
      {"large section", ng().words({0x0a0d0d0a, 327684, 0x1a2b3c4d}).out, CaptureFault::block_length, 48,
       "section header at offset 48 claims 327684 bytes, above the limit of 327680"},
      {"cut large block", ng().words({99, 0x00100000, 0, 0}).out, CaptureFault::truncated, 48,
       "file ends inside a block at offset 48: 16 of 1048576 bytes"},
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

/// What options of an interface say, by the time of a packet with 5 ticks: 5 microseconds when they say nothing.
TEST(Capture, OptionsThatCount) {
  struct Row {
    std::string_view name;
    Buffer options;
    std::int64_t time_ns;
  };
  const auto option = [](std::uint16_t code, std::uint16_t length, const Buffer& value) {
    return Build{}.halves({code, length}).bytes(value).out;
  };
  const auto both = [](Buffer a, const Buffer& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
  };
  const Buffer resolution = option(9, 1, {3, 0, 0, 0}), end = option(0, 0, {});
  const Row rows[] = {
      {"none", {}, 5'000},
      {"milliseconds", resolution, 5'000'000},
      {"and an end", both(resolution, end), 5'000'000},
      {"behind the end", both(end, resolution), 5'000},
      {"behind the end what is no option", both(end, option(9, 200, {})), 5'000},
      {"without a value", both(option(9, 0, {}), option(3, 0, {})), 5'000},
      {"an offset of a second", option(14, 8, {1, 0, 0, 0, 0, 0, 0, 0}), 1'000'005'000},
      {"half an offset", option(14, 4, {1, 0, 0, 0}), 5'000},
      {"a comment of eight bytes", option(1, 8, {1, 0, 0, 0, 0, 0, 0, 0}), 5'000},
      {"behind a comment of five", both(option(1, 5, {1, 2, 3, 4, 5, 0, 0, 0}), resolution), 5'000'000},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    Build b;
    const auto total = static_cast<std::uint32_t>(20 + row.options.size());
    b.section().words({1, total}).halves({1, 0}).words({0}).bytes(row.options).words({total});
    b.words({6, 36, 0, 0, 5, 4, 4}).bytes({1, 2, 3, 4}).words({36});
    const auto got = run(b.out);
    EXPECT_EQ(got.text, "");
    ASSERT_EQ(got.packets.size(), 1U);
    EXPECT_EQ(got.packets[0].time_ns, row.time_ns);
  }
  Build old;
  old.words({0x0a0d0d0a, 28, 0x1a2b3c4d}).halves({1, 2}).words({0, 0, 28});
  EXPECT_EQ(run(old.out).text, "") << "1.2 is 1.0";
  Build simple;
  simple.section().words({1, 20}).halves({1, 0}).words({4, 20}).words({3, 20, 10}).bytes({1, 2, 3, 4}).words({20});
  EXPECT_EQ(run(simple.out).packets, (std::vector<Seen>{{0, 1, 10, {1, 2, 3, 4}, false}})) << "the snaplen says how much is there";
}

/// In one go, as from a mapped file: a packet in front of much, and what is passed over.
TEST(Capture, LargeBlocksAtOnce) {
  constexpr std::uint32_t total = 0x60000;
  for (const bool big : {false, true}) {
    Build b{big};
    b.section().words({1, 20}).halves({1, 0}).words({0, 20});
    b.words({0x40000bad, total}).bytes(Buffer(total - 12, 0xee)).words({total});
    b.words({6, total, 0, 0, 1, 4, 4}).bytes({1, 2, 3, 4}).bytes(Buffer(total - 36, 0)).words({total});
    b.words({6, 36, 0, 0, 2, 4, 4}).bytes({5, 6, 7, 8}).words({36});
    const auto got = run(b.out, true);
    EXPECT_EQ(got.text, "");
    EXPECT_EQ(got.packets, (std::vector<Seen>{{1000, 1, 4, {1, 2, 3, 4}, false}, {2000, 1, 4, {5, 6, 7, 8}, false}}));
    for (const std::size_t missing : {1U, 3U, 4U, 100U}) {
      const auto cut = run(Buffer(b.out.begin(), b.out.begin() + static_cast<std::ptrdiff_t>(48 + total - missing)), true);
      EXPECT_EQ(cut.fault, CaptureFault::truncated);
      EXPECT_EQ(cut.text,
                "file ends inside a block at offset 48: " + std::to_string(total - missing) + " of " + std::to_string(total) + " bytes");
    }
    b.out[48 + 2 * total - 2] ^= 1;
    const auto bad = run(b.out, true);
    EXPECT_EQ(bad.fault, CaptureFault::block_trailer);
    EXPECT_EQ(bad.offset, 48 + total);
    EXPECT_EQ(bad.packets.size(), 1U);
  }
}

struct PcapKind {
  std::string_view name;
  std::uint32_t magic;
  std::uint16_t major, minor;
  std::uint32_t extra;  // bytes between the record header of the magic and the packet
  bool swapped;         // the length on the wire comes first
};
const PcapKind pcap_kinds[] = {
    {"2.0", 0xa1b2c3d4, 2, 0, 0, true},    {"2.1", 0xa1b2c3d4, 2, 1, 0, true},          {"2.2", 0xa1b2c3d4, 2, 2, 0, true},
    {"2.3", 0xa1b2c3d4, 2, 3, 0, false},   {"2.3 swapped", 0xa1b2c3d4, 2, 3, 0, true},  {"543.0", 0xa1b2c3d4, 543, 0, 0, true},
    {"2.4", 0xa1b2c3d4, 2, 4, 0, false},   {"nanoseconds", 0xa1b23c4d, 2, 4, 0, false}, {"modified", 0xa1b2cd34, 2, 4, 8, false},
    {"Nokia", 0xa1b2c3d4, 2, 4, 4, false}, {"Red Hat 6.1", 0xa1b2c3d4, 2, 4, 8, false}, {"SuSE 6.3", 0xa1b2cd34, 2, 4, 12, false},
};

TEST(Capture, KindsOfPcap) {
  for (const bool big : {false, true}) {
    for (const PcapKind& kind : pcap_kinds) {
      SCOPED_TRACE(kind.name);
      Build b{big};
      b.words({kind.magic}).halves({kind.major, kind.minor}).words({0, 0, 65535, 1});
      const Buffer first(60, 0x45), second(7, 0x46);
      const auto record = [&](std::uint32_t seconds, std::uint32_t wire, const Buffer& data) {
        const auto captured = static_cast<std::uint32_t>(data.size());
        b.words({seconds, 5, kind.swapped ? wire : captured, kind.swapped ? captured : wire}).bytes(Buffer(kind.extra, 0)).bytes(data);
      };
      record(1'700'000'000, 99, first);
      record(1'700'000'001, 7, second);
      record(1'700'000'002, 60, first);
      const Outcome got = run(b.out);
      EXPECT_EQ(got.text, "");
      ASSERT_EQ(got.packets.size(), 3U);
      EXPECT_EQ(got.packets[0].wire_length, 99U);
      EXPECT_EQ(got.packets[0].data, first);
      EXPECT_EQ(got.packets[1].wire_length, 7U);
      EXPECT_EQ(got.packets[1].data, second);
      EXPECT_EQ(got.packets[2].data, first);
    }
  }
}

TEST(Capture, SnoopIsRead) {
  Build b{true};
  b.words({0x736e6f6f, 0x70000000, 2, 4});
  b.words({90, 3, 28, 0, 1'700'000'000, 123'456}).bytes({1, 2, 3, 0});
  b.words({5, 5, 32, 2, 1'700'000'001, 0}).bytes({9, 8, 7, 6, 5, 0, 0, 0});
  EXPECT_EQ(run(b.out).packets, (std::vector<Seen>{{1'700'000'000'123'456'000, 1, 90, {1, 2, 3}, false},
                                                   {1'700'000'001'000'000'000, 1, 5, {9, 8, 7, 6, 5}, false}}));
  EXPECT_EQ(looks_like_capture(ByteLiteral("snoo")), Likeness::need_more);
  EXPECT_EQ(looks_like_capture(ByteLiteral("snooping")), Likeness::no);
}

/// Seconds since 1970 are the upper half of a record's time, a fraction the lower one, in little-endian order; lengths are not.
Buffer erf_record(std::uint8_t type, std::uint16_t size, std::uint16_t wire) {
  Buffer out = Build{}.words({0x80000000, 1'700'000'000}).bytes({type, 4}).out;
  const Buffer lengths = Build{true}.halves({size, 0, wire}).out;
  out.insert(out.end(), lengths.begin(), lengths.end());
  out.resize(size, 0x77);
  return out;
}

TEST(Capture, ErfIsReadAndRecognised) {
  Build b;
  b.bytes(erf_record(2, 24, 64)).bytes(erf_record(48, 16, 0)).bytes(erf_record(22, 20, 4));
  const Outcome got = run(b.out);
  EXPECT_EQ(got.text, "");
  ASSERT_EQ(got.packets.size(), 2U);
  EXPECT_EQ(got.packets[0].link_type, 197U);
  EXPECT_EQ(got.packets[0].time_ns, 1'700'000'000'500'000'000);
  EXPECT_EQ(got.packets[0].wire_length, 80U);
  EXPECT_EQ(got.packets[0].data.size(), 24U);
  EXPECT_EQ(looks_like_erf(Bytes(b.out).first(39)), Likeness::need_more);
  EXPECT_EQ(looks_like_erf(Bytes(b.out).first(40)), Likeness::yes);
  EXPECT_EQ(looks_like_erf(Bytes(b.out).first(24)), Likeness::yes) << "one record, and nothing after it";
  EXPECT_EQ(looks_like_erf(erf_record(2, 200, 64)), Likeness::no) << "more than was sent";
  EXPECT_EQ(looks_like_erf(erf_record(60, 24, 64)), Likeness::no);
  EXPECT_EQ(looks_like_erf(Buffer(1U << 16U, '0')), Likeness::no) << "padding is no start";
  EXPECT_EQ(looks_like_erf(ByteLiteral("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n")), Likeness::no);
}

/// Wireshark numbers some blocks that hold no packet.
TEST(Capture, FramesAreNumberedAsWiresharkDoes) {
  struct Row {
    std::uint32_t block;
    std::uint64_t frame;  // of the packet after it
  };
  for (const Row& row : {Row{0x0bad, 3}, Row{0x40000bad, 3}, Row{9, 3}, Row{0x204, 3}, Row{4, 2}, Row{5, 2}, Row{10, 2}, Row{0x99, 2}}) {
    SCOPED_TRACE(row.block);
    Build b;
    b.section().words({1, 20}).halves({1, 0}).words({0, 20});
    b.words({6, 36, 0, 0, 1, 4, 4}).bytes({1, 2, 3, 4}).words({36});
    b.words({row.block, 20, 32473, 0, 20});
    b.words({6, 36, 0, 0, 1, 4, 4}).bytes({1, 2, 3, 4}).words({36});
    CaptureReader reader;
    Packet packet;
    std::size_t at = 0;
    while (at < b.out.size()) at += static_cast<std::size_t>(reader.next(Bytes(b.out).subspan(at), packet).size);
    EXPECT_EQ(packet.frame, row.frame);
  }
}

TEST(Capture, RunsOfRecords) {
  const Buffer file = Build{}
                          .pcap_header(0xa1b2c3d4)
                          .words({1, 2, 3, 9})
                          .bytes({1, 2, 3})
                          .words({3, 4, 0, 0})
                          .words({5, 6, 1, 1})
                          .bytes({7})
                          .words({7, 8, 2, 2})
                          .bytes({9})
                          .out;
  Packet packet;
  CaptureReader reader;
  std::vector<std::uint64_t> frames;
  std::size_t stop_at = 99;
  const auto sink = [&](const Packet& p) {
    frames.push_back(p.frame);
    return frames.size() < stop_at;
  };
  EXPECT_EQ(reader.run(file, packet, sink), 0U) << "before its header nothing is known";
  ASSERT_EQ(reader.next(file, packet).size, 24U);
  stop_at = 2;
  const Bytes rest = Bytes(file).subspan(24);
  EXPECT_EQ(reader.run(rest, packet, sink), 19U + 16U);
  EXPECT_EQ(frames, (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(reader.offset(), 24U + 19U + 16U);
  stop_at = 99;
  EXPECT_EQ(reader.run(rest.subspan(35), packet, sink), 17U) << "the last is not whole";
  EXPECT_EQ(packet.time_ns, 5'000'006'000);
  EXPECT_EQ(packet.wire_length, 1U);
  EXPECT_EQ(reader.frames(), 3U);
  EXPECT_EQ(reader.run(rest.subspan(52), packet, sink), 0U);
  Buffer long_one = Build{}.words({0, 0, max_captured + 1, 0}).out;
  long_one.resize(long_one.size() + max_captured + 1);
  EXPECT_EQ(reader.run(long_one, packet, sink), 0U) << "what is too long is next()'s to refuse";
  EXPECT_EQ(frames.size(), 3U);
}

TEST(Capture, RefusalsAreImmediateAndFinal) {
  Packet packet;
  CaptureReader reader;
  const Buffer file = Build{}.section().words({1, 28}).halves({1, 0}).words({0}).halves({9, 5}).words({0, 28}).out;
  ASSERT_EQ(reader.next(file, packet).size, 28U);
  EXPECT_EQ(reader.next(Bytes(file).subspan(28), packet).kind, Step::Kind::error);
  EXPECT_EQ(reader.at_end({}).kind, Step::Kind::error);
  CaptureReader other;
  EXPECT_EQ(other.at_end(ByteLiteral("ab")).kind, Step::Kind::error);
  EXPECT_EQ(other.error().fault, CaptureFault::not_a_capture);
}

TEST(Capture, AsksForWhatDecides) {
  Packet packet;
  const auto wanted = [&](CaptureReader& reader, Bytes bytes) {
    const Step step = reader.next(bytes, packet);
    return step.kind == Step::Kind::need ? step.size : 0;
  };
  for (const bool big : {false, true}) {
    const Buffer pcap = Build{big}.pcap_header(0xa1b2c3d4).words({0, 0, 5, 5}).bytes({1, 2, 3, 4, 5}).out;
    CaptureReader reader;
    for (std::size_t n = 0; n < 24; ++n) EXPECT_EQ(wanted(reader, Bytes(pcap).first(n)), n < 4 ? 4U : 24U) << n;
    EXPECT_EQ(reader.next(Bytes(pcap).first(24), packet).size, 24U);
    for (std::size_t n = 0; n < 21; ++n) EXPECT_EQ(wanted(reader, Bytes(pcap).subspan(24, n)), n < 16 ? 16U : 21U) << n;
    EXPECT_EQ(reader.next(Bytes(pcap).subspan(24), packet).size, 21U);
    EXPECT_EQ(reader.offset(), pcap.size());
    EXPECT_EQ(reader.frames(), 1U);

    const Buffer ng = Build{big}.section().out;
    CaptureReader blocks;
    for (std::size_t n = 0; n < 28; ++n) EXPECT_EQ(wanted(blocks, Bytes(ng).first(n)), n < 4 ? 4U : n < 12 ? 12U : 28U) << n;
    EXPECT_EQ(blocks.next(ng, packet).size, 28U);
    for (std::size_t n = 0; n < 12; ++n) EXPECT_EQ(wanted(blocks, Bytes(ng).first(n)), 12U) << n;
  }
}

/// Blocks of the limit are looked at whole, so the largest description of an interface is one.
TEST(Capture, ABlockOfTheLimit) {
  Build b;
  b.section().words({1, max_block}).halves({101, 0}).words({0}).bytes(Buffer(max_block - 20, 0)).words({max_block});
  b.words({6, 36, 0, 0, 2, 4, 4}).bytes({5, 6, 7, 8}).words({36});
  const auto got = run(b.out);
  EXPECT_EQ(got.text, "");
  EXPECT_EQ(got.packets, (std::vector<Seen>{{2000, 101, 4, {5, 6, 7, 8}, false}}));
}

TEST(Capture, APacketOfTheLimitInABlock) {
  Build b;
  b.section().words({1, 20}).halves({1, 0}).words({0, 20});
  const std::uint32_t total = 32 + max_captured;
  b.words({6, total, 0, 0, 1, max_captured, max_captured}).bytes(Buffer(max_captured, 7)).words({total});
  const auto got = run(b.out);
  EXPECT_EQ(got.text, "");
  ASSERT_EQ(got.packets.size(), 1U);
  EXPECT_EQ(got.packets[0].data.size(), max_captured);
}

TEST(Capture, ALargeBlockMayBeTheLast) {
  Build b;
  const std::uint32_t total = 0x60000;
  b.section().words({0x40000bad, total}).bytes(Buffer(total - 12, 0xee)).words({total});
  EXPECT_EQ(run(b.out).text, "");
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
  EXPECT_EQ(reader.error().fault, CaptureFault::interface_count);
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

}  // namespace
