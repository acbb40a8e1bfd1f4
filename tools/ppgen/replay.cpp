// ppgen replay: headers that were seen once, to a receiver.
#include <poll.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <list>
#include <map>
#include <memory>

#include "ppgen/network_words.hpp"
#include "ppgen/outcome.hpp"
#include "ppgen/privileges.hpp"
#include "ppgen/replay_input.hpp"
#include "ppgen/subcommands.hpp"
#include "cli/interrupt.hpp"
#include "cli/option_words.hpp"
#include "pp/sink/output.hpp"

namespace pp::tool {
namespace {

struct ReplayOptions {
  std::string address;
  std::string file;
  std::string payload;
  std::string pace = "original";
  std::string wait = "1s";
  bool quiet = false;
  bool udp = false;
  std::string user;
};

/// Connections that are under way at one time; those that are due meanwhile are late.
constexpr std::size_t most_at_once = 256;

class Replay {
 public:
  using Clock = std::chrono::steady_clock;

  Replay(const ReplayOptions& o, std::optional<std::uint64_t> per_second)
      : o_(o), per_second_(per_second), target_(target_word(o.address, o.udp ? Protocol::udp : Protocol::tcp)), out_(STDOUT_FILENO) {
    limits_.wait = timeout_word("--wait", o.wait);
    if (!o.payload.empty()) payload_ = payload_word(o.payload, target_.is_unix() ? "localhost" : target_.host);
  }

  int operator()() {
    source::InputFile file(o_.file);
    give_up_root(o_.user, target_);
    recording_ = read_recording(file);
    start_ = Clock::now();
    std::size_t next = 0;
    while ((next < recording_.headers.size() || !flights_.empty()) && !interrupted() && !unreachable_) {
      while (next < recording_.headers.size() && flights_.size() < most_at_once && due(next) <= Clock::now())
        depart(recording_.headers[next++]);
      wait(next);
      out_.offer(false);
    }
    return finish();
  }

 private:
  struct Flight {
    const RecordedHeader* header;
    std::vector<std::uint8_t> sent;
    std::unique_ptr<Conversation> conversation;
  };

  /// Captures need not be in the order of time; what would have been earlier leaves with what is before it.
  Clock::time_point due(std::size_t n) const {
    if (per_second_)
      return start_ + std::chrono::nanoseconds(
                          static_cast<std::int64_t>(1'000'000'000.0 * static_cast<double>(n) / static_cast<double>(*per_second_)));
    if (o_.pace == "max") return start_;
    const auto& first = recording_.headers.front().time_ns;
    const auto& own = recording_.headers[n].time_ns;
    return first && own ? start_ + std::chrono::nanoseconds(*own - *first) : start_;
  }

  void depart(const RecordedHeader& header) {
    std::vector<std::uint8_t> bytes = header.bytes;
    bytes.insert(bytes.end(), payload_.begin(), payload_.end());
    flights_.push_back({&header, bytes, std::make_unique<Conversation>(target_, bytes, Delivery{}, limits_)});
  }

  void wait(std::size_t next) {
    std::vector<pollfd> polls;
    Clock::time_point until = Clock::now() + std::chrono::seconds(1);
    if (next < recording_.headers.size() && flights_.size() < most_at_once) until = std::min(until, due(next));
    for (const Flight& f : flights_) {
      polls.push_back(f.conversation->wanted());
      until = std::min(until, f.conversation->over() ? Clock::now() : f.conversation->due());
    }
    const auto left = std::max<std::int64_t>(std::chrono::nanoseconds(until - Clock::now()).count(), 0);
    const timespec pause{static_cast<time_t>(left / 1'000'000'000), static_cast<long>(left % 1'000'000'000)};
    const bool polled = ::ppoll(polls.data(), polls.size(), &pause, nullptr) > 0;
    std::size_t i = 0;
    for (auto f = flights_.begin(); f != flights_.end(); ++i) {
      Conversation& c = *f->conversation;
      c.advance(polled ? polls[i].revents : static_cast<short>(0));
      if (!c.over() && is_telling(c.result())) c.stop();
      if (c.over()) arrived(*f);
      f = c.over() ? flights_.erase(f) : std::next(f);
    }
  }

  void arrived(const Flight& f) {
    const Exchange& e = f.conversation->result();
    if (!e.reached()) {
      if (!unreachable_) std::fprintf(stderr, "ppgen: %s\n", connect_refusal(e.place, e.error).c_str());
      unreachable_ = true;
      return;
    }
    const Outcome outcome = judge(e, f.sent);
    ++sent_;
    ++tally_[outcome.kind == OutcomeKind::answered || outcome.kind == OutcomeKind::error ? inspect::class_name(outcome.reaction)
             : outcome.kind == OutcomeKind::closed                                       ? "closed"
             : outcome.kind == OutcomeKind::silent                                       ? "no answer"
                                                                                         : "failed"];
    if (o_.quiet) return;
    out_.text() +=
        "#" + std::to_string(f.header->number) + "  " + header_summary(f.header->bytes) + ": " + outcome_words(e, outcome) + "\n";
  }

  int finish() {
    out_.offer(true);
    std::string counts = std::to_string(sent_) + (sent_ == 1 ? " header" : " headers") + " sent";
    char mark = ':';
    for (const auto& [word, n] : tally_) {
      counts += std::string(1, mark) + " " + std::to_string(n) + " " + word;
      mark = ',';
    }
    if (recording_.incomplete > 0) counts += "; " + std::to_string(recording_.incomplete) + " not whole in the input, left out";
    std::fprintf(stderr, "%s\n", counts.c_str());
    if (!recording_.error.empty())
      std::fprintf(stderr, "ppgen: %s: %s\n", shown(std::string_view(o_.file), Charset::ascii).c_str(),
                   shown(std::string_view(recording_.error), Charset::ascii).c_str());
    if (interrupted()) return 130;
    if (unreachable_ || !recording_.error.empty()) return 3;
    return recording_.headers.empty() ? 4 : 0;
  }

  const ReplayOptions& o_;
  std::optional<std::uint64_t> per_second_;
  Target target_;
  sink::Output out_;
  Limits limits_;
  std::vector<std::uint8_t> payload_;
  Recording recording_;
  std::list<Flight> flights_;
  Clock::time_point start_;
  std::map<std::string, std::uint64_t> tally_;
  std::uint64_t sent_ = 0;
  bool unreachable_ = false;
};

int run(const ReplayOptions& o) {
  if (o.address.empty() || o.file.empty()) refuse("what to where? ppgen replay HOST:PORT FILE");
  std::optional<std::uint64_t> per_second;
  if (o.pace.ends_with("/s")) per_second = parse_number<std::uint64_t>(std::string_view(o.pace).substr(0, o.pace.size() - 2));
  if (o.pace != "original" && o.pace != "max" && per_second.value_or(0) == 0)
    refuse("--pace " + in_quotes(o.pace) + " is none of original, max, N/s");
  catch_signals();
  return Replay(o, per_second)();
}

}  // namespace

Run declare_replay(CLI::App& app) {
  const auto options = std::make_shared<ReplayOptions>();
  ReplayOptions* const o = options.get();
  on_word(
      app, "ADDR", [o](const std::string& text) { o->address = text; }, "HOST:PORT, PORT on loopback, or unix:PATH", "");
  on_word(
      app, "FILE", [o](const std::string& text) { o->file = text; }, "a capture, what ppinspect -o json printed, or - for standard input",
      "");
  on_word(
      app, "--pace", [o](const std::string& text) { o->pace = text; }, "original (default), max, or so many a second: 100/s", "WORD");
  on_word(
      app, "--payload", [o](const std::string& text) { o->payload = text; }, "what follows each header, as in ppgen send", "TEXT");
  on_word(
      app, "--wait", [o](const std::string& text) { o->wait = text; }, "how long silence is waited for; 1s by default", "TIME");
  app.add_flag("--udp", o->udp, "a datagram each");
  app.add_flag("-q,--quiet", o->quiet, "counts alone");
  declare_user(app, o->user);
  app.footer("Each header on a connection of its own. A header is a claim that the receiver trusts: use it on systems that you run.");
  return [options] { return run(*options); };
}

}  // namespace pp::tool
