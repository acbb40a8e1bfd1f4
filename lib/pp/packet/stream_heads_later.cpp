// StreamHeads: headers that begin a later segment. Where a connection's start is known nothing is kept for them: a segment is
// looked at as it comes.
#include <algorithm>

#include "pp/packet/stream_heads.hpp"

namespace pp::packet {

void StreamHeads::later_of_finished(const Packet& packet, const Segment& segment, const FlowPlace& place) {
  if (segment.payload.size() < 4 || !begins_like_header(segment.payload.data())) return;
  const auto where = connections_.place_in_finished(segment, place);
  if (where && (where->client > 1 || where->client == place.side) && later_.is_new(place.hash, segment.seq))
    later(packet, segment, *where, nullptr);
}

/// `side`: of the connection, when it is in the table still.
void StreamHeads::later(const Packet& packet, const Segment& segment, const ConnectionTracker::Place& where, const Direction* side) {
  if (callbacks_.later == nullptr || where.offset == 0 || where.offset >= max_later_offset) return;
  const Bytes payload = segment.payload;
  if (payload.size() < 4 || !begins_like_header(payload.data())) return;
  const std::size_t size = callbacks_.later(callbacks_.context, payload);
  if (size == 0) return;
  Head head;
  head.stream = counters_.next_stream();
  head.connection = where.number;
  head.flow = segment.flow;
  head.offset = where.offset;
  head.time_ns = packet.time_ns;
  head.first_time_ns = packet.time_ns;
  head.frame = packet.frame;
  head.nanoseconds = packet.nanoseconds;
  head.segments = 1;
  head.start_seen = true;
  head.syn_time_ns = side != nullptr && side->syn_seen ? side->syn_time_ns : packet.time_ns;
  head.detection = {Detection::Kind::header, static_cast<std::uint32_t>(size), max_kept_payload};
  if (where.client < 2) head.from_client = Client::yes;
  const std::size_t kept = std::min<std::size_t>(payload.size(), size + max_kept_payload);
  queue_.deliver(head, payload.first(kept));
  keep_limits();
}

}  // namespace pp::packet
