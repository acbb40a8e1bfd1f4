#include "pp/inspect/header_ports.hpp"

#include <algorithm>

#include "pp/inspect/answer.hpp"

namespace pp::inspect {

void HeaderPorts::note_header(const packet::FlowKey& flow) {
  Port& port = ports_[flow.destination_port];
  port.header = true;
  ++port.headers;
  const std::uint64_t hash = hash_of(flow);
  packet::FifoMap::Entry evicted;
  if (receivers_.find(hash) == nullptr) receivers_.insert(hash, 0, evicted);
}

void HeaderPorts::begin(Port& port, const packet::FlowKey& flow, Bytes bytes, std::uint64_t frame, std::int64_t time_ns) {
  port.address = static_cast<std::uint32_t>(flow.destination.low);
  if (firsts_.size() == most_firsts) return;
  First& first = firsts_.emplace_back(First{frame, time_ns, flow, {}});
  first.begins.assign(bytes);
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

/// Bytes to this port are what a server says: they come from a port to which more connections went. Of two with as many the
/// server is the one that greets or, when neither does, the one that is spoken to first.
bool HeaderPorts::is_answer(const First& first, const Port& port) const {
  const Port& from = ports_[first.flow.source_port];
  if (from.all() != port.all()) return from.all() > port.all();
  if (from.first == 0) return from.headers > 0;
  const First& other = firsts_[from.first - 1U];
  const auto greets = [](const First& f) { return f.begins.size > 0 && greeting_size(f.begins.view()) == f.begins.size; };
  if (greets(first) != greets(other)) return greets(first);
  return greets(first) ? first.frame < other.frame : other.frame < first.frame;
}

std::vector<PortSeen> HeaderPorts::seen(std::size_t most_shown) const {
  std::vector<PortSeen> out;
  for (std::size_t number = 0; number < ports_.size(); ++number) {
    const Port& port = ports_[number];
    if (port.all() == 0) continue;
    PortSeen seen;
    seen.port = static_cast<std::uint16_t>(number);
    seen.connections = port.all();
    seen.several = port.several;
    if (port.first != 0) {
      const First& first = firsts_[port.first - 1U];
      if (is_answer(first, port)) continue;
      seen.address = first.flow.to().address;
      seen.begins = first.begins;
    }
    out.push_back(seen);
  }
  std::stable_sort(out.begin(), out.end(), [](const PortSeen& a, const PortSeen& b) { return a.connections > b.connections; });
  if (out.size() > most_shown) out.resize(most_shown);
  return out;
}

}  // namespace pp::inspect
