#include "pp/base/ip.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "pp/base/ip_text.hpp"
#include "pp/base/octet_text.hpp"

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

/// Up to 3 characters in the low bytes, their number in the top byte.
using Piece = std::uint32_t;
consteval Piece piece(unsigned byte, unsigned least_digits, bool colon) {
  constexpr char digit[] = "0123456789abcdef";
  const unsigned digits = byte >= 0x10 ? 2 : byte >= 1 ? std::max(1U, least_digits) : least_digits;
  Piece out = 0;
  unsigned n = 0;
  if (digits == 2) out |= Piece{static_cast<std::uint8_t>(digit[byte >> 4])} << 8 * n++;
  if (digits >= 1) out |= Piece{static_cast<std::uint8_t>(digit[byte & 15U])} << 8 * n++;
  if (colon) out |= Piece{':'} << 8 * n++;
  return out | n << 24;
}
/// Row of `second` for a group. Add 1 when the group's high byte is not zero: the low byte then needs two digits.
enum Row : std::uint8_t { plain = 0, gone = 2, run_begins = 3, address_begins_with_run = 4, rows = 5 };
struct Pieces {
  std::array<Piece, 256> first;                     // for a group's high byte; empty for 0
  std::array<std::array<Piece, 256>, rows> second;  // for its low byte and the colon after it
};
constexpr Pieces pieces = []() consteval {
  Pieces p{};
  for (unsigned v = 0; v < 256; ++v) {
    p.first[v] = piece(v, 0, false);
    p.second[plain][v] = piece(v, 1, true);
    p.second[plain + 1][v] = piece(v, 2, true);
  }
  // The preceding group has already written the first colon of "::".
  p.second[run_begins][0] = Piece{':'} | 1U << 24;
  p.second[address_begins_with_run][0] = Piece{':'} | Piece{':'} << 8 | 2U << 24;
  return p;
}
();

inline char* put_piece(char* out, Piece p) noexcept {
  Piece text = p;
  if constexpr (std::endian::native == std::endian::big) text = __builtin_bswap32(text);
  std::memcpy(out, &text, sizeof text);
  return out + (p >> 24);
}

/// Indexed by the 8-bit mask of zero groups (bit 0 = first group): the row that each group uses. The first longest run of
/// two or more zero groups becomes "::".
struct ZeroRun {
  std::array<Row, 8> row;
  std::uint8_t at_end;  // 1 when the run reaches the end, so that its last colon stays
};
constexpr auto zero_runs = [] {
  std::array<ZeroRun, 256> table{};
  for (unsigned zeros = 0; zeros < 256; ++zeros) {
    unsigned start = 0, length = 1, run = 0;
    for (unsigned i = 0; i < 8; ++i) {
      run = (zeros >> i & 1U) != 0 ? run + 1 : 0;
      if (run > length) {
        start = i + 1 - run;
        length = run;
      }
    }
    table[zeros].row.fill(plain);
    if (length < 2) continue;
    for (unsigned i = start; i < start + length; ++i) table[zeros].row[i] = gone;
    table[zeros].row[start] = start == 0 ? address_begins_with_run : run_begins;
    table[zeros].at_end = start + length == 8 ? 1 : 0;
  }
  return table;
}();

unsigned zero_groups(const IpAddress& address) noexcept {
  constexpr std::uint64_t low = 0x7fff7fff7fff7fffU;
  std::uint64_t halves[2];
  std::memcpy(halves, address.bytes.data(), sizeof halves);
  unsigned zeros = 0;
  for (unsigned half = 0; half < 2; ++half) {
    std::uint64_t groups = halves[half];
    if constexpr (std::endian::native == std::endian::big) groups = __builtin_bswap64(groups);
    const std::uint64_t zero = ~(((groups & low) + low) | groups | low);  // the top bit of each group that is 0
    zeros |= static_cast<unsigned>((zero >> 15) * 0x0001000200040008U >> 48 & 15U) << 4 * half;
  }
  return zeros;
}

/// Branch-free: mispredictions would cost more than the table look-ups. May write up to 3 bytes past the text; the caller's
/// buffer has room.
char* put_ipv6(char* out, const IpAddress& address) noexcept {
  const ZeroRun& run = zero_runs[zero_groups(address)];
  for (std::size_t i = 0; i < 8; ++i) {
    const std::uint8_t high = address.bytes[2 * i], low = address.bytes[2 * i + 1];
    out = put_piece(out, pieces.first[high]);
    out = put_piece(out, pieces.second[std::size_t{run.row[i]} + (high != 0 ? 1 : 0)][low]);
  }
  return out - 1 + run.at_end;
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
  // A copy, since the readers take bytes and a char may be signed.
  std::array<std::uint8_t, max_ip_text> bytes;
  if (text.size() > bytes.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) bytes[i] = static_cast<std::uint8_t>(text[i]);
  const Bytes view = Bytes(bytes).first(text.size());
  for (const auto& read : {read_ipv4(view), read_ipv6(view)}) {
    if (read.complete() && read.used == view.size()) return read.value;
  }
  return std::nullopt;
}

bool Cidr::contains(const IpAddress& address) const noexcept {
  if (address.size != network.size) return false;
  for (unsigned bit = 0; bit < prefix; bit += 8) {
    const unsigned mask = (0xff00U >> std::min(prefix - bit, 8U)) & 0xffU;
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
