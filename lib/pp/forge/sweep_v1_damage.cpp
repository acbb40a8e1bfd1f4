// Every single byte of a good v1 line, replaced by every other value. What is to be found follows from 2.1 and from what
// the byte was: a letter, a space, a digit or dot of an address, a digit of a port, the end of the line.
#include <cstdint>
#include <string>
#include <string_view>

#include "pp/forge/recipes.hpp"
#include "pp/forge/sweep_items.hpp"
#include "pp/text/format.hpp"

namespace pp::forge {
namespace {

constexpr std::string_view line = "PROXY TCP4 192.0.2.10 198.51.100.20 56324 443\r\n";
static_assert(line.size() * 255 == v1_damage_count);

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool ends_line(char c) { return c == '\r' || c == '\n'; }

/// A field of the line, without the spaces around it.
struct Field {
  std::uint32_t begin, end;
};
constexpr Field source{11, 21}, destination{22, 35}, from_port{36, 41}, to_port{42, 45};
static_assert(line[source.end] == ' ' && line[destination.begin] == '1' && line[destination.end] == ' ' && line[from_port.end] == ' ' &&
              line[to_port.begin] == '4' && line[to_port.end] == '\r');

Expected in_word(std::uint32_t at, char c) {
  // Byte 0 of the other version's signature, which goes on with LF.
  return {"not-proxy", at == 0 && c == '\r' ? 1 : at};
}

Expected in_protocol(std::uint32_t at, char c) {
  if (at == 6 && c == ' ') return {"v1-separator", 6};
  if (at == 6 && ends_line(c)) return {"v1-missing-field", 6};
  if (at == 6 && c == 'U') return {"v1-protocol", 7};                        // UNKNOWN until the next letter
  if (at == 9 && c == '6') return {"v1-family-mismatch", source.begin + 3};  // the dot behind 192, in TCP6
  return {"v1-protocol", at};
}

/// The octet whose digits begin at `begin`, in the line as damaged.
Expected of_octet(std::string_view damaged, std::uint32_t begin) {
  std::size_t end = begin;
  unsigned value = 0;
  while (is_digit(damaged[end]) && value <= 255) value = value * 10 + static_cast<unsigned>(damaged[end++] - '0');
  if (damaged[begin] == '0' && end > begin + 1) return {"v1-ipv4-leading-zero", begin};
  return value > 255 ? Expected{"v1-ipv4-octet-range", begin} : Expected{};
}

/// Where the octet begins that holds the byte at `at`, or that ends there.
std::uint32_t octet_of(Field field, std::uint32_t at) {
  while (at > field.begin && line[at - 1] != '.') --at;
  return at;
}

/// A dot more: where the address stops being four numbers with one dot between.
Expected dot_for_digit(Field field, std::uint32_t at) {
  const std::uint32_t begin = octet_of(field, at);
  const bool last_octet = line.substr(at, field.end - at).find('.') == std::string_view::npos;
  if (at == begin) return {"v1-ipv4-syntax", at};                                     // a number is missing in front
  if (last_octet) return {"v1-ipv4-syntax", at};                                      // four numbers are there, a space must follow
  if (line[at + 1] == '.') return {"v1-ipv4-syntax", at + 1};                         // a number is missing behind
  return {"v1-ipv4-syntax", static_cast<std::uint32_t>(line.rfind('.', field.end))};  // five numbers: the last dot is too much
}

Expected in_address(Field field, std::string_view damaged, std::uint32_t at, char c) {
  const bool behind = at == field.end;                           // the space
  const bool last = at + 1 == field.end && line[at - 1] != '.';  // without it the address is still complete
  if (ends_line(c)) return {"v1-missing-field", at};
  if (c == ' ' && at == field.begin) return {"v1-separator", at};
  if (c == ' ' && last) return {"v1-separator", at + 1};
  if (is_digit(c)) return of_octet(damaged, octet_of(field, at));
  if (c == ':' && !behind && !last) return {"v1-family-mismatch", at};
  if (c == '.' && !behind) return dot_for_digit(field, at);
  return {"v1-ipv4-syntax", at};
}

Expected in_port(Field field, std::string_view damaged, std::uint32_t at, char c) {
  const bool to = field.begin == to_port.begin;
  if (is_digit(c)) {
    std::size_t end = field.begin;
    unsigned value = 0;
    while (is_digit(damaged[end]) && value <= 65535) value = value * 10 + static_cast<unsigned>(damaged[end++] - '0');
    if (damaged[field.begin] == '0') return {"v1-port-leading-zero", field.begin};
    if (value > 65535) return {"v1-port-range", field.begin};
    return at == to_port.end ? Expected{"v1-line-end", at + 1} : Expected{};  // LF where CR was pushed out
  }
  if (at == field.begin) {
    if (c == ' ') return {"v1-separator", at};
    return {ends_line(c) ? Fault::v1_missing_field : Fault::v1_port_syntax, at};
  }
  if (!to) {
    if (ends_line(c)) return {"v1-missing-field", at};
    if (c != ' ') return {"v1-port-syntax", at};
    if (at + 1 == field.end) return {"v1-separator", field.end};
    return {"v1-extra-field", field.end};  // its rest is the other port, and that one is too much
  }
  if (c == ' ') return {"v1-extra-field", at};
  if (c == '\n') return {"v1-line-end", at};
  if (c == '\r') return {"v1-line-end", at + 1};
  return {"v1-port-syntax", at};
}

Expected of_damage(std::string_view damaged, std::uint32_t at, char c) {
  if (at < 5) return in_word(at, c);
  if (at == 5) return {ends_line(c) ? Fault::v1_missing_field : Fault::v1_separator, 5};
  if (at < 10) return in_protocol(at, c);
  if (at == 10) return {ends_line(c) ? Fault::v1_missing_field : Fault::v1_protocol, 10};
  if (at <= source.end) return in_address(source, damaged, at, c);
  if (at <= destination.end) return in_address(destination, damaged, at, c);
  if (at <= from_port.end) return in_port(from_port, damaged, at, c);
  if (at <= to_port.end) return in_port(to_port, damaged, at, c);
  return {"v1-line-end", at};
}

}  // namespace

Case v1_damage_item(std::size_t index) {
  const auto at = static_cast<std::uint32_t>(index / 255);
  std::size_t byte = index % 255;
  const auto good = static_cast<std::uint8_t>(line[at]);
  if (byte >= good) ++byte;  // every value but the good one
  const char c = static_cast<char>(byte);
  std::string damaged(line);
  damaged[at] = c;
  const Expected e = of_damage(damaged, at, c);
  return generated(text::format("v1/damage/{}/{}", at, two_digits(byte)), "2.1", e.code.none() ? Asks::must_accept : Asks::must_reject, e,
                   patch(v1(), at, std::string_view(&c, 1)), text::format("byte {} is {}, not {}", at, two_digits(byte), two_digits(good)));
}

}  // namespace pp::forge
