// Accepting connections in an event loop, with a pause when descriptors run out.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <string>

#include "pp/net/event_loop.hpp"
#include "pp/net/fd.hpp"

namespace pp {

/// Whether an errno says that the process or the system is out of descriptors or of memory for sockets.
bool out_of_descriptors(int error) noexcept;

/// Listening sockets of one loop that accept together and pause together.
class Acceptor {
 public:
  /// Gets each connection, non-blocking and close-on-exec, with its peer's address and the index of the listening socket.
  /// Returns false to give others their turn before the next one is accepted.
  using Accepted = std::function<bool(Fd fd, const sockaddr_storage& peer, std::size_t socket)>;

  /// `loop` must outlive the acceptor.
  Acceptor(EventLoop& loop, Accepted accepted);
  ~Acceptor();

  /// Adds a listening socket, which outlives the acceptor; `name` is for errors. Indexes count from 0.
  void add(int fd, std::string name);

  /// Whether connections are wanted; none are at first. The others wait in the kernel's queue.
  void enable(bool wanted);
  /// Accepts nothing for a while, as after running out of descriptors: waiting connections would wake the loop without end.
  void back_off();
  /// How often descriptors ran out while accepting.
  std::uint64_t pauses() const noexcept { return pauses_; }

  static constexpr std::chrono::milliseconds pause{100};

 private:
  struct Socket : Watch {
    Socket(Acceptor& acceptor, int descriptor, std::string text, std::size_t number);
    int fd;
    std::string name;
    std::size_t index;
  };

  void accept_from(Socket& socket);
  void update();

  EventLoop& loop_;
  Accepted accepted_;
  std::list<Socket> sockets_;
  DeadlineQueue queue_;
  DeadlineQueue::Entry resume_;  // waits during a pause
  bool wanted_ = false;
  std::uint64_t pauses_ = 0;
};

}  // namespace pp
