// Packet filters: what is said of a wrong one and where the caret stands, and what a right one passes.
#include "pp/source/filter.hpp"

#include <gtest/gtest.h>
#include <pcap/pcap.h>

#include <map>
#include <string>
#include <vector>

#include "packet_builder.hpp"
#include "pp/packet/link_types.hpp"

namespace {

using pp::source::Filter;
using pp::source::FilterFault;
using pp::source::PortRange;

struct WrongRow {
  const char* expression;
  const char* message;
  std::size_t offset;
  std::size_t length;  // 0: nothing is marked, unless the offset is the end
};

// The names here are looked up on this machine alone.
const WrongRow wrong_rows[] = {
    {"tcp prt 80", "syntax error at 'prt'", 4, 3},
    {"port 80 port 81", "syntax error at 'port'", 8, 4},
    {"port 80)", "syntax error at ')'", 7, 1},
    {"(port 80", "syntax error: the filter ends too early", 8, 0},
    {"tcp port", "syntax error: the filter ends too early", 8, 0},
    {"port 80 and", "syntax error: the filter ends too early", 11, 0},
    {"port 80 and ", "syntax error: the filter ends too early", 11, 0},
    {"and", "syntax error at 'and'", 0, 3},
    {"[::1]", "syntax error at '['", 0, 1},
    {"host ::zz", "syntax error at '::zz'", 5, 4},
    {"tcp[13", "syntax error: the filter ends too early", 6, 0},
    {"tcp[13:1] & & 2 != 0", "syntax error at '&'", 12, 1},
    {"tcp[tcpflags] & tcp-syn != 0 0", "syntax error at '0'", 29, 1},
    {"((port 80 or port 81) and host 192.0.2.1) or or port 5", "syntax error at 'or'", 45, 2},
    {"port 1\nor prt 2", "unknown port 'prt'", 10, 3},
    {"tcp port nosuch", "unknown port 'nosuch'", 9, 6},
    {"ip proto nosuch", "unknown ip proto 'nosuch'", 9, 6},
    {"tcp port 99999", "illegal port number 99999 > 65535", 9, 5},
    {"net 192.0.2.0/33", "mask length must be <= 32", 14, 2},
    {"host 192.0.2.400", "invalid IPv4 address '192.0.2.400'", 5, 11},
    {"tcp host 192.0.2.1", "'tcp' modifier applied to host", 0, 3},
    {"vlan 5000", "VLAN tag 5000 greater than maximum 4095", 5, 4},
    {"ether host 1:2", "illegal link layer address", 11, 3},
    {"port 80 and \\nosuch", "unknown port 'nosuch'", 12, 7},
    {"tcp and udp", "expression rejects all packets", 0, 0},
    {"nosuchfile", "no packet filter begins with 'nosuchfile'; a host's name follows 'host'", 0, 10},
    {"not (nosuch.example.test)", "no packet filter begins with 'nosuch.example.test'; a host's name follows 'host'", 5, 19},
    {"\x1b[31m", "syntax error at '\x1b'", 0, 1},
};

TEST(Filter, WrongOnesNameTheirPlace) {
  for (const WrongRow& row : wrong_rows) {
    SCOPED_TRACE(row.expression);
    const auto fault = pp::source::check_filter(row.expression);
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->message, row.message);
    EXPECT_EQ(fault->offset, row.offset);
    EXPECT_EQ(fault->length, row.length);
  }
}

TEST(Filter, RightOnes) {
  for (const char* expression :
       {"", "tcp", "tcp port 80", "port http", "not port 22", "(tcp or udp) and net 192.0.2.0/24", "ip6 and tcp", "vlan and port 80",
        "icmp[icmptype] = icmp-echo", "inbound", "wlan type mgt", "host 192.0.2.1 or 2001:db8::1", "ether host 02:00:00:00:00:01",
        "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0", "portrange 1-80", "less 100"}) {
    const auto fault = pp::source::check_filter(expression);
    EXPECT_FALSE(fault) << expression << ": " << fault->message;
  }
}

TEST(Filter, CaretsStandBelowTheWord) {
  const auto carets = [](const std::string& expression) { return filter_carets(expression, *pp::source::check_filter(expression)); };
  EXPECT_EQ(carets("tcp prt 80"), "   | tcp prt 80\n   |     ^^^\n");
  EXPECT_EQ(carets("tcp port"), "   | tcp port\n   |         ^\n");
  EXPECT_EQ(carets("port 1\nor prt 2\nor port 3"), "   | or prt 2\n   |    ^^^\n");
  EXPECT_EQ(carets("tcp and udp"), "");
  EXPECT_EQ(carets("\x1b[31m"), "   | \\x1b[31m\n   | ^^^^\n");
  EXPECT_EQ(carets("port 80 or \x1b"), "   | port 80 or \\x1b\n   |            ^^^^\n");
  std::string list = "port 1";
  for (int i = 2; i < 40; ++i) list += " or port " + std::to_string(i);
  const std::string shown = carets(list + " prt 7" + list);
  EXPECT_EQ(shown.size(), 2 * shown.find('\n') + 2 - (shown.find('\n') - shown.find("prt") - 3)) << shown;
  EXPECT_LT(shown.find('\n'), 150U);
  EXPECT_EQ(shown.substr(shown.find("prt"), 3), "prt");
  EXPECT_EQ(shown.find('^') - shown.find('\n') - 1, shown.find("prt"));
}

TEST(Filter, CommentsOfAFileAreBlanked) {
  std::string expression;
  EXPECT_FALSE(pp::source::filter_from_file("tcp # and\nport 80 # 81", expression));
  EXPECT_EQ(expression, "tcp      \nport 80     ");
  EXPECT_FALSE(pp::source::filter_from_file("", expression));
  EXPECT_EQ(expression, "");
  const auto fault = pp::source::filter_from_file(std::string_view("tcp\0port", 8), expression);
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->message, "a filter is text, and byte 3 is 0");
}

using namespace pp::test;

Frame tcp_frame(unsigned sport, unsigned dport) { return tcp({.sport = sport, .dport = dport}, bytes_of("x")); }

TEST(Filter, IsCompiledForEachLinkType) {
  const Frame packet = ipv4({}, tcp_frame(40000, 9999));
  Filter filter("tcp dst port 9999 and (ip6 or host 10.0.0.2)");
  Filter other("tcp src port 9999");
  const Frame snap{0xaa, 0xaa, 3, 0, 0, 0, 8, 0};
  const Frame wlan = Frame{0x08, 0x02} + Frame(22, 2);
  // By LINKTYPE_.
  const std::map<std::uint32_t, Frame> frames = {{1, ethernet(0x0800, packet)},
                                                 {113, sll(0x0800, packet)},
                                                 {276, sll2(0x0800, packet)},
                                                 {101, packet},
                                                 {14, packet},
                                                 {228, packet},
                                                 {229, ipv6(6, tcp_frame(40000, 9999))},
                                                 {12, packet},
                                                 {0, Frame{2, 0, 0, 0} + packet},
                                                 {108, Frame{0, 0, 0, 2} + packet},
                                                 {6, Frame{0x10, 0x40} + Frame(12, 2) + snap + packet},
                                                 {8, Frame(16, 0) + packet},
                                                 {9, Frame{0xff, 3, 0, 0x21} + packet},
                                                 {10, Frame{0x50} + Frame(12, 2) + snap + packet},
                                                 {50, Frame{0xff, 3, 0, 0x21} + packet},
                                                 {51, Frame{0x11, 0, 0, 1, 0, 43, 0, 0x21} + packet},
                                                 {100, snap + packet},
                                                 {104, Frame{0x0f, 0, 8, 0} + packet},
                                                 {105, wlan + snap + packet},
                                                 {107, Frame{0x18, 0x41, 3, 0xcc} + packet},
                                                 {109, Frame{2, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0} + packet},
                                                 {117, Frame{61, 2, 0, 0} + Frame(60, 0) + packet},
                                                 {119, Frame{0x44, 0, 0, 0, 144, 0, 0, 0} + Frame(136, 0) + wlan + snap + packet},
                                                 {127, Frame{0, 0, 8, 0, 0, 0, 0, 0} + wlan + snap + packet},
                                                 {138, Frame(16, 2) + Frame{8, 0} + packet},
                                                 {163, Frame{0x80, 0x21, 0x10, 1, 0, 0, 0, 64} + Frame(56, 0) + wlan + snap + packet},
                                                 {166, Frame{1, 3, 0, 0x21} + packet},
                                                 {192, Frame{0, 0, 8, 0, 105, 0, 0, 0} + wlan + snap + packet},
                                                 {197, Frame(8, 0) + Frame{22, 4, 0, 57, 0, 0, 0, 41} + packet},
                                                 {204, Frame{0, 0xff, 3, 0, 0x21} + packet},
                                                 {205, Frame{0, 0x0f, 0, 8, 0} + packet},
                                                 {206, Frame{0, 0x18, 0x41, 3, 0xcc} + packet},
                                                 {219, Frame{0, 2, 1, 64} + packet},
                                                 {226, Frame{1, 2} + Frame(22, 0) + packet},
                                                 {239, Frame{2, 0, 0, 0, 45, 0, 9, 0} + packet},
                                                 {240, Frame(4, 0) + ethernet(0x0800, packet)},
                                                 {241, Frame(4, 0) + Frame(8, 0x55) + ethernet(0x0800, packet)},
                                                 {242, Frame{8, 0, 0, 0} + packet},
                                                 {258, Frame{12, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0} + ethernet(0x0800, packet)},
                                                 {281, Frame(12, 2) + Frame{0, 0, 0, 8, 8, 0} + packet},
                                                 {282, Frame{0, 0, 0, 8} + ethernet(0x0800, packet)},
                                                 {284, Frame(12, 2) + Frame{0xc0, 0x40, 0, 1, 8, 0} + packet},
                                                 {285, Frame(12, 2) + Frame{0xda, 0xda, 0, 0, 0xc0, 0x40, 0, 1, 8, 0} + packet}};
  for (int round = 0; round < 2; ++round) {
    for (const pp::packet::LinkType& link_type : pp::packet::link_types()) {
      if (link_type.open == nullptr) continue;
      const std::uint32_t link = link_type.number;
      SCOPED_TRACE(link);
      ASSERT_TRUE(frames.contains(link)) << "a link type without a frame in this test";
      const Frame& frame = frames.at(link);
      EXPECT_TRUE(filter.passes(packet_of(frame, 1, 0, link)));
      EXPECT_FALSE(other.passes(packet_of(frame, 1, 0, link)));
      // Cut before the ports: nothing to find them by.
      Frame cut(frame.begin(), frame.end() - 21);
      EXPECT_FALSE(filter.passes(packet_of(cut, 1, 0, link)));
      EXPECT_FALSE(filter.passes(packet_of({}, 1, 0, link)));
    }
  }
  EXPECT_TRUE(filter.refusals().empty());
}

/// It knows each of them, and those of raw IP are what it calls RAW on this system.
TEST(Filter, LinkTypesHaveLibpcapsNumbers) {
  for (const pp::packet::LinkType& link : pp::packet::link_types()) {
    // These it has no names for.
    const bool unnamed = link.number == 252 || (link.number >= 204 && link.number <= 206);
    EXPECT_EQ(pcap_datalink_val_to_name(static_cast<int>(link.dlt)) == nullptr, unnamed) << link.number;
    const bool raw = link.number == 12 || link.number == 14 || link.number == 101;
    EXPECT_EQ(link.dlt == static_cast<std::uint32_t>(DLT_RAW), raw) << link.number;
  }
}

TEST(Filter, LinkTypesWithoutMeaningAreNamedOnce) {
  Filter wireless("wlan type mgt");
  const Frame frame = ethernet(0x0800, ipv4({}, tcp_frame(1, 2)));
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(wireless.passes(packet_of(frame)));
    EXPECT_FALSE(wireless.passes(packet_of(frame, 1, 0, 101)));
  }
  ASSERT_EQ(wireless.refusals().size(), 2U);
  EXPECT_EQ(wireless.refusals()[0].link_type, 1U);
  EXPECT_EQ(wireless.refusals()[0].message, "802.11 link-layer types supported only on 802.11");
  // What no packet of a link type can be is no mistake there.
  Filter ip6("ip6");
  EXPECT_FALSE(ip6.passes(packet_of(frame, 1, 0, 228)));
  EXPECT_TRUE(ip6.refusals().empty());
}

TEST(Filter, AnyNumberOfLinkTypesIsBounded) {
  Filter filter("tcp");
  const Frame packet = ipv4({}, tcp_frame(1, 2));
  for (std::uint32_t link = 0; link < 3000; ++link) filter.passes(packet_of(packet, 1, 0, link * 1431655765U));
  EXPECT_LE(filter.refusals().size(), 8U);
  EXPECT_TRUE(filter.passes(packet_of(packet, 1, 0, 101)));
}

TEST(PortFilter, PassesWhatMayBelongToThePorts) {
  const PortRange ports[] = {{80, 80}, {8000, 8010}};
  const std::string expression = port_filter(ports, true);
  ASSERT_FALSE(pp::source::check_filter(expression));
  Filter filter(expression);
  const auto passes = [&filter](const Frame& frame) { return filter.passes(packet_of(frame)); };
  for (const std::vector<unsigned>& tags : {std::vector<unsigned>{}, {0x8100}, {0x88a8, 0x8100}}) {
    SCOPED_TRACE(tags.size());
    const auto v4 = [&tags](const Frame& payload, unsigned protocol = 6) {
      return ethernet(0x0800, ipv4({.protocol = protocol}, payload), tags);
    };
    const auto v6 = [&tags](const Frame& payload, unsigned next = 6) { return ethernet(0x86dd, ipv6(next, payload), tags); };
    EXPECT_TRUE(passes(v4(tcp_frame(40000, 80))));
    EXPECT_TRUE(passes(v4(tcp_frame(8005, 40000))));
    EXPECT_TRUE(passes(v4(udp(40000, 8010, bytes_of("x")), 17)));
    EXPECT_TRUE(passes(v6(tcp_frame(40000, 8000))));
    EXPECT_FALSE(passes(v4(tcp_frame(40000, 81))));
    EXPECT_FALSE(passes(v6(tcp_frame(40000, 7999))));
    EXPECT_FALSE(passes(ethernet(0x0806, Frame(28), tags)));
    // No ports to see, and one of these may be a piece of a header.
    EXPECT_TRUE(passes(ethernet(0x0800, ipv4({.fragment = 100}, bytes_of("xxxxxxxx")), tags)));
    EXPECT_TRUE(passes(v6(extension(6, 1) + tcp_frame(1, 2), 0)));
  }
  Filter plain(port_filter(ports, false));
  EXPECT_TRUE(plain.passes(packet_of(ethernet(0x0800, ipv4({}, tcp_frame(40000, 80))))));
  EXPECT_FALSE(plain.passes(packet_of(ethernet(0x0800, ipv4({}, tcp_frame(40000, 80)), {0x8100}))));
}

}  // namespace
