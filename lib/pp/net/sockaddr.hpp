// Endpoints to and from the kernel's socket addresses.
#pragma once

#include <sys/socket.h>

#include <optional>
#include <string_view>

#include "pp/wire/encode.hpp"

namespace pp {

/// Fills `out` for an IPv4 or IPv6 endpoint and returns the length to pass along with it; 0 when it has no address.
socklen_t to_sockaddr(const Endpoint& endpoint, sockaddr_storage& out) noexcept;

/// A UNIX path of at most 108 bytes; one that starts with NUL is an abstract name, an empty one an unnamed socket.
socklen_t unix_sockaddr(std::string_view path, sockaddr_storage& out) noexcept;

/// nullopt for families other than IPv4 and IPv6. An IPv4-mapped address, which is how a socket for both families
/// shows an IPv4 peer, is returned as IPv4, so that one list of networks fits both.
std::optional<Endpoint> from_sockaddr(const sockaddr_storage& address) noexcept;

/// The two ends of a socket; nullopt when it is not connected (peer) or not an IP socket.
std::optional<Endpoint> local_endpoint(int fd) noexcept;
std::optional<Endpoint> peer_endpoint(int fd) noexcept;

}  // namespace pp
