// What captures from files and from interfaces share.
#pragma once

#include <string>

#include "pp/inspect/capture.hpp"
#include "ppinspect/session.hpp"

namespace pp::tool {

/// How often live sources have told of what waits: a header is shown within twice this time and the source's own delay.
inline constexpr int tick_ms = 25;

inspect::CaptureOptions capture_options(Session& session);

/// A capture's counts in those of the run.
class CaptureCounts {
 public:
  CaptureCounts(Session& session, const inspect::CaptureInspector& heads) : session_(session), heads_(heads), before_(session.tally()) {}

  /// A packet of that time comes.
  void see(std::int64_t time_ns) noexcept {
    if (first_ns_ > last_ns_) first_ns_ = time_ns;
    last_ns_ = first_ns_ > time_ns ? first_ns_ : time_ns;
  }
  /// Brings the run's counts up to date.
  void update();
  /// At the capture's end: the same, and names what was not decoded.
  void close(const std::string& name);

 private:
  Session& session_;
  const inspect::CaptureInspector& heads_;
  stats::Tally before_;
  std::int64_t first_ns_ = 0;
  std::int64_t last_ns_ = -1;  // before first_ns_: no packet yet
};

}  // namespace pp::tool
