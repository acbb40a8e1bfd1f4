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
#include <utility>

#include "pp/net/sockaddr.hpp"
#include "pp/text/format.hpp"

namespace pp::serve {
namespace {

/// Soft limit on bytes buffered for slow peers.
constexpr std::size_t held_budget = std::size_t{64} << 20;
constexpr std::size_t largest_block = std::size_t{256} << 10;
constexpr std::size_t smallest_block = std::size_t{4} << 10;
/// Reads from one connection before others have their turn.
constexpr int turns = 4;

/// True when the peer has acknowledged every byte sent (SIOCOUTQ is 0).
bool delivered(int fd) {
  int left = 0;
  return ::ioctl(fd, SIOCOUTQ, &left) != 0 || left == 0;
}

bool is_unspecified(const IpAddress& a) {
  return std::all_of(a.bytes.begin(), a.bytes.end(), [](std::uint8_t b) { return b == 0; });
}

/// True for an address of this machine: no other can be bound to.
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

/// Whether the file that a UNIX socket is bound to is the one at `path`.
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
    if (same) throw OwnTarget{text::format("cannot forward to {}: the forwarder itself listens there", target.text)};
  }
}

}  // namespace

Forwarder::End::End(Forwarder* forwarder, Connection* owner, Side which)
    : Watch(forwarder,
            [](void* self, Watch& watch, std::uint32_t events) { static_cast<Forwarder*>(self)->event(static_cast<End&>(watch), events); }),
      connection(owner),
      side(which) {}

Forwarder::Forwarder(std::vector<Fd> listeners, const Target& target, const ForwardOptions& options, HeaderOf header, Complain complain)
    : listeners_(std::move(listeners)),
      target_(target),
      options_(options),
      header_of_(std::move(header)),
      complain_(std::move(complain)),
      acceptor_(loop_, [this](Fd fd, const sockaddr_storage& peer, std::size_t) { return accepted(std::move(fd), peer); }),
      buffer_(largest_block),
      connecting_(loop_, this,
                  [](void* self, DeadlineQueue::Entry& entry) {
                    auto& c = static_cast<Connection&>(entry);
                    static_cast<Forwarder*>(self)->complain_once(c.place, ETIMEDOUT);
                    static_cast<Forwarder*>(self)->connect_from(c, c.place + 1);
                  }),
      waiting_(loop_, this,
               [](void* self, DeadlineQueue::Entry& entry) {
                 auto& f = *static_cast<Forwarder*>(self);
                 auto& c = static_cast<Connection&>(entry);
                 f.connect_from(c, f.loop_.now() < c.accepted + f.options_.connect ? c.place : places(f.target_));
               }),
      carrying_(loop_, this, [](void* self, DeadlineQueue::Entry& entry) {
        static_cast<Forwarder*>(self)->close(static_cast<Connection&>(entry), &ForwardCounts::idle, true);
      }) {
  refuse_own(listeners_, target_);
  for (const Fd& fd : listeners_) {
    const std::optional<Endpoint> own = local_endpoint(fd.get());
    acceptor_.add(fd.get(), own ? endpoint_text(own->address, own->port) : "a UNIX socket");
  }
}

bool Forwarder::accepted(Fd fd, const sockaddr_storage& storage) {
  const std::optional<Endpoint> peer = from_sockaddr(storage);
  if (!allowed(peer)) {
    ++counts_.not_allowed;
    return true;
  }
  const std::optional<IpAddress> source = source_of(peer);
  if (source && !sources_.enter(*source, options_.max_per_source)) {
    ++counts_.over_source;
    return true;
  }
  open(std::move(fd), peer, source);
  return counts_.open < options_.max_connections;
}

/// The mode of a UNIX socket's file decides who may connect to it.
bool Forwarder::allowed(const std::optional<Endpoint>& peer) const {
  return !peer || options_.allow.empty() ||
         std::any_of(options_.allow.begin(), options_.allow.end(), [&](const Cidr& net) { return net.contains(peer->address); });
}

std::optional<IpAddress> Forwarder::source_of(const std::optional<Endpoint>& peer) const {
  if (!peer || (options_.spare_loopback && is_local_sender(peer->address))) return std::nullopt;
  return peer->address;
}

void Forwarder::open(Fd accepted, const std::optional<Endpoint>& peer, const std::optional<IpAddress>& source) {
  ++counts_.accepted;
  ++counts_.open;
  const int on = 1;
  ::setsockopt(accepted.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  Connection& c = connections_.emplace_back(this);
  c.position = std::prev(connections_.end());
  c.accepted = loop_.now();
  c.source = source;
  std::optional<Ends> ends;
  if (peer) ends = Ends{*peer, local_endpoint(accepted.get()).value_or(Endpoint{})};
  hold(c.ends[server], header_of_(ends));
  c.ends[client].fd = std::move(accepted);
  connect_from(c, 0);
}

/// Connects to the target's first address from `place` on that does not refuse at once.
void Forwarder::connect_from(Connection& c, std::size_t place) {
  End& end = c.ends[server];
  int error = 0;
  for (c.place = place; c.place < places(target_); ++c.place) {
    Connecting attempt = start_connect(target_, c.place);
    loop_.forget(end);
    end.fd = std::move(attempt.fd);
    error = attempt.error;
    if (!end.fd && out_of_descriptors(error)) return wait_for_descriptors(c);
    if (!end.fd) continue;
    if (attempt.established) return connected(c);
    connecting_.set(c, loop_.now() + options_.connect);
    return loop_.watch(end, end.fd.get(), EPOLLOUT);
  }
  if (error != 0) complain_once(places(target_) - 1, error);
  close(c, &ForwardCounts::unreachable, true);
}

void Forwarder::complain_once(std::size_t place, int error) {
  if (complained_.insert(error).second) complain_(connect_refusal(place_text(target_, place), error));
}

/// accept() used the last available descriptor, so connecting must wait.
void Forwarder::wait_for_descriptors(Connection& c) {
  acceptor_.back_off();
  waiting_.set(c, loop_.now() + Acceptor::pause);
}

void Forwarder::connect_ended(Connection& c) {
  const int error = connect_error(c.ends[server].fd.get());
  if (error == 0) return connected(c);
  complain_once(c.place, error);
  connect_from(c, c.place + 1);
}

void Forwarder::connected(Connection& c) {
  c.connecting = false;
  carrying_.set(c, loop_.now() + options_.idle);
  write_held(c, server);
  pass_on_ends(c);
}

void Forwarder::event(End& end, std::uint32_t events) {
  Connection& c = *end.connection;
  const Side side = end.side;
  if (c.connecting) return connect_ended(c);
  carrying_.set(c, loop_.now() + options_.idle);
  constexpr std::uint32_t ended = EPOLLHUP | EPOLLERR;
  if (end.holds() && (events & (EPOLLOUT | ended)) != 0) write_held(c, side);
  if (!end.read_over && !c.ends[1 - side].holds() && (events & (EPOLLIN | ended)) != 0) carry(c, side);
  pass_on_ends(c);
}

/// Reads from one side and sends to the other; bytes that the other side does not take are held.
void Forwarder::carry(Connection& c, Side from) {
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
    // The other side can't be sent to: drop the bytes, and go on reading so that this side's end is noticed.
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

void Forwarder::write_held(Connection& c, Side to) {
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

void Forwarder::hold(End& end, Bytes rest) {
  end.held.assign(rest.begin(), rest.end());
  end.at = 0;
  held_ += end.held.size();
}

void Forwarder::drop_held(End& end) {
  held_ -= end.held.size();
  end.held = {};
  end.at = 0;
}

/// After a reset by this side.
void Forwarder::fail(Connection& c, Side side) {
  End& end = c.ends[side];
  end.failed = end.read_over = true;
  drop_held(end);
}

/// Passes the end of one side on to the other, and closes the connection when both have ended.
void Forwarder::pass_on_ends(Connection& c) {
  if (c.over) return;
  for (const Side side : {client, server}) {
    End& end = c.ends[side];
    End& other = c.ends[1 - side];
    if (other.holds()) continue;
    if (end.failed) {
      // The other side is reset too, but not before it has received the bytes sent earlier: after shutdown() they may
      // still be in flight, and a reset would overtake them.
      if (other.failed || !other.write_over || delivered(other.fd.get())) return close(c, &ForwardCounts::reset, true);
    } else if (end.read_over && !other.write_over) {
      other.write_over = true;
      ::shutdown(other.fd.get(), SHUT_WR);
    }
  }
  const bool all_said = c.ends[client].read_over && c.ends[server].read_over;
  if (all_said && !c.ends[client].holds() && !c.ends[server].holds()) return close(c, &ForwardCounts::finished, false);
  watch(c, client);
  watch(c, server);
}

/// Registers only usable events; deregisters entirely when there are none, because EPOLLHUP and EPOLLERR cannot be masked
/// and would spin.
void Forwarder::watch(Connection& c, Side side) {
  End& end = c.ends[side];
  std::uint32_t wanted = 0;
  if (!end.read_over && !c.ends[1 - side].holds()) wanted |= EPOLLIN;
  if (end.holds()) wanted |= EPOLLOUT;
  loop_.watch(end, end.fd.get(), wanted);
}

void Forwarder::close(Connection& c, std::uint64_t ForwardCounts::*why, bool abort) {
  for (End& end : c.ends) {
    const linger at_once{1, 0};
    if (abort && end.fd) ::setsockopt(end.fd.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    drop_held(end);
    loop_.forget(end);
    end.fd.reset();
  }
  c.cancel();
  if (c.source) sources_.leave(*c.source);
  ++(counts_.*why);
  --counts_.open;
  c.over = true;
  closed_.splice(closed_.end(), connections_, c.position);
}

/// Blocks shrink with the number of connections and the bytes held, so that slow peers together hold a bounded amount.
std::size_t Forwarder::block() const noexcept {
  const std::size_t left = held_budget - std::min(held_budget, held_);
  return std::clamp(left / (2 * (counts_.open + 1)), smallest_block, largest_block);
}

void Forwarder::run(const std::function<bool()>& stop) {
  while (!stop()) {
    acceptor_.enable(counts_.open < options_.max_connections);
    loop_.turn();
    closed_.clear();
  }
}

}  // namespace pp::serve
