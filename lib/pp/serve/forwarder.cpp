#include "pp/serve/forwarder.hpp"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include "pp/net/sockaddr.hpp"

namespace pp::serve {
namespace {

/// All bytes held for slow sides, as far as blocks can keep to it.
constexpr std::size_t held_budget = std::size_t{64} << 20;
constexpr std::size_t largest_block = std::size_t{256} << 10;
constexpr std::size_t smallest_block = std::size_t{4} << 10;
/// Reads of one connection before the others have their turn.
constexpr int turns = 4;

[[noreturn]] void refuse(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

bool out_of_descriptors(int error) { return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM; }

/// Bytes sent that the other side has not acknowledged.
bool delivered(int fd) {
  int left = 0;
  return ::ioctl(fd, SIOCOUTQ, &left) != 0 || left == 0;
}

bool is_unspecified(const IpAddress& a) {
  return std::all_of(a.bytes.begin(), a.bytes.end(), [](std::uint8_t b) { return b == 0; });
}

/// Only addresses of this machine can be bound to.
bool is_local(const IpAddress& address) {
  sockaddr_storage at;
  const socklen_t size = to_sockaddr({address, 0}, at);
  const Fd fd(::socket(at.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  return fd && ::bind(fd.get(), static_cast<const sockaddr*>(static_cast<const void*>(&at)), size) == 0;
}

bool same_place(const Endpoint& own, const Endpoint& to) {
  return own.port == to.port && own.address.size == to.address.size &&
         (own.address == to.address || is_unspecified(to.address) || (is_unspecified(own.address) && is_local(to.address)));
}

/// The socket file that a UNIX socket was bound to is the one at `path`.
bool same_file(int listener, const std::string& path) {
  sockaddr_un own{};
  socklen_t size = sizeof own;
  if (::getsockname(listener, static_cast<sockaddr*>(static_cast<void*>(&own)), &size) != 0 || own.sun_family != AF_UNIX) return false;
  struct stat a {
  }, b{};
  return ::stat(own.sun_path, &a) == 0 && ::stat(path.c_str(), &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

void refuse_own(const std::vector<Fd>& listeners, const Target& target) {
  for (const Fd& fd : listeners) {
    const std::optional<Endpoint> own = local_endpoint(fd.get());
    const bool same = target.is_unix() ? same_file(fd.get(), target.path)
                                       : own && std::any_of(target.endpoints.begin(), target.endpoints.end(),
                                                            [&](const Endpoint& to) { return same_place(*own, to); });
    if (same) throw OwnTarget{"cannot forward to " + target.text + ": this is where it listens itself"};
  }
}

}  // namespace

Relay::Relay(std::vector<Fd> listeners, const Target& target, const RelayOptions& options, HeaderOf header, Complain complain)
    : listeners_(std::move(listeners)),
      target_(target),
      options_(options),
      header_of_(std::move(header)),
      complain_(std::move(complain)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      buffer_(largest_block) {
  if (!epoll_) refuse("epoll");
  refuse_own(listeners_, target_);
}

void Relay::listen_while_there_is_room() {
  const bool wanted = counts_.open < options_.max_connections && now_ >= pause_until_;
  if (wanted == listening_) return;
  for (const Fd& fd : listeners_) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = nullptr;
    if (::epoll_ctl(epoll_.get(), wanted ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, fd.get(), &event) != 0) refuse("epoll");
  }
  listening_ = wanted;
}

void Relay::accept_from(int listener) {
  while (counts_.open < options_.max_connections) {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    Fd fd(::accept4(listener, static_cast<sockaddr*>(static_cast<void*>(&storage)), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return;
      if (!out_of_descriptors(errno)) refuse("accept");
      pause_until_ = now_ + std::chrono::milliseconds(100);
      return;
    }
    const std::optional<Endpoint> peer = from_sockaddr(storage);
    if (!let_in(peer)) {
      ++counts_.not_allowed;
      continue;
    }
    const std::optional<IpAddress> source = source_of(peer);
    if (source && !sources_.enter(*source, options_.max_per_source)) {
      ++counts_.over_source;
      continue;
    }
    open(std::move(fd), peer, source);
  }
}

/// Who may connect to a UNIX socket, its file's mode says.
bool Relay::let_in(const std::optional<Endpoint>& peer) const {
  return !peer || options_.allow.empty() ||
         std::any_of(options_.allow.begin(), options_.allow.end(), [&](const Cidr& net) { return net.contains(peer->address); });
}

std::optional<IpAddress> Relay::source_of(const std::optional<Endpoint>& peer) const {
  if (!peer || (options_.spare_loopback && is_local_sender(peer->address))) return std::nullopt;
  return peer->address;
}

void Relay::open(Fd accepted, const std::optional<Endpoint>& peer, const std::optional<IpAddress>& source) {
  ++counts_.accepted;
  ++counts_.open;
  const int on = 1;
  ::setsockopt(accepted.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  Connection& c = connecting_.emplace_back();
  c.position = std::prev(connecting_.end());
  c.home = &connecting_;
  c.last = now_;
  for (const Side side : {client, server}) c.ends[side].handle = {&c, side};
  c.source = source;
  std::optional<Ends> ends;
  if (peer) ends = Ends{*peer, local_endpoint(accepted.get()).value_or(Endpoint{})};
  hold(c.ends[server], header_of_(ends));
  c.ends[client].fd = std::move(accepted);
  connect_from(c, 0);
}

/// The target's first address from `place` on that does not refuse at once.
void Relay::connect_from(Connection& c, std::size_t place) {
  End& end = c.ends[server];
  int error = 0;
  for (c.place = place; c.place < places(target_); ++c.place) {
    // Closing takes a descriptor out of the epoll as well.
    Connecting attempt = start_connect(target_, c.place);
    end.fd = std::move(attempt.fd);
    end.events = 0;
    error = attempt.error;
    if (!end.fd && out_of_descriptors(error)) return wait_for_descriptors(c);
    if (!end.fd) continue;
    c.last = now_;
    if (attempt.established) return connected(c);
    move_to(c, connecting_);
    epoll_event event{};
    event.events = end.events = EPOLLOUT;
    event.data.ptr = &end.handle;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, end.fd.get(), &event) != 0) refuse("epoll");
    return;
  }
  if (error != 0 && complained_.insert(error).second) complain_(connect_refusal(place_text(target_, places(target_) - 1), error));
  close(c, &RelayCounts::unreachable, true);
}

/// It was accepted with the last one there was.
void Relay::wait_for_descriptors(Connection& c) {
  pause_until_ = now_ + std::chrono::milliseconds(100);
  move_to(c, waiting_);
}

void Relay::connect_ended(Connection& c) {
  const int error = connect_error(c.ends[server].fd.get());
  if (error == 0) return connected(c);
  if (complained_.insert(error).second) complain_(connect_refusal(place_text(target_, c.place), error));
  connect_from(c, c.place + 1);
}

void Relay::connected(Connection& c) {
  move_to(c, carrying_);
  write_held(c, server);
  settle(c);
}

void Relay::event(Connection& c, Side side, std::uint32_t events) {
  if (c.over) return;
  if (c.home == &connecting_) return connect_ended(c);
  c.last = now_;
  move_to(c, carrying_);
  End& end = c.ends[side];
  constexpr std::uint32_t ended = EPOLLHUP | EPOLLERR;
  if (end.holds() && (events & (EPOLLOUT | ended)) != 0) write_held(c, side);
  if (!end.read_over && !c.ends[1 - side].holds() && (events & (EPOLLIN | ended)) != 0) carry(c, side);
  settle(c);
}

/// Reads what this side says and gives it to the other; what that one does not take is held.
void Relay::carry(Connection& c, Side from) {
  End& in = c.ends[from];
  End& out = c.ends[1 - from];
  for (int turn = 0; turn < turns; ++turn) {
    const std::size_t size = block();
    const ssize_t n = ::recv(in.fd.get(), buffer_.data(), size, 0);
    if (n < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) fail(c, from);
      return;
    }
    if (n == 0) {
      in.read_over = true;
      return;
    }
    // Without an owner on the other side it is dropped, so that the end behind it comes to light.
    if (out.write_over || out.failed) continue;
    const auto got = static_cast<std::size_t>(n);
    (from == client ? counts_.to_target : counts_.to_client) += got;
    ssize_t taken = 0;
    do {
      taken = ::send(out.fd.get(), buffer_.data(), got, MSG_NOSIGNAL);
    } while (taken < 0 && errno == EINTR);
    if (taken < 0 && errno != EAGAIN && errno != EWOULDBLOCK) return fail(c, from == client ? server : client);
    const std::size_t done = taken > 0 ? static_cast<std::size_t>(taken) : 0;
    if (done < got) return hold(out, Bytes(buffer_).subspan(done, got - done));
    if (got < size) return;
  }
}

void Relay::write_held(Connection& c, Side to) {
  End& end = c.ends[to];
  while (end.holds()) {
    const ssize_t n = ::send(end.fd.get(), &end.held[end.at], end.held.size() - end.at, MSG_NOSIGNAL);
    if (n < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) fail(c, to);
      return;
    }
    end.at += static_cast<std::size_t>(n);
  }
  drop_held(end);
}

void Relay::hold(End& end, Bytes rest) {
  end.held.assign(rest.begin(), rest.end());
  end.at = 0;
  held_ += end.held.size();
}

void Relay::drop_held(End& end) {
  held_ -= end.held.size();
  end.held = {};
  end.at = 0;
}

/// This side has reset the connection.
void Relay::fail(Connection& c, Side side) {
  End& end = c.ends[side];
  end.failed = end.read_over = true;
  drop_held(end);
}

/// What follows from the states of both sides: an end passed on, or the end of all.
void Relay::settle(Connection& c) {
  if (c.over) return;
  for (const Side side : {client, server}) {
    End& end = c.ends[side];
    End& other = c.ends[1 - side];
    if (other.holds()) continue;
    if (end.failed) {
      // The other side is reset too, once it has what was said before. After an orderly end that may still be under way:
      // a reset would overtake it.
      if (other.failed || !other.write_over || delivered(other.fd.get())) return close(c, &RelayCounts::reset, true);
    } else if (end.read_over && !other.write_over) {
      other.write_over = true;
      ::shutdown(other.fd.get(), SHUT_WR);
    }
  }
  const bool all_said = c.ends[client].read_over && c.ends[server].read_over;
  if (all_said && !c.ends[client].holds() && !c.ends[server].holds()) return close(c, &RelayCounts::finished, false);
  watch(c, client);
  watch(c, server);
}

/// Asks epoll for what can be used, and for nothing when that is nothing: ends and errors would be told again and again.
void Relay::watch(Connection& c, Side side) {
  End& end = c.ends[side];
  std::uint32_t wanted = 0;
  if (!end.read_over && !c.ends[1 - side].holds()) wanted |= EPOLLIN;
  if (end.holds()) wanted |= EPOLLOUT;
  if (wanted == end.events) return;
  epoll_event event{};
  event.events = wanted;
  event.data.ptr = &end.handle;
  const int operation = wanted == 0 ? EPOLL_CTL_DEL : end.events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  if (::epoll_ctl(epoll_.get(), operation, end.fd.get(), &event) != 0) refuse("epoll");
  end.events = wanted;
}

void Relay::close(Connection& c, std::uint64_t RelayCounts::*why, bool abort) {
  for (End& end : c.ends) {
    const linger at_once{1, 0};
    if (abort && end.fd) ::setsockopt(end.fd.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    drop_held(end);
    end.fd.reset();
  }
  if (c.source) sources_.leave(*c.source);
  ++(counts_.*why);
  --counts_.open;
  c.over = true;
  move_to(c, closed_);
}

void Relay::move_to(Connection& c, Connections& home) {
  home.splice(home.end(), *c.home, c.position);
  c.home = &home;
}

/// Timeouts. Both lists have those that have waited longest in front.
void Relay::sweep() {
  if (now_ >= pause_until_) {
    for (std::size_t n = waiting_.size(); n > 0; --n) {
      Connection& c = waiting_.front();
      connect_from(c, now_ < c.last + options_.connect ? c.place : places(target_));
    }
  }
  while (!connecting_.empty() && now_ >= connecting_.front().last + options_.connect) {
    Connection& c = connecting_.front();
    if (complained_.insert(ETIMEDOUT).second) complain_(connect_refusal(place_text(target_, c.place), ETIMEDOUT));
    connect_from(c, c.place + 1);
  }
  while (!carrying_.empty() && now_ >= carrying_.front().last + options_.idle) close(carrying_.front(), &RelayCounts::idle, true);
  closed_.clear();
}

/// Smaller for many connections and while much is held, so that slow sides together hold a bounded amount.
std::size_t Relay::block() const noexcept {
  const std::size_t left = held_budget - std::min(held_budget, held_);
  return std::clamp(left / (2 * (counts_.open + 1)), smallest_block, largest_block);
}

int Relay::wait_ms() const {
  Clock::time_point next = now_ + std::chrono::seconds(1);
  if (!connecting_.empty()) next = std::min(next, connecting_.front().last + options_.connect);
  if (!carrying_.empty()) next = std::min(next, carrying_.front().last + options_.idle);
  if (pause_until_ > now_) next = std::min(next, pause_until_);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now()).count();
  return static_cast<int>(std::max<std::int64_t>(left, 0));
}

void Relay::run(const std::function<bool()>& stop) {
  std::array<epoll_event, 256> events;
  now_ = Clock::now();
  while (!stop()) {
    listen_while_there_is_room();
    const int n = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), wait_ms());
    if (n < 0 && errno != EINTR) refuse("epoll");
    now_ = Clock::now();
    bool knocked = false;
    for (int i = 0; i < n; ++i) {
      auto* const handle = static_cast<Handle*>(events[static_cast<std::size_t>(i)].data.ptr);
      if (handle == nullptr) {
        knocked = true;
      } else {
        event(*handle->connection, handle->side, events[static_cast<std::size_t>(i)].events);
      }
    }
    if (knocked) {
      for (const Fd& fd : listeners_) accept_from(fd.get());
    }
    sweep();
  }
}

}  // namespace pp::serve
