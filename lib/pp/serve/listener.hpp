// Listening sockets that show what senders send: TCP, UDP and UNIX, one chunk for each connection and each datagram.
//
//   accepted -> reading --header complete--> reported -> closed                        Reply::close
//                  |                             `---> answering -> lingering -> closed  Reply::text, http
//                  `-- the wait is over, Ctrl-C, `---> echoing, holding -> closed       Reply::echo, none
//                      limit reached: reported as incomplete
//
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pp/inspect/chunk.hpp"
#include "pp/net/acceptor.hpp"
#include "pp/net/event_loop.hpp"
#include "pp/net/fd.hpp"
#include "pp/net/header_reader.hpp"
#include "pp/net/listen.hpp"
#include "pp/net/unix_listener.hpp"
#include "pp/serve/connection_limiter.hpp"
#include "pp/serve/datagrams.hpp"

namespace pp::serve {

/// The reply to a sender after its header has been reported.
enum class Reply : std::uint8_t {
  none,   // nothing: the connection stays open until the sender ends it or the wait is over
  close,  // nothing: the connection is closed
  text,   // the answer of ListenHandlers::settled, then the connection is closed
  http,   // the same, after a request has begun to arrive
  echo,   // the bytes that follow the header
};

struct ListenOptions {
  std::chrono::milliseconds wait{5000};  // for the whole header, from accept on; then again for each step of the reply
  bool once = false;                     // end after the first connection or datagram
  Reply reply = Reply::close;
  std::size_t max_connections = 16384;             // open at one time; further ones are closed at once and counted
  std::size_t max_from_sender = 4096;              // of one address (IPv6: /64) that is not loopback
  std::size_t max_memory = std::size_t{96} << 20;  // connections, their headers and unsent replies; beyond it the oldest is closed
};

struct ListenCounts {
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;         // above max_connections
  std::uint64_t refused_sender = 0;  // above max_from_sender
  std::uint64_t evicted = 0;         // closed to stay within max_memory
  std::uint64_t pauses = 0;          // how often descriptors ran out
};

struct ListenHandlers {
  /// Reports a datagram, or a connection's first bytes once they are final. The reply goes to `answer->text`; nullptr when
  /// none is wanted.
  std::function<void(const inspect::Chunk&, Answer* answer)> settled;
  /// Called when the current batch has been reported: flush output.
  std::function<void()> batch;
  /// Polled after each batch and signal; true stops the loop.
  std::function<bool()> stop;
  /// stop() is asked at least this often.
  std::chrono::milliseconds tick{1000};
};

/// One thread and one event loop; a slow or silent sender delays no other. Reads exactly the header and only peeks at the
/// bytes that follow. Memory for a header grows with the bytes that arrive, never with the length that it announces.
class Listener {
 public:
  explicit Listener(const ListenOptions& options);
  ~Listener();

  /// Binds now, so that privileges can be dropped before run(). Throws like parse_listen_address, listen_on and listen_on_unix.
  void add(const std::string& address);
  /// "127.0.0.1:8080", "udp:[::1]:53", "unix:/run/x.sock", as bound, for each socket.
  std::vector<std::string> addresses() const;

  /// Runs until `stop` returns true, or until the first connection is closed with options.once. Connections that are open
  /// then are reported with Mark::stopped. Throws std::system_error when a listening socket fails.
  void run(const ListenHandlers& handlers);

  const ListenCounts& counts() const noexcept { return counts_; }
  const DatagramCounts& datagram_counts() const noexcept { return datagrams_.counts(); }
  std::size_t open() const noexcept { return open_; }
  std::size_t memory() const noexcept { return memory_; }
  /// Unlinks the UNIX sockets' files. Returns the paths that the present user may not remove.
  std::vector<std::string> remove_paths();

 private:
  using Clock = EventLoop::Clock;

  struct Socket : Watch {
    explicit Socket(Listener* listener);
    Fd fd;
    std::string name;
    ListenAddress::Kind kind = ListenAddress::Kind::tcp;
    Endpoint local;  // also of its connections, unless it is bound to a wildcard
    bool wildcard = false;
    SocketFile file;
  };
  enum class State : std::uint8_t { reading, awaiting_payload, holding, answering, echoing, lingering, closed };
  struct Connection;
  using Connections = std::list<Connection>;
  struct Connection : Watch, DeadlineQueue::Entry {
    State state = State::reading;
    bool limited = false;      // counted in limiter_
    std::uint32_t pieces = 0;  // arrivals that brought bytes of the header
    Fd fd;
    const Socket* socket = nullptr;
    Endpoint peer;
    std::uint64_t stream = 0;
    Clock::time_point accepted;
    std::int64_t first_byte_us = -1;
    std::int64_t settled_us = -1;
    HeaderReader reader;
    std::size_t memory = 0;  // bytes charged against the memory limit
    std::string answer;      // the part of the reply that the socket has not taken yet, from `sent` on
    std::size_t sent = 0;
    Connections::iterator position;

    Connection(Listener* listener, const ReadOptions& options);
  };

  // listener.cpp: the loop, and which connections are accepted
  bool accepted(Fd fd, const sockaddr_storage& peer, Socket& socket);
  bool admit(const IpAddress& sender, bool& limited);
  bool open_connection(Fd fd, Socket& socket, const Endpoint& peer, bool limited);
  void receive_datagrams(Socket& socket);
  void want_connections(Acceptor& acceptor, bool wanted);
  void keep_memory();
  void close_oldest();
  void stop_all();
  void count_memory(Connection& c);
  void close(Connection& c);

  // listener_connection.cpp: one connection
  void event(Connection& c, std::uint32_t events);
  void read(Connection& c);
  void finish_header(Connection& c, inspect::Mark mark);
  void report(Connection& c, inspect::Mark mark, Answer* answer);
  bool peek_payload(Connection& c, std::size_t kept);
  void reply(Connection& c, std::string_view answer, bool is_header);
  void wait_again(Connection& c);
  bool send_some(Connection& c, std::string_view& answer);
  void send_answer(Connection& c);
  void answered(Connection& c);
  void echo(Connection& c);
  void drain(Connection& c, bool until_end);

  ListenOptions options_;
  const ListenHandlers* handlers_ = nullptr;
  std::vector<std::unique_ptr<Socket>> sockets_;
  Datagrams datagrams_;
  ListenCounts counts_;
  ConnectionLimiter limiter_;
  EventLoop loop_;
  // FIFO: all entries of a queue share one timeout, so the front expires first, and is the oldest.
  DeadlineQueue reading_;
  DeadlineQueue after_;  // the header has been reported
  Connections connections_;
  Connections closed_;  // destroyed at the end of a turn: a handler may still use them
  std::uint64_t streams_ = 0;
  std::size_t open_ = 0;
  std::size_t memory_ = 0;
  std::size_t memory_peak_ = 0;  // since memory was last given back
  bool ended_ = false;           // options.once, and there was one
  std::vector<std::uint8_t> bytes_;
  inspect::Chunk chunk_;
};

}  // namespace pp::serve
