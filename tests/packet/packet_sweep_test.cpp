// IPv4 header length x TCP data offset x captured bytes, all of them, against a plain reading of RFC 791 and RFC 9293.
#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

#include "pp/packet/decode.hpp"

namespace {
using namespace pp::packet;

TEST(PacketSweep, HeaderLengthsAndCuts) {
  constexpr std::size_t ethernet = 14, whole = ethernet + 15 * 4 + 15 * 4 + 7;
  for (std::size_t ihl = 0; ihl < 16; ++ihl) {
    for (std::size_t offset = 0; offset < 16; ++offset) {
      std::vector<std::uint8_t> frame(whole, 1);  // options are NOPs
      frame[12] = 0x08;
      frame[13] = 0x00;
      frame[14] = static_cast<std::uint8_t>(0x40U | ihl);
      frame[16] = 0;
      frame[17] = static_cast<std::uint8_t>(whole - ethernet);
      frame[20] = frame[21] = 0;
      frame[23] = 6;
      const std::size_t tcp = ethernet + ihl * 4;
      if (ihl >= 5) {
        std::iota(frame.begin() + static_cast<std::ptrdiff_t>(tcp), frame.begin() + static_cast<std::ptrdiff_t>(tcp + 20),
                  std::uint8_t{0x10});
        frame[tcp + 12] = static_cast<std::uint8_t>(offset << 4);
        frame[tcp + 13] = 0x10;
      }
      const std::size_t payload = tcp + offset * 4;
      for (std::size_t captured = 0; captured <= whole; ++captured) {
        SCOPED_TRACE(std::to_string(ihl) + " " + std::to_string(offset) + " " + std::to_string(captured));
        const std::vector<std::uint8_t> cut(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(captured));
        Packet p;
        p.link_type = 1;
        p.wire_length = whole;
        p.data = cut;
        Segment s;
        const Decoded d = decode(p, s);
        if (ihl < 5 || offset < 5) {
          ASSERT_NE(d, Decoded::segment);
          if (captured == whole) {
            ASSERT_EQ(d, Decoded::malformed);
          }
          continue;
        }
        ASSERT_NE(d, Decoded::malformed) << "a cut packet contradicts nothing";
        if (captured < tcp + 14) {  // up to the flags
          ASSERT_EQ(d, Decoded::truncated);
          continue;
        }
        if (captured < payload) {
          ASSERT_TRUE(d == Decoded::truncated || (d == Decoded::segment && s.payload.empty()));
          continue;
        }
        ASSERT_EQ(d, Decoded::segment);
        ASSERT_EQ(s.payload_length, whole - payload);
        ASSERT_EQ(s.payload.size(), captured - payload);
        ASSERT_EQ(s.seq, 0x14151617U);
        ASSERT_EQ(s.ack, 0x18191a1bU);
        ASSERT_EQ(s.flow.source_port, 0x1011U);
        ASSERT_EQ(s.flow.destination_port, 0x1213U);
        ASSERT_EQ(s.flags, 0x10U);
        ASSERT_FALSE(s.fragmented);
      }
    }
  }
}

}  // namespace
