// The first bytes of a flow as a source hands them over, and how they ended.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "pp/base/bytes.hpp"
#include "pp/base/ip.hpp"
#include "pp/inspect/reaction.hpp"
#include "pp/packet/decode.hpp"

namespace pp::inspect {

enum class Mark : std::uint8_t {
  open,  // more may come: the capture or the session ended first
  fin,   // the peer closed, or the input ended
  reset,
  gap,       // a segment is not in the capture
  cut,       // the capture kept only the front of a packet
  datagram,  // stands alone
  stopped,   // a listener was ended while the connection was open
  evicted,   // a listener closed it to stay within its memory limit
};

/// Where a flow was seen. `captured` false: plain bytes, of which nothing else is known.
struct Flow {
  bool captured = false;
  bool listened = false;     // accepted by our own socket: no frames
  bool nanoseconds = false;  // the source's clock has them
  bool udp = false;
  bool start_seen = true;
  bool established = true;                                      // false: the receiver never answered the connection's SYN, or refused it
  packet::Undelivered undelivered = packet::Undelivered::none;  // with established false: what an ICMP message says
  bool from_server = false;                                     // sent by the side that accepted the connection
  bool expected = false;                                        // -e or -L: a header must be here
  bool assumed = false;              // with expected: only because other connections to this receiver carry one (-e auto)
  bool lossy = false;                // captured while packets were lost: what was not seen may have been there
  bool first_datagram_only = false;  // UDP: an earlier datagram of the flow had a header, this one has none
  std::uint32_t segments = 0;        // of a listener: arrivals
  /// From 0. Of a capture as Wireshark numbers tcp.stream and udp.stream, each for itself; of a listener in the order of accepts.
  std::uint64_t connection = 0;
  std::uint64_t frame = 0;            // completed the header; from 1
  std::vector<std::uint64_t> frames;  // all that carried it, when more than one
  std::int64_t time_ns = 0;           // since 1970, of that frame
  std::int64_t since_start_us = -1;   // from the sender's SYN to that time; -1 when the SYN was not seen
  // Of a connection that was listened for: microseconds since it was accepted; negative when it never came to that.
  std::int64_t first_byte_us = -1;
  std::int64_t settled_us = -1;  // the header's last byte, or what ended the wait for it
  bool unix_socket = false;      // its peer is a process of this machine
  std::int32_t peer_pid = 0;
  std::uint32_t peer_uid = 0;
  IpAddress source;
  IpAddress destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
};

struct Chunk {
  Bytes bytes;  // from the flow's first byte on
  Mark mark = Mark::fin;
  std::string_view input;    // name of the file or source
  std::uint64_t line = 0;    // of a batch, from 1; 0 otherwise
  std::uint32_t offset = 0;  // of `bytes` in the flow; not 0: a header that came later
  Flow flow;
  Reaction reaction;
};

}  // namespace pp::inspect
