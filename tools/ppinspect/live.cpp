#include "ppinspect/live.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>

#include "pp/base/utf8.hpp"
#include "pp/text/format.hpp"
#include "ppinspect/capture.hpp"
#include "ppinspect/filter.hpp"

namespace pp::tool {
namespace {

using Clock = std::chrono::steady_clock;

/// Says of losses when they grow, once a second at most: what is missing makes verdicts doubtful.
class LossWatch {
 public:
  LossWatch(Session& session, source::LiveSource& live) : session_(session), live_(live) {}

  void look(Clock::time_point now, bool last) {
    count(now);
    if (seen_.all() > said_.all() && (last || now - said_at_ >= std::chrono::seconds(1))) say(now);
  }

  /// When packets were last lost, on the clock of those that were not; as of this millisecond, since to ask has a price.
  std::int64_t lost_until() {
    if (const Clock::time_point now = Clock::now(); now - counted_at_ >= std::chrono::milliseconds(1)) count(now);
    return lost_until_;
  }

 private:
  void count(Clock::time_point now) {
    counted_at_ = now;
    const source::LiveLosses seen = live_.losses();
    if (seen.all() <= seen_.all()) return;
    seen_ = seen;
    session_.tally().packets_lost = seen_.all();
    lost_until_ = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  }
  void say(Clock::time_point now) {
    const std::uint64_t kernel = seen_.kernel - said_.kernel;
    const std::uint64_t interface = seen_.interface - said_.interface;
    std::string losses;
    if (kernel > 0)
      text::append(losses, "{} dropped by the kernel, whose buffer was full: a filter, a larger -B or a smaller -s helps",
                   text::Counted{kernel, "packet"});
    if (interface > 0) text::append(losses, "{}{} lost by the interface", kernel > 0 ? "; " : "", text::Counted{interface, "packet"});
    session_.say("{}: capture incomplete: {}", live_.name(), losses);
    said_ = seen_;
    said_at_ = now;
  }

  Session& session_;
  source::LiveSource& live_;
  source::LiveLosses seen_;
  source::LiveLosses said_;
  Clock::time_point said_at_{};
  Clock::time_point counted_at_{};
  std::int64_t lost_until_ = std::numeric_limits<std::int64_t>::min();
};

}  // namespace

std::unique_ptr<source::LiveSource> open_live(const InspectOptions& options) {
  auto live = std::make_unique<source::LiveSource>(options.live);
  if (!options.filter.empty()) {
    if (auto fault = live->filter(options.filter)) throw BadFilter(options.filter, std::move(*fault));
  } else if (options.expect == Expect::ports) {
    const std::vector<source::PortRange> ports = options.expected.ranges();
    // Some link types know no VLAN tags. A list of ports that is too long for one filter is looked at here alone.
    for (const bool vlan : {true, false}) {
      if (!live->filter(source::port_filter(ports, vlan))) break;
    }
  }
  return live;
}

void inspect_live(Session& session, source::LiveSource& live) {
  constexpr auto tick = std::chrono::milliseconds(tick_ms);
  constexpr auto rest = std::chrono::milliseconds(250);  // when nothing waits
  session.has_streams();
  session.say("capturing on {}, {}", live.name(), live.about());
  const std::string& name = session.keep_name(session.options().redact ? std::string(interface_label) : live.name());
  LossWatch losses(session, live);
  inspect::CaptureOptions captured = capture_options(session);
  captured.lost_until = [&losses] { return losses.lost_until(); };
  inspect::CaptureInspector heads(captured, session.inspector(), name);
  CaptureCounts counts(session, heads);
  session.explainer().begin(explain::Patience::at_once, [&heads](std::uint16_t port) { return heads.early(port); });
  Clock::time_point next = Clock::now();
  const bool at_once = !session.options().summary;  // counts can wait for the reactions
  const auto turn = [&] {
    const Clock::time_point now = Clock::now();
    if (now >= next) {
      next = now + tick;
      losses.look(now, false);
      if (at_once) heads.tick();
      counts.update();
      session.live_summary();
      session.offer(true);
    }
    session.report_if_wanted();
    if (!session.wanted()) return -1;
    const Clock::duration wait = at_once && heads.waits() ? std::max(next - now, Clock::duration{}) : Clock::duration(rest);
    return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(wait).count());
  };
  session.begin_input(name);
  const auto feed = [&heads, &counts](const packet::Packet& p) {
    counts.see(p.time_ns);
    heads.feed(p);
  };
  live.run(feed, turn);
  losses.look(Clock::now(), true);
  heads.finish();
  session.explainer().end();
  counts.close(name);
}

std::string interface_list() {
  const std::vector<source::Interface> all = source::interfaces();
  std::size_t width = 0;
  for (const source::Interface& i : all) width = std::max(width, shown(std::string_view(i.name), Charset::ascii).size());
  std::string out;
  for (const source::Interface& i : all) {
    text::append(out, "{:<{}}  {}{}", shown(std::string_view(i.name), Charset::ascii), width,
                 i.running ? "running"
                 : i.up    ? "up"
                           : "down",
                 i.loopback ? "  loopback" : "");
    for (const std::string& address : i.addresses) text::append(out, "  {}", address);
    if (!i.description.empty()) text::append(out, "  ({})", text::Shown{i.description, Charset::ascii});
    out += '\n';
  }
  return out;
}

}  // namespace pp::tool
