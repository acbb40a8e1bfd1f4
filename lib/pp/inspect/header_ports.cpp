#include "pp/inspect/header_ports.hpp"

#include <algorithm>

#include "pp/inspect/answer.hpp"

namespace pp::inspect {

void HeaderPorts::note_header(const packet::FlowKey& flow) {
  ports_[flow.destination_port].header = true;
  const std::uint64_t hash = hash_of(flow);
  packet::FifoMap::Entry evicted;
  if (receivers_.find(hash) == nullptr) receivers_.insert(hash, 0, evicted);
}

void HeaderPorts::begin(Port& port, const packet::FlowKey& flow, std::uint64_t frame, std::int64_t time_ns) {
  port.address = static_cast<std::uint32_t>(flow.destination.low);
  if (firsts_.size() == most_firsts) return;
  firsts_.push_back({frame, time_ns, flow});
  port.first = static_cast<std::uint16_t>(firsts_.size());
}

void HeaderPorts::look_at_answer(Port& port, Bytes bytes) {
  ++port.looked_at;
  // What a server says before it has read anything is not an answer.
  if (greeting_size(bytes) == bytes.size()) return;
  Reaction reaction;
  classify_answer(bytes.first(std::min<std::size_t>(bytes.size(), 64)), reaction);
  if (!reaction.error) ++port.answered;
}

EarlyConnections HeaderPorts::early(std::uint16_t port) const {
  const Port& p = ports_[port];
  EarlyConnections out;
  out.count = p.count;
  out.answered = p.several ? 0 : p.answered;
  if (p.first == 0) return out;
  const First& first = firsts_[p.first - 1U];
  out.first_frame = first.frame;
  out.first_time_ns = first.time_ns;
  out.first_sender = first.flow.from().address;
  return out;
}

}  // namespace pp::inspect
