// The outcome of reading a header from a connection: a status, and a header that owns its bytes.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pp/base/bytes.hpp"
#include "pp/net/header_bytes.hpp"
#include "pp/net/tlv_list.hpp"
#include "pp/wire/crc_judgement.hpp"
#include "pp/wire/encode.hpp"
#include "pp/wire/header.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_layout.hpp"
#include "pp/wire/verdict.hpp"

namespace pp {

enum class ReadStatus : std::uint8_t {
  need_more,  // HeaderReader only: call again when the descriptor is readable
  done,
  malformed,  // begins as a header and breaks a rule: verdict(), message()
  missing,    // no PROXY header, or one of the version that ReadOptions does not accept
  truncated,  // the peer closed inside the header
  closed,     // the peer closed, or reset, without one byte: a probe, hardly worth a log line
  timeout,    // the deadline passed first
  too_long,   // longer than ReadOptions::max_header
  io,         // a system call failed: error()
};
/// "done", "too-long", ...
std::string_view name(ReadStatus status) noexcept;

enum class Side : std::uint8_t { source, destination };

/// A value: copy it, move it, keep it. The views that it returns (Bytes, string_view, Tlv, TlvList, Header) point into this
/// object and are valid until it is moved from, assigned to or destroyed. A moved-from result may be assigned to or destroyed.
class ReadResult {
 public:
  ReadStatus status() const noexcept { return status_; }
  explicit operator bool() const noexcept { return status_ == ReadStatus::done; }
  /// The parser's last word: fault code and offset when malformed or missing.
  const Verdict& verdict() const noexcept { return parsed_.verdict; }
  /// The errno of io, or 0.
  int error() const noexcept { return error_; }

  /// On success exactly the header; otherwise the bytes that were consumed and are no longer in the socket.
  Bytes bytes() const noexcept PP_LIFETIMEBOUND { return buffer_.first(consumed_); }
  /// What was looked at: bytes(), and on a socket the bytes after them that decided and stayed unread.
  Bytes seen() const noexcept PP_LIFETIMEBOUND { return buffer_.first(buffer_.size()); }
  /// The parsed header; when malformed or truncated, what was understood before the fault.
  Header header() const noexcept PP_LIFETIMEBOUND;

  // The header of a result that is done. With every other status these return 0, false, absent or empty.

  /// 1 or 2.
  unsigned version() const noexcept { return *this ? parsed_.header.version : 0U; }
  /// v1 UNKNOWN or v2 LOCAL: use the connection's own endpoints (2.1, 2.2).
  bool is_local() const noexcept { return *this && parsed_.header.is_local(); }
  /// Absent when local, of an unspecified family, or a UNIX path: then the connection's own endpoints count.
  std::optional<Endpoint> source() const noexcept;
  std::optional<Endpoint> destination() const noexcept;
  /// Without the NUL padding; an abstract name starts with NUL. Empty unless the family is UNIX.
  std::string_view unix_source() const noexcept PP_LIFETIMEBOUND;
  std::string_view unix_destination() const noexcept PP_LIFETIMEBOUND;
  /// v1 UNKNOWN: the text between the word and CRLF, as it was sent: escape it before showing it.
  std::string_view unknown() const noexcept PP_LIFETIMEBOUND;

  /// Everything after the address block. Where no address counts (LOCAL, UNSPEC) the block may be there or not:
  /// wire/tlv_layout.hpp decides by what divides into TLVs. Where nothing does, these are the bytes after the fixed part, and
  /// there are no TLVs.
  Bytes raw_tlvs() const noexcept PP_LIFETIMEBOUND;
  TlvList tlvs() const noexcept PP_LIFETIMEBOUND;
  // Each of the following walks them anew, in time linear in the header's size.
  /// The first TLV of this type.
  std::optional<Tlv> find(std::uint8_t type) const noexcept PP_LIFETIMEBOUND;
  /// The first SSL TLV; `complete` is false when it is too short for its fixed part (2.2.6).
  std::optional<Ssl> ssl() const noexcept;
  TlvList ssl_tlvs() const noexcept PP_LIFETIMEBOUND;
  /// The CRC32C TLVs together, as wire/crc_judgement.hpp judges them (2.2.3). A receiver that looks at it must not accept `wrong`.
  Crc crc() const noexcept;

  /// IPv4, IPv6 or UNIX, as the header says; returns the address's length, 0 when there is none.
  socklen_t to_sockaddr(Side side, sockaddr_storage& out) const noexcept;

  /// One line for a log, safe to print: "v2 inet 192.0.2.1:1234 -> 198.51.100.1:443", or message().
  std::string to_string() const;
  /// Why there is no header: code, offset and section for a fault. Empty when done.
  std::string message() const;

 private:
  friend class HeaderReader;

  TlvArea area() const noexcept;
  std::optional<Endpoint> endpoint(const IpAddress& address, std::uint16_t port) const noexcept;
  std::string_view unix_path(Bytes padded) const noexcept;

  // The header counts when done, and its `bytes` stays empty: header() puts the view in.
  Parsed parsed_;
  std::size_t consumed_ = 0;
  std::uint32_t announced_ = 0;  // too_long: the header's bytes, at least
  std::uint32_t max_header_ = 0;
  int error_ = 0;
  ReadStatus status_ = ReadStatus::need_more;
  bool other_version_ = false;  // missing, because of ReadOptions::version
  HeaderBytes buffer_;
};

}  // namespace pp
