// Packets that tools print as dumps: tcpdump -x, -X and -xx, tshark -x, a frame as a hex stream. They become a capture again, so that
// addresses, order and reactions are judged as of any other.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "pp/packet/capture_write.hpp"

namespace pp::source {

/// A pcap file of the packets in `text`, with the times that the lines above them give (of 1970-01-01 when there is no date). Empty
/// unless each dump, of which there is one at least, is a whole Ethernet frame, or each a whole IP packet: their lengths agree.
packet::CaptureBuffer capture_of_printed_packets(std::string_view text);

}  // namespace pp::source
