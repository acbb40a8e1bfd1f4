// Link types: one row says how a packet of it is opened, which number libpcap compiles filters for, and what people call it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "pp/packet/packet.hpp"

namespace pp::packet {

struct Rest;
struct Next;

struct LinkType {
  std::uint32_t number = 0;  // LINKTYPE_ value, as capture files hold it
  std::uint32_t dlt = 0;     // libpcap's DLT_ value for the same, on Linux
  std::string_view title;    // for people
  /// Takes the link header off a packet. nullptr: packets of this link type are not decoded.
  Next (*open)(Rest& rest) noexcept = nullptr;
  /// A packet filter is accepted when it compiles for one of the link types with this mark.
  bool judges_filters = false;
  /// libpcap has no filters for it, or for SLIP and Frame Relay wrong ones: a filter looks at the IP packet inside (from_ip).
  bool filters_inside = false;
};

inline constexpr std::uint32_t link_ethernet = 1;
inline constexpr std::uint32_t link_raw = 101;

/// All rows, the decoded ones first, Ethernet before all others.
std::span<const LinkType> link_types() noexcept;
/// nullptr when there is no row for the number.
const LinkType* find_link_type(std::uint32_t number) noexcept;

/// True for the link types that decode() reads.
bool is_supported_link(std::uint32_t number) noexcept;
/// The packet without its link header and tags, as raw IP: for filters that libpcap cannot compile for the link type. nullopt
/// when it holds no IP. Borrows the packet's bytes.
std::optional<Packet> from_ip(const Packet& packet) noexcept;
/// For messages: "127 (802.11 with radiotap header)", or the number alone when there is no row for it.
std::string link_type_text(std::uint32_t number);

}  // namespace pp::packet
