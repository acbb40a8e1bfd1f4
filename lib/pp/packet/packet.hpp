// One captured packet, from the capture formats to the decoder.
#pragma once

#include <cstdint>

#include "pp/base/bytes.hpp"

namespace pp::packet {

/// `data` borrows from the reader of the capture, and lives until the next packet is read. It may hold fewer bytes than
/// `wire_length`: the snaplen has removed the rest.
struct Packet {
  std::int64_t time_ns = 0;       // since 1970
  std::uint32_t link_type = 0;    // LINKTYPE_ value
  std::uint32_t wire_length = 0;  // bytes on the wire
  Bytes data;                     // bytes captured
  std::uint64_t frame = 0;        // counts from 1 within the capture
  bool nanoseconds = false;       // the capture's clock counts nanoseconds, not microseconds
};

}  // namespace pp::packet
