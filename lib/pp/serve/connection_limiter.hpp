// How many connections a listening socket may have: in all, and from one sender.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>

#include "pp/base/ip.hpp"

namespace pp::serve {

/// How many connections this process can serve: RLIMIT_NOFILE, raised to its hard limit, less the 64 descriptors that the
/// rest of the program may need; from 1 to 16384.
std::size_t most_connections();

/// True for loopback and for UNIX sockets, which have no address: only the total limits the processes of this machine.
bool is_local_sender(const IpAddress& address) noexcept;

/// Limits open connections per sender: an IPv4 address, or the /64 of an IPv6 address, since one machine usually gets a /64.
/// Memory is one entry for each sender with an open connection.
class ConnectionLimiter {
 public:
  /// Counts one more connection; false, without counting it, when this sender has `most` already.
  bool enter(const IpAddress& sender, std::size_t most);
  void leave(const IpAddress& sender);
  std::size_t senders() const noexcept { return open_.size(); }

 private:
  using Key = std::array<std::uint8_t, 9>;
  static Key key(const IpAddress& sender) noexcept;

  // Ordered: senders choose their addresses, and a hash could be made to collide.
  std::map<Key, std::size_t> open_;
};

}  // namespace pp::serve
