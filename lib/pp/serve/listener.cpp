#include "pp/serve/listener.hpp"

#include <malloc.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "pp/net/sockaddr.hpp"

namespace pp::serve {
namespace {

/// Connections that one look at a socket accepts before the others have their turn.
constexpr int accepts_at_once = 64;
constexpr std::chrono::milliseconds pause_without_descriptors{100};
/// From here on memory is worth giving back to the system.
constexpr std::size_t much_memory = std::size_t{1} << 20;

[[noreturn]] void refuse(const std::string& what) { throw std::system_error(errno, std::generic_category(), what); }

bool out_of_descriptors(int error) { return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM; }

Datagrams::Mode datagram_mode(Reply reply) {
  if (reply == Reply::echo) return Datagrams::Mode::echo;
  return reply == Reply::text ? Datagrams::Mode::text : Datagrams::Mode::silent;
}

}  // namespace

Listener::Listener(const ListenOptions& options) : options_(options), datagrams_(datagram_mode(options.reply)) {}
Listener::Listener(Listener&&) noexcept = default;
Listener::~Listener() = default;

void Listener::add(const std::string& text) {
  const ListenAddress address = parse_listen_address(text);
  const auto keep = [&](Fd fd) -> Socket& {
    auto socket = std::make_unique<Socket>();
    socket->kind = address.kind;
    socket->fd = std::move(fd);
    return *sockets_.emplace_back(std::move(socket));
  };
  if (address.kind == ListenAddress::Kind::unix_path) {
    UnixListener listener = listen_on_unix(address.path);
    Socket& socket = keep(std::move(listener.fd));
    socket.file = std::move(listener.file);
    socket.name = "unix:" + address.path;
    return;
  }
  const bool udp = address.kind == ListenAddress::Kind::udp;
  for (Fd& fd : listen_on(address)) {
    Socket& socket = keep(std::move(fd));
    socket.local = local_endpoint(socket.fd.get()).value_or(Endpoint{});
    socket.name = (udp ? "udp:" : "") + endpoint_text(socket.local.address, socket.local.port);
    const auto& at = socket.local.address.bytes;
    socket.wildcard = std::all_of(at.begin(), at.end(), [](std::uint8_t b) { return b == 0; });
    if (udp && socket.wildcard) Datagrams::want_destination(socket.fd.get(), socket.local.address.is_v6());
  }
}

std::vector<std::string> Listener::addresses() const {
  std::vector<std::string> out;
  for (const auto& socket : sockets_) out.push_back(socket->name);
  return out;
}

std::vector<std::string> Listener::remove_paths() {
  std::vector<std::string> left;
  for (const auto& socket : sockets_) {
    const std::string path = socket->file.path();
    if (!socket->file.remove()) left.push_back(path);
  }
  return left;
}

/// Tells epoll what to wait for, when that has changed; nothing at all takes the descriptor out.
void Listener::watch(Watched& what, int fd, std::uint32_t& known, std::uint32_t wanted) {
  if (known == wanted) return;
  epoll_event event{};
  event.events = wanted;
  event.data.ptr = &what;
  const int operation = known == 0 ? EPOLL_CTL_ADD : wanted == 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;
  if (epoll_ctl(epoll_.get(), operation, fd, &event) != 0) refuse("epoll");
  known = wanted;
}

/// While descriptors are short, sockets that want to be accepted from would wake the loop again and again.
void Listener::listen_while_there_is_room() {
  const bool wanted = now_ >= pause_until_ && !ended_;
  if (wanted == listening_) return;
  for (const auto& socket : sockets_) {
    constexpr std::uint32_t readable = EPOLLIN;
    std::uint32_t known = wanted ? 0 : readable;
    watch(*socket, socket->fd.get(), known, wanted ? readable : 0);
  }
  listening_ = wanted;
}

bool Listener::admit(const IpAddress& sender, bool& limited) {
  if (open() >= options_.max_connections) {
    ++counts_.refused;
    return false;
  }
  limited = !is_local_sender(sender);
  if (!limited || senders_.enter(sender, options_.max_from_sender)) return true;
  ++counts_.refused_sender;
  return false;
}

void Listener::accept_from(Socket& socket) {
  for (int i = 0; i < accepts_at_once && !ended_; ++i) {
    sockaddr_storage storage;
    socklen_t size = sizeof storage;
    Fd fd(accept4(socket.fd.get(), static_cast<sockaddr*>(static_cast<void*>(&storage)), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return;
      if (!out_of_descriptors(errno)) refuse("accept on " + socket.name);
      ++counts_.pauses;
      pause_until_ = now_ + pause_without_descriptors;
      return;
    }
    const Endpoint peer = socket.kind == ListenAddress::Kind::tcp ? from_sockaddr(storage).value_or(Endpoint{}) : Endpoint{};
    bool limited = false;
    if (!admit(peer.address, limited)) continue;
    // A sender that has not said anything yet has only just come, so nobody waits behind it: epoll will tell.
    if (!open_connection(std::move(fd), socket, peer, limited)) return;
  }
}

/// True when its header was there already.
bool Listener::open_connection(Fd fd, Socket& socket, const Endpoint& peer, bool limited) {
  ReadOptions read_options;
  read_options.max_header = max_header_bytes;
  Connection& c = reading_.emplace_back(read_options);
  c.position = std::prev(reading_.end());
  c.home = &reading_;
  c.fd = std::move(fd);
  c.socket = &socket;
  c.peer = peer;
  c.limited = limited;
  c.stream = streams_++;
  c.since = Clock::now();
  ++counts_.accepted;
  ended_ = options_.once;
  count_memory(c);
  // Often the header is there by now, and epoll need never hear of this connection.
  read(c);
  const bool settled = c.reader.status() != ReadStatus::need_more || c.state != State::reading;
  keep_memory();
  return settled;
}

void Listener::count_memory(Connection& c) {
  const std::size_t now = sizeof(Connection) + c.reader.heap_bytes() + c.answer.capacity();
  memory_ += now - c.memory;
  c.memory = now;
  memory_peak_ = std::max(memory_peak_, memory_);
}

void Listener::keep_memory() {
  while (memory_ > options_.max_memory && open() > 0) close_oldest();
}

/// The one without progress for the longest time, be it a header that does not end or an answer that nobody reads.
void Listener::close_oldest() {
  ++counts_.evicted;
  if (after_.empty() || (!reading_.empty() && reading_.front().since <= after_.front().since)) {
    settle(reading_.front(), inspect::Mark::evicted);
  } else {
    close(after_.front());
  }
}

void Listener::move_to(Connection& c, Connections& home) {
  home.splice(home.end(), *c.home, c.position);
  c.home = &home;
}

void Listener::close(Connection& c) {
  if (c.state == State::closed) return;
  c.state = State::closed;
  c.fd.reset();  // epoll forgets it with its last descriptor
  if (c.reader.heap_bytes() > 0) c.reader = HeaderReader();
  c.answer = {};
  if (c.limited) senders_.leave(c.peer.address);
  memory_ -= c.memory;
  move_to(c, closed_);
}

/// What has waited for too long; both lists have the oldest in front.
void Listener::expire() {
  while (!reading_.empty() && now_ >= reading_.front().since + options_.wait) settle(reading_.front(), inspect::Mark::open);
  while (!after_.empty() && now_ >= after_.front().since + options_.wait) {
    drain(after_.front(), false);
    close(after_.front());
  }
}

void Listener::stop_all() {
  while (!reading_.empty()) settle(reading_.front(), inspect::Mark::stopped);
  while (!after_.empty()) close(after_.front());
  closed_.clear();
}

int Listener::wait_ms() const {
  Clock::time_point next = Clock::time_point::max();
  for (const Connections* list : {&reading_, &after_}) {
    if (!list->empty()) next = std::min(next, list->front().since + options_.wait);
  }
  if (pause_until_ > now_) next = std::min(next, pause_until_);
  // A signal may come just before the wait, so there is one look a second even when nothing is due.
  next = std::min(next, now_ + std::chrono::seconds(1));
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now()).count();
  return static_cast<int>(std::max<std::int64_t>(left, 0));
}

void Listener::run(const ListenHandlers& handlers) {
  handlers_ = &handlers;
  epoll_.reset(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll_) refuse("epoll");
  std::array<epoll_event, 256> events;
  now_ = Clock::now();
  while (!handlers.stop()) {
    listen_while_there_is_room();
    const int n = epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), wait_ms());
    if (n < 0 && errno != EINTR) refuse("epoll");
    now_ = Clock::now();
    for (int i = 0; i < n; ++i) {
      const epoll_event& e = events[static_cast<std::size_t>(i)];
      auto* const what = static_cast<Watched*>(e.data.ptr);
      if (what->is_connection) {
        event(*static_cast<Connection*>(what), e.events);
        continue;
      }
      Socket& socket = *static_cast<Socket*>(what);
      if (socket.kind != ListenAddress::Kind::udp) {
        accept_from(socket);
      } else if (!ended_ && datagrams_.receive(socket.fd.get(), socket.name, socket.local, streams_, handlers.settled, options_.once) > 0) {
        ended_ = options_.once;
      }
    }
    expire();
    closed_.clear();
    if (open() == 0 && memory_peak_ > much_memory) {
      malloc_trim(0);
      memory_peak_ = 0;
    }
    handlers.batch();
    if (ended_ && open() == 0) return;
  }
  stop_all();
  handlers.batch();
}

}  // namespace pp::serve
