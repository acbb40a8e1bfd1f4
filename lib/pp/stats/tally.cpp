#include "pp/stats/tally.hpp"

#include <algorithm>

namespace pp::stats {

using namespace inspect;

void Tally::add(const Record& r, const Header& h) noexcept {
  ++outcomes[static_cast<std::size_t>(r.outcome)];
  ++labels[static_cast<std::size_t>(label_of(r))];
  ++versions[r.is_header() ? h.version : 0];
  if (r.complete && h.is_local()) ++local;
  if (r.chain > 0) ++chained;
  if (r.flow.udp) ++datagrams;
  lint::Level worst = lint::Level::note;
  for (const lint::Finding& f : r.findings) {
    worst = std::max(worst, f.level);
    if (f.code == lint::Rule::header_refused) ++refused;
  }
  const bool bad = r.outcome == Outcome::malformed || r.outcome == Outcome::truncated || r.outcome == Outcome::unreadable;
  if (bad || worst == lint::Level::error) ++errors;
  if (bad || worst >= lint::Level::warning) ++warnings;
}

void Tally::add(const explain::ReceiverReport& report) noexcept {
  if (report.level == lint::Level::error) ++errors;
  if (report.level >= lint::Level::warning) ++warnings;
}

void Tally::replace(const Record& earlier, const Record& now) noexcept {
  // What a reaction changes: a record's outcome and level.
  Tally of_earlier;
  of_earlier.add(earlier);
  add(now);
  for (std::size_t i = 0; i < outcome_count; ++i) outcomes[i] -= of_earlier.outcomes[i];
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] -= of_earlier.labels[i];
  for (std::size_t i = 0; i < versions.size(); ++i) versions[i] -= of_earlier.versions[i];
  subtract_counters(*this, of_earlier);
}

void Tally::merge(const Tally& o) noexcept {
  const auto add = [](std::uint64_t& sum, std::uint64_t n) { sum = saturating_add(sum, n); };
  for (std::size_t i = 0; i < outcomes.size(); ++i) add(outcomes[i], o.outcomes[i]);
  for (std::size_t i = 0; i < labels.size(); ++i) add(labels[i], o.labels[i]);
  for (std::size_t i = 0; i < versions.size(); ++i) add(versions[i], o.versions[i]);
  add_counters(*this, o);
  packets.merge(o.packets);
}

std::uint64_t Tally::records() const noexcept {
  std::uint64_t n = 0;
  for (std::uint64_t c : outcomes) n = saturating_add(n, c);
  return n;
}

std::uint64_t Tally::headers() const noexcept {
  std::uint64_t n = 0;
  for (std::size_t i = 0; i < outcome_count; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    if (outcome != Outcome::missing && outcome != Outcome::unreadable) n = saturating_add(n, outcomes[i]);
  }
  return n;
}

}  // namespace pp::stats
