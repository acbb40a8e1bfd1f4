#include "ppgen/conform_run.hpp"

#include <sys/resource.h>

#include <algorithm>

#include "cli/interrupt.hpp"
#include "pp/inspect/reaction.hpp"
#include "pp/text/format.hpp"
#include "pp/wire/parse.hpp"

namespace pp::tool {
namespace {

using judge::Code;
using judge::Verdict;
using std::chrono::milliseconds;

constexpr std::size_t window_size = 32;
constexpr std::size_t most_slow = 16;
constexpr std::size_t most_canaries = 2;
constexpr unsigned most_tries = 3;

/// How many connections may be open beside the files that are needed anyway.
std::size_t descriptors() {
  rlimit limit{};
  constexpr std::size_t others = 24;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return window_size;
  return limit.rlim_cur > others + 4 ? static_cast<std::size_t>(limit.rlim_cur) - others : 4;
}

}  // namespace

int version_of(const forge::Case& c) { return c.id.starts_with("v1/") ? 1 : c.id.starts_with("v2/") ? 2 : 0; }

Draft for_datagrams(Draft d) {
  if (d.transport == Transport::stream) d.transport = Transport::dgram;
  if (d.family_transport && (*d.family_transport == 0x11 || *d.family_transport == 0x21)) *d.family_transport += 1;
  return d;
}

ConformRun::ConformRun(const ConformOptions& options, const Target& target, std::vector<forge::Case> cases)
    : o_(options),
      target_(target),
      talker_(options, target),
      parallel_(options.parallel),
      slow_limit_(most_slow),
      canary_count_(most_canaries) {
  const std::size_t room = descriptors();
  parallel_ = static_cast<unsigned>(std::clamp<std::size_t>(parallel_, 1, std::max<std::size_t>(room / 2, 1)));
  slow_limit_ = std::min(most_slow, std::max<std::size_t>(room / 4, 1));
  if (o_.udp) canary_count_ = 0;
  for (forge::Case& c : cases) {
    Item& item = items_.emplace_back();
    item.row = std::move(c);
    item.header = encode(o_.udp ? for_datagrams(item.row.draft) : item.row.draft);
    item.announced = judge::announced_by(item.header);
    std::vector<std::uint8_t> bytes = item.header;
    const std::string payload = payload_of(item.row.plan);
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    // A receiver may read the fixed part of version 2 whole before it decides.
    const bool too_short = item.row.plan.then == forge::Then::idle && bytes.size() < v2_fixed_bytes;
    item.header_final = !too_short && !bytes.empty() && parse(bytes).verdict.settled();
    judge::CaseResult& r = item.result;
    r.id = item.row.id;
    r.section = item.row.section;
    r.sentence = item.row.sentence;
    r.asks = item.row.asks;
    r.derived = item.row.derived;
    r.sent = item.header;
    r.why = "not run";
  }
}

void ConformRun::give_up(std::string why) {
  run_.exit = 3;
  run_.trouble = std::move(why);
}

const judge::Run& ConformRun::operator()() {
  started_ = Clock::now();
  if (control_phase()) {
    set_aside();
    // Each step returns early once a signal has come or the receiver is gone.
    if (windows() && !interrupted()) {
      ask_late();
      repeat();
      finish_slow();
      if (!o_.profile.empty()) measure_limits();
    }
    std::vector<judge::CaseResult> before;
    for (const Item& item : items_) before.push_back(item.result);
    run_.crc_checked = judge::checks_crc(before);
    for (Item& item : items_) judge_again(item);
  }
  for (Item& item : items_) run_.results.push_back(std::move(item.result));
  run_.connections = talker_.connections();
  run_.us = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - started_).count();
  return run_;
}

/// Why a case says nothing about this receiver; empty when it does.
bool ConformRun::applies(Item& item) const {
  const int version = version_of(item.row);
  std::string& why = item.result.why;
  if (version != 0 && !run_.capability.of(version).supported) {
    why = text::format("version {} is not supported", version);
    return false;
  }
  const forge::Plan& plan = item.row.plan;
  if (o_.udp && (plan.at != 0 || plan.each_byte || plan.then != forge::Then::payload)) {
    why = "a datagram is sent whole";
    return false;
  }
  if (o_.udp && item.header.size() > 60000) {
    why = "too long for a datagram";
    return false;
  }
  if (plan.large && !large_payloads_[version]) {
    why = "a payload of 3 KB is not answered";
    return false;
  }
  return true;
}

void ConformRun::set_aside() {
  for (Item& item : items_) {
    if (applies(item)) {
      if (item.row.plan.is_slow()) slow_.push_back(&item);
      continue;
    }
    item.result.verdict = Verdict::na;
    item.done = true;
  }
}

milliseconds ConformRun::wait_of(const Item& item) const { return item.row.plan.idles() ? std::max(o_.idle, wait_) : wait_; }

void ConformRun::start(Item& item, const std::function<void()>& done) {
  talker_.start(item.header, item.row.plan, wait_of(item), [this, &item, done](const Talked& talked) {
    note(item, talked);
    done();
  });
}

Code ConformRun::outcome_of(const Item& item, const Talked& talked) const {
  const int version = version_of(item.row) != 0 ? version_of(item.row) : run_.capability.version();
  return judge::outcome(talked.observed, item.announced, talked.mark, run_.capability.of(version).oracle);
}

/// The first attempt counts, and a later one that shows an acceptance.
void ConformRun::note(Item& item, const Talked& talked) {
  judge::CaseResult& r = item.result;
  ++r.tries;
  item.own_trouble = !talked.own_trouble.empty();
  if (item.own_trouble) {
    r.why = talked.own_trouble;
    r.verdict = Verdict::error;
    return;
  }
  const Code code = outcome_of(item, talked);
  if (item.done && !judge::took(code) && r.code != Code::unreachable) return;
  item.done = true;
  r.code = code;
  r.told = talked.observed.told;
  r.answer_class = talked.observed.answer_class;
  r.end = talked.observed.end;
  r.us = talked.us;
  r.why = talked.refusal;
  judge_again(item);
}

void ConformRun::judge_again(Item& item) const {
  judge::CaseResult& r = item.result;
  if (!item.done || r.tries == 0 || r.verdict == Verdict::crash || item.own_trouble) return;
  const judge::Circumstances c{item.header_final, item.row.plan.then == forge::Then::idle,
                               item.announced.kind == judge::Announced::Kind::unix_path, run_.crc_checked};
  const judge::Judgement j = judge::judge(r.asks, r.code, c);
  // A second header is application data: who waits for more of it, and then gives up, does right.
  const bool gave_up = item.closed_late && r.asks == forge::Asks::second_header;
  r.verdict = gave_up ? Verdict::pass : j.verdict;
  r.address_unobserved = j.address_unobserved;
  if (r.verdict == Verdict::na) {
    r.why = "does not check CRC32C";
  } else if (r.verdict == Verdict::late) {
    r.why = text::format("{} after {}", item.closed_late ? "closed" : "still open", inspect::duration_text(r.us));
  } else if (r.verdict != Verdict::error) {
    r.why.clear();
  }
}

/// Slow cases run beside everything else.
void ConformRun::fill_slow() {
  while (!slow_.empty() && slow_open_.size() < slow_limit_) {
    Item* const item = slow_.front();
    slow_.pop_front();
    slow_open_.push_back(item);
    start(*item, [this, item] { std::erase(slow_open_, item); });
  }
}

bool ConformRun::windows() {
  std::vector<Item*> quick;
  for (Item& item : items_) {
    if (!item.done && !item.row.plan.is_slow()) quick.push_back(&item);
  }
  fill_slow();
  for (std::size_t at = 0; at < quick.size() && !interrupted(); at += window_size) {
    if (!window(std::span(quick).subspan(at, std::min(window_size, quick.size() - at)))) return false;
  }
  return true;
}

/// Returns false when the receiver has gone and does not come back.
bool ConformRun::window(std::span<Item* const> items) {
  std::vector<Item*> suspects(slow_open_);
  bool alarm = false;
  const std::size_t canaries = false_alarms_ < most_false_alarms ? canary_count_ : 0;
  start_canaries(canaries, alarm);
  std::size_t next = 0, open = 0;
  while ((next < items.size() || open > 0) && !interrupted()) {
    fill_slow();
    for (; next < items.size() && open < parallel_; ++next, ++open) start(*items[next], [&open] { --open; });
    talker_.turn();
  }
  const bool good = good_control();
  talker_.end_canaries();
  if (interrupted()) return true;
  for (const Item* item : items) alarm = alarm || (item->result.code == Code::unreachable && !item->own_trouble);
  if (good && !alarm) return true;
  if (!recovered()) {
    give_up(text::format("the receiver does not answer any more, after {} to {}", items.front()->row.id, items.back()->row.id));
    return false;
  }
  if (!careful(items)) return false;
  const bool explained = std::any_of(items.begin(), items.end(), [](const Item* i) { return i->result.verdict == Verdict::crash; });
  if (explained) return true;
  // A slow case was open at the same time.
  std::erase_if(suspects, [](const Item* item) { return !item->done; });
  if (!careful(suspects)) return false;
  ++false_alarms_;
  return true;
}

/// Where nothing has come within --wait: once more with --idle.
void ConformRun::ask_late() {
  std::vector<Item*> late;
  for (Item& item : items_) {
    if (item.done && item.result.verdict == Verdict::late && !item.row.plan.idles()) late.push_back(&item);
  }
  for (Item* const item : late) {
    // Whether it then closes is worth knowing, but nothing was decided within --wait: the verdict stays.
    talker_.start(item->header, item->row.plan, o_.idle, [this, item](const Talked& talked) {
      ++item->result.tries;
      item->result.us = talked.us;
      const bool closed = talked.observed.end == judge::End::fin || talked.observed.end == judge::End::rst;
      if (judge::took(outcome_of(*item, talked))) {
        item->done = false;
        note(*item, talked);
      } else if (closed) {
        item->result.end = talked.observed.end;
        item->closed_late = true;
      }
    });
  }
}

/// Alone on the receiver, up to `most_tries` in all.
void ConformRun::try_again(Item& item) {
  bool finished = false;
  start(item, [&] { finished = true; });
  talker_.turn_until([&] { return finished; });
}

/// Refusals that load and chance may have caused. A receiver that refused a good header once and took it later drops
/// connections by chance: then the refusals that were asked for are tried again too, since one may hide an acceptance.
void ConformRun::repeat() {
  // Those with pauses are still on their way.
  talker_.turn_until([this] {
    return slow_.empty() && std::all_of(slow_open_.begin(), slow_open_.end(), [](const Item* item) { return item->row.plan.idles(); });
  });
  const auto repeat_where = [this](auto&& wanted) {
    for (Item& item : items_) {
      const bool asked = item.done && item.result.tries > 0 && item.result.verdict != Verdict::crash;
      while (asked && item.result.tries < most_tries && wanted(item) && !interrupted()) try_again(item);
    }
  };
  repeat_where([](const Item& item) { return judge::worth_repeating(item.result.asks, item.result.code); });
  const bool by_chance =
      std::any_of(items_.begin(), items_.end(), [](const Item& i) { return i.result.tries > 1 && judge::took(i.result.code); });
  if (by_chance) {
    repeat_where([](const Item& item) { return !item.row.plan.is_slow() && item.result.code == judge::Code::refused; });
  }
}

void ConformRun::finish_slow() {
  talker_.turn_until([this] {
    fill_slow();
    return slow_.empty() && talker_.open() == 0;
  });
}

}  // namespace pp::tool
