// How the link headers of link_types.cpp are taken off: each function takes one off `rest` and says what follows.
#pragma once

#include "pp/packet/rest.hpp"

namespace pp::packet {

// link_headers.cpp: Ethernet and its switch tags, loopback, cooked captures, and the headers of packet filters.
Next open_ethernet(Rest& rest) noexcept;
Next open_ip(Rest& rest) noexcept;
Next open_ipv4(Rest& rest) noexcept;
Next open_ipv6(Rest& rest) noexcept;
Next open_mpls_link(Rest& rest) noexcept;
Next open_sll(Rest& rest) noexcept;
Next open_sll2(Rest& rest) noexcept;
Next open_null(Rest& rest) noexcept;
Next open_loop(Rest& rest) noexcept;
Next open_enc(Rest& rest) noexcept;
Next open_pflog(Rest& rest) noexcept;
Next open_nflog(Rest& rest) noexcept;
Next open_ipnet(Rest& rest) noexcept;
Next open_ipoib(Rest& rest) noexcept;
Next open_ieee1394(Rest& rest) noexcept;
Next open_brcm(Rest& rest) noexcept;
Next open_brcm_prepended(Rest& rest) noexcept;
Next open_dsa(Rest& rest) noexcept;
Next open_edsa(Rest& rest) noexcept;
Next open_netanalyzer(Rest& rest) noexcept;
Next open_netanalyzer_transparent(Rest& rest) noexcept;
Next open_erf(Rest& rest) noexcept;
/// A packet tap and a PPI header say which link type follows, one of the others.
Next open_pktap(Rest& rest) noexcept;
Next open_ppi(Rest& rest) noexcept;

// link_serial.cpp: PPP, HDLC, Frame Relay, SLIP, and what carries an LLC header.
Next open_ppp_link(Rest& rest) noexcept;
Next open_ppp_with_direction(Rest& rest) noexcept;
Next open_c_hdlc(Rest& rest) noexcept;
Next open_c_hdlc_with_direction(Rest& rest) noexcept;
Next open_frame_relay(Rest& rest) noexcept;
Next open_frame_relay_with_direction(Rest& rest) noexcept;
Next open_slip(Rest& rest) noexcept;
Next open_llc_link(Rest& rest) noexcept;
Next open_token_ring(Rest& rest) noexcept;
Next open_fddi(Rest& rest) noexcept;

// link_wireless.cpp: data frames of 802.11, with what drivers put in front of them.
Next open_wlan(Rest& rest) noexcept;
Next open_radiotap(Rest& rest) noexcept;
Next open_prism(Rest& rest) noexcept;
Next open_avs(Rest& rest) noexcept;

}  // namespace pp::packet
