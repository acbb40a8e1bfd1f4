// From frames to segments: every link layer, IP oddities, and every length that a snaplen can cut to.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "packet_builder.hpp"
#include "pp/packet/decode.hpp"
#include "pp/packet/link_types.hpp"

namespace {

using namespace pp::test;
using pp::Bytes;
using pp::packet::decode;
using pp::packet::decode_any;
using pp::packet::Decoded;
using pp::packet::Packet;
using pp::packet::Protocol;
using pp::packet::Segment;

const Frame body = bytes_of("hello");
const TcpFields fields{40000, 9999, 0x01020304, 0x05060708, ack | fin, 0};

Frame tcp4() { return ipv4({}, tcp(fields, body)); }
Frame tcp6() { return ipv6(6, tcp(fields, body)); }
Frame family(const Frame& order, const Frame& payload) { return order + payload; }

/// The packet of a tunnel between other hosts.
Frame outer(unsigned protocol, const Frame& payload) {
  return ipv4({.source = 0xc0a80101, .destination = 0xc0a80102, .protocol = protocol}, payload);
}
Frame nested(unsigned times, Frame payload) {
  for (unsigned i = 0; i < times; ++i) payload = outer(4, payload);
  return payload;
}

Frame patched(Frame frame, std::size_t at, unsigned value) {
  frame[at] = static_cast<std::uint8_t>(value);
  return frame;
}
/// So many IPv6 extension headers in front of TCP.
Frame extended(unsigned times) {
  Frame chain;
  for (unsigned i = 0; i < times; ++i) chain = chain + extension(i + 1 < times ? 60 : 6, 1);
  return ipv6(times > 0 ? 60 : 6, chain + tcp(fields, body));
}

/// LLC and SNAP in front of a payload with an EtherType.
Frame snap(unsigned type, const Frame& payload) {
  Frame out{0xaa, 0xaa, 0x03, 0, 0, 0};
  put16(out, type);
  return out + payload;
}
/// An 802.11 data frame: its control field, three or four addresses, sequence control, and `more` after them.
Frame wlan(unsigned control, unsigned flags, const Frame& more, const Frame& payload) {
  Frame out;
  put8(out, control);
  put8(out, flags);
  return out + Frame(22, 0x02) + more + payload;
}
Frame in_udp(unsigned port, const Frame& payload) { return outer(17, udp(50000, port, payload)); }

struct Row {
  const char* id;
  std::uint32_t link;
  Frame frame;
  Decoded expected;
  bool v6 = false;
};

std::vector<Row> rows() {
  using D = Decoded;
  return {
      {"ethernet", 1, ethernet(0x0800, tcp4()), D::segment},
      {"ethernet/padding", 1, ethernet(0x0800, tcp4()) + Frame(9, 0xee), D::segment},
      {"ethernet/vlan", 1, ethernet(0x0800, tcp4(), {0x8100}), D::segment},
      {"ethernet/qinq", 1, ethernet(0x86dd, tcp6(), {0x88a8, 0x8100}), D::segment, true},
      {"ethernet/vlan-9100-five", 1, ethernet(0x0800, tcp4(), {0x9100, 0x9100, 0x8100, 0x8100, 0x8100}), D::segment},
      {"ethernet/arp", 1, ethernet(0x0806, Frame(28, 0)), D::not_ip},
      {"ethernet/802.3", 1, ethernet(0x0026, Frame(38, 0xaa)), D::not_ip},
      {"ethernet/runt", 1, Frame(13, 0), D::malformed},
      {"ethernet/tag-at-end", 1, ethernet(0x8100, {}), D::malformed},
      {"sll", 113, sll(0x0800, tcp4()), D::segment},
      {"sll/vlan", 113, sll(0x8100, Frame{0, 1, 0x86, 0xdd} + tcp6()), D::segment, true},
      {"sll2", 276, sll2(0x86dd, tcp6()), D::segment, true},
      {"raw/12", 12, tcp4(), D::segment},
      {"raw/14", 14, tcp6(), D::segment, true},
      {"raw/101", 101, tcp4(), D::segment},
      {"raw/neither", 101, Frame(40, 0x50), D::not_ip},
      {"ipv4", 228, tcp4(), D::segment},
      {"ipv6", 229, tcp6(), D::segment, true},
      {"ipv4/is-6", 228, tcp6(), D::malformed},
      {"ipv6/is-4", 229, tcp4(), D::malformed},
      {"null/little", 0, family({2, 0, 0, 0}, tcp4()), D::segment},
      {"null/big", 0, family({0, 0, 0, 2}, tcp4()), D::segment},
      {"null/ipv6-24", 0, family({24, 0, 0, 0}, tcp6()), D::segment, true},
      {"null/ipv6-28", 0, family({0, 0, 0, 28}, tcp6()), D::segment, true},
      {"null/ipv6-30", 0, family({30, 0, 0, 0}, tcp6()), D::segment, true},
      {"null/other", 0, family({7, 0, 0, 0}, tcp4()), D::not_ip},
      {"loop", 108, family({0, 0, 0, 2}, tcp4()), D::segment},
      {"loop/little", 108, family({2, 0, 0, 0}, tcp4()), D::not_ip},
      {"unknown-link", 147, tcp4(), D::unsupported_link},
      {"ipv4/options", 228, ipv4({.options = 10}, tcp(fields, body)), D::segment},
      {"ipv4/total-0", 228, ipv4({.total = 0}, tcp(fields, body)), D::segment},
      {"ipv4/total-short", 228, ipv4({.total = 19}, tcp(fields, body)), D::malformed},
      {"ipv4/total-in-tcp", 228, ipv4({.total = 39}, tcp(fields, body)), D::malformed},
      {"ipv4/dont-fragment", 1, ethernet(0x0800, ipv4({.fragment = 0x4000}, tcp(fields, body))), D::segment},
      {"ipv4/first-fragment", 1, ethernet(0x0800, ipv4({.fragment = 0x2000}, tcp(fields, body))), D::fragment},
      {"ipv4/later-fragment", 1, ethernet(0x0800, ipv4({.fragment = 0x2001}, tcp(fields, body))), D::fragment},
      {"ipv4/last-fragment", 228, ipv4({.fragment = 0x0003}, tcp(fields, body)), D::fragment},
      {"ipv4/icmp", 228, ipv4({.protocol = 1}, Frame(16, 0)), D::not_tcp_udp},
      {"tcp/options", 228, ipv4({}, tcp({40000, 9999, 0x01020304, 0x05060708, ack | fin, 10}, body)), D::segment},
      {"ipv6/hop-by-hop", 229, ipv6(0, extension(6, 1) + tcp(fields, body)), D::segment, true},
      {"ipv6/chain", 229,
       ipv6(0, extension(43, 1) + extension(60, 3) + extension(44, 2) + fragment_header(51, 0) + auth_header(6, 6) + tcp(fields, body)),
       D::segment, true},
      {"ipv6/first-fragment", 229, ipv6(44, fragment_header(6, 1) + tcp(fields, body)), D::fragment},
      {"ipv4/auth", 228, ipv4({.protocol = 51}, auth_header(6, 6) + tcp(fields, body)), D::segment},
      {"ipv4/esp", 228, ipv4({.protocol = 50}, Frame(40, 0)), D::wrapped},
      {"ip-in-ip", 228, outer(4, tcp4()), D::segment},
      {"ip-in-ip/6in4", 1, ethernet(0x0800, outer(41, tcp6())), D::segment, true},
      {"ip-in-ip/4in6", 229, ipv6(4, tcp4()), D::segment},
      {"ip-in-ip/sixteen", 228, nested(14, tcp4()), D::segment},
      {"ip-in-ip/too-deep", 228, nested(200, tcp4()), D::wrapped},
      {"gre", 228, outer(47, gre(0, 0x0800, tcp4())), D::segment},
      {"gre/checksum-key-sequence", 228, outer(47, gre(0xb000, 0x86dd, tcp6())), D::segment, true},
      {"gre/bridged", 229, ipv6(47, gre(0x2000, 0x6558, ethernet(0x0800, tcp4(), {0x8100}))), D::segment},
      {"gre/erspan-1", 228, outer(47, gre(0, 0x88be, ethernet(0x0800, tcp4()))), D::segment},
      {"gre/erspan-2", 228, outer(47, gre(0x1000, 0x88be, Frame(8, 0x10) + ethernet(0x0800, tcp4()))), D::segment},
      {"gre/erspan-3", 228, outer(47, gre(0x1000, 0x22eb, Frame(12, 0x20) + ethernet(0x0800, tcp4()))), D::segment},
      {"gre/erspan-3-platform", 228, outer(47, gre(0x1000, 0x22eb, Frame(11, 0x20) + Frame{0x21} + Frame(8, 0) + ethernet(0x0800, tcp4()))),
       D::segment},
      {"gre/mpls", 228, outer(47, gre(0, 0x8847, Frame{0, 1, 1, 64} + tcp4())), D::segment},
      {"gre/pptp", 228, outer(47, gre(0x2001, 0x880b, Frame(20, 0))), D::wrapped},
      {"gre/routing", 228, outer(47, gre(0x4000, 0x0800, tcp4())), D::wrapped},
      {"gre/other", 228, outer(47, gre(0, 0x883e, tcp4())), D::wrapped},
      {"vxlan", 1, ethernet(0x0800, outer(17, udp(50000, 4789, vxlan(0x08000000, ethernet(0x0800, tcp4()))))), D::segment},
      {"vxlan/linux-port-v6", 229, ipv6(17, udp(50000, 8472, vxlan(0x08000000, ethernet(0x86dd, tcp6(), {0x8100})))), D::segment, true},
      {"vxlan/group-policy", 228, outer(17, udp(50000, 4789, vxlan(0x88000007, ethernet(0x0800, tcp4())))), D::segment},
      {"vxlan/generic-ip", 228, outer(17, udp(50000, 4790, vxlan(0x0c000001, tcp4()))), D::segment},
      {"vxlan/arp", 228, outer(17, udp(50000, 4789, vxlan(0x08000000, ethernet(0x0806, Frame(28, 0))))), D::not_ip},
      {"vxlan/in-vxlan", 228,
       outer(17, udp(1, 4789, vxlan(0x08000000, ethernet(0x0800, outer(17, udp(1, 4789, vxlan(0x08000000, ethernet(0x0800, tcp4())))))))),
       D::segment},
      {"geneve", 228, outer(17, udp(50000, 6081, geneve(0, 0x6558, ethernet(0x0800, tcp4())))), D::segment},
      {"geneve/options-ip", 228, outer(17, udp(50000, 6081, geneve(8, 0x0800, tcp4()))), D::segment},
      {"ethernet-in-ip", 228, outer(97, Frame{0x30, 0} + ethernet(0x86dd, tcp6())), D::segment, true},
      {"mpls", 1, ethernet(0x8847, Frame{0, 1, 0, 64, 0, 2, 1, 64} + tcp4()), D::segment},
      {"mpls/in-ip", 228, outer(137, Frame{0, 2, 1, 64} + tcp6()), D::segment, true},
      {"mpls/pseudowire", 1, ethernet(0x8847, Frame{0, 2, 1, 64, 0, 0, 0, 0} + ethernet(0x0800, tcp4())), D::segment},
      {"mpls/other", 1, ethernet(0x8847, Frame{0, 2, 1, 64} + Frame(20, 0x99)), D::wrapped},
      {"pppoe", 1, ethernet(0x8864, Frame{0x11, 0, 0, 1, 0, 40, 0, 0x21} + tcp4()), D::segment},
      {"pppoe/one-byte-protocol", 1, ethernet(0x8864, Frame{0x11, 0, 0, 1, 0, 39, 0x21} + tcp4()), D::segment},
      {"pppoe/ipv6", 1, ethernet(0x8864, Frame{0x11, 0, 0, 1, 0, 40, 0, 0x57} + tcp6()), D::segment, true},
      {"pppoe/mpls", 1, ethernet(0x8864, Frame{0x11, 0, 0, 1, 0, 40, 2, 0x81, 0, 1, 1, 64} + tcp4()), D::segment},
      {"pppoe/control", 1, ethernet(0x8864, Frame{0x11, 0, 0, 1, 0, 8, 0x80, 0} + Frame(8, 0)), D::not_ip},
      {"pppoe/other", 1, ethernet(0x8864, Frame{0x11, 0, 0, 1, 0, 8, 0x7e, 0xff} + Frame(8, 0)), D::wrapped},
      {"pppoe/short", 1, ethernet(0x8864, Frame{0x11, 0, 0, 1, 0}), D::malformed},
      {"ethernet/vlan-9200", 1, ethernet(0x0800, tcp4(), {0x9200}), D::segment},
      {"ethernet/backbone", 1, ethernet(0x88e7, Frame(40, 0)), D::wrapped},
      {"ethernet/service-header", 1, ethernet(0x894f, Frame(40, 0)), D::wrapped},
      {"ethernet/bridged", 1, ethernet(0x6558, ethernet(0x0800, tcp4())), D::segment},
      {"ethernet/mpls-multicast", 1, ethernet(0x8848, Frame{0, 2, 1, 64} + tcp4()), D::segment},
      {"gre/vlan", 228, outer(47, gre(0, 0x8100, Frame{0, 1, 0x08, 0} + tcp4())), D::segment},
      {"gre/vlan-88a8", 228, outer(47, gre(0, 0x88a8, Frame{0, 1, 0x08, 0} + tcp4())), D::segment},
      {"gre/mpls-multicast", 228, outer(47, gre(0, 0x8848, Frame{0, 1, 1, 64} + tcp4())), D::segment},
      {"vxlan/generic-ipv6", 228, outer(17, udp(50000, 4790, vxlan(0x0c000002, tcp6()))), D::segment, true},
      {"vxlan/generic-ethernet", 228, outer(17, udp(50000, 4790, vxlan(0x0c000003, ethernet(0x0800, tcp4())))), D::segment},
      {"vxlan/generic-plain", 228, outer(17, udp(50000, 4790, vxlan(0x08000000, ethernet(0x0800, tcp4())))), D::segment},
      {"geneve/type-0600", 228, outer(17, udp(50000, 6081, geneve(0, 0x0600, tcp4()))), D::not_ip},
      {"pppoe/set-up", 1, ethernet(0x8864, Frame{0x11, 0, 0, 1, 0, 8, 0xc0, 0x21} + Frame(8, 0)), D::not_ip},
      {"macsec", 1, ethernet(0x88e5, Frame(40, 0)), D::wrapped},
      {"ipv6/later-fragment", 229, ipv6(44, fragment_header(6, 8) + tcp(fields, body)), D::fragment},
      {"ipv6/length-0", 229, ipv6(6, tcp(fields, body), 0), D::segment, true},
      {"ipv6/no-next", 229, ipv6(59, {}), D::not_tcp_udp},
      {"ipv6/esp", 229, ipv6(50, Frame(40, 0)), D::wrapped},
      {"raw/looks-like-ethernet", 101, ethernet(0x0800, tcp4()), D::not_ip},
      {"null/ipv6-10", 0, family({10, 0, 0, 0}, tcp6()), D::segment, true},
      {"ipv4/version-5", 228, patched(tcp4(), 0, 0x55), D::malformed},
      {"ipv6/version-5", 229, patched(tcp6(), 0, 0x50), D::malformed},
      {"ipv4/four-words", 228, patched(ipv4({.protocol = 1}, Frame(16, 0)), 0, 0x44), D::malformed},
      {"ipv4/empty", 228, ipv4({.protocol = 1}, {}), D::not_tcp_udp},
      {"ipv4/total-19", 228, ipv4({.protocol = 1, .total = 19}, {}), D::malformed},
      {"tcp/offset-4", 228, ipv4({}, patched(tcp(fields, body), 12, 0x40)), D::malformed},
      {"tcp/offset-past-end", 228, ipv4({}, patched(tcp(fields, body), 12, 0x70)), D::malformed},
      {"tcp/short", 228, ipv4({}, Frame(19, 0x50)), D::malformed},
      {"ipv6/padding", 1, ethernet(0x86dd, tcp6()) + Frame(9, 0xee), D::segment, true},
      {"ipv6/fifteen-extensions", 229, extended(15), D::segment, true},
      {"ipv6/sixteen-extensions", 229, extended(16), D::malformed},
      {"ipv6/router-alert", 229, ipv6(0, patched(patched(extension(6, 1), 2, 5), 3, 2) + tcp(fields, body)), D::segment, true},
      {"ipv6/extension-at-end", 229, ipv6(0, extension(59, 1)), D::not_tcp_udp},
      {"ipv6/extension-past-end-no-next", 229, ipv6(0, Frame{59, 1, 0, 0, 0, 0, 0, 0}), D::malformed},
      {"ipv6/atomic-fragment-reserved", 229, ipv6(44, patched(fragment_header(6, 0), 1, 5) + tcp(fields, body)), D::segment, true},
      {"ipv4/extension-is-no-protocol", 228, ipv4({.protocol = 60}, extension(6, 1) + tcp(fields, body)), D::not_tcp_udp},
      {"ip-in-ip/deepest", 228, nested(15, tcp4()), D::segment},
      {"ip-in-ip/deeper", 228, nested(16, tcp4()), D::wrapped},
      {"ip-in-ip/deepest-behind-raw", 101, nested(14, tcp4()), D::segment},
      {"ip-in-ip/deeper-behind-raw", 101, nested(15, tcp4()), D::wrapped},
      {"ethernet-in-ip/short", 228, outer(97, {0x30}), D::malformed},
      {"l2tp", 228, outer(115, Frame(40, 0)), D::wrapped},
      {"ethernet/llc-snap", 1, ethernet(48 + 5, snap(0x0800, tcp4())) + Frame(3, 0xee), D::segment},
      {"ethernet/llc-snap-bridged", 1, ethernet(0x0100, Frame{0xaa, 0xaa, 3, 0, 0x80, 0xc2, 0, 7} + ethernet(0x0800, tcp4())), D::segment},
      {"ethernet/llc-snap-other", 1, ethernet(0x0100, Frame{0xaa, 0xaa, 3, 0, 0x80, 0xc2, 0, 9} + Frame(40, 0)), D::wrapped},
      {"ethernet/llc-cisco", 1, ethernet(0x0030, Frame{0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0} + Frame(40, 0)), D::not_ip},
      {"ethernet/llc-ip", 1, ethernet(48, Frame{6, 6, 3} + tcp4()), D::segment},
      {"ethernet/spanning-tree", 1, ethernet(0x0026, Frame{0x42, 0x42, 3} + Frame(35, 0)), D::not_ip},
      {"ethernet/edsa", 1, ethernet(0xdada, Frame{0, 0, 0x40, 1, 0, 0, 0x08, 0} + tcp4()), D::segment},
      {"ppp", 9, Frame{0x00, 0x21} + tcp4(), D::segment},
      {"ppp/hdlc", 9, Frame{0xff, 0x03, 0x00, 0x57} + tcp6(), D::segment, true},
      {"ppp/one-byte", 9, Frame{0x21} + tcp4(), D::segment},
      {"ppp-serial", 50, Frame{0xff, 0x03, 0x00, 0x21} + tcp4(), D::segment},
      {"ppp-serial/cisco", 50, Frame{0x0f, 0x00, 0x08, 0x00} + tcp4(), D::segment},
      {"pppoe/link", 51, Frame{0x11, 0, 0, 1, 0, 40, 0, 0x21} + tcp4(), D::segment},
      {"ppp-pppd", 166, Frame{0x01, 0x03, 0x00, 0x21} + tcp4(), D::segment},
      {"ppp-direction", 204, Frame{0x00, 0xff, 0x03, 0x00, 0x21} + tcp4(), D::segment},
      {"c-hdlc", 104, Frame{0x0f, 0x00, 0x86, 0xdd} + tcp6(), D::segment, true},
      {"c-hdlc-direction", 205, Frame{0x01, 0x8f, 0x00, 0x08, 0x00} + tcp4(), D::segment},
      {"frame-relay", 107, Frame{0x18, 0x41, 0x03, 0xcc} + tcp4(), D::segment},
      {"frame-relay/ipv6", 107, Frame{0x18, 0x41, 0x03, 0x8e} + tcp6(), D::segment, true},
      {"frame-relay/four-byte-address", 107, Frame{0x18, 0x40, 0x40, 0x41, 0x03, 0xcc} + tcp4(), D::segment},
      {"frame-relay/snap", 107, Frame{0x18, 0x41, 0x03, 0x00, 0x80, 0, 0, 0, 0x08, 0} + tcp4(), D::segment},
      {"frame-relay/cisco", 107, Frame{0x18, 0x41, 0x08, 0x00} + tcp4(), D::segment},
      {"frame-relay/lmi", 107, Frame{0x00, 0x01, 0x03, 0x08} + Frame(10, 0), D::not_ip},
      {"frame-relay/endless-address", 107, Frame(12, 0), D::malformed},
      {"frame-relay-direction", 206, Frame{0x00, 0x18, 0x41, 0x03, 0xcc} + tcp4(), D::segment},
      {"slip", 8, Frame(16, 0) + tcp4(), D::segment},
      {"slip/compressed", 8, Frame{0, 0x80} + Frame(14, 0) + Frame(20, 0), D::wrapped},
      {"llc-atm", 100, snap(0x0800, tcp4()), D::segment},
      {"token-ring", 6, Frame{0x10, 0x40} + Frame(12, 0x02) + snap(0x0800, tcp4()), D::segment},
      {"token-ring/route", 6, Frame{0x10, 0x40} + Frame(6, 0x02) + Frame(6, 0x82) + Frame{0x06, 0x30, 0, 1, 0, 2} + snap(0x0800, tcp4()),
       D::segment},
      {"fddi", 10, Frame{0x50} + Frame(12, 0x02) + snap(0x0800, tcp4()), D::segment},
      {"fddi/management", 10, Frame{0x41} + Frame(12, 0x02) + Frame(20, 0), D::not_ip},
      {"enc", 109, Frame{2, 0, 0, 0, 0, 0, 0x12, 0x34, 0, 0, 0, 1} + tcp4(), D::segment},
      {"pflog", 117, Frame{61, 2, 0, 0} + Frame(60, 0) + tcp4(), D::segment},
      {"pflog/ipv6-openbsd", 117, Frame{100, 24, 1, 0} + Frame(96, 0) + tcp6(), D::segment, true},
      {"pflog/no-header", 117, Frame{0, 2, 0, 0} + tcp4(), D::malformed},
      {"nflog", 239, Frame{2, 0, 0, 0, 8, 0, 1, 0, 8, 0, 0, 1, 49, 0, 9, 0} + tcp4() + Frame(3, 0), D::segment},
      {"nflog/big-endian", 239, Frame{10, 0, 0, 0, 0, 6, 0, 10, 0x61, 0, 0, 0, 0, 69, 0, 9} + tcp6(), D::segment, true},
      {"nflog/without-packet", 239, Frame{2, 0, 0, 0, 8, 0, 1, 0, 8, 0, 0, 1}, D::not_ip},
      {"nflog/short-attribute", 239, Frame{2, 0, 0, 0, 3, 0, 1, 0}, D::malformed},
      {"ipnet", 226, Frame{1, 2} + Frame(22, 0) + tcp4(), D::segment},
      {"ipnet/ipv6", 226, Frame{1, 26} + Frame(22, 0) + tcp6(), D::segment, true},
      {"ipoib", 242, Frame{0x08, 0x00, 0, 0} + tcp4(), D::segment},
      {"ipoib/routed", 242, Frame{0x60} + Frame(39, 0) + Frame{0x86, 0xdd, 0, 0} + tcp6(), D::segment, true},
      {"ieee1394", 138, Frame(16, 0x02) + Frame{0x08, 0x00} + tcp4(), D::segment},
      {"erf", 197, Frame(8, 0) + Frame{2, 4, 0, 77, 0, 0, 0, 63, 0, 0} + ethernet(0x0800, tcp4()) + Frame(4, 0xee), D::segment},
      {"erf/extended", 197, Frame(8, 0) + Frame{0x82, 4, 0, 93, 0, 0, 0, 63, 0x80} + Frame(15, 0) + Frame{0, 0} + ethernet(0x0800, tcp4()),
       D::segment},
      {"erf/hdlc", 197, Frame(8, 0) + Frame{1, 4, 0, 65, 0, 0, 0, 49, 0x0f, 0x00, 0x08, 0x00} + tcp4(), D::segment},
      {"erf/ipv6", 197, Frame(8, 0) + Frame{23, 4, 0, 81, 0, 0, 0, 65} + tcp6(), D::segment, true},
      {"erf/atm", 197, Frame(8, 0) + Frame{3, 4, 0, 72, 0, 0, 0, 52} + Frame(56, 0), D::wrapped},
      {"brcm-tag", 281, Frame(12, 0x02) + Frame{0, 0, 0, 8, 0x08, 0x00} + tcp4(), D::segment},
      {"brcm-tag-prepended", 282, Frame{0, 0, 0, 8} + ethernet(0x0800, tcp4()), D::segment},
      {"dsa", 284, Frame(12, 0x02) + Frame{0xc0, 0x40, 0, 1, 0x08, 0x00} + tcp4(), D::segment},
      {"edsa", 285, Frame(12, 0x02) + Frame{0xda, 0xda, 0, 0, 0xc0, 0x40, 0, 1, 0x08, 0x00} + tcp4(), D::segment},
      {"netanalyzer", 240, Frame(4, 0) + ethernet(0x0800, tcp4()), D::segment},
      {"netanalyzer/preamble", 241, Frame(4, 0) + Frame(7, 0x55) + Frame{0xd5} + ethernet(0x0800, tcp4()), D::segment},
      {"mpls-link", 219, Frame{0, 2, 1, 64} + tcp4(), D::segment},
      {"pktap", 258, Frame{108, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0} + Frame(96, 0) + ethernet(0x0800, tcp4()), D::segment},
      {"pktap/raw", 258, Frame{108, 0, 0, 0, 1, 0, 0, 0, 12, 0, 0, 0} + Frame(96, 0) + tcp6(), D::segment, true},
      {"pktap/no-packet", 258, Frame{108, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0} + Frame(96, 0), D::not_ip},
      {"pktap/in-pktap", 258, Frame{12, 0, 0, 0, 1, 0, 0, 0, 2, 1, 0, 0} + Frame(96, 0), D::unsupported_link},
      {"ppi", 192, Frame{0, 0, 8, 0, 105, 0, 0, 0} + wlan(0x08, 0x02, {}, snap(0x0800, tcp4())), D::segment},
      {"ppi/ethernet-fields", 192, Frame{0, 0, 12, 0, 1, 0, 0, 0, 9, 9, 0, 0} + ethernet(0x0800, tcp4()), D::segment},
      {"wlan", 105, wlan(0x08, 0x02, {}, snap(0x0800, tcp4())), D::segment},
      {"wlan/qos", 105, wlan(0x88, 0x01, {0, 0}, snap(0x86dd, tcp6())), D::segment, true},
      {"wlan/qos-order", 105, wlan(0x88, 0x81, {0, 0, 0, 0, 0, 0}, snap(0x0800, tcp4())), D::segment},
      {"wlan/four-addresses", 105, wlan(0x08, 0x03, Frame(6, 2), snap(0x0800, tcp4())), D::segment},
      {"wlan/aggregated", 105, wlan(0x88, 0x02, Frame{0x80, 0} + Frame(12, 2) + Frame{0, 53}, snap(0x0800, tcp4())) + Frame(9, 0xee),
       D::segment},
      {"wlan/encrypted", 105, wlan(0x08, 0x42, {}, Frame(60, 0)), D::wrapped},
      {"wlan/null", 105, wlan(0x48, 0x01, {}, {}), D::not_ip},
      {"wlan/beacon", 105, wlan(0x80, 0x00, {}, Frame(40, 0)), D::not_ip},
      {"radiotap", 127, Frame{0, 0, 8, 0, 0, 0, 0, 0} + wlan(0x08, 0x02, {}, snap(0x0800, tcp4())), D::segment},
      {"radiotap/padded", 127,
       Frame{0, 0, 17, 0, 3, 0, 0, 0} + Frame(8, 0) + Frame{0x20} + wlan(0x88, 0x02, {0, 0, 0, 0}, snap(0x0800, tcp4())), D::segment},
      {"radiotap/two-words", 127,
       Frame{0, 0, 13, 0, 2, 0, 0, 0x80, 0, 0, 0, 0, 0x20} + wlan(0x88, 0x02, {0, 0, 0, 0}, snap(0x0800, tcp4())), D::segment},
      {"prism", 119, Frame{0x44, 0, 0, 0, 144, 0, 0, 0} + Frame(136, 0) + wlan(0x08, 0x02, {}, snap(0x0800, tcp4())), D::segment},
      {"avs", 163, Frame{0x80, 0x21, 0x10, 0x01, 0, 0, 0, 64} + Frame(56, 0) + wlan(0x08, 0x02, {}, snap(0x0800, tcp4())), D::segment},
      {"avs/as-prism", 119, Frame{0x80, 0x21, 0x10, 0x01, 0, 0, 0, 64} + Frame(56, 0) + wlan(0x08, 0x02, {}, snap(0x0800, tcp4())),
       D::segment},
      {"vxlan/reserved", 228, in_udp(4789, Frame{0xff, 0x01, 0xd1, 0xf2, 0, 0, 7, 0x5a} + ethernet(0x0800, tcp4())), D::segment},
      {"vxlan/azure-inside", 228, in_udp(10800, vxlan(0x08000000, ethernet(0x0800, tcp4()))), D::segment},
      {"vxlan/azure-outside", 228, in_udp(10801, vxlan(0x08000000, ethernet(0x86dd, tcp6()))), D::segment, true},
      {"vxlan/generic-other", 228, in_udp(4790, vxlan(0x0c000004, Frame(40, 0))), D::wrapped},
      {"geneve/reserved", 228, in_udp(6081, patched(patched(geneve(0, 0x6558, ethernet(0x0800, tcp4())), 1, 0x3f), 7, 0xff)), D::segment},
      {"gue", 228, in_udp(6080, Frame{0x00, 4, 0, 0} + tcp4()), D::segment},
      {"gue/fields", 228, in_udp(6080, Frame{0x01, 41, 0, 0, 0, 0, 0, 1} + tcp6()), D::segment, true},
      {"gue/version-1", 228, in_udp(6080, tcp4()), D::segment},
      {"gue/control", 228, in_udp(6080, Frame{0x20, 1, 0, 0}), D::wrapped},
      {"fou", 228, in_udp(5555, tcp4()), D::segment},
      {"fou/ipv6", 228, in_udp(5555, tcp6()), D::segment, true},
      {"gre-in-udp", 228, in_udp(4754, gre(0, 0x0800, tcp4())), D::segment},
      {"gre-in-udp/key", 228, in_udp(4754, gre(0x2000, 0x86dd, tcp6())), D::segment, true},
      {"teredo", 228, in_udp(3544, tcp6()), D::segment, true},
      {"teredo/origin", 228, in_udp(3544, Frame{0, 0, 1, 2, 3, 4, 5, 6} + tcp6()), D::segment, true},
      {"gtp", 228, in_udp(2152, Frame{0x30, 0xff, 0, 45, 0, 0, 0, 1} + tcp4()), D::segment},
      {"gtp/extended", 228, in_udp(2152, Frame{0x34, 0xff, 0, 53, 0, 0, 0, 1, 0, 0, 0, 0x85, 1, 0x10, 9, 0} + tcp4()), D::segment},
      {"gtp/echo", 228, in_udp(2152, Frame{0x32, 1, 0, 4, 0, 0, 0, 0, 0, 1, 0, 0}), D::not_ip},
      {"capwap", 228, in_udp(5247, Frame{0, 0x10, 2, 0} + Frame(40, 0)), D::wrapped},
      {"ayiya", 228, in_udp(5072, Frame{0x44, 0x52, 0x11, 41} + Frame(40, 0)), D::wrapped},
      {"ipv6/extension-past-end", 229, ipv6(0, Frame{6, 200, 0, 0, 0, 0, 0, 0}), D::malformed},
  };
}

TEST(PacketDecode, Rows) {
  for (const Row& row : rows()) {
    SCOPED_TRACE(row.id);
    // An allocation of the exact size, so that the sanitizer sees every read past the end.
    const Frame frame(row.frame);
    Segment s;
    ASSERT_EQ(decode(packet_of(frame, 1, 0, row.link), s), row.expected);
    if (row.expected != Decoded::segment) continue;
    EXPECT_EQ(std::string(s.payload.begin(), s.payload.end()), "hello");
    EXPECT_EQ(s.payload_length, 5U);
    EXPECT_EQ(s.seq, 0x01020304U);
    EXPECT_EQ(s.ack, 0x05060708U);
    EXPECT_EQ(s.flags, ack | fin);
    EXPECT_EQ(s.flow.protocol, Protocol::tcp);
    EXPECT_EQ(pp::endpoint_text(s.flow.from().address, s.flow.from().port), row.v6 ? "[2001:db8::1]:40000" : "10.0.0.1:40000");
    EXPECT_EQ(pp::endpoint_text(s.flow.to().address, s.flow.to().port), row.v6 ? "[2001:db8::2]:9999" : "10.0.0.2:9999");
  }
}

// Law: a cut frame decodes to the same segment with fewer captured bytes, or is called truncated; never malformed.
TEST(PacketDecode, EverySnaplenCut) {
  for (const Row& row : rows()) {
    if (row.expected != Decoded::segment) continue;
    bool decoded_before = false;
    for (std::size_t n = 0; n <= row.frame.size(); ++n) {
      SCOPED_TRACE(std::string(row.id) + " cut to " + std::to_string(n));
      const Frame frame(row.frame.begin(), row.frame.begin() + static_cast<std::ptrdiff_t>(n));
      Packet p = packet_of(frame, 1, 0, row.link);
      p.wire_length = static_cast<std::uint32_t>(row.frame.size());
      Segment s;
      const Decoded d = decode(p, s);
      if (d == Decoded::segment) {
        decoded_before = true;
        EXPECT_EQ(s.payload_length, 5U);
        EXPECT_LE(s.payload.size(), 5U);
        EXPECT_EQ(std::string(s.payload.begin(), s.payload.end()), std::string("hello").substr(0, s.payload.size()));
      } else {
        EXPECT_EQ(d, Decoded::truncated);
        EXPECT_FALSE(decoded_before) << "more bytes must not undo a result";
      }
    }
    EXPECT_TRUE(decoded_before);
  }
}

TEST(PacketDecode, HeadersThatWereSentWholeAreTruncated) {
  const Frame thirteen(13, 0);
  Segment s;
  Packet p = packet_of(thirteen);
  EXPECT_EQ(decode(p, s), Decoded::malformed);
  p.wire_length = 14;
  EXPECT_EQ(decode(p, s), Decoded::truncated);
}

// Law: the inline path and the general one agree.
TEST(PacketDecode, InlinePathAgrees) {
  const Frame good = ethernet(0x0800, tcp4());
  for (std::size_t at = 12; at < good.size() - 5; ++at) {
    for (unsigned value = 0; value < 256; ++value) {
      Frame frame = good;
      frame[at] = static_cast<std::uint8_t>(value);
      Segment a;
      Segment b;
      const Decoded d = decode(packet_of(frame), a);
      ASSERT_EQ(d, decode_any(packet_of(frame), b)) << at << " " << value;
      if (d != Decoded::segment) continue;
      ASSERT_EQ(a.flow, b.flow);
      ASSERT_EQ(a.seq, b.seq);
      ASSERT_EQ(a.ack, b.ack);
      ASSERT_EQ(a.flags, b.flags);
      ASSERT_EQ(a.payload_length, b.payload_length);
      if (!b.payload.empty()) {
        ASSERT_EQ(a.payload.data(), b.payload.data());
      }
      ASSERT_EQ(a.payload.size(), b.payload.size());
    }
  }
}

TEST(PacketDecode, Udp) {
  const auto decoded = [](const Frame& frame, Segment& s) { return decode(packet_of(frame, 1, 0, 228), s); };
  const Frame datagram = udp(5000, 53, body);
  Segment s;
  {
    const Frame frame = ipv4({.protocol = 17}, datagram) + Frame(7, 0xee);
    ASSERT_EQ(decoded(frame, s), Decoded::segment);
    EXPECT_EQ(s.flow.protocol, Protocol::udp);
    EXPECT_EQ(s.payload_length, 5U);
    EXPECT_EQ(s.payload.size(), 5U);
    EXPECT_FALSE(s.fragmented);
  }
  const auto with_length = [&](unsigned length) {
    Frame changed = datagram;
    changed[5] = static_cast<std::uint8_t>(length);
    return changed;
  };
  {
    const Frame frame = ipv4({.protocol = 17}, with_length(0));
    ASSERT_EQ(decoded(frame, s), Decoded::segment);
    EXPECT_EQ(s.payload_length, 5U);
  }
  {
    const Frame frame = ipv4({.protocol = 17}, udp(5000, 53, {}));
    ASSERT_EQ(decoded(frame, s), Decoded::segment);
    EXPECT_EQ(s.payload_length, 0U);
  }
  {
    const Frame frame = ipv4({.protocol = 17}, udp(5000, 53, vxlan(0x08000000, ethernet(0x0800, tcp4()))));
    ASSERT_EQ(decoded(frame, s), Decoded::segment);
    EXPECT_EQ(s.flow.protocol, Protocol::udp) << "that port is no tunnel's";
  }
  const Frame too_short = ipv4({.protocol = 17}, with_length(7));
  EXPECT_EQ(decoded(too_short, s), Decoded::malformed);
  const Frame too_long = ipv4({.protocol = 17}, with_length(14));
  EXPECT_EQ(decoded(too_long, s), Decoded::malformed);
  {
    // The front of a datagram, all that is there of it.
    const Frame front = with_length(200);
    pp::packet::Datagram partial;
    partial.address_size = 4;
    partial.protocol = 17;
    partial.length = static_cast<std::uint32_t>(front.size());
    partial.whole = false;
    partial.bytes = front;
    pp::packet::Detail detail;
    ASSERT_EQ(pp::packet::decode_datagram(partial, s, detail), Decoded::segment);
    EXPECT_TRUE(s.fragmented);
    EXPECT_EQ(s.payload_length, 192U);
    EXPECT_EQ(s.payload.size(), 5U);
  }
}

// Law: a datagram to a tunnel's port that carries no frame is a datagram like any other.
TEST(PacketDecode, UdpOnATunnelsPort) {
  const Frame v2{0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a, 0x20, 0x00, 0x00, 0x00};
  const Frame payloads[] = {
      geneve(0, 0x0001, tcp4()),
      geneve(0, 0x05ff, tcp4()),
      vxlan(0x0c000000, Frame(40, 0x55)),  // a reserved bit, or no next protocol
      body,
      v2,
      bytes_of("PROXY UNKNOWN\r\n"),
      Frame(200, 0),
      Frame(200, 0xff),
      {8},
      {8, 0, 0, 0, 0, 0, 0},
      vxlan(0x08000000, Frame(13, 0)),                       // too short for a frame
      vxlan(0x08000000, ethernet(0x0800, Frame(40, 0x55))),  // no IP
      vxlan(0x00000000, ethernet(0x0800, tcp4())),
      Frame{63, 0, 0x65, 0x58, 0, 0, 0x2a, 0} + Frame(20, 0),  // options past the end
      patched(geneve(0, 0x0800, tcp4()), 0, 0x40),             // another version
  };
  for (const unsigned port : {4789U, 8472U, 4790U, 6081U}) {
    for (const Frame& payload : payloads) {
      const Frame frame = outer(17, udp(5000, port, payload));
      Segment s;
      ASSERT_EQ(decode(packet_of(frame, 1, 0, 228), s), Decoded::segment) << port;
      EXPECT_EQ(s.flow.protocol, Protocol::udp);
      EXPECT_EQ(s.flow.destination_port, port);
      EXPECT_EQ(s.payload_length, payload.size());
      EXPECT_EQ(Frame(s.payload.begin(), s.payload.end()), payload);
      EXPECT_EQ(pp::endpoint_text(s.flow.from().address, s.flow.from().port), "192.168.1.1:5000");
    }
  }
}

/// What is cut says what it was only as far as its bytes do: the front decides whether a datagram carries a frame.
TEST(PacketDecode, CutInTheHeadersOfTunnels) {
  struct Cut {
    const char* id;
    std::uint32_t link;
    Frame frame;
    std::size_t captured;
    Decoded expected;
  };
  const auto datagram = [](unsigned port, const Frame& payload) { return outer(17, udp(5000, port, payload)); };
  const std::size_t payload_at = 28;
  using D = Decoded;
  const Cut cuts[] = {
      {"pppoe", 1, ethernet(0x8864, Frame{0x11, 0, 0, 1, 0, 1, 0}), 14 + 5, D::truncated},
      {"mpls/control-word", 1, ethernet(0x8847, Frame{0, 2, 1, 64, 0, 0, 0, 0} + Frame(10, 0)), 14 + 6, D::truncated},
      {"gre/key", 228, outer(47, gre(0x2000, 0x0800, Frame(10, 0))), 20 + 5, D::truncated},
      {"geneve/nothing", 228, datagram(6081, geneve(0, 0x0800, tcp4())), payload_at, D::truncated},
      {"geneve/version", 228, datagram(6081, patched(geneve(0, 0x0800, tcp4()), 0, 0x40)), payload_at + 1, D::segment},
      {"geneve/seven", 228, datagram(6081, geneve(0, 0x0800, tcp4())), payload_at + 7, D::truncated},
      {"vxlan/nothing", 228, datagram(4789, vxlan(0x08000000, ethernet(0x0800, tcp4()))), payload_at, D::truncated},
      {"vxlan/flags", 228, datagram(4789, vxlan(0x00000000, ethernet(0x0800, tcp4()))), payload_at + 1, D::segment},
      {"vxlan/reserved", 228, datagram(4789, vxlan(0x08010000, ethernet(0x0800, tcp4()))), payload_at + 1, D::truncated},
      {"vxlan/seven", 228, datagram(4789, vxlan(0x08000000, ethernet(0x0800, tcp4()))), payload_at + 7, D::truncated},
      {"too short for a tunnel", 228, datagram(4789, {8, 0, 0, 0, 0, 0, 0}), payload_at + 2, D::segment},
  };
  for (const Cut& cut : cuts) {
    SCOPED_TRACE(cut.id);
    const Frame captured(cut.frame.begin(), cut.frame.begin() + static_cast<std::ptrdiff_t>(cut.captured));
    Packet p = packet_of(captured, 1, 0, cut.link);
    p.wire_length = static_cast<std::uint32_t>(cut.frame.size());
    Segment s;
    EXPECT_EQ(decode(p, s), cut.expected);
    if (cut.expected == D::segment) {
      EXPECT_EQ(s.flow.protocol, Protocol::udp);
      EXPECT_EQ(s.payload.size(), cut.captured - payload_at);
    }
  }
}

TEST(PacketDecode, WhatIsWrappedHasAName) {
  for (const Row& row : rows()) {
    Segment s;
    pp::packet::Detail detail;
    const Decoded d = decode_any(packet_of(row.frame, 1, 0, row.link), s, detail);
    EXPECT_EQ(to_string(detail.wrapper).empty(), d != Decoded::wrapped) << row.id;
  }
}

/// The table's rows, whatever they are: each decoded one has frames above, and each of the others says what it is.
TEST(PacketDecode, EveryLinkType) {
  const std::vector<Row> frames = rows();
  std::set<std::uint32_t> numbers;
  for (const pp::packet::LinkType& link : pp::packet::link_types()) {
    SCOPED_TRACE(link.title);
    EXPECT_TRUE(numbers.insert(link.number).second);
    EXPECT_EQ(pp::packet::link_type_text(link.number), std::to_string(link.number) + " (" + std::string(link.title) + ")");
    const auto shows = [&](const Row& row) { return row.link == link.number && row.expected == Decoded::segment; };
    EXPECT_EQ(std::any_of(frames.begin(), frames.end(), shows), link.open != nullptr) << "a row with a frame of " << link.number;
    EXPECT_EQ(pp::packet::is_supported_link(link.number), link.open != nullptr);
    Segment s;
    EXPECT_EQ(decode(packet_of(tcp4(), 1, 0, link.number), s) == Decoded::unsupported_link, link.open == nullptr);
  }
  EXPECT_EQ(pp::packet::link_type_text(147), "147");
  EXPECT_FALSE(pp::packet::is_supported_link(147));
  EXPECT_FALSE(pp::packet::is_supported_link(UINT32_MAX));
}

/// What a fragment says of itself, and whose it is.
/// Destination unreachable, with so much of the packet that it is about as the sender of the message kept.
TEST(PacketDecode, UndeliveredSegments) {
  using pp::packet::Undelivered;
  const auto said = [](unsigned protocol, Frame message) {
    const Frame frame = protocol == 1 ? ipv4({.protocol = 1}, message) : ipv6(protocol, message);
    Packet packet;
    packet.data = frame;
    packet.wire_length = static_cast<std::uint32_t>(frame.size());
    packet.link_type = protocol == 1 ? 228U : 229U;
    Segment segment;
    pp::packet::Detail detail;
    EXPECT_EQ(decode_any(packet, segment, detail), Decoded::not_tcp_udp);
    return detail;
  };
  const auto message = [](unsigned type, unsigned code, const Frame& about) {
    return Frame{static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(code), 0, 0, 0, 0, 0, 0} + about;
  };
  const Frame four = tcp4(), six = tcp6();
  const Frame kept4(four.begin(), four.begin() + 28), kept6(six.begin(), six.begin() + 48);
  const auto detail = said(1, message(3, 13, kept4));
  EXPECT_EQ(detail.undelivered, Undelivered::prohibited);
  EXPECT_EQ(detail.undelivered_flow.source_port, 40000);
  EXPECT_EQ(detail.undelivered_flow.destination_port, 9999);
  EXPECT_EQ(detail.undelivered_flow.address_size, 4);
  EXPECT_EQ(said(1, message(3, 0, kept4)).undelivered, Undelivered::network);
  EXPECT_EQ(said(1, message(3, 1, kept4)).undelivered, Undelivered::host);
  EXPECT_EQ(said(1, message(3, 3, kept4)).undelivered, Undelivered::port);
  EXPECT_EQ(said(1, message(3, 4, kept4)).undelivered, Undelivered::other);
  EXPECT_EQ(said(58, message(1, 1, kept6)).undelivered, Undelivered::prohibited);
  EXPECT_EQ(said(58, message(1, 4, kept6)).undelivered_flow.address_size, 16);
  // An echo, another version of IP, another protocol, and any cut in the headers say nothing.
  EXPECT_EQ(said(1, message(8, 0, kept4)).undelivered, Undelivered::none);
  EXPECT_EQ(said(58, message(1, 1, kept4)).undelivered, Undelivered::none);
  EXPECT_EQ(said(1, message(3, 1, patched(kept4, 9, 17))).undelivered, Undelivered::none);
  EXPECT_EQ(said(1, message(3, 1, patched(kept4, 0, 0x44))).undelivered, Undelivered::none);
  EXPECT_EQ(said(1, message(3, 1, patched(kept4, 0, 0x4f))).undelivered, Undelivered::none);
  for (std::size_t n = 0; n < 24; ++n)
    EXPECT_EQ(said(1, message(3, 1, Frame(kept4.begin(), kept4.begin() + static_cast<std::ptrdiff_t>(n)))).undelivered, Undelivered::none);
}

TEST(PacketDecode, FragmentsSayWhereTheyBelong) {
  Segment s;
  pp::packet::Detail detail;
  Frame frame = patched(ipv4({.protocol = 17, .fragment = 0x2003}, body), 5, 9);
  ASSERT_EQ(decode_any(packet_of(frame, 1, 0, 228), s, detail), Decoded::fragment);
  EXPECT_EQ(detail.fragment.source.low, 0x0a000001U);
  EXPECT_EQ(detail.fragment.destination.low, 0x0a000002U);
  EXPECT_EQ(detail.fragment.address_size, 4U);
  EXPECT_EQ(detail.fragment.protocol, 17U);
  EXPECT_EQ(detail.fragment.id, 9U);
  EXPECT_EQ(detail.fragment.offset, 24U);
  EXPECT_EQ(detail.fragment.length, 5U);
  EXPECT_TRUE(detail.fragment.more);
  EXPECT_EQ(Frame(detail.fragment.bytes.begin(), detail.fragment.bytes.end()), body);
  frame = ipv4({.protocol = 17, .fragment = 0x1fff}, body);
  ASSERT_EQ(decode_any(packet_of(frame, 1, 0, 228), s, detail), Decoded::fragment);
  EXPECT_EQ(detail.fragment.offset, 65528U);
  EXPECT_FALSE(detail.fragment.more);
  frame = ipv6(44, fragment_header(17, 24 | 1) + body);
  ASSERT_EQ(decode_any(packet_of(frame, 1, 0, 229), s, detail), Decoded::fragment);
  EXPECT_EQ(detail.fragment.address_size, 16U);
  EXPECT_EQ(detail.fragment.protocol, 17U);
  EXPECT_EQ(detail.fragment.id, 7U);
  EXPECT_EQ(detail.fragment.offset, 24U);
  EXPECT_EQ(detail.fragment.length, 5U);
  EXPECT_TRUE(detail.fragment.more);
  frame = patched(ipv4({}, tcp(fields, body)), 5, 9);
  ASSERT_EQ(decode_any(packet_of(frame, 1, 0, 228), s, detail), Decoded::segment);
  EXPECT_EQ(detail.ip_id, 9U);
  ASSERT_EQ(decode_any(packet_of(tcp6(), 1, 0, 229), s, detail), Decoded::segment);
  EXPECT_EQ(detail.ip_id, 0U);
}

TEST(PacketDecode, OffloadedTotalLengthMeansTheWireLength) {
  const Frame frame = ethernet(0x0800, ipv4({.total = 0}, tcp(fields, body)));
  Packet p = packet_of(frame);
  p.wire_length = static_cast<std::uint32_t>(frame.size()) + 70000;
  Segment s;
  ASSERT_EQ(decode(p, s), Decoded::segment);
  EXPECT_EQ(s.payload_length, 70005U);
  EXPECT_EQ(s.payload.size(), 5U);
}

// Law: no bytes make it read outside of them, whatever they say and whatever the wire length is.
TEST(PacketDecode, AnyByteAnywhereStaysInside) {
  for (const Row& row : rows()) {
    for (std::size_t at = 0; at < row.frame.size(); ++at) {
      for (const unsigned value : {0x00U, 0x01U, 0x0fU, 0x45U, 0x60U, 0x7fU, 0x80U, 0xf0U, 0xffU}) {
        Frame frame(row.frame);
        frame[at] = static_cast<std::uint8_t>(value);
        for (const std::uint32_t wire : {0U, static_cast<std::uint32_t>(frame.size()), UINT32_MAX}) {
          Packet p = packet_of(frame, 1, 0, row.link);
          p.wire_length = wire;
          Segment s;
          if (decode(p, s) != Decoded::segment) continue;
          ASSERT_LE(s.payload.size(), s.payload_length);
          if (!s.payload.empty()) {
            ASSERT_GE(s.payload.data(), frame.data());
            ASSERT_LE(s.payload.data() + s.payload.size(), frame.data() + frame.size());
          }
        }
      }
    }
  }
}

}  // namespace
