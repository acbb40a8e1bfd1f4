#include "pp/net/listen.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "pp/net/sockaddr.hpp"

namespace pp {
namespace {

constexpr int port_tries = 16;

[[noreturn]] void refuse(std::string_view text, const char* why) {
  throw std::runtime_error("bad listening address \"" + std::string(text) + "\": " + why);
}

std::uint16_t read_port(std::string_view digits, std::string_view text) {
  unsigned port = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, port);
  if (digits.empty() || stop != end || error != std::errc{} || port > 65535) refuse(text, "invalid port (0-65535)");
  return static_cast<std::uint16_t>(port);
}

struct Attempt {
  Fd fd;
  int error = 0;  // errno when there is no descriptor
};

Attempt failed() noexcept { return {Fd(), errno}; }

Attempt try_listen(const Endpoint& at, ListenAddress::Kind kind) noexcept {
  const bool udp = kind == ListenAddress::Kind::udp;
  sockaddr_storage address;
  const socklen_t size = to_sockaddr(at, address);
  Fd fd(::socket(address.ss_family, (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return failed();
  const int on = 1;
  // Not for UDP: a second listener could take the first listener's datagrams.
  if (!udp && ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0) return failed();
  // Each family has its own socket, so that an IPv4 peer never appears as ::ffff:a.b.c.d.
  if (at.address.is_v6() && ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) != 0) return failed();
  if (::bind(fd.get(), static_cast<const sockaddr*>(static_cast<const void*>(&address)), size) != 0) return failed();
  if (!udp && ::listen(fd.get(), SOMAXCONN) != 0) return failed();
  return {std::move(fd), 0};
}

[[noreturn]] void cannot_listen(const Endpoint& at, int error) {
  throw std::system_error(error, std::generic_category(), "cannot listen on " + endpoint_text(at.address, at.port));
}

/// True for the errors of a machine that lacks this address family or has it switched off.
bool family_is_absent(int error) noexcept { return error == EAFNOSUPPORT || error == EADDRNOTAVAIL || error == EPROTONOSUPPORT; }

/// Both families on one port. With port 0 the port chosen for the first family may be taken in the second: then try again.
std::vector<Fd> listen_on_both(Endpoint v4, Endpoint v6, ListenAddress::Kind kind) {
  const std::uint16_t port = v4.port;
  for (int tries = 1;; ++tries) {
    std::vector<Fd> fds;
    Attempt first = try_listen(v4, kind);
    if (first.error != 0 && !family_is_absent(first.error)) cannot_listen(v4, first.error);
    v6.port = first.fd && port == 0 ? listen_port(first.fd.get()) : port;
    Attempt second = try_listen(v6, kind);
    if (second.error == EADDRINUSE && port == 0 && tries < port_tries) continue;
    if (second.error != 0 && (!first.fd || !family_is_absent(second.error))) cannot_listen(v6, second.error);
    if (first.fd) fds.push_back(std::move(first.fd));
    if (second.fd) fds.push_back(std::move(second.fd));
    return fds;
  }
}

/// Messages quote `text`.
ListenAddress parse_host_and_port(std::string_view host_and_port, std::string_view text) {
  ListenAddress result;
  const std::size_t colon = host_and_port.rfind(':');
  if (colon == std::string_view::npos) {
    if (host_and_port.find_first_not_of("0123456789") != std::string_view::npos)
      refuse(text, "missing port: use HOST:PORT, or PORT alone for loopback");
    result.port = read_port(host_and_port, text);
    return result;
  }
  std::string_view host = host_and_port.substr(0, colon);
  const bool brackets = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (!brackets && host.find_first_of(":[]") != std::string_view::npos) {
    refuse(text, "write an IPv6 address in brackets, as in [::1]:8080");
  }
  if (host.empty()) refuse(text, "missing host: PORT alone is loopback, *:PORT is every interface");
  result.port = read_port(host_and_port.substr(colon + 1), text);
  if (host == "localhost") return result;
  if (host == "*") {
    result.scope = ListenAddress::Scope::every_interface;
    return result;
  }
  if (brackets) host = host.substr(1, host.size() - 2);
  const std::optional<IpAddress> address = parse_ip(host);
  if (!address || address->is_v6() != brackets)
    refuse(text, "the host must be localhost, an IPv4 address, an IPv6 address in brackets, or *");
  result.scope = ListenAddress::Scope::one_address;
  result.address = *address;
  return result;
}

}  // namespace

ListenAddress parse_listen_address(std::string_view text) {
  ListenAddress result;
  constexpr std::string_view udp = "udp:";
  constexpr std::string_view unix_path = "unix:";
  if (text.starts_with(unix_path)) {
    result.kind = ListenAddress::Kind::unix_path;
    result.path = text.substr(unix_path.size());
    if (result.path.empty()) refuse(text, "unix: needs a path, as in unix:/run/x.sock");
    if (result.path.front() == '@') refuse(text, "an abstract name has no permissions that could keep others out; name a path");
    if (result.path.find('\0') != std::string::npos) refuse(text, "a path cannot contain NUL");
    if (result.path.size() >= unix_path_bytes) refuse(text, "a UNIX path has at most 107 bytes");
    return result;
  }
  if (text.starts_with(udp)) {
    result = parse_host_and_port(text.substr(udp.size()), text);
    result.kind = ListenAddress::Kind::udp;
    return result;
  }
  return parse_host_and_port(text, text);
}

std::vector<Fd> listen_on(const ListenAddress& address) {
  if (address.kind == ListenAddress::Kind::unix_path)
    throw std::invalid_argument("cannot listen on unix:" + address.path + ": a TCP or UDP port is wanted here");
  if (address.scope == ListenAddress::Scope::one_address) {
    const Endpoint at{address.address, address.port};
    Attempt attempt = try_listen(at, address.kind);
    if (attempt.error != 0) cannot_listen(at, attempt.error);
    std::vector<Fd> fds;
    fds.push_back(std::move(attempt.fd));
    return fds;
  }
  const bool loopback = address.scope == ListenAddress::Scope::loopback;
  return listen_on_both({*parse_ip(loopback ? "127.0.0.1" : "0.0.0.0"), address.port}, {*parse_ip(loopback ? "::1" : "::"), address.port},
                        address.kind);
}

std::uint16_t listen_port(int fd) noexcept {
  const auto endpoint = local_endpoint(fd);
  return endpoint ? endpoint->port : std::uint16_t{0};
}

}  // namespace pp
