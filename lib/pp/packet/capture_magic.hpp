// What capture files begin with.
#pragma once

#include <cstdint>

namespace pp::packet {

/// A magic number of pcap, as it appears in a file of its own byte order.
struct PcapMagic {
  std::uint32_t value;
  std::int64_t fraction_ns;
  std::uint32_t record_header;
};
inline constexpr PcapMagic pcap_magics[] = {
    {0xa1b2c3d4, 1000, 16},
    {0xa1b23c4d, 1, 16},
    {0xa1b2cd34, 1000, 24},  // Kuznetzov's patch of 1999: interface, protocol and packet type follow each record header
};

/// "snoop" and three zeros, in network order.
inline constexpr std::uint32_t snoop_magic[] = {0x736e6f6f, 0x70000000};

/// Where in a record header the captured length is: up to version 2.2 the length on the wire came first.
constexpr std::uint8_t pcap_captured_at(unsigned major, unsigned minor) noexcept { return major != 2 || minor < 3 ? 12 : 8; }

}  // namespace pp::packet
