// What the other side did after a header.
//
// Invariant: a head is here (Direction::State::waiting) from the moment its header is complete until the reaction is certain or
// the wait is over. The reaction is the first thing that the other side did after the header by the capture's clock, in
// whichever order the file has the two; so what a side sends before the other side's head is complete is kept (EarlyResponses)
// and judged then. What came before the header by that clock is never its reaction: it goes to Head::before and Head::greeting.
// A greeting is not a reaction either. With HeadOptions::reactions off nothing is kept and nothing is waited for.
#pragma once

#include <cstdint>

#include "pp/packet/delivery_queue.hpp"
#include "pp/packet/early_responses.hpp"
#include "pp/packet/flow_table.hpp"
#include "pp/packet/head.hpp"

namespace pp::packet {

class ReactionWaiter {
 public:
  ReactionWaiter(const HeadOptions& options, const HeadCallbacks& callbacks, HeadCounters& counters, FlowTable& connections,
                 DeliveryQueue& queue)
      : options_(options), callbacks_(callbacks), counters_(counters), connections_(connections), queue_(queue) {}

  /// The header is complete: waits for the reaction, unless it is known already.
  void wait(std::uint32_t at);
  /// The wait is over without an answer.
  void time_out(std::uint32_t at);
  /// The head is final, with the reaction known so far: it leaves its connection, for the queue.
  void finish(std::uint32_t at);

  /// What the other side of this one sends may be the reaction to its head, or part of what it sent before the header.
  bool listens_for(const Direction& with_head) const noexcept { return options_.reactions && with_head.state != Direction::State::done; }
  /// `side` has sent bytes that it had not sent before, and listens_for() the other side.
  void data(std::uint32_t connection, unsigned side, std::int64_t time_ns, Bytes fresh);
  /// `side` has sent a FIN, with that sequence number.
  void fin(std::uint32_t connection, unsigned side, std::uint32_t seq, std::int64_t time_ns);
  /// A RST, sent by `by` from the point of view of the head of `side`, which is waiting.
  void rst(std::uint32_t connection, unsigned side, Reaction::By by, std::int64_t time_ns);
  /// A RST of the receiver before `side` has sent anything.
  void early_rst(std::uint32_t connection, unsigned side, std::int64_t time_ns);

  /// The stream ended before its header did (Head::end says how): who ended it, and what was said before.
  void judge_incomplete(std::uint32_t at);
  /// The same for a side that never sent a byte and ended at that time; `by` sent the FIN or RST.
  void judge_silent(const Connection& connection, unsigned side, Reaction::By by, std::int64_t time_ns, Head& head);

  /// The connection leaves the table.
  void forget(Connection& connection) {
    for (const unsigned side : {0U, 1U}) early_.release(connection, side);
  }

 private:
  void recall(std::uint32_t at);
  bool takes_greeting(Head& head, Bytes& bytes) const;
  const EarlyResponses::Data* answer_in(const EarlyResponses& early, Head& head, Bytes& bytes) const;
  void react_data(std::uint32_t at, std::int64_t time_ns, Bytes bytes);
  void react_fin(std::uint32_t at, Reaction::By by, std::int64_t time_ns, bool all_seen);
  void react_rst(std::uint32_t at, Reaction::By by, std::int64_t time_ns, bool before);
  bool is_too_late(std::uint32_t at, std::int64_t time_ns);

  const HeadOptions& options_;
  const HeadCallbacks& callbacks_;
  HeadCounters& counters_;
  FlowTable& connections_;
  DeliveryQueue& queue_;
  EarlyResponsePool early_;
};

}  // namespace pp::packet
