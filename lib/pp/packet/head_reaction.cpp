// StreamHeads: what the other side did after a header, judged by the capture's times.
#include <algorithm>

#include "pp/packet/stream_heads.hpp"

namespace pp::packet {

/// New bytes of one side are the other side's reaction, or are noted until it is known whether they are.
void StreamHeads::heard(const Arrival& arrival, Bytes fresh) {
  Connection& c = flows_[arrival.index];
  const Direction& other = c.sides[1 - arrival.side];
  if (other.state == Direction::State::waiting) {
    react_data(other.head, arrival.packet.time_ns, fresh);
  } else {
    notes_.get(c, arrival.side, counters_.greetings_forgotten).data(arrival.packet.time_ns, fresh);
  }
}

/// A header has just been completed: what came earlier in the file and later in time is the reaction to it.
void StreamHeads::recall(std::uint32_t at) {
  HeadNode& node = heads_[at];
  Head& head = node.head;
  if (node.fin_at != UINT32_MAX && time_between(head.time_ns, node.fin_time_ns) <= options_.reaction_wait_ns) {
    react_fin(at, Reaction::By::sender, node.fin_time_ns, false);
  }
  const SideNotes::Note* answer = nullptr;
  Bytes bytes;
  SideNotes* notes = notes_.find(flows_[node.connection], 1 - node.side);
  if (notes != nullptr) answer = answer_in(*notes, head, bytes);
  if (answer != nullptr) {
    react_data(at, answer->time_ns, bytes);
  } else if (node.closing) {
    react_rst(at, node.reset_by, node.reset_time_ns);
  } else if (notes != nullptr && notes->rst) {
    react_rst(at, Reaction::By::receiver, notes->rst_time_ns);
  } else if (notes != nullptr && notes->fin) {
    react_fin(at, Reaction::By::receiver, notes->fin_time_ns, true);
  }
}

/// The other side has greeted now, and all of `bytes` was that; else `bytes` is what is behind the greeting.
bool StreamHeads::greets(Head& head, Bytes& bytes) const {
  if (callbacks_.greeting == nullptr || head.greeting.size > 0) return false;
  const std::size_t size = std::min(callbacks_.greeting(callbacks_.context, bytes), bytes.size());
  head.greeting.assign(bytes.first(size));
  bytes = bytes.subspan(size);
  return size > 0 && bytes.empty();
}

/// What had been sent before the head was complete is a greeting; the first that came later and is none is the answer.
const SideNotes::Note* StreamHeads::answer_in(const SideNotes& notes, Head& head, Bytes& bytes) const {
  if (notes.first.set && notes.first.time_ns <= head.time_ns) head.greeting = notes.first.excerpt;
  const SideNotes::Note* note = notes.after(head.time_ns);
  if (note == nullptr) return nullptr;
  bytes = note->excerpt.view();
  if (!greets(head, bytes)) return note;
  note = notes.after(note->time_ns);
  if (note != nullptr) bytes = note->excerpt.view();
  return note;
}

/// True, and the head is concluded, when that time is past the wait.
bool StreamHeads::too_late(std::uint32_t at, std::int64_t time_ns) {
  if (time_between(heads_[at].head.time_ns, time_ns) <= options_.reaction_wait_ns) return false;
  give_up(at);
  return true;
}

void StreamHeads::react_data(std::uint32_t at, std::int64_t time_ns, Bytes bytes) {
  Head& head = heads_[at].head;
  if (time_ns < head.time_ns) {
    if (head.greeting.size == 0) head.greeting.assign(bytes);
    return;
  }
  if (too_late(at, time_ns) || greets(head, bytes)) return;
  head.reaction.kind = Reaction::Kind::data;
  head.reaction.by = Reaction::By::receiver;
  head.reaction.after_ns = time_between(head.time_ns, time_ns);
  head.reaction.first.assign(bytes);
  conclude(at);
}

/// `last_word`: nothing that was sent before it is missing. A sender's FIN leaves the receiver time to answer.
void StreamHeads::react_fin(std::uint32_t at, Reaction::By by, std::int64_t time_ns, bool last_word) {
  Head& head = heads_[at].head;
  if (too_late(at, time_ns)) return;
  if (head.reaction.kind == Reaction::Kind::unknown) {
    head.reaction.kind = Reaction::Kind::fin;
    head.reaction.by = by;
    head.reaction.after_ns = time_between(head.time_ns, time_ns);
  }
  if (by == Reaction::By::receiver && last_word) conclude(at);
}

void StreamHeads::react_rst(std::uint32_t at, Reaction::By by, std::int64_t time_ns) {
  Head& head = heads_[at].head;
  if (too_late(at, time_ns)) return;
  const std::int64_t after_ns = time_between(head.time_ns, time_ns);
  if (head.reaction.kind == Reaction::Kind::unknown || after_ns < head.reaction.after_ns) {
    head.reaction.kind = Reaction::Kind::rst;
    head.reaction.by = by;
    head.reaction.after_ns = after_ns;
  }
  conclude(at);
}

}  // namespace pp::packet
