#include "pp/packet/datagram_heads.hpp"

#include <algorithm>

namespace pp::packet {

void DatagramHeads::datagram(const Packet& packet, const Segment& segment, const Datagram* whole) {
  ++counters_.datagrams;
  if (segment.payload_length == 0) return;
  const std::uint64_t stream = stream_of(segment.flow);
  if (segment.payload.empty()) return;
  const Detection detection = callbacks_.detect(callbacks_.context, segment.payload, segment.flow);
  if ((detection.kind == Detection::Kind::not_header && detection.keep == 0) || is_repeated(packet, segment, whole)) return;

  Head head;
  head.stream = stream;
  head.flow = segment.flow;
  head.time_ns = packet.time_ns;
  head.first_time_ns = packet.time_ns;
  head.frame = packet.frame;
  head.nanoseconds = packet.nanoseconds;
  head.segments = 1;
  head.detection = detection;
  head.start_seen = true;
  std::uint64_t limit = max_head_bytes;
  if (detection.kind == Detection::Kind::need) {
    head.end = segment.fragmented ? End::gap : segment.payload.size() < segment.payload_length ? End::cut : End::datagram;
  } else {
    head.detection.n = static_cast<std::uint32_t>(std::min<std::size_t>(detection.n, segment.payload.size()));
    limit = std::uint64_t{head.detection.n} + std::min(detection.keep, max_kept_payload);
  }
  queue_.deliver(head, segment.payload.first(std::min<std::size_t>(segment.payload.size(), limit)));
}

std::uint64_t DatagramHeads::stream_of(const FlowKey& flow) {
  const FlowPlace place = place_flow(flow, options_.hash_key);
  const std::uint64_t hash = place.hash ^ (place.side == 0 ? 0 : 0x9e3779b97f4a7c16);
  if (const std::uint64_t* known = streams_.find(hash)) return *known;
  const std::uint64_t stream = counters_.next_stream();
  ++counters_.udp_streams;
  FifoMap::Entry evicted;
  if (streams_.insert(hash, stream, evicted)) counters_.streams_exact = false;
  return stream;
}

bool DatagramHeads::is_repeated(const Packet& packet, const Segment& segment, const Datagram* whole) {
  const FlowPlace place = place_flow(segment.flow, options_.hash_key);
  const std::uint64_t content = hash_bytes(segment.payload, place.hash ^ place.side, options_.hash_key);
  std::uint64_t front = 0;
  std::uint32_t ip_id = 0;
  if (whole != nullptr) {
    ip_id = whole->id;
  } else {
    Segment again;
    Detail detail;
    decode_any(packet, again, detail);
    ip_id = detail.ip_id;
    front = hash_bytes(packet.data.first(static_cast<std::size_t>(segment.payload.data() - packet.data.data())), packet.link_type,
                       options_.hash_key);
  }
  if (!repeated_.seen(content, front, ip_id, packet.time_ns)) return false;
  ++counters_.repeated_datagrams;
  return true;
}

}  // namespace pp::packet
