#include "pp/explain/explainer.hpp"

#include <algorithm>
#include <utility>

#include "pp/explain/diagnosis.hpp"
#include "pp/lint/rules.hpp"

namespace pp::explain {

using namespace inspect;

namespace {

/// Plain bytes have no receiver, and what a server sends is not for one.
bool has_receiver(const Record& r) noexcept { return (r.flow.captured || r.flow.listened) && !r.flow.from_server && !r.flow.unix_socket; }

/// Headers were expected of this connection since others to its port had one, and it turns out that the receiver answers those
/// without one as well.
bool is_optional_here(const Record& r, const PortEvidence* evidence) noexcept {
  return r.outcome == Outcome::missing && r.flow.assumed && evidence != nullptr && evidence->headerless().taken > 0;
}

}  // namespace

bool can_change(const Record& r) noexcept {
  if (!has_receiver(r)) return false;
  if (r.outcome == Outcome::missing) return r.flow.expected;
  if (r.outcome == Outcome::truncated) return r.reaction.kind == ReactionKind::data || r.reaction.by == Side::receiver;
  return std::any_of(r.findings.begin(), r.findings.end(), [](const lint::Finding& f) { return f.code == lint::Rule::header_refused; });
}

Explainer::Explainer(const ExplainOptions& options, Sink sink)
    : options_(options),
      sink_(std::move(sink)),
      receivers_(options.most_receivers, options.hash_key),
      waiting_(options.most_waiting_bytes) {}

void Explainer::begin(Patience patience, Early early) {
  patience_ = patience;
  early_ = std::move(early);
}

void Explainer::add(Record& r, const Parsed& parsed) {
  input_ = r.input;
  if (!has_receiver(r)) {
    if (!waiting_.empty()) {
      waiting_.push(r, false);
      return make_room();
    }
    return pass_on(r, parsed, nullptr);
  }
  if (r.amends) return amend(r, parsed);
  bool fresh = false;
  PortEvidence& evidence = receivers_.use(receiver_of(r), fresh);
  if (fresh && early_ && !r.flow.udp) evidence.add_early(early_(r.flow.destination_port));
  if (r.chain == 0) evidence.add(r, parsed.header);
  const bool waits = patience_ == Patience::until_the_end && can_change(r);
  if (!waits && waiting_.empty()) return pass_on(r, parsed, &evidence);
  waiting_.push(r, waits);
  make_room();
}

/// A reaction that came after its record was passed on. It counts as evidence, and is said when it changes what was said.
void Explainer::amend(Record& r, const Parsed& parsed) {
  bool fresh = false;
  PortEvidence& evidence = receivers_.use(receiver_of(r), fresh);
  evidence.add_reaction(r, parsed.header);
  if (r.outcome == Outcome::missing || (r.outcome == *r.amends && r.outcome == Outcome::valid)) return;
  if (r.outcome == *r.amends) {
    const std::optional<Diagnosis> before = diagnose(r.as_told(), parsed, &evidence);
    const std::optional<Diagnosis> now = diagnose(r, parsed, &evidence);
    if ((before ? before->code : "") == (now ? now->code : "")) return;
  }
  pass_on(r, parsed, &evidence);
}

void Explainer::pass_on(Record& r, const Parsed& parsed, const PortEvidence* evidence) {
  if (is_optional_here(r, evidence)) return;
  r.diagnosis = diagnose(r, parsed, evidence);
  // Sentences do not quote names, and whether there are any matters to them.
  if (r.redactor != nullptr) Redactor::conceal_names(r);
  sink_(r, parsed.header);
}

void Explainer::leave(Record& r) {
  const Parsed parsed = r.parsed();
  pass_on(r, parsed, has_receiver(r) ? receivers_.find(receiver_of(r)) : nullptr);
}

void Explainer::make_room() {
  if (!waiting_.above_limit()) return;
  while (waiting_.above_limit()) {
    ++left_early_;
    leave(waiting_.pop());
  }
  while (Record* const free = waiting_.pop_free()) leave(*free);
}

void Explainer::release() {
  while (!waiting_.empty()) leave(waiting_.pop());
}

void Explainer::end() {
  for (Receivers::Entry& entry : receivers_.entries()) entry.evidence->set_final();
  release();
  for (const Receivers::Entry& entry : receivers_.entries()) {
    if (reports_.size() >= options_.most_receivers) break;
    append_reports(reports_, input_, entry.receiver, *entry.evidence);
  }
  receivers_.clear();
  early_ = {};
}

}  // namespace pp::explain
