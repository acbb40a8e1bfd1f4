#include "pp/base/ip.hpp"

#include "pp/base/hex.hpp"
#include "pp/base/ip_text.hpp"

namespace pp {
namespace {

char* put_decimal(char* out, unsigned v) noexcept {
  if (v >= 10000) *out++ = static_cast<char>('0' + v / 10000);
  if (v >= 1000) *out++ = static_cast<char>('0' + v / 1000 % 10);
  if (v >= 100) *out++ = static_cast<char>('0' + v / 100 % 10);
  if (v >= 10) *out++ = static_cast<char>('0' + v / 10 % 10);
  *out++ = static_cast<char>('0' + v % 10);
  return out;
}

char* put_ipv4(char* out, const std::uint8_t* b) noexcept {
  for (int i = 0; i < 4; ++i) {
    if (i > 0) *out++ = '.';
    out = put_decimal(out, b[i]);
  }
  return out;
}

char* put_group(char* out, unsigned v) noexcept {
  for (int shift = 12; shift >= 0; shift -= 4) {
    if (v >> shift != 0 || shift == 0) *out++ = hex_digits[(v >> shift) & 15];
  }
  return out;
}

struct ZeroRun {
  unsigned start = 8;
  unsigned length = 0;
};

ZeroRun longest_zero_run(const IpAddress& a) noexcept {
  ZeroRun best;
  unsigned length = 0;
  for (unsigned i = 0; i < 8; ++i) {
    length = load_be16(&a.bytes[i * 2]) == 0 ? length + 1 : 0;
    if (length > best.length) best = {i + 1 - length, length};
  }
  return best.length >= 2 ? best : ZeroRun{};
}

}  // namespace

std::size_t format_ip(const IpAddress& address, char* out) noexcept {
  char* const start = out;
  if (address.is_v4()) return static_cast<std::size_t>(put_ipv4(out, address.bytes.data()) - start);
  if (!address.is_v6()) return 0;
  if (is_ipv4_mapped(address)) {
    for (char c : std::string_view("::ffff:")) *out++ = c;
    return static_cast<std::size_t>(put_ipv4(out, &address.bytes[12]) - start);
  }
  const ZeroRun run = longest_zero_run(address);
  for (unsigned i = 0; i < 8;) {
    if (i == run.start) {
      *out++ = ':';
      *out++ = ':';
      i += run.length;
      continue;
    }
    if (i > 0 && i != run.start + run.length) *out++ = ':';
    out = put_group(out, load_be16(&address.bytes[i * 2]));
    ++i;
  }
  return static_cast<std::size_t>(out - start);
}

std::string to_string(const IpAddress& address) {
  char text[max_ip_text];
  return std::string(text, format_ip(address, text));
}

void append_endpoint(std::string& out, const IpAddress& address, std::uint16_t port) {
  char text[max_ip_text + 8];
  char* p = text;
  if (address.is_v6()) *p++ = '[';
  p += format_ip(address, p);
  if (address.is_v6()) *p++ = ']';
  *p++ = ':';
  p = put_decimal(p, port);
  out.append(text, static_cast<std::size_t>(p - text));
}

std::string endpoint_text(const IpAddress& address, std::uint16_t port) {
  std::string out;
  append_endpoint(out, address, port);
  return out;
}

std::optional<IpAddress> parse_ip(std::string_view text) noexcept {
  // Widened bytewise: a char is never read as anything but what it is.
  std::uint8_t bytes[max_ip_text + 1];
  if (text.empty() || text.size() > max_ip_text) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) bytes[i] = static_cast<std::uint8_t>(text[i]);
  const Bytes view(bytes, text.size());
  for (const auto& read : {read_ipv4(view), read_ipv6(view)}) {
    if (read.complete() && read.used == view.size()) return read.value;
  }
  return std::nullopt;
}

bool Cidr::contains(const IpAddress& address) const noexcept {
  if (address.size != network.size) return false;
  for (unsigned bit = 0; bit < prefix; bit += 8) {
    const unsigned mask = prefix - bit >= 8 ? 0xffU : (0xff00U >> (prefix - bit)) & 0xffU;
    if (((address.bytes[bit / 8] ^ network.bytes[bit / 8]) & mask) != 0) return false;
  }
  return true;
}

std::optional<Cidr> parse_cidr(std::string_view text) noexcept {
  const std::size_t slash = text.find('/');
  const auto address = parse_ip(text.substr(0, slash));
  if (!address) return std::nullopt;
  Cidr cidr{*address, address->size * 8U};
  if (slash == std::string_view::npos) return cidr;
  const std::string_view digits = text.substr(slash + 1);
  if (digits.empty() || digits.size() > 3) return std::nullopt;
  unsigned prefix = 0;
  for (char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    prefix = prefix * 10 + static_cast<unsigned>(c - '0');
  }
  if (prefix > cidr.prefix) return std::nullopt;
  cidr.prefix = prefix;
  return cidr;
}

}  // namespace pp
