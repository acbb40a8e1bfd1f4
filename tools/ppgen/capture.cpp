#include "ppgen/capture.hpp"

#include "pp/forge/conversation.hpp"
#include "pp/packet/capture_write.hpp"

namespace pp::tool {
namespace {

void append(std::string& out, const packet::CaptureBuffer& bytes) { out.append(bytes.begin(), bytes.end()); }

}  // namespace

CaptureText::CaptureText(std::string& out, bool pcapng) : out_(out), pcapng_(pcapng) {
  packet::CaptureBuffer bytes;
  if (pcapng) {
    packet::append_section(bytes, false);
    packet::append_interface(bytes, false, {forge::wire_link_type});
  } else {
    packet::append_pcap_header(bytes, {}, forge::wire_link_type);
  }
  append(out_, bytes);
}

void CaptureText::add(Bytes header, Bytes payload, const forge::Plan& plan, bool udp) {
  const forge::Wire wire = forge::wire_of(index_++);
  if (udp && header.size() + payload.size() <= forge::largest_datagram) {
    std::vector<std::uint8_t> all(header.begin(), header.end());
    all.insert(all.end(), payload.begin(), payload.end());
    const forge::WirePacket packet = forge::datagram(wire, all);
    put(packet.time_ns, packet.data);
    return;
  }
  for (const forge::WirePacket& packet : forge::conversation(wire, header, payload, plan)) put(packet.time_ns, packet.data);
}

void CaptureText::put(std::int64_t time_ns, Bytes data) {
  packet::Packet packet;
  packet.time_ns = time_ns;
  packet.link_type = forge::wire_link_type;
  packet.wire_length = static_cast<std::uint32_t>(data.size());
  packet.data = data;
  packet::CaptureBuffer bytes;
  if (pcapng_) {
    packet::append_enhanced_packet(bytes, false, 0, {forge::wire_link_type}, packet);
  } else {
    packet::append_pcap_record(bytes, {}, packet);
  }
  append(out_, bytes);
}

}  // namespace pp::tool
