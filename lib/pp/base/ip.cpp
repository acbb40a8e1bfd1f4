#include "pp/base/ip.hpp"

#include <array>

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

/// Writes four bytes, of which the returned number (1 to 4) are the digits of a group.
inline unsigned put_group(char* out, std::uint32_t v) noexcept {
  // A nibble for each byte, the first digit lowest.
  std::uint32_t text = (v >> 8 | v << 16) & 0x00ff00ffU;
  text = (text >> 4 | text << 8) & 0x0f0f0f0fU;
  text += 0x30303030U + ((text + 0x06060606U) >> 4 & 0x01010101U) * ('a' - '0' - 10);
  const unsigned digits = (v >= 0x10 ? 1U : 0U) + (v >= 0x100 ? 1U : 0U) + (v >= 0x1000 ? 1U : 0U) + 1;
  text >>= 32 - 8 * digits;
  for (unsigned i = 0; i < 4; ++i) out[i] = static_cast<char>(text >> 8 * i & 0xffU);
  return digits;
}

/// `count` groups with a colon behind each.
inline char* put_groups(char* out, const std::uint8_t* groups, unsigned count) noexcept {
  for (const std::uint8_t* const end = groups + 2 * std::size_t{count}; groups != end; groups += 2) {
    out += put_group(out, load_be16(groups));
    *out++ = ':';
  }
  return out;
}

struct ZeroRun {
  std::uint8_t start;   // 8 when there is none
  std::uint8_t length;
};

/// By the set of groups that are zero, the first of them in bit 0: the first longest run of two or more.
constexpr auto zero_runs = [] {
  std::array<ZeroRun, 256> table{};
  for (unsigned zeros = 0; zeros < 256; ++zeros) {
    ZeroRun best{8, 0};
    std::uint8_t length = 0;
    for (std::uint8_t i = 0; i < 8; ++i) {
      length = (zeros >> i & 1U) != 0 ? static_cast<std::uint8_t>(length + 1) : std::uint8_t{0};
      if (length >= 2 && length > best.length) best = {static_cast<std::uint8_t>(i + 1 - length), length};
    }
    table[zeros] = best;
  }
  return table;
}();

ZeroRun longest_zero_run(const IpAddress& address) noexcept {
  constexpr std::uint64_t low = 0x7fff7fff7fff7fffU;
  unsigned zeros = 0;
  for (unsigned half = 0; half < 2; ++half) {
    const std::uint64_t groups = load_le64(&address.bytes[8 * std::size_t{half}]);
    const std::uint64_t zero = ~(((groups & low) + low) | groups | low);  // the top bit of each group that is 0
    zeros |= static_cast<unsigned>((zero >> 15) * 0x0001000200040008U >> 48 & 15U) << 4 * half;
  }
  return zero_runs[zeros];
}

char* put_ipv6(char* out, const IpAddress& address) noexcept {
  const std::uint8_t* const groups = address.bytes.data();
  const ZeroRun run = longest_zero_run(address);
  out = put_groups(out, groups, run.start);
  if (run.length == 0) return out - 1;
  // The first colon of "::" stands already behind a group in front of it.
  if (run.start == 0) *out++ = ':';
  *out++ = ':';
  const unsigned behind = run.start + unsigned{run.length};
  return behind == 8 ? out : put_groups(out, groups + 2 * std::size_t{behind}, 8 - behind) - 1;
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
  return static_cast<std::size_t>(put_ipv6(out, address) - start);
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
