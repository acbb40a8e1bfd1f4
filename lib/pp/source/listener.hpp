// A listening socket that shows what real senders send: one chunk for each connection.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <string>
#include <vector>

#include "pp/inspect/chunk.hpp"
#include "pp/net/fd.hpp"
#include "pp/net/header_reader.hpp"
#include "pp/net/listen.hpp"

namespace pp::source {

struct ListenOptions {
  std::chrono::milliseconds wait{5000};  // for the whole header, from accept on
  bool once = false;                     // end after the first connection
  std::size_t max_connections = 1024;    // more wait in the kernel's queue
};

/// Accepts on all its sockets at once; a slow or silent sender holds up nobody. Reads exactly the header, looks at what
/// follows without taking it, and closes.
class Listener {
 public:
  using Sink = std::function<void(const inspect::Chunk&)>;

  explicit Listener(const ListenOptions& options) : options_(options) {}

  /// Binds now, so that privileges can be dropped before run(). Throws as listen_on does.
  void add(const std::string& address);
  /// "127.0.0.1:8080", as bound, for each socket.
  std::vector<std::string> addresses() const;

  /// Until `stop` says so (asked after every event and every signal), or after one connection with options.once. Throws
  /// std::system_error when a socket breaks.
  void run(const Sink& sink, const std::function<bool()>& stop);

 private:
  using Clock = std::chrono::steady_clock;

  struct Socket {
    Fd fd;
    std::string name;
  };
  struct Connection {
    Fd fd;
    HeaderReader reader;
    Clock::time_point deadline;
    inspect::Flow flow;
    const std::string* input;
  };

  void accept_from(const Socket& socket);
  bool settle(Connection& c, ReadStatus status, const Sink& sink);
  int wait_ms() const;

  ListenOptions options_;
  std::vector<Socket> sockets_;
  std::list<Connection> connections_;
  std::uint64_t accepted_ = 0;
  Clock::time_point pause_until_{};  // no descriptors left: accepting waits
};

}  // namespace pp::source
