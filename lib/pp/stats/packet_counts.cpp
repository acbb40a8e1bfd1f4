#include "pp/stats/packet_counts.hpp"

#include "pp/packet/link_types.hpp"
#include "pp/text/format.hpp"

namespace pp::stats {

using packet::Decoded;

void PacketCounts::add(const packet::HeadCounters& counters) noexcept {
  read += counters.packets;
  for (std::size_t i = 0; i < decoded.size(); ++i) decoded[i] += counters.decoded[i];
  for (std::size_t i = 0; i < wrapped.size(); ++i) wrapped[i] += counters.wrapped[i];
  if (counters.decoded[static_cast<std::size_t>(Decoded::unsupported_link)] > 0) link_type = counters.undecoded_link;
  refused += counters.connections_refused;
  unanswered += counters.connections_unanswered;
  given_up += counters.connections_given_up;
}

void PacketCounts::merge(const PacketCounts& o) noexcept {
  read += o.read;
  for (std::size_t i = 0; i < decoded.size(); ++i) decoded[i] += o.decoded[i];
  for (std::size_t i = 0; i < wrapped.size(); ++i) wrapped[i] += o.wrapped[i];
  if (o.link_type != 0) link_type = o.link_type;
  refused += o.refused;
  unanswered += o.unanswered;
  given_up += o.given_up;
}

std::string PacketCounts::undecoded_text() const {
  std::string out;
  const auto part = [this, &out](std::uint64_t n, std::string_view relation, std::string_view what) {
    if (n > 0 && n == read) out.append(what);
    if (n > 0 && n < read) text::append(out, "{}{} {}{}", out.empty() ? "" : ", ", text::Grouped{n}, relation, what);
  };
  part(count(Decoded::unsupported_link), "of ", text::format("link type {}", packet::link_type_text(link_type)));
  for (std::size_t i = 1; i < wrapped.size(); ++i) part(wrapped[i], "in ", to_string(static_cast<packet::Wrapper>(i)));
  part(count(Decoded::truncated), "", "cut inside their headers");
  part(count(Decoded::malformed), "", "with headers that contradict themselves");
  return out;
}

}  // namespace pp::stats
