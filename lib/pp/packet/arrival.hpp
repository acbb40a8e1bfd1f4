// A TCP segment, and where in its connection it belongs.
#pragma once

#include <cstdint>

#include "pp/packet/decode.hpp"
#include "pp/packet/packet.hpp"

namespace pp::packet {

struct Arrival {
  const Packet& packet;
  const Segment& segment;
  std::uint32_t connection;  // in the flow table
  unsigned side;             // that sent it
  std::uint32_t seq;         // of the first payload byte
  std::uint32_t length;      // of the payload on the wire, at most 2^30: sequence arithmetic stays within half its range
};

}  // namespace pp::packet
