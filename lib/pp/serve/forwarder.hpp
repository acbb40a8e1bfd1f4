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
#include "pp/net/fd.hpp"
#include "pp/net/listen.hpp"
#include "pp/net/target.hpp"
#include "pp/serve/connection_limiter.hpp"

namespace pp::serve {

struct RelayOptions {
  std::size_t max_connections = 4096;  // more wait in the kernel's queue
  std::chrono::milliseconds connect{5000};
  std::chrono::milliseconds idle{3'600'000};
  std::vector<Cidr> allow;  // who may connect; empty: everyone who can reach the socket
  // Of one IPv4 address, or one IPv6 /64; more are closed at once. UNIX sockets have no sources.
  std::size_t max_per_source = 4096;
  bool spare_loopback = true;  // from max_per_source
};

/// The target is one of the sockets on which the relay listens.
struct OwnTarget {
  std::string reason;
};

struct RelayCounts {
  std::uint64_t accepted = 0;  // of those that were let in
  std::uint64_t not_allowed = 0;
  std::uint64_t over_source = 0;  // more than max_per_source
  std::uint64_t unreachable = 0;  // the target could not be connected to
  std::uint64_t idle = 0;         // closed after RelayOptions::idle
  std::uint64_t reset = 0;        // one side gave up
  std::uint64_t finished = 0;     // both sides ended
  std::uint64_t open = 0;
  std::uint64_t to_target = 0;  // bytes, without headers
  std::uint64_t to_client = 0;
};

/// One thread and one epoll. What one side can't take yet is held, at most a block for each direction, and until it has
/// taken it nothing more is read from the other.
class Relay {
 public:
  /// The accepted socket's ends; a UNIX socket has none.
  struct Ends {
    Endpoint client;
    Endpoint listener;
  };
  using HeaderOf = std::function<std::vector<std::uint8_t>(const std::optional<Ends>&)>;
  /// Tells of the first failure of each kind: "cannot connect to ...".
  using Complain = std::function<void(const std::string&)>;

  /// Takes the listening sockets. `target` outlives the relay. Throws std::system_error, and OwnTarget when the
  /// target is one of those sockets.
  Relay(std::vector<Fd> listeners, const Target& target PP_LIFETIMEBOUND, const RelayOptions& options, HeaderOf header, Complain complain);

  /// Until `stop` says so, asked after every event and signal and at least once a second.
  void run(const std::function<bool()>& stop);
  const RelayCounts& counts() const noexcept { return counts_; }

 private:
  using Clock = std::chrono::steady_clock;
  enum Side : unsigned { client = 0, server = 1 };

  struct Connection;
  using Connections = std::list<Connection>;
  /// What epoll hands back.
  struct Handle {
    Connection* connection = nullptr;
    Side side = client;
  };
  struct End {
    Fd fd;
    Handle handle;
    std::uint32_t events = 0;  // as epoll knows them
    bool registered = false;
    bool read_over = false;          // it has said all, or can't be heard any more
    bool write_over = false;         // nothing more is for it, or it takes nothing
    bool failed = false;             // a reset
    std::vector<std::uint8_t> held;  // what it has not taken yet, from `at` on
    std::size_t at = 0;

    bool holds() const noexcept { return at < held.size(); }
  };
  struct Connection {
    std::array<End, 2> ends;
    bool over = false;
    std::size_t place = 0;  // of the target's
    Clock::time_point last{};
    std::optional<IpAddress> source;  // where it counts against max_per_source
    Connections::iterator position;
    Connections* home = nullptr;
  };

  void accept_from(int listener);
  bool let_in(const std::optional<Endpoint>& peer) const;
  /// Where the peer counts; nullopt when it does not.
  std::optional<IpAddress> source_of(const std::optional<Endpoint>& peer) const;
  void open(Fd accepted, const std::optional<Endpoint>& peer, const std::optional<IpAddress>& source);
  void connect_from(Connection& c, std::size_t place);
  void wait_for_descriptors(Connection& c);
  void connect_ended(Connection& c);
  void connected(Connection& c);
  void event(Connection& c, Side side, std::uint32_t events);
  void carry(Connection& c, Side from);
  void write_held(Connection& c, Side to);
  void hold(End& end, Bytes rest);
  void drop_held(End& end);
  void fail(Connection& c, Side side);
  void settle(Connection& c);
  void watch(Connection& c, Side side);
  void close(Connection& c, std::uint64_t RelayCounts::*why, bool abort);
  void move_to(Connection& c, Connections& home);
  void sweep();
  void listen_while_there_is_room();
  std::size_t block() const noexcept;
  int wait_ms() const;

  std::vector<Fd> listeners_;
  const Target& target_;
  RelayOptions options_;
  HeaderOf header_of_;
  Complain complain_;
  Fd epoll_;
  RelayCounts counts_;
  std::vector<std::uint8_t> buffer_;
  Connections connecting_;  // the oldest first
  Connections waiting_;     // accepted, but no descriptor is left for the target
  Connections carrying_;    // the longest idle first
  Connections closed_;      // kept until the events at hand are through
  std::unordered_set<int> complained_;
  SenderCount sources_;
  std::size_t held_ = 0;
  bool listening_ = false;
  Clock::time_point now_{};
  Clock::time_point pause_until_{};  // no descriptors left: accepting waits
};

}  // namespace pp::serve
