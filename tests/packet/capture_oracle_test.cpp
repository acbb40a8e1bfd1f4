// libpcap as the second opinion: real captures, clocks it can tell, and everything that the writer writes.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "capture_files.hpp"
#include "pp/packet/capture_write.hpp"

namespace {
using namespace pp;
using namespace pp::packet;
using namespace pp::packet::test;

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

}  // namespace
