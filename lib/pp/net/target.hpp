// Where a client connects to: an address, a name with all its addresses, or a UNIX socket.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pp/net/fd.hpp"
#include "pp/wire/encode.hpp"

namespace pp {

enum class Protocol : std::uint8_t { tcp, udp };

struct Target {
  std::string text;                 // as given
  std::string host;                 // the name or address without brackets; empty for a UNIX socket
  std::string path;                 // UNIX socket; a leading '@' is an abstract name
  std::vector<Endpoint> endpoints;  // in the order in which to try them; empty for a UNIX socket
  Protocol protocol = Protocol::tcp;

  bool is_unix() const noexcept { return endpoints.empty(); }
};

/// Malformed text: a usage error (exit 2), as opposed to a connection error (exit 3).
struct BadTarget {
  std::string reason;
};

/// "192.0.2.1:80", "[2001:db8::1]:443", "name.example:80", "8080" (loopback), "unix:/run/x.sock", "unix:@abstract". Names
/// are looked up here. Throws BadTarget for any other text, std::runtime_error when a name has no address.
Target parse_target(std::string_view text, Protocol protocol = Protocol::tcp);

/// Number of places to try: the addresses, or the one UNIX socket.
std::size_t places(const Target& target) noexcept;
/// "127.0.0.1:80", "unix:/run/x.sock": for messages.
std::string place_text(const Target& target, std::size_t place);

struct Connecting {
  Fd fd;
  int error = 0;             // errno when there is no descriptor
  bool established = false;  // connected without waiting: UNIX sockets, UDP, sometimes TCP
};

/// A socket that is connecting, non-blocking and close-on-exec; TCP with TCP_NODELAY, so that each send() is its own segment.
/// Once it is writable, SO_ERROR holds the result.
Connecting start_connect(const Target& target, std::size_t place) noexcept;
Connecting start_connect(const Endpoint& endpoint, Protocol protocol = Protocol::tcp) noexcept;

/// The error of a finished connect(), 0 for none.
int connect_error(int fd) noexcept;

/// "cannot connect to 127.0.0.1:80: connection refused".
std::string connect_refusal(std::string_view place, int error);
/// The system's message for an errno, starting in lower case.
std::string error_words(int error);

}  // namespace pp
