// Listening sockets that show what real senders send: TCP, UDP and UNIX, one chunk for each connection and each datagram.
//
//   accepted -> reading --header settled--> told of -> closed                        Reply::close
//                  |                             `---> answering -> lingering -> closed  Reply::ok, json, http
//                  `-- wait is over, Ctrl-C,     `---> echoing, holding -> closed       Reply::echo, none
//                      want of room: told of as it is then
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
#include "pp/net/fd.hpp"
#include "pp/net/header_reader.hpp"
#include "pp/net/listen.hpp"
#include "pp/net/unix_listener.hpp"
#include "pp/serve/connection_limiter.hpp"
#include "pp/serve/datagrams.hpp"

namespace pp::serve {

/// What a sender gets to see once its header has been told of.
enum class Reply : std::uint8_t {
  none,   // nothing: the connection stays open until the sender ends it or the wait is over
  close,  // the end
  text,   // what ListenHandlers::settled answers, then the end
  http,   // the same, but a request is waited for first
  echo,   // what it sends behind the header
};

struct ListenOptions {
  std::chrono::milliseconds wait{5000};  // for the whole header, from accept on; and once more for what comes after it
  bool once = false;                     // end after the first connection or datagram
  Reply reply = Reply::close;
  std::size_t max_connections = 16384;             // open at one time; more are closed at once and counted
  std::size_t max_from_sender = 4096;              // of one address (IPv6: /64) that is not loopback
  std::size_t max_memory = std::size_t{96} << 20;  // for connections and what they have sent; beyond it the oldest is closed
};

struct ListenCounts {
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;         // above max_connections
  std::uint64_t refused_sender = 0;  // above max_from_sender
  std::uint64_t evicted = 0;         // closed for want of memory
  std::uint64_t pauses = 0;          // times that no descriptor was left
};

struct ListenHandlers {
  /// A connection's first bytes, settled, or a datagram. Its answer goes to `answer.text`; nullptr when nobody wants one.
  std::function<void(const inspect::Chunk&, Answer* answer)> settled;
  /// All that is at hand has been told of: the time to write it out.
  std::function<void()> batch;
  /// Asked after every batch and every signal.
  std::function<bool()> stop;
};

/// One thread and one epoll; a slow or silent sender holds up nobody. Reads exactly the header and looks at what follows
/// without taking it. Memory for a header grows with its bytes as they arrive, never with the length that it announces.
class Listener {
 public:
  explicit Listener(const ListenOptions& options);
  Listener(Listener&&) noexcept;
  ~Listener();

  /// Binds now, so that privileges can be dropped before run(). Throws as parse_listen_address, listen_on and listen_on_unix do.
  void add(const std::string& address);
  /// "127.0.0.1:8080", "udp:[::1]:53", "unix:/run/x.sock", as bound, for each socket.
  std::vector<std::string> addresses() const;

  /// Until `stop` says so, or after one connection with options.once. What is open then is told of as Mark::stopped. Throws
  /// std::system_error when a socket breaks.
  void run(const ListenHandlers& handlers);

  const ListenCounts& counts() const noexcept { return counts_; }
  const DatagramCounts& datagram_counts() const noexcept { return datagrams_.counts(); }
  std::size_t open() const noexcept { return reading_.size() + after_.size(); }
  std::size_t memory() const noexcept { return memory_; }
  /// Of UNIX paths: those that could not be removed, as the user that this process has become. Call it when all is done.
  std::vector<std::string> remove_paths();

 private:
  using Clock = std::chrono::steady_clock;

  /// What epoll hands back: a socket that listens, or a connection.
  struct Watched {
    bool is_connection = false;
  };
  struct Socket : Watched {
    Fd fd;
    std::string name;
    ListenAddress::Kind kind = ListenAddress::Kind::tcp;
    Endpoint local;  // of every connection, when it is bound to one address
    bool wildcard = false;
    SocketFile file;
  };
  enum class State : std::uint8_t { reading, awaiting_payload, holding, answering, echoing, lingering, closed };
  struct Connection;
  using Connections = std::list<Connection>;
  struct Connection : Watched {
    State state = State::reading;
    bool limited = false;      // counted in senders_
    std::uint32_t events = 0;  // as epoll knows them; 0: it does not
    std::uint32_t pieces = 0;  // arrivals that brought bytes of the header
    Fd fd;
    const Socket* socket = nullptr;
    Endpoint peer;
    std::uint64_t stream = 0;
    Clock::time_point since;  // accept; later, the last thing that happened
    std::int64_t first_byte_us = -1;
    std::int64_t settled_us = -1;
    HeaderReader reader;
    std::size_t memory = 0;  // as counted
    std::string answer;      // the part of the reply that the socket has not taken yet, from `sent` on
    std::size_t sent = 0;
    Connections::iterator position;
    Connections* home = nullptr;

    explicit Connection(const ReadOptions& options) : reader(options) { is_connection = true; }
  };

  // listener.cpp: the loop, and who is let in
  void watch(Watched& what, int fd, std::uint32_t& known, std::uint32_t wanted);
  void listen_while_there_is_room();
  void accept_from(Socket& socket);
  bool admit(const IpAddress& sender, bool& limited);
  bool open_connection(Fd fd, Socket& socket, const Endpoint& peer, bool limited);
  void expire();
  void stop_all();
  void keep_memory();
  void close_oldest();
  int wait_ms() const;
  void count_memory(Connection& c);
  void close(Connection& c);
  void move_to(Connection& c, Connections& home);

  // listener_connection.cpp: what happens to one connection
  void event(Connection& c, std::uint32_t events);
  void read(Connection& c);
  void settle(Connection& c, inspect::Mark mark);
  void tell(Connection& c, inspect::Mark mark, Answer* answer);
  bool look_behind(Connection& c, std::size_t kept);
  void after_told(Connection& c, std::string_view answer, bool is_header);
  bool send_some(Connection& c, std::string_view& answer);
  void send_answer(Connection& c);
  void answered(Connection& c);
  void echo(Connection& c);
  void drain(Connection& c, bool until_end);

  ListenOptions options_;
  const ListenHandlers* handlers_ = nullptr;
  std::vector<std::unique_ptr<Socket>> sockets_;
  Datagrams datagrams_;
  Fd epoll_;
  ListenCounts counts_;
  SenderCount senders_;
  Connections reading_;  // the oldest first, as in the next: all have the same wait
  Connections after_;
  Connections closed_;  // kept until the events at hand are through
  std::uint64_t streams_ = 0;
  std::size_t memory_ = 0;
  std::size_t memory_peak_ = 0;  // since memory was last given back
  bool listening_ = false;
  bool ended_ = false;  // options.once, and there was one
  Clock::time_point now_{};
  Clock::time_point pause_until_{};
  std::vector<std::uint8_t> bytes_;
  inspect::Chunk chunk_;
};

}  // namespace pp::serve
