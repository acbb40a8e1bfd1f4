// What a server calls right after accept(): reads the PROXY header from the start of a connection, and nothing more.
#pragma once

#include <sys/types.h>

#include <cerrno>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include "pp/net/deadline.hpp"
#include "pp/net/header_reader.hpp"
#include "pp/net/read_result.hpp"

namespace pp {

/// Reads the header from a stream socket, blocking or not; waits for it until the deadline. Check the peer against a list of
/// trusted senders first: a header is a claim (2).
///
/// Neither throws nor changes the descriptor (flags, SO_RCVLOWAT). When done, the next byte read is the application's first. A
/// header of up to 536 bytes that has arrived costs two receive calls and no allocation. When malformed, missing or
/// too_long, nothing is received from the moment that this is known: the rest stays in the socket, and bytes() holds what had
/// been received before. A pipe cannot be peeked into: there bytes() also holds the few bytes that decided.
ReadResult read_header(int fd, const ReadOptions& options = {}) noexcept;

/// The same over any callable that fills a span and returns how many bytes it wrote: 0 at the end, -errno on failure. It is
/// never asked for more than the header still needs, so no payload is taken: suits TLS libraries, pipes and memory. It may
/// block; -EAGAIN or -ETIMEDOUT from it are a timeout. The deadline is checked, to the clock tick, after each call that
/// filled only a part of its span, and after every fourth that filled all of it.
template <class Reader>
requires std::is_invocable_r_v<ssize_t, Reader&, std::span<std::uint8_t>> ReadResult read_header(Reader&& reader,
                                                                                                 const ReadOptions& options = {}) {
  HeaderReader state(options);
  const Deadline deadline(options.deadline, Deadline::Clock::coarse);
  unsigned full_reads = 0;
  for (auto space = state.space(); !space.empty(); space = state.space()) {
    const ssize_t n = reader(space);
    if (n == -EAGAIN || n == -EWOULDBLOCK || n == -ETIMEDOUT) {
      state.on_timeout();
      continue;
    }
    // Reading the clock takes as long as reading a short header, and a source that fills its span is not waiting for bytes.
    const bool check_clock = n < static_cast<ssize_t>(space.size()) || ++full_reads % 4 == 0;
    if (state.commit(n) == ReadStatus::need_more && check_clock && deadline.passed()) state.on_timeout();
  }
  return std::move(state).result();
}

}  // namespace pp
