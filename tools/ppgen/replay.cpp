// ppgen replay: headers that were seen once, to a receiver.
#include <poll.h>
#include <unistd.h>

#include <list>
#include <map>
#include <memory>

#include "cli/interrupt.hpp"
#include "cli/parse_args.hpp"
#include "pp/sink/output.hpp"
#include "ppgen/exchange_json.hpp"
#include "ppgen/outcome.hpp"
#include "ppgen/parse_args.hpp"
#include "ppgen/payload.hpp"
#include "ppgen/privileges.hpp"
#include "ppgen/replay_input.hpp"
#include "ppgen/say.hpp"
#include "ppgen/subcommands.hpp"

namespace pp::tool {
namespace {

struct ReplayOptions {
  std::string address;
  std::string file;
  std::string payload;
  bool at_once = false;                     // --pace max
  std::optional<std::uint64_t> per_second;  // --pace N/s
  std::chrono::milliseconds wait{0};
  bool quiet = false;
  bool udp = false;
  ReportForm form = ReportForm::text;
  std::string user;
};

/// Connections open at the same time; headers that become due meanwhile are sent late.
constexpr std::size_t most_at_once = 256;

class Replay {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Replay(const ReplayOptions& o)
      : o_(o), target_(parse_target_word(o.address, o.udp ? Protocol::udp : Protocol::tcp)), out_(STDOUT_FILENO) {
    limits_.wait = o.wait;
    if (!o.payload.empty()) payload_ = parse_payload(o.payload, target_.is_unix() ? "localhost" : target_.host);
  }

  int operator()() {
    source::InputFile file(o_.file);
    give_up_root(o_.user, target_);
    recording_ = read_recording(file);
    name_left_out();
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

  /// Captures need not be ordered by time: a header older than the one before it is due at once.
  Clock::time_point due(std::size_t n) const {
    if (o_.per_second)
      return start_ + std::chrono::nanoseconds(
                          static_cast<std::int64_t>(1'000'000'000.0 * static_cast<double>(n) / static_cast<double>(*o_.per_second)));
    if (o_.at_once) return start_;
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
      if (!unreachable_) say("{}", connect_refusal(e.place, e.error));
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
    if (o_.form == ReportForm::json) {
      render::JsonWriter w(out_.text());
      w.open_object();
      w.text("schema", "pp.replay/1");
      w.number("number", f.header->number);
      w.shown_text("header", header_summary(f.header->bytes));
      w.number("header_bytes", f.header->bytes.size());
      append_exchange(w, e, outcome);
      w.close_object();
      return w.finish();
    }
    text::append(out_.text(), "#{}  {}: {}\n", f.header->number, header_summary(f.header->bytes), outcome_words(e, outcome));
  }

  /// A record that is not sent is named too: whoever compares counts should not have to guess.
  void name_left_out() {
    if (o_.quiet) return;
    for (const LeftOut& record : recording_.left_out) {
      if (o_.form == ReportForm::json) {
        render::JsonWriter w(out_.text());
        w.open_object();
        w.text("schema", "pp.replay/1");
        w.number("number", record.number);
        w.text("left_out", name(record.why));
        w.close_object();
        w.finish();
      } else {
        text::append(out_.text(), "#{}  left out: {}\n", record.number, why_left_out(record.why));
      }
    }
  }
  static std::string_view why_left_out(inspect::Outcome outcome) {
    switch (outcome) {
      case inspect::Outcome::cut: return "the capture kept only a part of the header";
      case inspect::Outcome::gap: return "a part of the header was not captured";
      case inspect::Outcome::incomplete: return "its connection was still open in the middle of the header";
      case inspect::Outcome::missing: return "no header";
      default: return "not readable";
    }
  }

  void finish_json(std::uint64_t left_out) {
    render::JsonWriter w(out_.text());
    w.open_object();
    w.text("schema", "pp.replay-end/1");
    w.number("sent", sent_);
    w.number("left_out", left_out);
    w.key("outcomes");
    w.open_array();
    for (const auto& [word, n] : tally_) {
      w.open_object();
      w.text("outcome", word);
      w.number("count", n);
      w.close_object();
    }
    w.close_array();
    w.close_object();
    w.finish();
  }

  int finish() {
    std::uint64_t left_out = 0;
    for (const std::uint64_t n : recording_.left_out_by) left_out += n;
    if (o_.form == ReportForm::json) finish_json(left_out);
    out_.offer(true);
    std::string counts = text::format("{} sent", text::Counted{sent_, "header"});
    for (const auto& [word, n] : tally_) text::append(counts, "{} {} {}", &word == &tally_.begin()->first ? ":" : ",", n, word);
    if (left_out > 0) {
      text::append(counts, "; {} left out:", left_out);
      bool first = true;
      for (std::size_t i = 0; i < recording_.left_out_by.size(); ++i) {
        if (recording_.left_out_by[i] == 0) continue;
        text::append(counts, "{} {} {}", first ? "" : ",", recording_.left_out_by[i], name(static_cast<inspect::Outcome>(i)));
        first = false;
      }
    }
    std::fputs(text::format("{}\n", counts).c_str(), stderr);
    if (!recording_.error.empty()) say("{}: {}", o_.file, recording_.error);
    if (interrupted()) return 130;
    if (unreachable_ || !recording_.error.empty()) return 3;
    return recording_.headers.empty() ? 4 : 0;
  }

  const ReplayOptions& o_;
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

/// A path, or a file of this name. Digits alone are a port.
bool names_file(const std::string& word) {
  if (word.starts_with("unix:") || word.find_first_not_of("0123456789") == std::string::npos) return false;
  return word.find('/') != std::string::npos || access(word.c_str(), F_OK) == 0;
}

int run(const ReplayOptions& o) {
  if (names_file(o.address) && o.address.find("://") == std::string::npos)
    refuse("the address comes first: ppgen replay {} {}", o.file, o.address);
  catch_signals();
  return Replay(o)();
}

void take_pace(ReplayOptions& o, const Given& given) {
  o.per_second.reset();
  o.at_once = given.value == "max";
  if (o.at_once || given.value == "original") return;
  if (given.value.ends_with("/s")) o.per_second = parse_number<std::uint64_t>(given.value.substr(0, given.value.size() - 2));
  if (o.per_second.value_or(0) == 0) refuse("{} '{}': expected original, max or N/s", given.option, given.value);
}

constexpr OptionRow<ReplayOptions> rows[] = {
    {{.names = "ADDR", .help = "HOST:PORT, PORT on loopback, or unix:PATH", .required = true}, take_text<&ReplayOptions::address>},
    {{.names = "FILE", .help = "a capture, or what ppinspect -o json printed; - is standard input", .required = true},
     take_text<&ReplayOptions::file>},
    {{.names = "--pace",
      .value = "WORD",
      .initial = "original",
      .allowed = {.fixed = "original|max", .others = true},
      .help = "when to send: original (as recorded), max, or a rate such as 100/s"},
     take_pace},
    {{.names = "--payload",
      .value = "TEXT",
      .allowed = {.fixed = "http", .others = true},
      .help = "bytes to send after each header, as in ppgen send"},
     take_text<&ReplayOptions::payload>},
    {{.names = "--wait", .value = "TIME", .initial = "1s", .help = "give up after TIME without a response"},
     take_timeout<&ReplayOptions::wait>},
    {{.names = "--udp", .help = "send each header in a datagram"}, turn_on<&ReplayOptions::udp>},
    {{.names = "-q,--quiet", .help = "print the counts alone"}, turn_on<&ReplayOptions::quiet>},
    {{.names = "-o,--output",
      .value = "FORMAT",
      .initial = "text",
      .allowed = {"text|json"},
      .help = "output format: text or json (ppgen --json-schema)"},
     take_choice<&ReplayOptions::form>},
    user_row<ReplayOptions>(),
};

}  // namespace

Run declare_replay(CommandLine& line) {
  const auto options = std::make_shared<ReplayOptions>();
  line.add("Options", rows, *options);
  line.note("Each header is sent on a connection of its own. Receivers believe these headers: only use ppgen against systems you operate.");
  return [options] { return run(*options); };
}

}  // namespace pp::tool
