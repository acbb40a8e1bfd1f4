#include "pp/packet/reaction_waiter.hpp"

#include <algorithm>
#include <limits>

namespace pp::packet {
namespace {

/// Time since the header was complete. A sender's FIN follows its header, even when a capture with several queues has it earlier.
std::int64_t since(const Head& head, std::int64_t time_ns) { return std::max<std::int64_t>(time_between(head.time_ns, time_ns), 0); }

/// Something that happened before the header was complete.
void note_before(HeadNode& node, Reaction::Kind kind, Reaction::By by, std::int64_t time_ns) {
  static_assert(Reaction::Kind::data < Reaction::Kind::fin && Reaction::Kind::fin < Reaction::Kind::rst);
  Head& head = node.head;
  const std::int64_t after_first_ns = time_between(head.first_time_ns, time_ns);
  Before& known = head.before;
  if (kind < known.kind || (kind == known.kind && after_first_ns >= known.after_first_ns)) return;
  known = {kind, by, after_first_ns, node.buffer.size_at(time_ns, head.frame)};
}

void note_all_before(HeadNode& node, const EarlyResponses& early) {
  const std::int64_t complete_ns = node.head.time_ns;
  if (early.first.set && early.first.time_ns <= complete_ns)
    note_before(node, Reaction::Kind::data, Reaction::By::receiver, early.first.time_ns);
  if (early.fin && early.fin_time_ns <= complete_ns) note_before(node, Reaction::Kind::fin, Reaction::By::receiver, early.fin_time_ns);
  if (early.rst && early.rst_time_ns <= complete_ns) note_before(node, Reaction::Kind::rst, Reaction::By::receiver, early.rst_time_ns);
}

/// The side has sent bytes before its FIN that are not in the capture, or not yet.
bool misses_bytes(const Direction& d, std::uint32_t fin_seq) { return d.anchored && static_cast<std::int32_t>(fin_seq - d.high) > 0; }

}  // namespace

void ReactionWaiter::wait(std::uint32_t at) {
  HeadNode& node = queue_[at];
  connections_[node.connection].sides[node.side].state = Direction::State::waiting;
  if (!options_.reactions) {
    finish(at);
    return;
  }
  node.deadline_ns = time_after(node.head.time_ns, options_.reaction_wait_ns);
  queue_.push(at);
  recall(at);
}

void ReactionWaiter::finish(std::uint32_t at) {
  HeadNode& node = queue_[at];
  Connection& c = connections_[node.connection];
  Direction& d = c.sides[node.side];
  d.state = Direction::State::done;
  d.head = no_index;
  early_.release(c, 1 - node.side);
  node.connection = no_index;
  queue_.finish(at);
}

void ReactionWaiter::time_out(std::uint32_t at) {
  Head& head = queue_[at].head;
  if (head.reaction.kind == Reaction::Kind::unknown && !head.reaction.answer_missing) {
    head.reaction.kind = Reaction::Kind::none;
    head.reaction.after_ns = options_.reaction_wait_ns;
  }
  finish(at);
}

void ReactionWaiter::data(std::uint32_t connection, unsigned side, std::int64_t time_ns, Bytes fresh) {
  Connection& c = connections_[connection];
  const Direction& other = c.sides[1 - side];
  if (other.state == Direction::State::waiting) {
    react_data(other.head, time_ns, fresh);
  } else {
    early_.get(c, side, counters_.greetings_forgotten).add_data(time_ns, fresh);
  }
}

void ReactionWaiter::fin(std::uint32_t connection, unsigned side, std::uint32_t seq, std::int64_t time_ns) {
  Connection& c = connections_[connection];
  if (const Direction& other = c.sides[1 - side]; other.state == Direction::State::waiting) {
    react_fin(other.head, Reaction::By::receiver, time_ns, !misses_bytes(c.sides[side], seq));
  } else if (listens_for(other)) {
    early_.get(c, side, counters_.greetings_forgotten).add_fin(seq, time_ns);
  }
  if (const Direction& own = c.sides[side]; own.state == Direction::State::waiting)
    react_fin(own.head, Reaction::By::sender, time_ns, false);
}

void ReactionWaiter::rst(std::uint32_t connection, unsigned side, Reaction::By by, std::int64_t time_ns) {
  const std::uint32_t at = connections_[connection].sides[side].head;
  react_rst(at, by, time_ns, time_ns < queue_[at].head.time_ns);
}

void ReactionWaiter::early_rst(std::uint32_t connection, unsigned side, std::int64_t time_ns) {
  if (options_.reactions) early_.get(connections_[connection], 1 - side, counters_.greetings_forgotten).add_rst(time_ns);
}

/// A header has just been completed: what is earlier in the file and later in time is the reaction to it.
void ReactionWaiter::recall(std::uint32_t at) {
  HeadNode& node = queue_[at];
  Head& head = node.head;
  if (node.fin_at != UINT32_MAX && time_between(head.time_ns, node.fin_time_ns) <= options_.reaction_wait_ns) {
    react_fin(at, Reaction::By::sender, node.fin_time_ns, false);
  }
  const EarlyResponses::Data* answer = nullptr;
  Bytes bytes;
  const Direction& other = connections_[node.connection].sides[1 - node.side];
  const EarlyResponses* early = early_.find(connections_[node.connection], 1 - node.side);
  if (early != nullptr) {
    note_all_before(node, *early);
    answer = answer_in(*early, head, bytes);
  }
  if (answer != nullptr) {
    react_data(at, answer->time_ns, bytes);
  } else if (node.closing) {
    react_rst(at, node.reset_by, node.reset_time_ns, node.reset_time_ns <= head.time_ns);
  } else if (early != nullptr && early->rst) {
    react_rst(at, Reaction::By::receiver, early->rst_time_ns, early->rst_time_ns <= head.time_ns);
  } else if (early != nullptr && early->fin && early->fin_time_ns > head.time_ns) {
    react_fin(at, Reaction::By::receiver, early->fin_time_ns, !misses_bytes(other, early->fin_seq));
  }
}

/// Takes a greeting off the front of `bytes`. True when nothing is left.
bool ReactionWaiter::takes_greeting(Head& head, Bytes& bytes) const {
  if (callbacks_.greeting == nullptr || head.greeting.size > 0) return false;
  const std::size_t size = std::min(callbacks_.greeting(callbacks_.context, bytes), bytes.size());
  head.greeting.assign(bytes.first(size));
  bytes = bytes.subspan(size);
  return size > 0 && bytes.empty();
}

/// What was sent before the head was complete is a greeting; the first later data that is not one is the answer.
const EarlyResponses::Data* ReactionWaiter::answer_in(const EarlyResponses& early, Head& head, Bytes& bytes) const {
  if (early.first.set && early.first.time_ns <= head.time_ns) head.greeting = early.first.excerpt;
  const EarlyResponses::Data* data = early.after(head.time_ns);
  if (data == nullptr) return nullptr;
  bytes = data->excerpt.view();
  if (!takes_greeting(head, bytes)) return data;
  data = early.after(data->time_ns);
  if (data != nullptr) bytes = data->excerpt.view();
  return data;
}

/// True when that time is past the wait; the head is final then.
bool ReactionWaiter::is_too_late(std::uint32_t at, std::int64_t time_ns) {
  if (time_between(queue_[at].head.time_ns, time_ns) <= options_.reaction_wait_ns) return false;
  time_out(at);
  return true;
}

void ReactionWaiter::react_data(std::uint32_t at, std::int64_t time_ns, Bytes bytes) {
  Head& head = queue_[at].head;
  if (time_ns < head.time_ns) {
    if (head.greeting.size == 0) head.greeting.assign(bytes);
    note_before(queue_[at], Reaction::Kind::data, Reaction::By::receiver, time_ns);
    return;
  }
  if (is_too_late(at, time_ns) || takes_greeting(head, bytes)) return;
  head.reaction.kind = Reaction::Kind::data;
  head.reaction.by = Reaction::By::receiver;
  head.reaction.answer_missing = false;
  head.reaction.after_ns = since(head, time_ns);
  queue_.keep_answer(at, bytes);
  finish(at);
}

/// A sender's FIN leaves the receiver time to answer. `all_seen`: the capture has all that was sent before the FIN.
void ReactionWaiter::react_fin(std::uint32_t at, Reaction::By by, std::int64_t time_ns, bool all_seen) {
  Head& head = queue_[at].head;
  if (by == Reaction::By::receiver && time_ns < head.time_ns) return note_before(queue_[at], Reaction::Kind::fin, by, time_ns);
  if (is_too_late(at, time_ns)) return;
  if (by == Reaction::By::receiver && !all_seen) {
    // The answer may still come, from another queue of the capture's.
    head.reaction = {};
    head.reaction.answer_missing = true;
    return;
  }
  if (head.reaction.kind == Reaction::Kind::unknown && !head.reaction.answer_missing) {
    head.reaction.kind = Reaction::Kind::fin;
    head.reaction.by = by;
    head.reaction.after_ns = since(head, time_ns);
  }
  if (by == Reaction::By::receiver) finish(at);
}

/// `before`: the header was complete only later. Either way nothing can follow.
void ReactionWaiter::react_rst(std::uint32_t at, Reaction::By by, std::int64_t time_ns, bool before) {
  Head& head = queue_[at].head;
  if (before) {
    note_before(queue_[at], Reaction::Kind::rst, by, time_ns);
    finish(at);
    return;
  }
  if (is_too_late(at, time_ns)) return;
  const std::int64_t after_ns = since(head, time_ns);
  const bool unknown = head.reaction.kind == Reaction::Kind::unknown && !head.reaction.answer_missing;
  if (unknown || after_ns < head.reaction.after_ns) {
    head.reaction.kind = Reaction::Kind::rst;
    head.reaction.by = by;
    head.reaction.after_ns = after_ns;
  }
  finish(at);
}

void ReactionWaiter::judge_incomplete(std::uint32_t at) {
  HeadNode& node = queue_[at];
  Head& head = node.head;
  std::int64_t ended_ns = std::numeric_limits<std::int64_t>::max();
  if (head.end == End::closed || head.end == End::reset) {
    ended_ns = head.end == End::closed ? node.fin_time_ns : node.reset_time_ns;
    head.reaction.kind = head.end == End::closed ? Reaction::Kind::fin : Reaction::Kind::rst;
    head.reaction.by = head.end == End::closed ? Reaction::By::sender : node.reset_by;
    head.reaction.after_ns = since(head, ended_ns);
  }
  // The end was the receiver's decision when it answered or closed first.
  const Direction& other = connections_[node.connection].sides[1 - node.side];
  const EarlyResponses* early = early_.find(connections_[node.connection], 1 - node.side);
  if (early == nullptr) return;
  note_all_before(node, *early);
  Bytes bytes;
  const EarlyResponses::Data* answer = answer_in(*early, head, bytes);
  if (answer != nullptr && answer->time_ns < ended_ns) {
    head.reaction.kind = Reaction::Kind::data;
    head.reaction.by = Reaction::By::receiver;
    head.reaction.after_ns = since(head, answer->time_ns);
    queue_.keep_answer(at, bytes);
  } else if (early->fin && early->fin_time_ns < ended_ns && misses_bytes(other, early->fin_seq)) {
    head.reaction = {};
    head.reaction.answer_missing = true;
  } else if (early->fin && early->fin_time_ns < ended_ns) {
    head.reaction.kind = Reaction::Kind::fin;
    head.reaction.by = Reaction::By::receiver;
    head.reaction.after_ns = since(head, early->fin_time_ns);
  }
}

void ReactionWaiter::judge_silent(const Connection& connection, unsigned side, Reaction::By by, std::int64_t time_ns, Head& head) {
  if (head.end != End::open) {
    head.reaction.kind = head.end == End::closed ? Reaction::Kind::fin : Reaction::Kind::rst;
    head.reaction.by = by;
    head.reaction.after_ns = since(head, time_ns);
  }
  // The receiver may have lost its patience first.
  const EarlyResponses* early = early_.find(connection, 1 - side);
  if (early == nullptr) return;
  if (early->first.set) head.greeting = early->first.excerpt;
  if (!early->fin && !early->rst) return;
  head.reaction.kind = early->rst ? Reaction::Kind::rst : Reaction::Kind::fin;
  head.reaction.by = Reaction::By::receiver;
  head.reaction.after_ns = since(head, early->rst ? early->rst_time_ns : early->fin_time_ns);
  if (head.end == End::open && early->rst) head.end = End::reset;
}

}  // namespace pp::packet
