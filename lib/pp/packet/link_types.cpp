#include "pp/packet/link_types.hpp"

#include <algorithm>
#include <iterator>

#include "pp/packet/link_headers.hpp"
#include "pp/text/format.hpp"

namespace pp::packet {
namespace {

constexpr LinkType rows[] = {
    {link_ethernet, 1, "Ethernet", open_ethernet, true},
    {276, 276, "Linux cooked v2", open_sll2, true},
    {113, 113, "Linux cooked v1", open_sll, true},
    {link_raw, 12, "raw IP", open_ip, true},
    {127, 127, "802.11 with radiotap header", open_radiotap, true},
    {12, 12, "raw IP", open_ip},
    {14, 12, "raw IP, OpenBSD", open_ip},
    {228, 228, "raw IPv4", open_ipv4},
    {229, 229, "raw IPv6", open_ipv6},
    {0, 0, "BSD loopback", open_null},
    {108, 108, "OpenBSD loopback", open_loop},
    {6, 6, "token ring", open_token_ring},
    {8, 8, "SLIP", open_slip, false, true},
    {9, 9, "PPP", open_ppp_link},
    {10, 10, "FDDI", open_fddi},
    {50, 50, "PPP over serial", open_ppp_link},
    {51, 51, "PPPoE", open_pppoe},
    {100, 11, "LLC on ATM", open_llc_link},
    {104, 104, "Cisco HDLC", open_c_hdlc},
    {105, 105, "802.11", open_wlan},
    {107, 107, "Frame Relay", open_frame_relay, false, true},
    {109, 109, "OpenBSD IPsec", open_enc},
    {117, 117, "OpenBSD packet filter log", open_pflog},
    {119, 119, "802.11 with Prism header", open_prism},
    {138, 138, "Apple IP over IEEE 1394", open_ieee1394},
    {163, 163, "802.11 with AVS header", open_avs},
    {166, 166, "PPP of pppd", open_ppp_with_direction},
    {192, 192, "per-packet information", open_ppi},
    {197, 197, "Endace ERF", open_erf, false, true},
    {204, 204, "PPP with direction", open_ppp_with_direction, false, true},
    {205, 205, "Cisco HDLC with direction", open_c_hdlc_with_direction, false, true},
    {206, 206, "Frame Relay with direction", open_frame_relay_with_direction, false, true},
    {219, 219, "MPLS", open_mpls_link, false, true},
    {226, 226, "Solaris IPNET", open_ipnet},
    {239, 239, "Linux netfilter log", open_nflog, false, true},
    {240, 240, "netANALYZER", open_netanalyzer},
    {241, 241, "netANALYZER with preamble", open_netanalyzer_transparent},
    {242, 242, "IP over InfiniBand", open_ipoib, false, true},
    {258, 258, "Apple packet tap", open_pktap, false, true},
    {281, 281, "Ethernet with a Broadcom tag", open_brcm, false, true},
    {282, 282, "Ethernet after a Broadcom tag", open_brcm_prepended, false, true},
    {284, 284, "Ethernet with a Marvell DSA tag", open_dsa, false, true},
    {285, 285, "Ethernet with a Marvell EDSA tag", open_edsa, false, true},
    {187, 187, "Bluetooth HCI"},
    {189, 189, "USB, Linux"},
    {195, 195, "802.15.4"},
    {201, 201, "Bluetooth HCI with pseudo-header"},
    {220, 220, "USB, Linux, padded"},
    {227, 227, "CAN bus"},
    {231, 231, "D-Bus"},
    {247, 247, "InfiniBand"},
    {249, 249, "USB, Windows"},
    {251, 251, "Bluetooth Low Energy"},
    {252, 252, "Wireshark's exported protocol data"},
    {253, 253, "Linux netlink"},
    {256, 256, "Bluetooth Low Energy with pseudo-header"},
    {271, 271, "Linux vsock"},
};

[[maybe_unused]] constexpr bool is_in_order() {
  bool decoded = true;
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    if (rows[i].title.empty() || (rows[i].open != nullptr && !decoded)) return false;
    decoded = rows[i].open != nullptr;
    for (std::size_t k = 0; k < i; ++k) {
      if (rows[k].number == rows[i].number) return false;
    }
  }
  return rows[0].number == link_ethernet;
}
#ifndef __SANITIZE_ADDRESS__  // with its sanitizers GCC does not take the comparison of a function with nullptr for a constant
static_assert(is_in_order(), "a number twice, a row without a title, or a decoded row after one that is not");
#endif

}  // namespace

std::span<const LinkType> link_types() noexcept { return rows; }

const LinkType* find_link_type(std::uint32_t number) noexcept {
  for (const LinkType& row : rows) {
    if (row.number == number) return &row;
  }
  return nullptr;
}

bool is_supported_link(std::uint32_t number) noexcept {
  const LinkType* const row = find_link_type(number);
  return row != nullptr && row->open != nullptr;
}

std::optional<Packet> from_ip(const Packet& packet) noexcept {
  constexpr unsigned max_steps = 8;
  const LinkType* const link = find_link_type(packet.link_type);
  if (link == nullptr || link->open == nullptr) return std::nullopt;
  const auto captured = static_cast<std::uint32_t>(std::min<std::size_t>(packet.data.size(), UINT32_MAX));
  Rest rest{packet.data.first(captured), std::max(packet.wire_length, captured)};
  Next next = link->open(rest);
  for (unsigned steps = 0; steps < max_steps; ++steps) {
    switch (next.layer) {
      case Layer::ethernet: next = open_ethernet_frame(rest); break;
      case Layer::ethertype: next = open_ethertype(next.number, rest); break;
      case Layer::mpls: next = open_mpls(rest); break;
      case Layer::ip:
      case Layer::ipv4:
      case Layer::ipv6: {
        Packet ip = packet;
        ip.link_type = link_raw;
        ip.data = rest.captured;
        ip.wire_length = rest.wire;
        return ip;
      }
      case Layer::protocol:
      case Layer::stop: return std::nullopt;
    }
  }
  return std::nullopt;
}

std::string link_type_text(std::uint32_t number) {
  const LinkType* const row = find_link_type(number);
  return row == nullptr ? text::format("{}", number) : text::format("{} ({})", number, row->title);
}

}  // namespace pp::packet
