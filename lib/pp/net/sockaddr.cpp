#include "pp/net/sockaddr.hpp"

#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "pp/base/ip.hpp"

namespace pp {
namespace {

// memcpy in and out: to the language sockaddr_storage is only bytes, whatever type the socket interface casts it to.
template <class Address>
socklen_t put(const Address& from, sockaddr_storage& out, std::size_t size = sizeof(Address)) noexcept {
  static_assert(sizeof(Address) <= sizeof(sockaddr_storage));
  std::memset(&out, 0, sizeof out);
  std::memcpy(&out, &from, sizeof from);
  return static_cast<socklen_t>(size);
}

template <class Address>
Address get(const sockaddr_storage& from) noexcept {
  Address address;
  std::memcpy(&address, &from, sizeof address);
  return address;
}

}  // namespace

socklen_t to_sockaddr(const Endpoint& endpoint, sockaddr_storage& out) noexcept {
  if (endpoint.address.is_v4()) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(endpoint.port);
    std::memcpy(&in.sin_addr, endpoint.address.bytes.data(), 4);
    return put(in, out);
  }
  if (endpoint.address.is_v6()) {
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(endpoint.port);
    std::memcpy(&in.sin6_addr, endpoint.address.bytes.data(), 16);
    return put(in, out);
  }
  return 0;
}

socklen_t unix_sockaddr(std::string_view path, sockaddr_storage& out) noexcept {
  sockaddr_un un{};
  un.sun_family = AF_UNIX;
  path = path.substr(0, sizeof un.sun_path);
  std::memcpy(un.sun_path, path.data(), path.size());
  // The length includes a path's NUL when there is room for it; an abstract name is exactly its bytes.
  const std::size_t nul = !path.empty() && path.front() != '\0' && path.size() < sizeof un.sun_path ? 1 : 0;
  return put(un, out, offsetof(sockaddr_un, sun_path) + path.size() + nul);
}

std::optional<Endpoint> from_sockaddr(const sockaddr_storage& address) noexcept {
  Endpoint endpoint;
  IpAddress& ip = endpoint.address;
  if (address.ss_family == AF_INET) {
    const auto in = get<sockaddr_in>(address);
    std::memcpy(ip.bytes.data(), &in.sin_addr, 4);
    ip.size = 4;
    endpoint.port = ntohs(in.sin_port);
    return endpoint;
  }
  if (address.ss_family == AF_INET6) {
    const auto in = get<sockaddr_in6>(address);
    std::memcpy(ip.bytes.data(), &in.sin6_addr, 16);
    ip.size = 16;
    endpoint.port = ntohs(in.sin6_port);
    if (is_ipv4_mapped(ip)) {
      IpAddress v4;
      std::copy_n(ip.bytes.data() + 12, 4, v4.bytes.data());
      v4.size = 4;
      ip = v4;
    }
    return endpoint;
  }
  return std::nullopt;
}

std::optional<Endpoint> local_endpoint(int fd) noexcept {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd, static_cast<sockaddr*>(static_cast<void*>(&address)), &size) != 0) return std::nullopt;
  return from_sockaddr(address);
}

std::optional<Endpoint> peer_endpoint(int fd) noexcept {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getpeername(fd, static_cast<sockaddr*>(static_cast<void*>(&address)), &size) != 0) return std::nullopt;
  return from_sockaddr(address);
}

}  // namespace pp
