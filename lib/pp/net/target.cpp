#include "pp/net/target.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "pp/net/sockaddr.hpp"

namespace pp {
namespace {

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  throw BadTarget{"bad address \"" + std::string(text) + "\": " + std::string(why)};
}

std::uint16_t read_port(std::string_view digits, std::string_view text) {
  unsigned port = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, port);
  if (digits.empty() || stop != end || error != std::errc{} || port == 0 || port > 65535) refuse(text, "invalid port (1-65535)");
  return static_cast<std::uint16_t>(port);
}

std::vector<Endpoint> look_up(const std::string& name, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(name.c_str(), nullptr, &hints, &found); error != 0) {
    throw std::runtime_error("cannot look up " + name + ": " + ::gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  std::vector<Endpoint> out;
  for (const addrinfo* a = found; a != nullptr; a = a->ai_next) {
    sockaddr_storage address{};
    std::memcpy(&address, a->ai_addr, std::min<std::size_t>(a->ai_addrlen, sizeof address));
    std::optional<Endpoint> endpoint = from_sockaddr(address);
    if (!endpoint) continue;
    endpoint->port = port;
    if (std::find(out.begin(), out.end(), *endpoint) == out.end()) out.push_back(*endpoint);
  }
  if (out.empty()) throw std::runtime_error("cannot look up " + name + ": no IPv4 or IPv6 address");
  return out;
}

Connecting failed() noexcept { return {Fd(), errno, false}; }

Connecting start(const sockaddr_storage& address, socklen_t size, Protocol protocol) noexcept {
  const int type = protocol == Protocol::udp ? SOCK_DGRAM : SOCK_STREAM;
  Fd fd(::socket(address.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return failed();
  const int on = 1;
  if (address.ss_family != AF_UNIX && protocol == Protocol::tcp) ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const bool done = ::connect(fd.get(), static_cast<const sockaddr*>(static_cast<const void*>(&address)), size) == 0;
  if (!done && errno != EINPROGRESS) return failed();
  return {std::move(fd), 0, done};
}

}  // namespace

Target parse_target(std::string_view text, Protocol protocol) {
  Target out;
  out.text = text;
  out.protocol = protocol;
  constexpr std::string_view unix_prefix = "unix:";
  if (text.starts_with(unix_prefix)) {
    out.path = text.substr(unix_prefix.size());
    if (out.path.empty()) refuse(text, "unix: needs a path, as in unix:/run/x.sock");
    if (out.path.size() > unix_path_bytes - 1)
      refuse(text, "a UNIX path has at most 107 bytes, this one " + std::to_string(out.path.size()));
    return out;
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    if (text.find_first_not_of("0123456789") != std::string_view::npos) refuse(text, "missing port: use HOST:PORT");
    out.host = "127.0.0.1";
    out.endpoints = {{*parse_ip(out.host), read_port(text, text)}};
    return out;
  }
  std::string_view host = text.substr(0, colon);
  const bool brackets = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (!brackets && host.find_first_of(":[]") != std::string_view::npos) refuse(text, "write an IPv6 address in brackets, as in [::1]:8080");
  if (host.empty()) refuse(text, "missing host: use HOST:PORT");
  const std::uint16_t port = read_port(text.substr(colon + 1), text);
  if (brackets) host = host.substr(1, host.size() - 2);
  out.host = host;
  const std::optional<IpAddress> address = parse_ip(host);
  if (brackets && (!address || !address->is_v6())) refuse(text, "brackets are for IPv6 addresses");
  if (address) {
    out.endpoints = {{*address, port}};
  } else if (host.find_first_not_of("0123456789.") == std::string_view::npos) {
    refuse(text, "the host is not an IPv4 address");
  } else {
    out.endpoints = look_up(out.host, port);
  }
  return out;
}

std::size_t places(const Target& target) noexcept { return std::max<std::size_t>(target.endpoints.size(), 1); }

std::string place_text(const Target& target, std::size_t place) {
  if (target.is_unix()) return "unix:" + target.path;
  return endpoint_text(target.endpoints[place].address, target.endpoints[place].port);
}

Connecting start_connect(const Endpoint& endpoint, Protocol protocol) noexcept {
  sockaddr_storage address;
  const socklen_t size = to_sockaddr(endpoint, address);
  if (size == 0) return {Fd(), EDESTADDRREQ, false};
  return start(address, size, protocol);
}

Connecting start_connect(const Target& target, std::size_t place) noexcept {
  if (!target.is_unix()) return start_connect(target.endpoints[place], target.protocol);
  char name[unix_path_bytes];
  const std::size_t size = std::min(target.path.size(), sizeof name);
  std::memcpy(name, target.path.data(), size);
  if (size > 0 && name[0] == '@') name[0] = '\0';
  sockaddr_storage address;
  const socklen_t length = unix_sockaddr(std::string_view(name, size), address);
  return start(address, length, target.protocol);
}

int connect_error(int fd) noexcept {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

std::string error_words(int error) {
  std::string words = std::generic_category().message(error);
  // "Connection refused" is used inside a sentence; words such as "RFC" stay as they are.
  if (words.size() > 1 && words[0] >= 'A' && words[0] <= 'Z' && words[1] >= 'a') words[0] = static_cast<char>(words[0] + ('a' - 'A'));
  return words;
}

std::string connect_refusal(std::string_view place, int error) {
  return "cannot connect to " + std::string(place) + ": " + error_words(error);
}

}  // namespace pp
