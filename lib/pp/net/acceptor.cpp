#include "pp/net/acceptor.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

namespace pp {
namespace {

/// Connections that one socket accepts before others have their turn.
constexpr int accepts_at_once = 64;

}  // namespace

bool out_of_descriptors(int error) noexcept { return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM; }

Acceptor::Socket::Socket(Acceptor& acceptor, int descriptor, std::string text, std::size_t number)
    : Watch(&acceptor,
            [](void* self, Watch& watch, std::uint32_t) { static_cast<Acceptor*>(self)->accept_from(static_cast<Socket&>(watch)); }),
      fd(descriptor),
      name(std::move(text)),
      index(number) {}

Acceptor::Acceptor(EventLoop& loop, Accepted accepted)
    : loop_(loop),
      accepted_(std::move(accepted)),
      queue_(loop, this, [](void* self, DeadlineQueue::Entry&) { static_cast<Acceptor*>(self)->update(); }) {}

Acceptor::~Acceptor() {
  try {
    enable(false);
  } catch (const std::system_error&) {  // epoll has lost the descriptors already
  }
}

void Acceptor::add(int fd, std::string name) {
  sockets_.emplace_back(*this, fd, std::move(name), sockets_.size());
  update();
}

void Acceptor::enable(bool wanted) {
  if (wanted == wanted_) return;
  wanted_ = wanted;
  update();
}

void Acceptor::back_off() {
  queue_.set(resume_, loop_.now() + pause);
  update();
}

void Acceptor::update() {
  const std::uint32_t events = wanted_ && !resume_.waits() ? std::uint32_t{EPOLLIN} : 0U;
  for (Socket& socket : sockets_) loop_.watch(socket, socket.fd, events);
}

void Acceptor::accept_from(Socket& socket) {
  for (int i = 0; i < accepts_at_once && wanted_ && !resume_.waits(); ++i) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    Fd fd(::accept4(socket.fd, static_cast<sockaddr*>(static_cast<void*>(&peer)), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd) {
      if (!accepted_(std::move(fd), peer, socket.index)) return;
    } else if (out_of_descriptors(errno)) {
      ++pauses_;
      return back_off();
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return;
    } else if (errno != EINTR && errno != ECONNABORTED) {
      throw std::system_error(errno, std::generic_category(), "accept on " + socket.name);
    }
  }
}

}  // namespace pp
