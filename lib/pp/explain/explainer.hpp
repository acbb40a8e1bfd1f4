// Finished records in, the same records with their diagnosis out, in the light of everything else in the input.
//
//   Inspector -> add() -> evidence of the receiver -> sink                          what no further connection can change
//                                                  -> WaitingRecords -> sink        the rest, and what came after it
//
// Invariant: records leave in the order in which they came. One that can't wait any longer, since the memory for that is used
// up, leaves with what is known then, and is counted. While nothing waits, a record is passed on without a copy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "pp/explain/receiver_report.hpp"
#include "pp/explain/receivers.hpp"
#include "pp/explain/waiting_records.hpp"
#include "pp/inspect/header_ports.hpp"
#include "pp/inspect/record.hpp"

namespace pp::explain {

struct ExplainOptions {
  std::size_t most_receivers = 1024;
  std::size_t most_waiting_bytes = 16U << 20U;
  HashKey hash_key;
};

/// Whether records may wait for what comes later: those of a file may, those of a live source may not.
enum class Patience : std::uint8_t { at_once, until_the_end };

class Explainer {
 public:
  /// `header` is of the record's own bytes. Both live until the sink returns.
  using Sink = std::function<void(const inspect::Record& record, const Header& header)>;
  /// What came to a port before its first header (HeaderPorts::early).
  using Early = std::function<inspect::EarlyConnections(std::uint16_t port)>;

  Explainer(const ExplainOptions& options, Sink sink);

  /// The next input begins; end() has been called for the one before.
  void begin(Patience patience, Early early = {});
  /// A record, and what its bytes were parsed to. Its diagnosis is filled in; names that --redact conceals are gone after it.
  void add(inspect::Record& record, const Parsed& parsed);
  /// Nothing may come for a while: all that waits leaves with what is known.
  void release();
  /// The input has ended: all that waits leaves, and what is to be said of its receivers is in reports().
  void end();

  std::size_t waiting() const noexcept { return waiting_.size(); }
  /// Records that left early, because the memory for those that wait was used up.
  std::uint64_t left_early() const noexcept { return left_early_; }
  std::uint64_t receivers_evicted() const noexcept { return receivers_.evicted(); }
  /// Of all inputs so far. At most ExplainOptions::most_receivers.
  const std::vector<ReceiverReport>& reports() const noexcept { return reports_; }

 private:
  void amend(inspect::Record& record, const Parsed& parsed);
  void pass_on(inspect::Record& record, const Parsed& parsed, const PortEvidence* evidence);
  void leave(inspect::Record& record);
  void make_room();

  ExplainOptions options_;
  Sink sink_;
  Early early_;
  Patience patience_ = Patience::at_once;
  Receivers receivers_;
  WaitingRecords waiting_;
  std::vector<ReceiverReport> reports_;
  std::string_view input_;
  std::uint64_t left_early_ = 0;
};

/// What later connections to its receiver can change: a refusal, and a header that is missing.
bool can_change(const inspect::Record& record) noexcept;

}  // namespace pp::explain
