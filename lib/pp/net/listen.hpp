// Where a server listens: TCP, UDP or a UNIX path; loopback by default.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pp/base/ip.hpp"
#include "pp/net/fd.hpp"
#include "pp/wire/encode.hpp"

namespace pp {

struct ListenAddress {
  enum class Kind : std::uint8_t { tcp, udp, unix_path };
  enum class Scope : std::uint8_t {
    loopback,         // PORT alone: 127.0.0.1 and ::1
    every_interface,  // *:PORT
    one_address,      // HOST:PORT
  };
  Scope scope = Scope::loopback;
  IpAddress address;       // one_address only
  std::uint16_t port = 0;  // 0: the kernel chooses
  Kind kind = Kind::tcp;
  std::string path{};  // unix_path only

  bool operator==(const ListenAddress&) const = default;
};

/// "8080", "192.0.2.1:8080", "[2001:db8::1]:8080", "*:8080", each also after "udp:"; "unix:/run/x.sock". Names are not
/// looked up. Throws std::runtime_error with what is wrong with the text.
ListenAddress parse_listen_address(std::string_view text);

/// Listening TCP or bound UDP sockets, non-blocking and close-on-exec, one for each address family; with port 0 all on the
/// same port, see listen_port. Loopback and every_interface use both families; on a machine without one of them the other is
/// used alone. Throws std::invalid_argument for UNIX paths, for which there is listen_on_unix, and std::system_error:
/// "cannot listen on 127.0.0.1:80: Permission denied".
std::vector<Fd> listen_on(const ListenAddress& address);

/// The port that a socket is bound to; 0 when it is not bound to an IP address.
std::uint16_t listen_port(int fd) noexcept;

}  // namespace pp
