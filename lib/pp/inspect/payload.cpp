#include "pp/inspect/payload.hpp"

#include <algorithm>

#include "pp/base/utf8.hpp"
#include "pp/inspect/payload_names.hpp"
#include "pp/wire/header.hpp"

namespace pp::inspect {
namespace {

constexpr std::size_t most_shown = 64;

bool starts_with(Bytes bytes, std::string_view text) noexcept {
  if (bytes.size() < text.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (bytes[i] != static_cast<std::uint8_t>(text[i])) return false;
  }
  return true;
}

bool starts_with_folded(Bytes bytes, std::string_view upper) noexcept {
  if (bytes.size() < upper.size()) return false;
  for (std::size_t i = 0; i < upper.size(); ++i) {
    const std::uint8_t b = bytes[i] >= 'a' && bytes[i] <= 'z' ? static_cast<std::uint8_t>(bytes[i] - 32) : bytes[i];
    if (b != static_cast<std::uint8_t>(upper[i])) return false;
  }
  return true;
}

Bytes line_of(Bytes bytes) noexcept {
  std::size_t end = 0;
  while ((end += printable_prefix(bytes.subspan(end))) < bytes.size() && bytes[end] != '\r' && bytes[end] != '\n') ++end;
  return bytes.first(end);
}

std::string text_of(Bytes bytes, std::size_t most = most_shown) {
  const Bytes part = bytes.first(std::min(bytes.size(), most));
  return std::string(part.begin(), part.end());
}

/// "u:secret" of "u:secret@h" when the rest is cut off: what follows the colon is no port, or may go on.
bool may_be_password(std::string_view authority, bool whole) {
  const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;
  const std::size_t colon = bracket == std::string_view::npos ? bracket : authority.find(':', bracket);
  if (colon == std::string_view::npos) return false;
  return !whole || authority.find_first_not_of("0123456789", colon + 1) != std::string_view::npos;
}

/// An absolute or authority form ("http://user:password@host/") without what may be a credential. `whole`: the target is
/// here to its end.
std::string without_userinfo(const std::string& target, bool whole) {
  const std::size_t slashes = target.find("//");
  const std::size_t start = slashes == std::string::npos ? 0 : slashes + 2;
  const std::string authority = target.substr(start, target.find_first_of("/?#", start) - start);
  if (const std::size_t at = authority.rfind('@'); at != std::string::npos) return target.substr(0, start) + target.substr(start + at + 1);
  // A password may hold the very characters that end an authority.
  const bool later = authority.find(':') != std::string::npos && target.find('@', start) != std::string::npos;
  return later || may_be_password(authority, whole) ? target.substr(0, start) + "..." : target;
}

/// "GET /path HTTP/1.1": of a query string, and of anything else behind the path but the version, nothing is shown.
std::string request_line(Bytes line) {
  const std::string_view text(reinterpret_cast<const char*>(line.data()), line.size());
  const std::size_t start = std::min(text.size(), text.find(' ') + 1);
  const std::size_t end = std::min(text.size(), text.find(' ', start));
  std::string_view path = text.substr(start, end - start);
  std::string harmless;  // what path becomes, when it is an absolute or authority form
  const bool origin_form = path.starts_with('/') && !path.starts_with("//");
  if (!origin_form) path = harmless = without_userinfo(std::string(path), end < text.size());
  const std::size_t query = path.find_first_of("?#");
  constexpr std::string_view version = " HTTP/";
  const std::size_t last = text.rfind(' ');
  const bool versioned = last != std::string_view::npos && last >= end && text.substr(last).starts_with(version);

  // No more is put together than is shown: a target may be long, and this is done for many.
  std::string out;
  for (const std::string_view part : {text.substr(0, start), path.substr(0, query), std::string_view(query < path.size() ? "?..." : ""),
                                      versioned ? text.substr(last) : std::string_view()}) {
    out += part.substr(0, most_shown - out.size());
  }
  return out;
}

std::string http_host(Bytes bytes) {
  Bytes rest = bytes;
  while (!rest.empty()) {
    const Bytes line = line_of(rest);
    if (starts_with_folded(line, "HOST:")) {
      Bytes value = line.subspan(5);
      while (!value.empty() && value[0] == ' ') value = value.subspan(1);
      const std::string host = text_of(value, 255);
      if (const std::size_t at = host.rfind('@'); at != std::string::npos) return host.substr(at + 1);
      return may_be_password(host, line.size() < rest.size()) ? host.substr(0, host.find(':')) : host;
    }
    rest = rest.subspan(line.size());
    if (line.empty() && starts_with(rest, "\r\n")) return {};
    while (!rest.empty() && rest[0] == '\r') rest = rest.subspan(1);
    if (!rest.empty() && rest[0] == '\n') rest = rest.subspan(1);
    if (starts_with(rest, "\r\n")) return {};
  }
  return {};
}

void read_alpn(Cursor c, Payload& out) {
  constexpr std::size_t most_names = 16;
  c.skip(2);
  while (c.ok() && c.left() > 0 && out.alpn.size() < most_names) {
    const Bytes name = c.bytes(c.u8());
    if (c.ok()) out.alpn.emplace_back(name.begin(), name.end());
  }
}

/// Reads as far as the bytes go; a ClientHello that continues in another segment or record just names less.
void read_client_hello(Bytes bytes, Payload& out) {
  Cursor c(bytes);
  c.skip(5 + 4 + 2 + 32);  // record head, handshake head, version, random
  c.skip(c.u8());          // session id
  c.skip(c.u16());         // cipher suites
  c.skip(c.u8());          // compression methods
  c.skip(2);               // length of all extensions
  while (c.ok() && c.left() >= 4) {
    const unsigned type = c.u16();
    const std::size_t size = c.u16();
    if (!c.ok() || size > c.left()) return;
    const Bytes extension = c.bytes(size);
    if (type == 0 && size > 5) {
      Cursor e(extension);
      e.skip(3);
      const Bytes name = e.bytes(e.u16());
      if (e.ok()) out.sni = text_of(name, 255);
    } else if (type == 16) {
      read_alpn(Cursor(extension), out);
    }
  }
}

const PayloadName& row_of(PayloadKind kind) noexcept { return payload_names()[static_cast<std::size_t>(kind)]; }

bool mostly_text(Bytes bytes) noexcept {
  const Bytes part = bytes.first(std::min<std::size_t>(bytes.size(), most_shown));
  return std::all_of(part.begin(), part.end(),
                     [](std::uint8_t b) { return b == '\r' || b == '\n' || b == '\t' || (b >= 0x20 && b < 0x7f); });
}

}  // namespace

std::string_view name(PayloadKind kind) noexcept { return row_of(kind).name; }
std::string_view title(PayloadKind kind) noexcept { return row_of(kind).title; }
std::string_view brief(PayloadKind kind) noexcept { return row_of(kind).brief; }
bool is_binary(PayloadKind kind) noexcept { return row_of(kind).binary; }

PayloadKind kind_of(Bytes b) noexcept {
  if (b.empty()) return PayloadKind::nothing;
  for (const PayloadName& row : payload_names()) {
    if (row.fits != nullptr && row.fits(b)) return row.kind;
  }
  return mostly_text(b) ? PayloadKind::text : PayloadKind::binary;
}

Payload identify_names(Bytes bytes) {
  Payload out;
  out.kind = kind_of(bytes);
  if (out.kind == PayloadKind::http1) {
    out.head = starts_with(bytes, "HEAD ");
    out.host = http_host(bytes);
  } else if (out.kind == PayloadKind::tls) {
    read_client_hello(bytes, out);
  }
  return out;
}

Payload identify(Bytes bytes) {
  Payload out = identify_names(bytes);
  if (out.kind == PayloadKind::http1) {
    out.line = request_line(line_of(bytes));
  } else if (out.kind == PayloadKind::ssh || out.kind == PayloadKind::smtp) {
    out.line = text_of(line_of(bytes));
  }
  return out;
}

}  // namespace pp::inspect
