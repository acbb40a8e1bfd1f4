// How much more of a v1 line may be read, without parsing the line anew for every few bytes that come (2.1).
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "pp/base/bytes.hpp"
#include "pp/base/ip_text.hpp"
#include "pp/wire/header.hpp"

namespace pp {

/// A source that must not lose payload gives a line in many small pieces, up to one for each byte. This follows a line byte by
/// byte, IPv6 addresses a piece at a time, and counts what must still come. It judges nothing: whatever is not plainly an
/// unfinished, faultless line goes to parse(), and what it answers is what parse() would have (a property that the tests check).
class V1Progress {
 public:
  /// The size that parse() would give with need_more; 0 when only parse() can tell. `line` is all that was read so far, and
  /// longer than at the last call.
  std::uint32_t need(Bytes line) noexcept {
    // Past 104 bytes the limit of 107 decides; LF ends the line, as no read goes beyond it.
    if (lost_ || line.size() < first_read || line.size() >= v1_max_bytes - 2 || line.back() == '\n') return 0;
    if (at_ == 0 && !begin(line)) return 0;
    if (unknown_) return line.back() == '\r' ? 1 : 2;
    lost_ = !follow(line);
    if (lost_) return 0;
    if (cr_) return 1;
    // The least behind each field: a space and the shortest form of every later field, CRLF at last.
    constexpr std::uint32_t least[2][4] = {{14, 6, 4, 2}, {9, 6, 4, 2}};
    return in_field() + least[v6_ ? 1 : 0][field_];
  }

 private:
  static constexpr std::size_t first_read = 15;
  static constexpr std::size_t fields_offset = 11;
  static constexpr ByteLiteral tcp{"PROXY TC"};
  static constexpr ByteLiteral unknown{"PROXY UNKNOWN "};

  bool begin(Bytes line) noexcept {
    at_ = fields_offset;
    v6_ = line[9] == '6';
    // UNKNOWN: everything before CRLF is ignored.
    unknown_ = std::equal(unknown.data, unknown.data + sizeof unknown.data, line.begin());
    const bool one_of_tcp = load_le64(line.data()) == load_le64(tcp.data) && line[8] == 'P' && (line[9] == '4' || v6_) && line[10] == ' ';
    lost_ = !unknown_ && !one_of_tcp;
    return !lost_;
  }

  bool follow(Bytes line) noexcept {
    while (at_ < line.size()) {
      const std::uint8_t b = line[at_];
      const bool right = v6_ && field_ < 2 ? ipv6(line) : is_digit(b) ? decimal(line, field_ < 2 ? 255 : 65535) : behind_number(b);
      if (!right) return false;
    }
    return true;
  }

  /// The least that the field itself still wants; 0 when it may end here.
  std::uint32_t in_field() const noexcept {
    if (field_ >= 2) return digits_ == 0 ? 1 : 0;
    if (!v6_) return 2 * (3 - groups_) + (digits_ == 0 ? 1 : 0);
    if (length_ == 0) return 2;
    if (at_colon()) return (gap() >> (length_ - 1) & 1) != 0 ? 0 : 1;
    return gap() != 0 || groups() == 8 ? 0 : 2;
  }

  bool next_field() noexcept {
    if (cr_ || field_ == 3 || in_field() > 0) return false;
    ++field_;
    groups_ = digits_ = value_ = length_ = colon_count_ = 0;
    colons_ = 0;
    return true;
  }

  bool behind_number(std::uint8_t b) noexcept {
    ++at_;
    if (b == ' ') return next_field();
    if (field_ < 2) {
      if (b != '.' || digits_ == 0 || groups_ == 3) return false;
      ++groups_;
      digits_ = value_ = 0;
      return true;
    }
    cr_ = !cr_ && b == '\r' && field_ == 3 && digits_ > 0;
    return cr_;
  }

  /// All digits that are there.
  bool decimal(Bytes line, std::uint32_t limit) noexcept {
    std::size_t at = at_;
    std::uint32_t value = value_;
    std::uint32_t digits = digits_;
    do {
      if (digits > 0 && value == 0) return false;
      value = value * 10 + (line[at] - std::uint32_t{'0'});
      if (value > limit) return false;
      ++digits;
      ++at;
    } while (at < line.size() && is_digit(line[at]));
    at_ = at;
    value_ = value;
    digits_ = digits;
    return !cr_;
  }

  bool at_colon() const noexcept { return (colons_ >> (length_ - 1) & 1) != 0; }
  /// The second colon of each "::".
  std::uint64_t gap() const noexcept { return colons_ & colons_ << 1; }
  /// Groups of an address that is not empty: a colon stands behind each but the last, and two of "::" do not behind any.
  std::uint32_t groups() const noexcept {
    return colon_count_ + (at_colon() ? 0 : 1) - (gap() != 0 ? 1 : 0) - static_cast<std::uint32_t>(colons_ & 1);
  }

  /// Up to eight more bytes of an address, or the space behind it: one bit for each byte, so that none is looked at alone.
  bool ipv6(Bytes line) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101U;
    constexpr std::uint64_t high = 0x80 * ones;
    const std::size_t n = line.size() - at_ < 8 ? line.size() - at_ : 8;
    // The last of eight bytes is the last that is there; the line begins with more than that.
    const std::uint64_t text = load_le64(line.data() + at_ + n - 8) >> 8 * (8 - n);
    const std::uint64_t lower = text | 0x20 * ones;
    const std::uint64_t digit = (text + (0x80 - '0') * ones) & ~(text + (0x80 - '9' - 1) * ones);
    const std::uint64_t letter = (lower + (0x80 - 'a') * ones) & ~(lower + (0x80 - 'f' - 1) * ones);
    const std::uint64_t other = text ^ ':' * ones;
    const std::uint64_t colon = ~(((other & 0x7f * ones) + 0x7f * ones) | other) & high;
    // Sums carry out of a byte only where it has its high bit, which stops the address by itself.
    const std::uint64_t stop = (~(digit | letter | colon) | text) & high;
    const std::uint64_t here = colon & ((stop & (0 - stop)) - 1);
    const std::size_t size = std::min<std::size_t>(static_cast<std::size_t>(std::countr_zero(stop)) / 8, n);
    constexpr std::size_t longest = 39;
    if (length_ + size > longest) return false;
    colons_ |= (((here >> 7) * 0x0102040810204080U) >> 56) << length_;
    colon_count_ += static_cast<std::uint32_t>(((here >> 7) * ones) >> 56);
    length_ += static_cast<std::uint32_t>(size);
    at_ += size;
    if (!sound()) return false;
    if (size == n) return true;
    return line[at_++] == ' ' && next_field();
  }

  /// So far an address: one "::", which stands for at least one group, eight groups in all, four digits in each.
  bool sound() const noexcept {
    if (length_ == 0) return true;
    const std::uint64_t digits = ~colons_ & ((std::uint64_t{1} << length_) - 1);
    const std::uint64_t pairs = digits & digits >> 1;
    const bool five_digits = (pairs & pairs >> 2 & digits >> 4) != 0;
    const bool half_gap = length_ > 1 && (colons_ & 3) == 1;
    const bool one_more = at_colon() && (gap() >> (length_ - 1) & 1) == 0;
    return (gap() & (gap() - 1)) == 0 && !five_digits && !half_gap && groups() + (one_more ? 1 : 0) <= (gap() != 0 ? 7U : 8U);
  }

  std::size_t at_ = 0;        // the next byte to follow; 0 before the first
  std::uint32_t field_ = 0;   // source, destination, source port, destination port
  std::uint32_t groups_ = 0;  // IPv4: finished octets
  std::uint32_t digits_ = 0;  // of the present number
  std::uint32_t value_ = 0;
  std::uint32_t length_ = 0;  // IPv6: bytes of the present address
  std::uint32_t colon_count_ = 0;
  std::uint64_t colons_ = 0;  // a bit for each that is a colon
  bool v6_ = false;
  bool unknown_ = false;
  bool cr_ = false;
  bool lost_ = false;  // parse() has the word from here on
};

}  // namespace pp
