#include "pp/packet/datagram_heads.hpp"

#include <algorithm>

#include "pp/packet/signatures.hpp"

namespace pp::packet {

void DatagramHeads::datagram(const Packet& packet, const Segment& segment, const Datagram* whole) {
  ++counters_.datagrams;
  const FlowPlace place = place_flow(segment.flow, options_.hash_key);
  if (segment.payload_length == 0) {
    connection_of(place);
    return;
  }
  const Number number = number_of(place);
  if (segment.payload.empty()) return;
  const Detection detection = callbacks_.detect(callbacks_.context, segment.payload, segment.flow);
  if (detection.kind == Detection::Kind::not_header && detection.keep == 0) {
    // A tunnel that is not known puts a few headers in front of the TCP payload.
    constexpr std::size_t within = 256;
    const bool found = holds_signature(segment.payload.first(std::min(segment.payload.size(), within)));
    if (found && counters_.undecoded_signatures++ == 0) counters_.undecoded_signature_frame = packet.frame;
    return;
  }
  if (is_repeated(packet, segment, whole)) return;

  Head head;
  head.stream = number.stream;
  head.connection = number.connection;
  head.flow = segment.flow;
  head.time_ns = packet.time_ns;
  head.first_time_ns = packet.time_ns;
  head.frame = packet.frame;
  head.nanoseconds = packet.nanoseconds;
  head.segments = 1;
  head.detection = detection;
  head.start_seen = true;
  head.from_client = spoke_first(place, number.stream) ? Client::yes : Client::no;
  std::uint64_t limit = max_head_bytes;
  if (detection.kind == Detection::Kind::need) {
    head.end = segment.fragmented ? End::gap : segment.payload.size() < segment.payload_length ? End::cut : End::datagram;
  } else {
    head.detection.n = static_cast<std::uint32_t>(std::min<std::size_t>(detection.n, segment.payload.size()));
    limit = std::uint64_t{head.detection.n} + std::min(detection.keep, max_kept_payload);
  }
  queue_.deliver(head, segment.payload.first(std::min<std::size_t>(segment.payload.size(), limit)));
}

std::uint64_t DatagramHeads::connection_of(const FlowPlace& place) {
  if (const std::uint64_t* known = connections_.find(place.hash)) return *known;
  FifoMap::Entry evicted;
  connections_.insert(place.hash, counters_.udp_connections, evicted);
  return counters_.udp_connections++;
}

std::uint64_t DatagramHeads::stream_hash(const FlowPlace& place, unsigned side) noexcept {
  return place.hash ^ (side == 0 ? 0 : 0x9e3779b97f4a7c16);
}

/// Of the two sides the one that was seen first.
bool DatagramHeads::spoke_first(const FlowPlace& place, std::uint64_t stream) noexcept {
  const std::uint64_t* const other = streams_.find(stream_hash(place, 1 - place.side));
  return other == nullptr || static_cast<std::uint32_t>(*other) > stream;
}

DatagramHeads::Number DatagramHeads::number_of(const FlowPlace& place) {
  const std::uint64_t hash = stream_hash(place, place.side);
  if (const std::uint64_t* known = streams_.find(hash)) {
    return {static_cast<std::uint32_t>(*known), static_cast<std::uint32_t>(*known >> 32U)};
  }
  const Number number{static_cast<std::uint32_t>(counters_.next_stream()), static_cast<std::uint32_t>(connection_of(place))};
  ++counters_.udp_streams;
  FifoMap::Entry evicted;
  if (streams_.insert(hash, number.stream | std::uint64_t{number.connection} << 32U, evicted)) counters_.streams_exact = false;
  return number;
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
