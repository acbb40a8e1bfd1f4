// Capture files formatted in memory: pcap and pcapng, either byte order.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "pp/base/bytes.hpp"
#include "pp/packet/packet.hpp"

namespace pp::packet {

/// All functions append to the caller's buffer. All of a packet's data is written: truncate `data` first to apply a snaplen.
/// Its `frame` is not written.
using CaptureBuffer = std::vector<std::uint8_t>;

struct PcapStyle {
  bool nanoseconds = false;
  bool big_endian = false;
};

/// The 24 bytes that a pcap file begins with. `link_type` is a LINKTYPE_ value.
void append_pcap_header(CaptureBuffer& out, PcapStyle style, std::uint32_t link_type, std::uint32_t snaplen = 262144);
/// Times outside 1970 to 2106 are clamped to that range.
void append_pcap_record(CaptureBuffer& out, PcapStyle style, const Packet& packet);

/// An interface of a pcapng section. Its options are written only when they differ from the defaults that readers assume.
struct PcapngInterface {
  std::uint32_t link_type = 1;
  std::uint32_t snaplen = 262144;
  std::uint8_t resolution = 6;      // if_tsresol: 6 is microseconds, 9 nanoseconds, 0x80 | n is 2^-n s
  std::int64_t offset_seconds = 0;  // if_tsoffset
};

/// A pcapng file is a section, its interfaces (numbered from 0 in the order of writing), then packets; all in the
/// section's byte order.
void append_section(CaptureBuffer& out, bool big_endian);
void append_interface(CaptureBuffer& out, bool big_endian, const PcapngInterface& interface);
/// `comment`: UTF-8 that readers show beside the packet (opt_comment); at most 65535 bytes of it are written, none when it is empty.
void append_enhanced_packet(CaptureBuffer& out, bool big_endian, std::uint32_t id, const PcapngInterface& interface, const Packet& packet,
                            std::string_view comment = {});
/// A packet of interface 0 without a time. Readers take min(wire_length, snaplen of interface 0) as the captured length, so
/// `data` must have that size.
void append_simple_packet(CaptureBuffer& out, bool big_endian, const Packet& packet);

}  // namespace pp::packet
