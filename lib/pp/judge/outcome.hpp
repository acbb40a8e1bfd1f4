// What one exchange with a receiver shows: did it take the header, and whose address does it tell.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pp/base/bytes.hpp"
#include "pp/judge/told.hpp"
#include "pp/wire/encode.hpp"

namespace pp::judge {

enum class Code : std::uint8_t {
  announced,      // took it, and tells the header's address
  real,           // took it, and tells the connection's own address
  no_address,     // took it, and says that it knows no address
  took,           // took it, and tells nothing of addresses
  other_address,  // took it, and tells neither
  damaged,        // took it, but the payload did not arrive as it was sent
  error,          // an answer of another class than a good header gets
  refused,        // FIN or RST without a byte of answer
  waits,          // neither an answer nor an end
  left,           // the plan reset the connection: nothing can be seen
  unreachable,    // no connection
};
inline constexpr std::size_t code_count = static_cast<std::size_t>(Code::unreachable) + 1;

constexpr char letter(Code code) noexcept { return "ALNTXDERH-!"[static_cast<std::size_t>(code)]; }
std::string_view words(Code code) noexcept;
constexpr bool took(Code code) noexcept { return code <= Code::damaged; }

/// How the receiver ended the connection.
enum class End : std::uint8_t { fin, rst, silence, enough, left, unreachable, failed };
inline constexpr std::size_t end_count = static_cast<std::size_t>(End::failed) + 1;
std::string_view name(End end) noexcept;

/// The address that a header announces to a receiver.
struct Announced {
  enum class Kind : std::uint8_t { nothing, ip, unix_path } kind = Kind::nothing;
  Endpoint source, destination;
  std::string path;
};
/// Of bytes that begin with a whole header; nothing for LOCAL, UNKNOWN, UNSPEC and anything malformed.
Announced announced_by(Bytes sent);

struct Observed {
  End end = End::silence;
  std::string answer_class;  // empty: no answer
  Told told;
  bool datagram = false;         // silence is how a datagram is refused
  bool payload_damaged = false;  // the origin got other bytes than were sent
  Endpoint real;                 // the connection's own source; size 0 for UNIX sockets
};

/// What a receiver's answers can show, as its answers to good headers told (control.hpp).
struct Oracle {
  std::string answer_class;
  bool address = false, port = false, destination = false, destination_port = false, mark = false;
  std::vector<std::string> none;  // words for no address; an empty text among them is an empty value
};
std::vector<std::string> usual_none();

Code outcome(const Observed& observed, const Announced& announced, std::string_view mark, const Oracle& oracle);

/// Whether a told text is this address, as addresses: IPv4-mapped IPv6 equals the IPv4 address.
bool is_address(std::string_view told, const IpAddress& address);

}  // namespace pp::judge
