#include "pp/net/read_result.hpp"

#include "pp/net/sockaddr.hpp"
#include "pp/wire/parse.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp {
namespace {

std::string_view as_text(Bytes bytes) noexcept {
  // char may look at any object (unlike the other way round), so no wire memory is reinterpreted as a value here.
  return {static_cast<const char*>(static_cast<const void*>(bytes.data())), bytes.size()};
}

}  // namespace

Header ReadResult::header() const noexcept {
  if (!*this) return parse(seen()).header;
  Header h = parsed_.header;
  h.bytes = bytes();
  return h;
}

std::optional<Endpoint> ReadResult::endpoint(const IpAddress& address, std::uint16_t port) const noexcept {
  std::optional<Endpoint> out;
  if (!*this || address.size == 0) return out;
  out.emplace();
  out->address = address;
  out->port = port;
  return out;
}

std::optional<Endpoint> ReadResult::source() const noexcept { return endpoint(parsed_.header.source, parsed_.header.source_port); }
std::optional<Endpoint> ReadResult::destination() const noexcept {
  return endpoint(parsed_.header.destination, parsed_.header.destination_port);
}

std::string_view ReadResult::unix_path(Bytes padded) const noexcept {
  if (!*this || padded.empty()) return {};
  const std::string_view text = as_text(padded);
  if (text.front() != '\0') return text.substr(0, text.find('\0'));
  return text.substr(0, text.find_last_not_of('\0') + 1);
}
std::string_view ReadResult::unix_source() const noexcept { return unix_path(header().unix_source()); }
std::string_view ReadResult::unix_destination() const noexcept { return unix_path(header().unix_destination()); }

std::string_view ReadResult::unknown() const noexcept { return *this ? as_text(header().unknown_text()) : std::string_view{}; }

TlvArea ReadResult::area() const noexcept { return *this ? tlv_area(header()) : TlvArea{}; }

Bytes ReadResult::raw_tlvs() const noexcept {
  const TlvArea a = area();
  return bytes().first(a.end).subspan(a.opaque() ? v2_fixed_bytes : a.offset);
}
TlvList ReadResult::tlvs() const noexcept {
  const TlvArea a = area();
  return {bytes(), a.offset, a.end};
}

std::optional<Tlv> ReadResult::find(std::uint8_t type) const noexcept {
  for (const Tlv& tlv : tlvs()) {
    if (tlv.type == type) return tlv;
  }
  return std::nullopt;
}

std::optional<Ssl> ReadResult::ssl() const noexcept {
  const auto tlv = find(tlv_type::ssl);
  return tlv ? std::optional(pp::ssl(*tlv)) : std::nullopt;
}

TlvList ReadResult::ssl_tlvs() const noexcept {
  const auto s = ssl();
  return s ? TlvList(bytes(), s->offset, s->end) : TlvList(bytes(), 0, 0);
}

Crc ReadResult::crc() const noexcept { return judge_crc(bytes(), tlvs().cursor()).verdict(); }

socklen_t ReadResult::to_sockaddr(Side side, sockaddr_storage& out) const noexcept {
  if (*this && parsed_.header.addresses == Addresses::unix_socket) {
    return unix_sockaddr(side == Side::source ? unix_source() : unix_destination(), out);
  }
  const auto endpoint = side == Side::source ? source() : destination();
  return endpoint ? pp::to_sockaddr(*endpoint, out) : 0;
}

}  // namespace pp
