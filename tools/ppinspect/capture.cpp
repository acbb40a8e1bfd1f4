#include "ppinspect/capture.hpp"

#include "pp/sys/random_key.hpp"

namespace pp::tool {
namespace {

void name_undecoded(Session& session, const std::string& name, const inspect::CaptureInspector& heads) {
  const auto& counts = heads.counters().decoded;
  const std::uint64_t links = counts[static_cast<std::size_t>(packet::Decoded::unsupported_link)];
  if (links > 0)
    session.say(name + ": " + std::to_string(links) + " frames of link type " + std::to_string(heads.link_type()) + " are not decoded");
  const std::uint64_t cut = counts[static_cast<std::size_t>(packet::Decoded::truncated)];
  if (cut > 0) session.say(name + ": " + std::to_string(cut) + " frames are cut inside their headers: capture with a larger -s");
  const packet::HeadCounters& c = heads.counters();
  const auto count = [&](std::uint64_t n, const std::string& what) {
    if (n > 0) session.say(name + ": " + std::to_string(n) + " " + what);
  };
  for (std::size_t i = 1; i < packet::wrapper_count; ++i) {
    count(c.wrapped[i], "packets in " + std::string(to_string(static_cast<packet::Wrapper>(i))) + " are not decoded");
  }
  count(c.fragments_incomplete, "fragmented datagrams are not complete in the capture");
  count(c.fragments_evicted, "of them had to make room");
  count(c.fragments_overlapping, "fragmented datagrams were dropped: their fragments contradict each other");
  count(c.repeated_datagrams, "datagrams were captured twice and count once");
}

}  // namespace

inspect::CaptureOptions capture_options(Session& session) {
  const InspectOptions& options = session.options();
  inspect::CaptureOptions o;
  o.packets = session.packets();
  o.reactions = options.reactions;
  o.max_flows = static_cast<std::uint32_t>(options.max_flows);
  const sys::RandomKey key = sys::random_key();
  o.hash_key = {key.first, key.second};
  if (!options.expected.empty()) o.expected = [&options](std::uint16_t port) { return options.expected.contains(port); };
  return o;
}

void CaptureCounts::update() {
  const packet::HeadCounters& c = heads_.counters();
  stats::Tally& tally = session_.tally();
  tally.streams = before_.streams + c.tcp_streams + c.udp_streams;
  tally.streams_without_start = before_.streams_without_start + c.streams_without_start;
  tally.evicted = before_.evicted + c.evicted;
}

void CaptureCounts::close(const std::string& name) {
  update();
  session_.offer(false);
  name_undecoded(session_, name, heads_);
}

}  // namespace pp::tool
