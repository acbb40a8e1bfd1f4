#include "pp/source/listener.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <system_error>

#include "pp/inspect/inspect.hpp"
#include "pp/net/sockaddr.hpp"

namespace pp::source {
namespace {

std::int64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

bool out_of_descriptors(int error) { return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM; }

}  // namespace

void Listener::add(const std::string& address) {
  for (Fd& fd : listen_on(parse_listen_address(address))) {
    const Endpoint place = local_endpoint(fd.get()).value_or(Endpoint{});
    sockets_.push_back({std::move(fd), endpoint_text(place.address, place.port)});
  }
}

std::vector<std::string> Listener::addresses() const {
  std::vector<std::string> out;
  for (const Socket& s : sockets_) out.push_back(s.name);
  return out;
}

void Listener::accept_from(const Socket& socket) {
  while (connections_.size() < options_.max_connections && !(options_.once && accepted_ > 0)) {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    const int fd = accept4(socket.fd.get(), reinterpret_cast<sockaddr*>(&storage), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return;
      if (!out_of_descriptors(errno)) throw std::system_error(errno, std::generic_category(), "accept on " + socket.name);
      pause_until_ = Clock::now() + std::chrono::milliseconds(100);
      return;
    }
    ReadOptions read;
    read.max_header = max_header_bytes;
    Connection& c = connections_.emplace_back(Connection{Fd(fd), HeaderReader(read), Clock::now() + options_.wait, {}, &socket.name});
    const Endpoint peer = from_sockaddr(storage).value_or(Endpoint{});
    const Endpoint local = local_endpoint(fd).value_or(Endpoint{});
    c.flow.captured = true;
    c.flow.listened = true;
    c.flow.expected = true;
    c.flow.stream = accepted_++;
    c.flow.source = peer.address;
    c.flow.source_port = peer.port;
    c.flow.destination = local.address;
    c.flow.destination_port = local.port;
  }
}

/// True when the connection has been told of and is over.
bool Listener::settle(Connection& c, ReadStatus status, const Sink& sink) {
  if (status == ReadStatus::need_more) return false;
  const ReadResult& result = c.reader.result();
  // The header as received, and behind it what still lies in the socket: looked at, not taken.
  std::vector<std::uint8_t> bytes(result.bytes().begin(), result.bytes().end());
  const std::size_t kept = status == ReadStatus::done ? inspect::payload_kept : inspect::missing_kept;
  const std::size_t taken = bytes.size();
  bytes.resize(taken + kept);
  const ssize_t n = recv(c.fd.get(), &bytes[taken], kept, MSG_PEEK | MSG_DONTWAIT);
  bytes.resize(taken + (n > 0 ? static_cast<std::size_t>(n) : 0));

  inspect::Chunk chunk;
  chunk.input = *c.input;
  chunk.bytes = bytes;
  c.flow.time_ns = now_ns();
  chunk.flow = c.flow;
  switch (status) {
    case ReadStatus::timeout: chunk.mark = inspect::Mark::open; break;
    case ReadStatus::io: chunk.mark = inspect::Mark::reset; break;
    default: chunk.mark = inspect::Mark::fin; break;
  }
  sink(chunk);
  // A close with unread bytes becomes a reset, which would hide the end from the sender: take some of them.
  shutdown(c.fd.get(), SHUT_WR);
  std::array<std::uint8_t, 4096> drain{};
  for (int i = 0; i < 16 && recv(c.fd.get(), drain.data(), drain.size(), MSG_DONTWAIT) > 0; ++i) {
  }
  return true;
}

int Listener::wait_ms() const {
  Clock::time_point next = Clock::time_point::max();
  for (const Connection& c : connections_) next = std::min(next, c.deadline);
  const Clock::time_point now = Clock::now();
  if (pause_until_ > now) next = std::min(next, pause_until_);
  if (next == Clock::time_point::max()) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - now).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
}

void Listener::run(const Sink& sink, const std::function<bool()>& stop) {
  std::vector<pollfd> polls;
  while (!stop()) {
    polls.clear();
    const bool accepting = connections_.size() < options_.max_connections && Clock::now() >= pause_until_ && !(options_.once && accepted_ > 0);
    for (const Socket& s : sockets_) polls.push_back({s.fd.get(), static_cast<short>(accepting ? POLLIN : 0), 0});
    for (const Connection& c : connections_) polls.push_back({c.fd.get(), POLLIN, 0});
    if (poll(polls.data(), polls.size(), wait_ms()) < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "poll");
    const Clock::time_point now = Clock::now();
    std::size_t i = sockets_.size();
    for (auto c = connections_.begin(); c != connections_.end(); ++i) {
      bool over = false;
      if (polls[i].revents != 0) over = settle(*c, c->reader.on_readable(c->fd.get()), sink);
      if (!over && now >= c->deadline) over = settle(*c, c->reader.on_timeout(), sink);
      c = over ? connections_.erase(c) : std::next(c);
    }
    if (options_.once && accepted_ > 0 && connections_.empty()) return;
    for (std::size_t s = 0; s < sockets_.size(); ++s) {
      if (polls[s].revents != 0) accept_from(sockets_[s]);
    }
  }
}

}  // namespace pp::source
