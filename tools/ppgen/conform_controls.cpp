// The control phase of ppgen conform, and the controls between the windows.
#include <algorithm>
#include <memory>

#include "cli/interrupt.hpp"
#include "cli/option_table.hpp"
#include "pp/forge/catalogue.hpp"
#include "ppgen/conform_run.hpp"

namespace pp::tool {
namespace {

using judge::Control;
using std::chrono::milliseconds;

/// "empty - None": words between blanks, of which "empty" stands for an empty value.
std::vector<std::string> words_for_none(std::string_view text) {
  if (text.empty()) return judge::usual_none();
  std::vector<std::string> out;
  for (const std::string_view word : split_names(text, ' ')) {
    if (!word.empty()) out.emplace_back(word == "empty" ? "" : word);
  }
  return out;
}

}  // namespace

std::vector<std::uint8_t> ConformRun::control_header(Control control) const {
  const auto of_case = [&](std::string_view id) {
    const Draft d = forge::find_case(id)->draft;
    return encode(o_.udp ? for_datagrams(d) : d);
  };
  switch (control) {
    case Control::v2: return of_case("v2/good/tcp4");
    case Control::v1: return of_case("v1/line/tcp4");
    case Control::bare: return {};
    case Control::damaged: return of_case("v2/signature/byte-5");
    case Control::local: return of_case("v2/local/empty");
    case Control::unknown: return of_case("v1/unknown/short");
  }
  return {};
}

std::vector<std::uint8_t> ConformRun::good_header() const {
  return control_header(run_.capability.version() == 1 ? Control::v1 : Control::v2);
}

/// One connection, alone.
Talked ConformRun::ask(const std::vector<std::uint8_t>& header, const forge::Plan& plan, milliseconds wait) {
  Talked out;
  bool done = false;
  talker_.start(header, plan, wait, [&](const Talked& talked) {
    out = talked;
    done = true;
  });
  talker_.turn_until([&] { return done; });
  return out;
}

/// `wanted` answers of one kind. A refusal among answers is chance, and is asked again; refusals alone are what they are.
std::vector<judge::ControlAnswer> ConformRun::ask_control(Control control, unsigned wanted, milliseconds wait) {
  std::vector<judge::ControlAnswer> answered, others;
  while (answered.size() < wanted && others.size() < wanted && !interrupted()) {
    const Talked t = ask(control_header(control), {}, wait);
    if (!t.own_trouble.empty() || (run_.connections == 0 && !t.refusal.empty())) {
      give_up(t.own_trouble.empty() ? t.refusal : t.own_trouble);
      return {};
    }
    ++run_.connections;
    if (answered.empty() && talker_.arrived_exactly(t.mark, {})) talker_.payload_is_exact(true);
    const bool silent = t.observed.end == judge::End::silence;
    (t.observed.answer_class.empty() ? others : answered).push_back({control, t.observed, t.announced, t.mark, t.us});
    // Silence takes all of --wait: once is enough to know it.
    if (answered.empty() && silent) break;
  }
  return answered.size() == wanted ? answered : others;
}

std::vector<judge::ControlAnswer> ConformRun::ask_controls(milliseconds wait) {
  std::vector<judge::ControlAnswer> out;
  for (std::size_t i = 0; i < judge::control_count && !interrupted(); ++i) {
    const auto control = static_cast<Control>(i);
    const bool v1 = control == Control::v1 || control == Control::unknown;
    if (o_.udp && v1) continue;
    const bool good = control == Control::v2 || control == Control::v1;
    for (judge::ControlAnswer& answer : ask_control(control, good ? judge::control_repeats : 1, wait)) out.push_back(std::move(answer));
    if (run_.exit != 0) return {};
  }
  return out;
}

bool ConformRun::control_phase() {
  const std::vector<std::string> none = words_for_none(o_.none);
  std::vector<judge::ControlAnswer> answers = ask_controls(o_.wait);
  if (interrupted() || run_.exit != 0) return false;
  run_.capability = judge::capability_of(answers, none);
  if (run_.capability.unsteady()) {
    answers = ask_controls(o_.wait * 3);
    if (interrupted() || run_.exit != 0) return false;
    run_.capability = judge::capability_of(answers, none);
  }
  if (!run_.capability.any()) {
    give_up(judge::why_no_control(run_.capability, o_.app));
    return false;
  }
  talker_.expect_answers_within(run_.capability.slowest_us);
  wait_ = std::max(o_.wait, milliseconds(run_.capability.slowest_us / 100));
  learn_payloads();
  return !interrupted();
}

/// Whether a large payload is answered at all when it comes well after the header.
void ConformRun::learn_payloads() {
  for (const int version : {1, 2}) {
    const judge::VersionControl& v = run_.capability.of(version);
    const bool wanted =
        std::any_of(items_.begin(), items_.end(), [&](const Item& item) { return item.row.plan.large && version_of(item.row) == version; });
    if (!wanted || !v.supported || o_.quick) continue;
    const std::vector<std::uint8_t> header = control_header(version == 1 ? Control::v1 : Control::v2);
    const forge::Plan later{.at = static_cast<std::uint16_t>(header.size()), .pause_ms = 1000, .large = true};
    large_payloads_[version] = ask(header, later, wait_).observed.answer_class == v.oracle.answer_class;
  }
}

/// One good header of the version that the receiver supports; false when it is not answered as before.
bool ConformRun::good_control() {
  Talked t;
  bool good = false;
  // One answer shows that the receiver lives; a refusal may be chance.
  for (unsigned n = 0; n < judge::control_repeats && !good; ++n) {
    t = ask(good_header(), {}, wait_);
    if (interrupted()) return true;
    good = t.observed.answer_class == run_.capability.of(run_.capability.version()).oracle.answer_class;
  }
  // Under load a receiver that forks, or logs in, answers late: fewer at once.
  const std::int64_t usual = std::max<std::int64_t>(run_.capability.slowest_us, 20'000);
  if (good && t.us > 5 * usual && parallel_ > 1) parallel_ /= 2;
  return good;
}

/// Canaries that are still there a moment later: one that is refused at once tells nothing, and is replaced.
void ConformRun::start_canaries(std::size_t count, bool& ended) {
  for (unsigned n = 0; n < judge::control_repeats && count > 0 && !interrupted(); ++n) {
    const auto refused = std::make_shared<std::size_t>(0);
    const auto trusted = std::make_shared<bool>(false);
    for (std::size_t i = 0; i < count; ++i) {
      talker_.start_canary(good_header(), [refused, trusted, &ended] {
        if (*trusted) ended = true;
        ++*refused;
      });
    }
    const Clock::time_point until = Clock::now() + milliseconds(10) + std::chrono::microseconds(3 * run_.capability.slowest_us);
    talker_.turn_until([&] { return *refused == count || Clock::now() >= until; });
    *trusted = true;
    count = *refused;
  }
}

/// Waits up to --recover for good answers.
bool ConformRun::recovered() {
  const Clock::time_point until = Clock::now() + o_.recover;
  while (!interrupted()) {
    if (good_control()) return true;
    if (Clock::now() >= until) return false;
    const Clock::time_point next = Clock::now() + milliseconds(50);
    talker_.turn_until([&] { return Clock::now() >= next; });
  }
  return true;
}

}  // namespace pp::tool
