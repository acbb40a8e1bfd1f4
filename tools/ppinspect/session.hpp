// What every kind of input shares in one run of ppinspect: output, selection, counts, complaints, the exit status.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "cli/progress.hpp"
#include "pp/explain/explainer.hpp"
#include "pp/inspect/inspect.hpp"
#include "pp/inspect/redact.hpp"
#include "pp/render/empty_answer.hpp"
#include "pp/sink/output.hpp"
#include "pp/stats/hops.hpp"
#include "pp/stats/missing_groups.hpp"
#include "pp/stats/summary.hpp"
#include "pp/stats/tally.hpp"
#include "pp/text/format.hpp"
#include "ppinspect/conceal.hpp"
#include "ppinspect/kept.hpp"
#include "ppinspect/options.hpp"
#include "ppinspect/summary_screen.hpp"

namespace pp::tool {

class Session {
 public:
  /// `options` must outlive the session.
  explicit Session(const InspectOptions& options);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const InspectOptions& options() const noexcept { return options_; }
  inspect::Inspector& inspector() noexcept { return inspector_; }
  /// An input tells it when it begins, falls silent and ends.
  explain::Explainer& explainer() noexcept { return explainer_; }
  stats::Tally& tally() noexcept { return summary_ != nullptr ? summary_->tally : tally_; }
  const stats::Tally& tally() const noexcept { return summary_ != nullptr ? summary_->tally : tally_; }
  Progress& progress() noexcept { return progress_; }
  /// On a terminal: how far reading is, and the counts so far.
  void show_progress(std::uint64_t bytes);

  /// A name that records may borrow for the rest of the run.
  const std::string& keep_name(std::string name) { return *names_.insert(names_.end(), std::move(name)); }

  /// With --redact, without the names of the command line.
  std::string concealed(std::string_view text) const { return conceal_(text); }
  /// The same for a text that many records share.
  std::string_view intern(std::string text);
  /// Of tables whose keys come from the input.
  const HashKey& hash_key() const noexcept { return hash_key_; }

  /// The counts of another run (--merge).
  void merge(const stats::Summary& other);
  /// Of a source without an end: with -S its counts are shown as they grow. To be called several times a second.
  void live_summary();

  /// Prints a line on stderr, escaped; the run goes on and its exit status stays as it is.
  void say(std::string_view text);
  /// The same for input that could not be read, or an error that the system reported: the exit status becomes 3.
  void complain(std::string_view text);
  /// The same for a request that an input cannot meet: the exit status becomes 2.
  void misused(std::string_view text);
  /// Each of them with a format string and its arguments.
  template <class First, class... Rest>
  void say(fmt::format_string<First, Rest...> words, First&& first, Rest&&... rest) {
    say(text::format(words, std::forward<First>(first), std::forward<Rest>(rest)...));
  }
  template <class First, class... Rest>
  void complain(fmt::format_string<First, Rest...> words, First&& first, Rest&&... rest) {
    complain(text::format(words, std::forward<First>(first), std::forward<Rest>(rest)...));
  }
  template <class First, class... Rest>
  void misused(fmt::format_string<First, Rest...> words, First&& first, Rest&&... rest) {
    misused(text::format(words, std::forward<First>(first), std::forward<Rest>(rest)...));
  }
  /// Runs `work`; an exception from it ends one input, not the run.
  void guarded(const std::string& name, const std::function<void()>& work);

  /// A single stream is worth a block where a capture's header is worth a line.
  template <class Work>
  void block_form(Work&& work) {
    const unsigned detail = style_.detail;
    style_.detail = std::max(detail, 1U);
    work();
    style_.detail = detail;
  }

  /// Is also given every record, whether it is selected and shown or not.
  void observe(std::function<void(const inspect::Record&)> observer) { observer_ = std::move(observer); }

  /// Opens what -w and --extract name, while there is the right to. Throws std::system_error and std::runtime_error.
  void open_kept(std::span<const sink::OpenInput> inputs);
  /// For captures to hold their packets in; nullptr without -w.
  packet::FlowPackets* packets() noexcept { return kept_ ? kept_->packets() : nullptr; }

  /// Hands the output over, at once when `flush`; false when nobody reads it any more.
  bool offer(bool flush) {
    if (flush && kept_) kept_->flush();
    return out_.offer(flush);
  }
  /// Nobody reads the output any more.
  bool gone() const noexcept { return out_.gone(); }
  /// -c: as many headers as were asked for have come.
  bool enough() const noexcept { return options_.count > 0 && headers_taken_ >= options_.count; }
  /// There is a reason to go on: no interrupt, a reader, not enough headers yet (-c), and time left (--duration).
  bool wanted() const;
  /// An input begins; `name` is one that records may borrow.
  void begin_input(std::string_view name) {
    if (summary_ != nullptr) summary_->begin_input(name);
  }
  /// The input has connections: the counts name them.
  void has_streams() noexcept { streams_ = true; }
  /// The inputs have an end, and what folds may wait for it. On a terminal alone: a pipe gets every record.
  void may_fold();
  /// Read of a capture, for the answer when there is no header in any.
  void read(const render::Seen& seen) { seen_.add(seen); }
  /// Packets come from a wire: no file has their frames.
  void from_wire() noexcept { style_.frames = false; }
  /// A listener's own address has been said.
  void own_address_said() noexcept { style_.own_address = true; }
  /// An interrupt left something unread: exit status 130.
  void cut_short() noexcept { cut_short_ = true; }
  /// The counts so far, on stderr, when SIGUSR1 asked for them; true when it did.
  bool report_if_wanted();
  /// Summary, counts, exit status.
  int finish();

 private:
  void take(inspect::Record& record);
  void show(const inspect::Record& record, const Header& header);
  void amend(const inspect::Record& record);
  void keep(const inspect::Record& record);
  /// -q: a good header is not printed.
  bool hidden(const inspect::Record& record) const { return style_.quiet && record.outcome == inspect::Outcome::valid; }
  void print(const inspect::Record& record);
  void report() const;
  void write_reports();
  /// The last words: counts, or what there was in place of a header.
  void close(int status) const;
  /// All connections of a capture went to one receiver.
  bool only_receiver() const { return receiver_ && receiver_->captured && !several_receivers_; }
  std::string closing() const;
  bool nothing_decoded() const;
  std::string with_exit_status(std::string counts, int status) const;
  int status() const;
  void note_receiver(const inspect::Record& record);

  const InspectOptions& options_;
  HashKey hash_key_;
  sink::Output out_;
  render::Style style_;
  render::State state_;
  Progress progress_;
  inspect::Redactor redactor_;
  Concealer conceal_;  // what is said on stderr
  explain::Explainer explainer_;
  inspect::Inspector inspector_;
  stats::Tally tally_;
  render::Seen seen_;
  std::unique_ptr<stats::Summary> summary_;        // -S: in place of records
  std::unique_ptr<stats::MissingGroups> missing_;  // -e: the groups follow the records
  std::function<void(const inspect::Record&)> observer_;
  std::unique_ptr<stats::Hops> hops_;  // --by client: in place of records

  std::unique_ptr<Kept> kept_;
  std::list<std::string> names_;
  std::set<std::string, std::less<>> texts_;
  std::unique_ptr<SummaryScreen> screen_;  // -S of a live source
  bool ended_by_key_ = false;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::optional<inspect::Flow> receiver_;  // of the records so far, while it is the same one
  bool several_receivers_ = false;
  std::uint64_t headers_seen_ = 0;
  std::uint64_t headers_taken_ = 0;  // of those that were asked for
  bool streams_ = false;
  bool misused_ = false;
  bool refused_ = false;
  bool cut_short_ = false;
};

}  // namespace pp::tool
