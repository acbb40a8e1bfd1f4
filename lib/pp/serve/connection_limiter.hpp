// How many connections a listener lets in: in all, and from one sender.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>

#include "pp/base/ip.hpp"

namespace pp::serve {

/// The most that this process can serve: RLIMIT_NOFILE, raised as far as that goes, without the descriptors that the rest of
/// the program needs; never more than 16384, never less than 1.
std::size_t most_connections();

/// Loopback, and UNIX sockets, which have no address: the tests and proxies of this machine, limited by the total alone.
bool is_local_sender(const IpAddress& address) noexcept;

/// Counts open connections by sender: an IPv4 address, or the /64 of an IPv6 address, since that is what one machine gets.
/// Holds one entry for each sender with an open connection.
class SenderCount {
 public:
  /// False when this sender has `most` already.
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
