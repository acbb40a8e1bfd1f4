#include "pp/serve/listener.hpp"

#include <malloc.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "pp/net/sockaddr.hpp"

namespace pp::serve {
namespace {

/// A peak above this is worth giving back to the system.
constexpr std::size_t much_memory = std::size_t{1} << 20;

Datagrams::Mode datagram_mode(Reply reply) {
  if (reply == Reply::echo) return Datagrams::Mode::echo;
  return reply == Reply::text ? Datagrams::Mode::text : Datagrams::Mode::silent;
}

}  // namespace

Listener::Socket::Socket(Listener* listener)
    : Watch(listener,
            [](void* self, Watch& watch, std::uint32_t) { static_cast<Listener*>(self)->receive_datagrams(static_cast<Socket&>(watch)); }) {
}

Listener::Connection::Connection(Listener* listener, const ReadOptions& options)
    : Watch(listener, [](void* self, Watch& watch,
                         std::uint32_t events) { static_cast<Listener*>(self)->event(static_cast<Connection&>(watch), events); }),
      reader(options) {}

Listener::Listener(const ListenOptions& options)
    : options_(options),
      datagrams_(datagram_mode(options.reply)),
      reading_(loop_, this,
               [](void* self, DeadlineQueue::Entry& entry) {
                 static_cast<Listener*>(self)->finish_header(static_cast<Connection&>(entry), inspect::Mark::open);
               }),
      after_(loop_, this, [](void* self, DeadlineQueue::Entry& entry) {
        auto& c = static_cast<Connection&>(entry);
        static_cast<Listener*>(self)->drain(c, false);
        static_cast<Listener*>(self)->close(c);
      }) {}

Listener::~Listener() = default;

void Listener::add(const std::string& text) {
  const ListenAddress address = parse_listen_address(text);
  const auto keep = [&](Fd fd) -> Socket& {
    auto socket = std::make_unique<Socket>(this);
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

bool Listener::admit(const IpAddress& sender, bool& limited) {
  if (open() >= options_.max_connections) {
    ++counts_.refused;
    return false;
  }
  limited = !is_local_sender(sender);
  if (!limited || limiter_.enter(sender, options_.max_from_sender)) return true;
  ++counts_.refused_sender;
  return false;
}

/// False when there is nothing to read yet: leave it to epoll.
bool Listener::accepted(Fd fd, const sockaddr_storage& storage, Socket& socket) {
  const Endpoint peer = socket.kind == ListenAddress::Kind::tcp ? from_sockaddr(storage).value_or(Endpoint{}) : Endpoint{};
  bool limited = false;
  if (!admit(peer.address, limited)) return true;
  return open_connection(std::move(fd), socket, peer, limited) && !ended_;
}

/// True when its header has arrived already.
bool Listener::open_connection(Fd fd, Socket& socket, const Endpoint& peer, bool limited) {
  ReadOptions read_options;
  read_options.max_header = max_header_bytes;
  Connection& c = connections_.emplace_back(this, read_options);
  c.position = std::prev(connections_.end());
  c.fd = std::move(fd);
  c.socket = &socket;
  c.peer = peer;
  c.limited = limited;
  c.stream = streams_++;
  c.accepted = Clock::now();
  reading_.set(c, c.accepted + options_.wait);
  ++open_;
  ++counts_.accepted;
  ended_ = options_.once;
  count_memory(c);
  // Often the header is there by now, and epoll need never hear of this connection.
  read(c);
  const bool complete = c.reader.status() != ReadStatus::need_more || c.state != State::reading;
  keep_memory();
  return complete;
}

void Listener::receive_datagrams(Socket& socket) {
  if (ended_) return;
  const std::size_t n = datagrams_.receive(socket.fd.get(), socket.name, socket.local, streams_, handlers_->settled, options_.once);
  if (n > 0) ended_ = options_.once;
}

void Listener::count_memory(Connection& c) {
  const std::size_t now = sizeof(Connection) + c.reader.heap_bytes() + c.answer.capacity();
  memory_ += now - c.memory;
  c.memory = now;
  memory_peak_ = std::max(memory_peak_, memory_);
}

void Listener::keep_memory() {
  while (memory_ > options_.max_memory && !(reading_.empty() && after_.empty())) close_oldest();
}

/// The one without progress for the longest time, be it a header that does not end or an answer that nobody reads.
void Listener::close_oldest() {
  ++counts_.evicted;
  if (after_.empty() || (!reading_.empty() && reading_.front()->at() <= after_.front()->at())) {
    finish_header(static_cast<Connection&>(*reading_.front()), inspect::Mark::evicted);
  } else {
    close(static_cast<Connection&>(*after_.front()));
  }
}

void Listener::close(Connection& c) {
  if (c.state == State::closed) return;
  c.state = State::closed;
  loop_.forget(c);
  c.cancel();
  c.fd.reset();
  if (c.reader.heap_bytes() > 0) c.reader = HeaderReader();
  c.answer = {};
  if (c.limited) limiter_.leave(c.peer.address);
  memory_ -= c.memory;
  --open_;
  closed_.splice(closed_.end(), connections_, c.position);
}

void Listener::stop_all() {
  while (!reading_.empty()) finish_header(static_cast<Connection&>(*reading_.front()), inspect::Mark::stopped);
  while (!after_.empty()) close(static_cast<Connection&>(*after_.front()));
  closed_.clear();
}

void Listener::want_connections(Acceptor& acceptor, bool wanted) {
  acceptor.enable(wanted);
  for (const auto& socket : sockets_) {
    if (socket->kind == ListenAddress::Kind::udp) loop_.watch(*socket, socket->fd.get(), wanted ? std::uint32_t{EPOLLIN} : 0U);
  }
}

void Listener::run(const ListenHandlers& handlers) {
  handlers_ = &handlers;
  std::vector<Socket*> streams;
  Acceptor acceptor(
      loop_, [&](Fd fd, const sockaddr_storage& peer, std::size_t socket) { return accepted(std::move(fd), peer, *streams[socket]); });
  for (const auto& socket : sockets_) {
    if (socket->kind == ListenAddress::Kind::udp) continue;
    streams.push_back(socket.get());
    acceptor.add(socket->fd.get(), socket->name);
  }
  while (!handlers.stop()) {
    want_connections(acceptor, !ended_);
    loop_.turn(handlers.tick);
    counts_.pauses = acceptor.pauses();
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
