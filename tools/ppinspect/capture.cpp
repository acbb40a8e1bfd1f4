#include "ppinspect/capture.hpp"

#include <algorithm>

#include "pp/packet/link_types.hpp"
#include "pp/sys/random_key.hpp"
#include "pp/text/format.hpp"

namespace pp::tool {
namespace {

std::string_view are(std::uint64_t n) { return n == 1 ? "is" : "are"; }
std::string_view were(std::uint64_t n) { return n == 1 ? "was" : "were"; }
std::string_view their(std::uint64_t n) { return n == 1 ? "its" : "their"; }

void name_undecoded(Session& session, const std::string& name, const inspect::CaptureInspector& heads) {
  using text::Counted;
  const packet::HeadCounters& c = heads.counters();
  const auto decoded = [&c](packet::Decoded as) { return c.decoded[static_cast<std::size_t>(as)]; };
  if (const std::uint64_t n = decoded(packet::Decoded::unsupported_link); n > 0) {
    const std::string link = packet::link_type_text(heads.link_type());
    session.say("{}: {} of link type {} {} not decoded", name, Counted{n, "frame"}, link, are(n));
  }
  if (const std::uint64_t n = decoded(packet::Decoded::truncated); n > 0)
    session.say("{}: {} {} cut inside {} headers: capture with a larger -s", name, Counted{n, "frame"}, are(n), their(n));
  if (const std::uint64_t n = c.undecoded_signatures; n > 0) {
    session.say(
        "{}: {} {} what looks like a PROXY header in bytes that are not decoded, first frame {}: an encapsulation that is not known", name,
        Counted{n, "packet"}, n == 1 ? "holds" : "hold", c.undecoded_signature_frame);
  }
  if (const std::uint64_t n = heads.unseen(); n > 0) {
    session.say(
        "{}: of {} the capture has no byte of what came first: nothing is said about {}; capture with a larger snaplen (tcpdump -s 0)",
        name, Counted{n, "connection"}, n == 1 ? "it" : "them");
  }
  for (std::size_t i = 1; i < packet::wrapper_count; ++i) {
    const std::string_view wrapper = to_string(static_cast<packet::Wrapper>(i));
    const std::uint64_t n = c.wrapped[i];
    if (n > 0) session.say("{}: {} in {} {} not decoded", name, Counted{n, "packet"}, wrapper, are(n));
  }
  if (const std::uint64_t n = c.fragments_incomplete; n > 0)
    session.say("{}: {} {} not complete in the capture", name, Counted{n, "fragmented datagram"}, are(n));
  if (const std::uint64_t n = c.fragments_evicted; n > 0)
    session.say("{}: {} of them {} given up early, to stay within the memory limit", name, n, were(n));
  if (const std::uint64_t n = c.fragments_overlapping; n > 0) {
    session.say(
        text::format("{}: {} {} dropped: {} fragments contradict each other", name, Counted{n, "fragmented datagram"}, were(n), their(n)));
  }
  if (const std::uint64_t n = c.repeated_datagrams; n > 0) {
    session.say("{}: {} {} captured twice and {} once", name, Counted{n, "datagram"}, were(n), n == 1 ? "counts" : "count");
  }
}

}  // namespace

inspect::CaptureOptions capture_options(Session& session) {
  const InspectOptions& options = session.options();
  inspect::CaptureOptions o;
  o.packets = session.packets();
  o.reactions = options.reactions;
  o.max_flows = static_cast<std::uint32_t>(options.max_flows);
  o.hash_key = sys::random_key();
  o.expect_where_seen = options.expect == Expect::automatic;
  if (options.expect == Expect::ports) o.expected = [&options](std::uint16_t port) { return options.expected.contains(port); };
  return o;
}

void CaptureCounts::update() {
  const packet::HeadCounters& c = heads_.counters();
  stats::Tally& tally = session_.tally();
  tally.connections = before_.connections + c.tcp_connections + c.udp_connections;
  tally.connections_without_start = before_.connections_without_start + c.connections_without_start;
  tally.evicted = before_.evicted + c.evicted;
  tally.packets = before_.packets;
  tally.packets.add(c);
  if (last_ns_ >= first_ns_) {
    const auto lasted = static_cast<std::uint64_t>(std::max<std::int64_t>(packet::time_between(first_ns_, last_ns_), 0));
    tally.duration_us = before_.duration_us + lasted / 1000;
  }
}

void CaptureCounts::close(const std::string& name) {
  update();
  render::Seen seen;
  seen.input = name;
  seen.packets = heads_.counters().packets;
  seen.connections = heads_.counters().tcp_connections;
  seen.conversations = heads_.counters().udp_connections;
  seen.with_bytes = heads_.counters().tcp_streams + heads_.counters().streams_without_start;
  seen.without_start = heads_.counters().connections_without_start;
  if (seen.packets > 0 && heads_.counters().heads == 0) seen.ports = heads_.ports(render::most_ports);
  session_.read(seen);
  session_.offer(false);
  name_undecoded(session_, name, heads_);
}

}  // namespace pp::tool
