// -S on a live source: redrawn in place on a terminal, a line every --interval otherwise.
#pragma once

#include <chrono>
#include <memory>

#include "pp/render/format.hpp"
#include "pp/sink/output.hpp"
#include "pp/stats/summary.hpp"

namespace pp::tool {

class SummaryScreen {
 public:
  /// On a terminal the alternate screen is entered, and keys are read from standard input when that is the terminal too;
  /// both end with this object.
  SummaryScreen(sink::Output& out, const render::Format& format, const render::Style& style, std::chrono::milliseconds interval);
  ~SummaryScreen();
  SummaryScreen(const SummaryScreen&) = delete;
  SummaryScreen& operator=(const SummaryScreen&) = delete;

  /// To be called several times a second: draws or prints when it is time. The counts are of this moment.
  void update(stats::Summary& summary);
  /// 'q' was pressed.
  bool quit();

 private:
  class Terminal;

  void draw(const stats::Summary& summary);
  void print(stats::Summary& summary);

  sink::Output& out_;
  const render::Format& format_;
  render::Style style_;
  render::State state_;  // of the lines' times
  std::chrono::steady_clock::duration interval_;
  std::chrono::steady_clock::time_point next_;
  std::unique_ptr<Terminal> terminal_;  // nullptr: lines
};

}  // namespace pp::tool
