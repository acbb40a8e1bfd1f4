// A header in the middle of the packets that would carry it: IPv4, with checksums, link type RAW.
#pragma once

#include <cstdint>
#include <vector>

#include "pp/base/bytes.hpp"
#include "pp/forge/case.hpp"
#include "pp/packet/link_types.hpp"

namespace pp::forge {

struct WirePacket {
  std::int64_t time_ns = 0;
  std::vector<std::uint8_t> data;
};
inline constexpr std::uint32_t wire_link_type = packet::link_raw;
inline constexpr std::size_t largest_datagram = 65507;

/// Both are IPv4.
struct Wire {
  Endpoint client;
  Endpoint server;
  std::int64_t start_ns = 0;
};
/// The wire of conversation `index`: a client address and port, and a start, of its own; 2,048,000 of them differ.
Wire wire_of(std::uint64_t index);
inline constexpr std::uint16_t wire_server_port = 9999;

/// Handshake, the header in the plan's pieces and in segments of at most 1,448 bytes, the payload after it (in the header's
/// last segment unless a piece ends there), then the end that the plan asks for: both sides' FIN, for idle plans after
/// 12 s, or the client's RST.
std::vector<WirePacket> conversation(const Wire& wire, Bytes header, Bytes payload, const Plan& plan);
/// One UDP datagram of at most largest_datagram bytes.
WirePacket datagram(const Wire& wire, Bytes bytes);

}  // namespace pp::forge
