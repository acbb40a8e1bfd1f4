#include "pp/explain/diagnosis_evidence.hpp"

#include <algorithm>
#include <iterator>

#include "pp/text/format.hpp"

namespace pp::explain {

std::uint64_t taken_here(const Case& c) { return c.evidence == nullptr ? 0 : c.evidence->headers().taken; }

std::optional<Difference> telling_difference(const Case& c) {
  if (taken_here(c) == 0 || !c.r.complete) return std::nullopt;
  // What is most often the reason comes first: long headers have other TLVs too.
  constexpr Property order[] = {Property::pieces, Property::command,  Property::version, Property::size,
                                Property::family, Property::checksum, Property::tlv,     Property::sender};
  const std::vector<Difference> all = c.evidence->differences(c.r, c.h);
  const auto rank = [&](const Difference& d) { return std::find(std::begin(order), std::end(order), d.property) - std::begin(order); };
  const auto best = std::min_element(all.begin(), all.end(), [&](const Difference& a, const Difference& b) { return rank(a) < rank(b); });
  return best == all.end() ? std::nullopt : std::optional<Difference>(*best);
}

std::string difference_text(const Case& c, const Difference& d) {
  std::string out = text::format("it took {} on this port, ", text::Counted{taken_here(c), "other header"});
  switch (d.property) {
    case Property::version: text::append(out, "none of them v{}", d.value); break;
    case Property::command: text::append(out, "none of them {}", c.h.version == 1 ? "UNKNOWN" : "LOCAL"); break;
    case Property::family: text::append(out, "none of them of this address family"); break;
    case Property::size:
      text::append(out, "none of them longer than {}, and this one has {}", text::Counted{d.value, "byte"}, c.r.bytes.size());
      break;
    case Property::pieces: text::append(out, "none of them in pieces, and this one came in {}", c.r.flow.segments); break;
    case Property::checksum: text::append(out, "none of them with a checksum (CRC32C)"); break;
    case Property::tlv: text::append(out, "none of them with a TLV of type 0x{:02x}", d.value); break;
    case Property::sender: text::append(out, "none of them from {}", c.sender()); break;
  }
  return out;
}

std::string taken_text(const Case& c) {
  return text::format("it took {} like this one on {}", text::Counted{taken_here(c), "other header"}, c.port());
}

bool comes_past_the_balancer(const Case& c) {
  if (c.evidence == nullptr || c.evidence->connections_with_header() == 0 || !c.evidence->networks_complete()) return false;
  const Sender* own = c.evidence->sender(c.r.flow.source);
  return (own == nullptr || own->headers == 0) && !c.evidence->has_network_of(c.r.flow.source);
}

std::string sender_history(const Case& c) {
  if (c.evidence == nullptr || c.evidence->connections_with_header() == 0) return {};
  const Sender* own = c.evidence->sender(c.r.flow.source);
  if (own != nullptr && own->headers > 0) {
    return text::format("; {} sends a header on {} to this port, so one of its servers, pools or checks lacks the option", c.sender(),
                        text::Counted{own->headers, "other connection"});
  }
  if (!comes_past_the_balancer(c)) return {};
  return text::format("; headers come here from other networks alone, so {} likely comes in past the load balancer", c.sender());
}

}  // namespace pp::explain
