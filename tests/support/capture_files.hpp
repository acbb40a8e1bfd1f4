// What the tests of capture files share: feeding the reader under its contract, building files by hand, asking libpcap.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "pp/packet/capture.hpp"
#ifdef PP_HAVE_LIBPCAP
#include <pcap/pcap.h>
#endif

namespace pp::packet::test {

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
inline Outcome run(const Buffer& file, bool all) {
  CaptureReader reader;
  reader.look_at(file);
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
        EXPECT_GT(packet.frame, out.packets.size());
        EXPECT_LE(packet.data.size(), max_captured);
        out.packets.push_back(
            {packet.time_ns, packet.link_type, packet.wire_length, Buffer(packet.data.begin(), packet.data.end()), packet.nanoseconds});
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

inline Outcome run(const Buffer& file) {
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

inline File small_pcap(bool big, bool nano) {
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

inline File small_pcapng(bool big) {
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

inline std::vector<File> small_files() {
  return {small_pcap(false, false), small_pcap(true, false), small_pcap(false, true),
          small_pcap(true, true),   small_pcapng(false),     small_pcapng(true)};
}

#ifdef PP_HAVE_LIBPCAP
/// libpcap's reading; `ok` tells whether it reached a clean end. It has no nanosecond flag, so none is compared.
struct Oracle {
  std::vector<Seen> packets;
  bool ok = false;
};
inline Oracle libpcap(Buffer file) {
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
    const std::int64_t seconds =
        file[0] == 0x0a ? header->ts.tv_sec : static_cast<std::int64_t>(static_cast<std::uint32_t>(header->ts.tv_sec));
    out.packets.push_back({seconds * 1'000'000'000 + header->ts.tv_usec, 0, header->len, Buffer(data, data + header->caplen), false});
  }
  out.ok = status == PCAP_ERROR_BREAK;
  pcap_close(p);
  return out;
}

inline std::vector<Seen> without_link(std::vector<Seen> packets) {
  for (auto& p : packets) {
    p.link_type = 0;
    p.nanoseconds = false;
  }
  return packets;
}
#endif

inline void agrees_with_libpcap([[maybe_unused]] const Buffer& file) {
#ifdef PP_HAVE_LIBPCAP
  const auto ours = run(file);
  const auto theirs = libpcap(file);
  EXPECT_EQ(without_link(ours.packets), theirs.packets);
  EXPECT_EQ(ours.fault == CaptureFault::none, theirs.ok) << ours.text;
#endif
}

}  // namespace pp::packet::test
