// A run of ppgen conform: controls, the cases in windows with canaries beside them, repetition, confirmation of crashes.
#pragma once

#include <deque>
#include <span>
#include <string>
#include <vector>

#include "pp/forge/case.hpp"
#include "pp/judge/tally.hpp"
#include "ppgen/conform_talk.hpp"

namespace pp::tool {

/// The version that a case belongs to, by its id; 0 for no header at all.
int version_of(const forge::Case& c);
/// The same header for datagrams: STREAM becomes DGRAM where the case does not set the transport on purpose.
Draft for_datagrams(Draft d);

class ConformRun {
 public:
  ConformRun(const ConformOptions& options, const Target& target, std::vector<forge::Case> cases);

  /// Runs everything; what ran is in the result also when the run ends early, and `exit` is 3 then.
  const judge::Run& operator()();

 private:
  using Clock = std::chrono::steady_clock;

  struct Item {
    forge::Case row;
    judge::CaseResult result;
    std::vector<std::uint8_t> header;
    judge::Announced announced;
    bool header_final = true;
    bool done = false;
    bool own_trouble = false;
    bool closed_late = false;  // after --wait, and within --idle
  };

  // Controls.
  std::vector<std::uint8_t> control_header(judge::Control control) const;
  std::vector<std::uint8_t> good_header() const;
  Talked ask(const std::vector<std::uint8_t>& header, const forge::Plan& plan, std::chrono::milliseconds wait);
  bool control_phase();
  std::vector<judge::ControlAnswer> ask_control(judge::Control control, unsigned wanted, std::chrono::milliseconds wait);
  std::vector<judge::ControlAnswer> ask_controls(std::chrono::milliseconds wait);
  void learn_payloads();
  bool good_control();
  void start_canaries(std::size_t count, bool& ended);
  bool recovered();

  // Cases.
  void set_aside();
  bool applies(Item& item) const;
  std::chrono::milliseconds wait_of(const Item& item) const;
  void start(Item& item, const std::function<void()>& done);
  judge::Code outcome_of(const Item& item, const Talked& talked) const;
  void note(Item& item, const Talked& talked);
  void judge_again(Item& item) const;
  void fill_slow();
  bool windows();
  bool window(std::span<Item* const> items);
  void repeat();
  void try_again(Item& item);
  void ask_late();
  void finish_slow();
  void measure_limits();
  std::size_t longest_taken(std::size_t least, std::size_t most, std::vector<std::uint8_t> (*header)(std::size_t size));

  // Crashes.
  bool careful(std::span<Item* const> items);
  bool survives(Item& item, std::string& sign);

  void give_up(std::string why);

  const ConformOptions& o_;
  const Target& target_;
  Talker talker_;
  std::deque<Item> items_;
  judge::Run run_;
  std::chrono::milliseconds wait_{0};
  unsigned parallel_;
  std::size_t slow_limit_;
  std::size_t canary_count_;
  std::deque<Item*> slow_;                       // to be started
  std::vector<Item*> slow_open_;                 // running
  bool large_payloads_[3] = {true, true, true};  // by version: a large payload is answered
  /// After that many windows whose canary ended without a culprit, canaries are given up: the receiver ends them by itself.
  static constexpr unsigned most_false_alarms = 2;
  unsigned false_alarms_ = 0;
  Clock::time_point started_;
};

}  // namespace pp::tool
