// StreamHeads: time, memory and the end of the capture.
#include <limits>

#include "pp/packet/stream_heads.hpp"

namespace pp::packet {

void StreamHeads::expire(std::int64_t now_ns) {
  if (fragments_.deadline() < now_ns) end_fragments(now_ns, 0, false);
  FlowTable& table = connections_.table();
  for (std::uint32_t at = queue_.overdue(now_ns); at != no_index; at = queue_.overdue(now_ns)) {
    const std::uint32_t connection = queue_[at].connection;
    if (table[connection].sides[queue_[at].side].state == Direction::State::waiting) {
      reactions_.time_out(at);
    } else {
      assembler_.end_as_known(at);
    }
    tidy(connection);
  }
}

void StreamHeads::go_below_limits() {
  while (queue_.above_limits()) {
    if (queue_.deliver_oldest_ready()) continue;
    const std::uint32_t at = queue_.next_to_evict();
    const std::uint32_t connection = queue_[at].connection;
    ++counters_.evicted;
    assembler_.evict(at);
    tidy(connection);
  }
}

/// For one more connection.
void StreamHeads::make_room() {
  while (connections_.table().size() >= options_.max_flows) {
    const std::uint32_t index = connections_.table().oldest();
    Connection& c = connections_.table()[index];
    // What a RST has ended stays only for bytes that may turn up late.
    if (!c.reset) ++counters_.evicted;
    for (Direction& d : c.sides) {
      if (d.head == no_index) {
        d.state = Direction::State::done;
      } else {
        assembler_.evict(d.head);
      }
    }
    tidy(index);
  }
}

void StreamHeads::report_before(std::uint64_t mark) {
  for (std::uint32_t at = queue_.front(); at != no_index && queue_[at].order < mark; at = queue_.front()) {
    const std::uint32_t connection = queue_[at].connection;
    if (connections_.table()[connection].sides[queue_[at].side].state == Direction::State::waiting) {
      queue_.report_early(at);
    } else {
      assembler_.end_as_known(at);  // a RST ended it, and what was sent before has had its time
      tidy(connection);
    }
  }
  keep_limits();
}

void StreamHeads::finish() {
  end_fragments(std::numeric_limits<std::int64_t>::max(), 0, true);
  // Everything that still waits becomes final, and leaves in the order of the streams.
  for (const std::uint32_t at : queue_.take_all()) {
    if (queue_[at].connection == no_index) {
      queue_.emit(at);
    } else {
      assembler_.end_as_known(at);  // the queue is empty, so that this delivers it
    }
  }
  while (connections_.table().oldest() != no_index) abandon(connections_.table().oldest());
}

}  // namespace pp::packet
