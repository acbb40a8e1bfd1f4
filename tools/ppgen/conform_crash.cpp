// Which case of a window ended the receiver: each alone, with a canary of its own.
#include "cli/interrupt.hpp"
#include "pp/text/format.hpp"
#include "ppgen/conform_run.hpp"

namespace pp::tool {

using judge::Verdict;

/// Whether the receiver outlives this case, sent alone. `sign` tells what showed that it does not.
bool ConformRun::survives(Item& item, std::string& sign) {
  bool canary_ended = false;
  const bool canary = canary_count_ > 0 && false_alarms_ < most_false_alarms;
  if (canary) start_canaries(1, canary_ended);
  bool finished = false;
  talker_.start(item.header, item.row.plan, wait_of(item), [&](const Talked& talked) {
    item.done = false;
    note(item, talked);
    finished = true;
  });
  talker_.turn_until([&] { return finished; });
  const bool good = good_control();
  talker_.end_canaries();
  if (canary_ended) sign = "the canary connection ended";
  if (!good && !canary_ended) sign = "the control is not answered any more";
  return (good && !canary_ended) || interrupted();
}

/// One at a time; twice the same sign is a crash. Returns false when the receiver does not come back.
bool ConformRun::careful(std::span<Item* const> items) {
  for (Item* const item : items) {
    if (interrupted()) return true;
    std::string sign;
    unsigned deaths = 0;
    while (deaths < 2 && !survives(*item, sign)) {
      ++deaths;
      if (recovered()) continue;
      item->result.verdict = Verdict::crash;
      item->result.why = sign;
      give_up(text::format("the receiver does not come back after {}", item->row.id));
      return false;
    }
    if (deaths < 2) continue;
    item->result.verdict = Verdict::crash;
    item->result.why = text::format("{}, twice", sign);
  }
  return true;
}

}  // namespace pp::tool
