// One connection of a listener: its header, the report of it, and the reply.
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>

#include "pp/inspect/inspect.hpp"
#include "pp/net/sockaddr.hpp"
#include "pp/serve/listener.hpp"

namespace pp::serve {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

/// Blocks that are read and dropped before a close: with unread bytes the close would be a reset.
constexpr int drains = 16;
constexpr std::size_t block = 16384;

std::int64_t wall_clock_ns() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

inspect::Mark mark_of(ReadStatus status) { return status == ReadStatus::io ? inspect::Mark::reset : inspect::Mark::fin; }

}  // namespace

void Listener::event(Connection& c, std::uint32_t events) {
  switch (c.state) {
    case State::closed: return;
    case State::reading: return read(c);
    case State::awaiting_payload: return finish_header(c, inspect::Mark::fin);
    case State::answering: return send_answer(c);
    case State::echoing: return echo(c);
    case State::lingering: return drain(c, true);
    case State::holding:
      if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) {
        drain(c, false);
        close(c);
      }
      return;
  }
}

void Listener::read(Connection& c) {
  const std::size_t before = c.reader.result().seen().size();
  const ReadStatus status = c.reader.on_readable(c.fd.get());
  const bool brought = c.reader.result().seen().size() > before;
  if (brought || status != ReadStatus::need_more) {
    const std::int64_t us = duration_cast<microseconds>(Clock::now() - c.accepted).count();
    if (brought && c.pieces++ == 0) c.first_byte_us = us;
    if (status != ReadStatus::need_more) c.settled_us = us;
  }
  if (status == ReadStatus::need_more) {
    if (c.reader.heap_bytes() > 0) count_memory(c);
    loop_.watch(c, c.fd.get(), EPOLLIN);
    return keep_memory();
  }
  if (status == ReadStatus::done && options_.reply == Reply::http && c.reader.behind().empty()) {
    // The request follows. A client may discard an answer that arrives before it.
    c.state = State::awaiting_payload;
    count_memory(c);
    loop_.watch(c, c.fd.get(), EPOLLIN | EPOLLRDHUP);
    return keep_memory();
  }
  finish_header(c, mark_of(status));
}

/// Fills bytes_ with the header and the bytes that follow it in the socket, which stay there. False when none follow.
bool Listener::peek_payload(Connection& c, std::size_t kept) {
  const Bytes taken = c.reader.result().bytes();
  bytes_.assign(taken.begin(), taken.end());
  const Bytes behind = c.reader.behind();
  // The bytes that the reader saw after the header are enough, unless they end where its buffer does.
  if (c.state == State::reading && c.reader.status() == ReadStatus::done && c.reader.looked_behind() &&
      bytes_.size() + behind.size() < HeaderBytes::inline_bytes) {
    bytes_.insert(bytes_.end(), behind.begin(), behind.end());
    return !behind.empty();
  }
  bytes_.resize(taken.size() + kept);
  ssize_t n = 0;
  do {
    n = recv(c.fd.get(), &bytes_[taken.size()], kept, MSG_PEEK | MSG_DONTWAIT);
  } while (n < 0 && errno == EINTR);
  bytes_.resize(taken.size() + (n > 0 ? static_cast<std::size_t>(n) : 0));
  return n > 0;
}

/// Reports the connection in its present state, then replies or closes it.
void Listener::finish_header(Connection& c, inspect::Mark mark) {
  const bool done = c.reader.status() == ReadStatus::done;
  const bool more = peek_payload(c, done ? inspect::payload_kept : inspect::missing_kept);
  const bool wants_answer = options_.reply == Reply::text || options_.reply == Reply::http;
  Answer answer;
  report(c, mark, wants_answer ? &answer : nullptr);
  if (mark == inspect::Mark::stopped || mark == inspect::Mark::evicted) return close(c);
  if (options_.reply == Reply::close || !done || c.reader.status() == ReadStatus::io) {
    if (answer.text.empty()) {
      if (more) drain(c, false);
      return close(c);
    }
  }
  if (answer.text.size() > answer.most) answer.text.clear();
  reply(c, answer.text, done);
}

void Listener::report(Connection& c, inspect::Mark mark, Answer* answer) {
  inspect::Flow& f = chunk_.flow;
  chunk_.input = c.socket->name;
  chunk_.bytes = bytes_;
  chunk_.mark = mark;
  f = {};
  f.captured = f.listened = f.expected = true;
  f.segments = c.pieces;
  f.connection = c.stream;
  f.time_ns = wall_clock_ns();
  f.first_byte_us = c.first_byte_us;
  f.settled_us = c.settled_us >= 0 ? c.settled_us : duration_cast<microseconds>(Clock::now() - c.accepted).count();
  f.since_start_us = f.settled_us;
  if (c.socket->kind == ListenAddress::Kind::unix_path) {
    f.unix_socket = true;
    ucred peer{};
    socklen_t size = sizeof peer;
    if (getsockopt(c.fd.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0) {
      f.peer_pid = peer.pid;
      f.peer_uid = peer.uid;
    }
  } else {
    const Endpoint local = c.socket->wildcard ? local_endpoint(c.fd.get()).value_or(c.socket->local) : c.socket->local;
    f.source = c.peer.address;
    f.source_port = c.peer.port;
    f.destination = local.address;
    f.destination_port = local.port;
  }
  handlers_->settled(chunk_, answer);
}

void Listener::reply(Connection& c, std::string_view answer, bool is_header) {
  c.reader = HeaderReader();
  wait_again(c);
  count_memory(c);
  if (options_.reply == Reply::none) {
    c.state = State::holding;
    return loop_.watch(c, c.fd.get(), EPOLLRDHUP);
  }
  if (options_.reply == Reply::echo && is_header) {
    c.state = State::echoing;
    return echo(c);
  }
  c.state = State::answering;
  if (!send_some(c, answer)) return;
  if (answer.empty()) return answered(c);
  // Memory is for the part that the socket did not take.
  c.answer = std::string(answer);
  count_memory(c);
  keep_memory();
}

void Listener::wait_again(Connection& c) { after_.set(c, Clock::now() + options_.wait); }

/// Removes from `answer` what the socket accepts, and waits for room when that is not all. False when the connection broke.
bool Listener::send_some(Connection& c, std::string_view& answer) {
  while (!answer.empty()) {
    const ssize_t n = send(c.fd.get(), answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0) {
      answer.remove_prefix(static_cast<std::size_t>(n));
    } else if (would_block(errno)) {
      loop_.watch(c, c.fd.get(), EPOLLOUT);
      return true;
    } else if (errno != EINTR) {
      close(c);
      return false;
    }
  }
  return true;
}

void Listener::send_answer(Connection& c) {
  std::string_view left = std::string_view(c.answer).substr(c.sent);
  if (!send_some(c, left)) return;
  c.sent = c.answer.size() - left.size();
  if (left.empty()) answered(c);
}

void Listener::answered(Connection& c) {
  // A close with unread bytes becomes a reset, which would destroy the answer for a sender that is still writing.
  shutdown(c.fd.get(), SHUT_WR);
  c.state = State::lingering;
  c.answer = {};
  count_memory(c);
  drain(c, true);
}

/// Reads and drops what has arrived. `until_end`: closes when the sender has ended too, and otherwise waits for more.
void Listener::drain(Connection& c, bool until_end) {
  std::array<std::uint8_t, block> dropped;
  for (int i = 0; i < drains; ++i) {
    const ssize_t n = recv(c.fd.get(), dropped.data(), dropped.size(), MSG_DONTWAIT);
    if (n > 0 || (n < 0 && errno == EINTR)) continue;
    if (until_end && (n == 0 || !would_block(errno))) return close(c);
    break;
  }
  if (until_end) loop_.watch(c, c.fd.get(), EPOLLIN | EPOLLRDHUP);
}

/// Sends back what has arrived, and reads only what was sent: whatever the sender's pace, nothing is buffered here.
void Listener::echo(Connection& c) {
  std::array<std::uint8_t, block> bytes;
  for (int turn = 0; turn < 4; ++turn) {
    const ssize_t seen = recv(c.fd.get(), bytes.data(), bytes.size(), MSG_PEEK | MSG_DONTWAIT);
    if (seen < 0 && errno == EINTR) continue;
    if (seen < 0 && would_block(errno)) break;
    if (seen <= 0) return close(c);
    const ssize_t sent = send(c.fd.get(), bytes.data(), static_cast<std::size_t>(seen), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && would_block(errno)) return loop_.watch(c, c.fd.get(), EPOLLOUT);
    if (sent <= 0) return close(c);
    ssize_t taken = 0;
    do {
      taken = recv(c.fd.get(), bytes.data(), static_cast<std::size_t>(sent), MSG_DONTWAIT);
    } while (taken < 0 && errno == EINTR);
    if (taken != sent) return close(c);
    wait_again(c);
  }
  loop_.watch(c, c.fd.get(), EPOLLIN);
}

}  // namespace pp::serve
