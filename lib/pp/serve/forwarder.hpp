// Accepts connections, puts a header in front of each and carries it to a target, both ways, thousands at a time.
//
//   client ==> accepted --[header, then what the client says]--> connected ==> target
//   client <== accepted <------- what the target says ---------- connected <== target
//
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "pp/base/bytes.hpp"
#include "pp/base/ip.hpp"
#include "pp/net/acceptor.hpp"
#include "pp/net/event_loop.hpp"
#include "pp/net/fd.hpp"
#include "pp/net/listen.hpp"
#include "pp/net/target.hpp"
#include "pp/serve/connection_limiter.hpp"

namespace pp::serve {

struct ForwardOptions {
  std::size_t max_connections = 4096;  // further ones wait in the kernel's queue
  std::chrono::milliseconds connect{5000};
  std::chrono::milliseconds idle{3'600'000};
  std::vector<Cidr> allow;  // sources that may connect; empty: all that can reach the socket
  // From one IPv4 address or IPv6 /64; further ones are closed at once. UNIX sockets have no sources.
  std::size_t max_per_source = 4096;
  bool spare_loopback = true;  // loopback is exempt from max_per_source
};

/// Thrown when the target is one of the forwarder's own listening sockets.
struct OwnTarget {
  std::string reason;
};

struct ForwardCounts {
  std::uint64_t accepted = 0;  // not counting the next two
  std::uint64_t not_allowed = 0;
  std::uint64_t over_source = 0;  // beyond max_per_source
  std::uint64_t unreachable = 0;  // the target could not be connected to
  std::uint64_t idle = 0;         // closed after ForwardOptions::idle
  std::uint64_t reset = 0;        // by either side
  std::uint64_t finished = 0;     // both sides ended
  std::uint64_t open = 0;
  std::uint64_t to_target = 0;  // bytes, without headers
  std::uint64_t to_client = 0;
};

/// One thread and one event loop. Bytes that one side does not take yet are held, at most a block for each direction; until
/// they are sent, nothing more is read from the other side.
class Forwarder {
 public:
  /// The accepted socket's ends; a UNIX socket has none.
  struct Ends {
    Endpoint client;
    Endpoint listener;
  };
  using HeaderOf = std::function<std::vector<std::uint8_t>(const std::optional<Ends>&)>;
  /// Reports the first failure of each kind: "cannot connect to ...".
  using Complain = std::function<void(const std::string&)>;

  /// Takes the listening sockets. `target` must outlive the forwarder. Throws OwnTarget when it is one of those sockets.
  Forwarder(std::vector<Fd> listeners, const Target& target PP_LIFETIMEBOUND, const ForwardOptions& options, HeaderOf header,
            Complain complain);

  /// Runs until `stop` returns true; it is polled after each batch of events and signal, at least once a second. Throws
  /// std::system_error when a listening socket fails.
  void run(const std::function<bool()>& stop);
  const ForwardCounts& counts() const noexcept { return counts_; }

 private:
  using Clock = EventLoop::Clock;
  enum Side : unsigned { client = 0, server = 1 };

  struct Connection;
  using Connections = std::list<Connection>;
  struct End : Watch {
    End(Forwarder* forwarder, Connection* owner, Side which);
    Connection* connection;
    Side side;
    Fd fd;
    bool read_over = false;          // read side closed
    bool write_over = false;         // write side closed
    bool failed = false;             // a reset
    std::vector<std::uint8_t> held;  // bytes not sent yet, from `at` on
    std::size_t at = 0;

    bool holds() const noexcept { return at < held.size(); }
  };
  struct Connection : DeadlineQueue::Entry {
    explicit Connection(Forwarder* forwarder) : ends{{End(forwarder, this, client), End(forwarder, this, server)}} {}
    std::array<End, 2> ends;
    bool connecting = true;
    bool over = false;
    std::size_t place = 0;  // of the target's
    Clock::time_point accepted;
    std::optional<IpAddress> source;  // key for max_per_source, nullopt when exempt
    Connections::iterator position;
  };

  bool accepted(Fd fd, const sockaddr_storage& storage);
  bool allowed(const std::optional<Endpoint>& peer) const;
  std::optional<IpAddress> source_of(const std::optional<Endpoint>& peer) const;
  void open(Fd accepted, const std::optional<Endpoint>& peer, const std::optional<IpAddress>& source);
  void connect_from(Connection& c, std::size_t place);
  void wait_for_descriptors(Connection& c);
  void connect_ended(Connection& c);
  void connected(Connection& c);
  void event(End& end, std::uint32_t events);
  void carry(Connection& c, Side from);
  void write_held(Connection& c, Side to);
  void hold(End& end, Bytes rest);
  void drop_held(End& end);
  void fail(Connection& c, Side side);
  void pass_on_ends(Connection& c);
  void watch(Connection& c, Side side);
  void close(Connection& c, std::uint64_t ForwardCounts::*why, bool abort);
  void complain_once(std::size_t place, int error);
  std::size_t block() const noexcept;

  std::vector<Fd> listeners_;
  const Target& target_;
  ForwardOptions options_;
  HeaderOf header_of_;
  Complain complain_;
  EventLoop loop_;
  Acceptor acceptor_;
  ForwardCounts counts_;
  std::vector<std::uint8_t> buffer_;
  DeadlineQueue connecting_;
  DeadlineQueue waiting_;  // accepted, but no descriptor is left for the target
  DeadlineQueue carrying_;
  Connections connections_;
  Connections closed_;  // destroyed at the end of a turn: a handler may still use them
  std::unordered_set<int> complained_;
  ConnectionLimiter sources_;
  std::size_t held_ = 0;
};

}  // namespace pp::serve
