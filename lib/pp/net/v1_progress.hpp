// How much more of a v1 line may be read, without parsing the line anew for every few bytes that come (2.1).
#pragma once

#include <cstddef>
#include <cstdint>

#include "pp/base/bytes.hpp"
#include "pp/base/ip_text.hpp"
#include "pp/wire/header.hpp"

namespace pp {

/// A source that must not lose payload gives a line in many small pieces, up to one for each byte. This follows a line of
/// TCP4 or TCP6 byte by byte and counts what must still come. It judges nothing: whatever is not plainly an unfinished,
/// faultless line goes to parse(), and what it answers is what parse() would have (a property that the tests check).
class V1Progress {
 public:
  /// The size that parse() would give with need_more; 0 when only parse() can tell. `line` is all that was read so far, and
  /// longer than at the last call.
  std::uint32_t need(Bytes line) noexcept {
    // Past 104 bytes the limit of 107 decides; LF ends the line, as no read goes beyond it.
    if (lost_ || line.size() < first_read || line.size() >= v1_max_bytes - 2 || line.back() == '\n') return 0;
    if (at_ == 0) {
      if (load_le64(line.data()) != load_le64(proxy_tcp) || line[8] != 'P' || (line[9] != '4' && line[9] != '6') || line[10] != ' ') {
        lost_ = true;
        return 0;
      }
      v6_ = line[9] == '6';
      at_ = fields_offset;
    }
    // On a copy, which lives in registers.
    V1Progress p = *this;
    while (p.at_ < line.size() && p.follow(line[p.at_])) ++p.at_;
    p.lost_ = p.at_ < line.size();
    *this = p;
    if (lost_) return 0;
    if (cr_) return 1;
    // The least behind each field: a space and the shortest form of every later field, CRLF at last.
    constexpr std::uint32_t least[2][4] = {{14, 6, 4, 2}, {9, 6, 4, 2}};
    return in_field() + least[v6_ ? 1 : 0][field_];
  }

 private:
  static constexpr std::size_t first_read = 15;
  static constexpr std::size_t fields_offset = 11;
  static constexpr std::uint8_t proxy_tcp[] = {'P', 'R', 'O', 'X', 'Y', ' ', 'T', 'C'};

  /// Where in an IPv6 address.
  enum class Place : std::uint8_t { start, first_colon, colon, gap, group };

  /// The least that the field itself still wants; 0 when it may end here.
  std::uint32_t in_field() const noexcept {
    if (field_ >= 2) return digits_ == 0 ? 1 : 0;
    if (!v6_) return 2 * (3 - groups_) + (digits_ == 0 ? 1 : 0);
    switch (place_) {
      case Place::start: return 2;
      case Place::first_colon:
      case Place::colon: return 1;
      case Place::gap: return 0;
      case Place::group: return has_gap_ || groups_ == 8 ? 0 : 2;
    }
    return 0;
  }

  bool follow(std::uint8_t b) noexcept {
    if (b == ' ') return next_field();
    if (field_ >= 2) return port(b);
    if (v6_) return ipv6(b);
    if (b != '.') return decimal(b, 255);
    if (digits_ == 0 || groups_ == 3) return false;
    ++groups_;
    digits_ = value_ = 0;
    return true;
  }

  bool next_field() noexcept {
    if (field_ == 3 || in_field() > 0) return false;
    ++field_;
    groups_ = digits_ = value_ = 0;
    has_gap_ = false;
    place_ = Place::start;
    return true;
  }

  bool port(std::uint8_t b) noexcept {
    if (cr_) return false;
    cr_ = b == '\r' && field_ == 3 && digits_ > 0;
    return cr_ || decimal(b, 65535);
  }

  bool decimal(std::uint8_t b, std::uint32_t limit) noexcept {
    if (!is_digit(b) || (digits_ > 0 && value_ == 0)) return false;
    value_ = value_ * 10 + (b - std::uint32_t{'0'});
    ++digits_;
    return value_ <= limit;
  }

  bool ipv6(std::uint8_t b) noexcept {
    // "::" stands for at least one group.
    const std::uint32_t most = has_gap_ ? 7 : 8;
    if (b == ':') {
      if (place_ == Place::group) {
        place_ = Place::colon;
        return groups_ < most;
      }
      if (place_ == Place::start) {
        place_ = Place::first_colon;
        return true;
      }
      if (has_gap_) return false;
      has_gap_ = true;
      place_ = Place::gap;
      return true;
    }
    if (hex_nibble(b) > 15 || place_ == Place::first_colon) return false;
    if (place_ == Place::group) return ++digits_ <= 4;
    place_ = Place::group;
    digits_ = 1;
    return ++groups_ <= most;
  }

  std::size_t at_ = 0;        // the next byte to follow; 0 before the first
  std::uint32_t field_ = 0;   // source, destination, source port, destination port
  std::uint32_t groups_ = 0;  // IPv4: finished octets. IPv6: groups with the present one
  std::uint32_t digits_ = 0;  // of the present number or group
  std::uint32_t value_ = 0;
  Place place_ = Place::start;
  bool has_gap_ = false;
  bool v6_ = false;
  bool cr_ = false;
  bool lost_ = false;         // parse() has the word from here on
};

}  // namespace pp
