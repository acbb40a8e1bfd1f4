#include "pp/source/text_dump.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "pp/base/hex.hpp"
#include "pp/source/characters.hpp"
#include "pp/source/text_plain.hpp"

namespace pp::source {

namespace {

constexpr std::size_t none = std::string_view::npos;
constexpr std::size_t lines_looked_at = 16;

/// One line taken apart; positions count within the line.
struct DumpLine {
  enum class Kind : std::uint8_t { other, blank, repeat, bytes, end } kind = Kind::other;
  std::string_view offset{};
  std::string_view field{};  // the digits and the blanks between them
  std::size_t field_at = 0;
  std::size_t digits = 0;  // of the first group
  bool colon = false;
  bool gutter = false;          // closed in bars, as hexdump -C and od -z write it
  std::size_t wrong_at = none;  // the character that no dump has here
};

/// Digits in groups from `at` on. With a colon before them one blank separates and two end them (what follows is the
/// text column, which may look like digits); without, three or a bar do.
void read_field(std::string_view line, std::size_t at, DumpLine& out) {
  const std::size_t blanks_that_end = out.colon ? 2 : 3;
  out.field_at = at;
  std::size_t end = at;
  while (at < line.size()) {
    std::size_t n = 0;
    while (at + n < line.size() && hex_value(line[at + n]) >= 0) ++n;
    if (n == 0 && !out.colon && end > out.field_at && (line[at] == '|' || line[at] == '>')) {
      out.gutter = true;
      break;
    }
    const bool ends_well = at + n == line.size() || is_blank(line[at + n]);
    const bool even = n % 2 == 0 && n > 0 && (out.colon || n == 2 || n == 4);
    if (!ends_well || !even || (!out.colon && out.digits != 0 && n != out.digits)) {
      out.wrong_at = ends_well ? at : at + n;
      break;
    }
    if (out.digits == 0) out.digits = n;
    at += n;
    end = at;
    std::size_t blanks = 0;
    while (at < line.size() && is_blank(line[at])) ++blanks, ++at;
    if (blanks >= blanks_that_end) {
      out.gutter = at < line.size() && (line[at] == '|' || line[at] == '>');
      break;
    }
  }
  out.field = line.substr(out.field_at, end - out.field_at);
}

DumpLine read_line(std::string_view line) {
  DumpLine out;
  while (!line.empty() && (is_blank(line.back()) || line.back() == '\r')) line.remove_suffix(1);
  std::size_t at = 0;
  while (at < line.size() && is_blank(line[at])) ++at;
  if (at == line.size()) {
    out.kind = DumpLine::Kind::blank;
    return out;
  }
  if (line.substr(at) == "*") {
    out.kind = DumpLine::Kind::repeat;
    return out;
  }
  const bool prefixed = line.substr(at, 2) == "0x";
  if (prefixed) at += 2;
  std::size_t n = 0;
  while (at + n < line.size() && hex_value(line[at + n]) >= 0) ++n;
  if (n < 4 || n > 16) return out;
  out.offset = line.substr(at, n);
  at += n;
  out.colon = at < line.size() && line[at] == ':';
  if (out.colon) ++at;
  if (prefixed && !out.colon) return out;
  if (at == line.size()) {
    if (!out.colon) out.kind = DumpLine::Kind::end;
    return out;
  }
  if (!is_blank(line[at])) return out;
  while (is_blank(line[at])) ++at;  // something follows: the end was trimmed
  out.kind = DumpLine::Kind::bytes;
  read_field(line, at, out);
  return out;
}

/// Good enough to say "this is a dump": without a colon, plain groups of digits look alike, so such a dump has to start
/// at offset 0 or to have a text column in bars.
bool starts_dump(const DumpLine& line) {
  if (line.kind != DumpLine::Kind::bytes || line.wrong_at != none || line.digits == 0) return false;
  if (line.colon || line.gutter) return true;
  if (line.digits == 4 && line.offset.size() < 6) return false;
  return line.offset.find_first_not_of('0') == none;
}

std::string_view take_line(std::string_view text, std::size_t at) {
  const std::size_t end = text.find('\n', at);
  return text.substr(at, end == none ? none : end - at);
}

/// Where the first line of the dump begins; none when there is no dump.
std::size_t find_dump(std::string_view text, DumpLine& first) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < lines_looked_at && at < text.size(); ++i) {
    const std::string_view line = take_line(text, at);
    first = read_line(line);
    if (starts_dump(first)) return at;
    at += line.size() + 1;
  }
  return none;
}

enum class Order : std::uint8_t { as_printed, swapped };

void append_field(std::string_view field, Order order, std::vector<std::uint8_t>& out) {
  std::size_t pairs = 0;
  for (std::size_t i = 0; i + 1 < field.size();) {
    if (is_blank(field[i])) {
      ++i;
      continue;
    }
    out.push_back(static_cast<std::uint8_t>(hex_value(field[i]) * 16 + hex_value(field[i + 1])));
    i += 2;
    if (++pairs % 2 == 0 && order == Order::swapped) std::swap(out[out.size() - 1], out[out.size() - 2]);
  }
}

TextResult decode(std::string_view text, std::size_t at, int base, Order order) {
  TextResult out;
  out.type = InputType::hex;
  std::uint64_t start = 0;
  bool started = false;
  bool repeat = false;
  std::size_t last_size = 0;
  const auto fail = [&](std::size_t offset, std::string what) { out.error = text_error(text, offset, std::move(what)); };
  while (at < text.size() && !out.error) {
    const std::string_view whole = take_line(text, at);
    const DumpLine line = read_line(whole);
    const std::size_t here = at;
    at += whole.size() + 1;
    if (line.kind == DumpLine::Kind::blank) continue;
    if (line.kind == DumpLine::Kind::repeat) {
      repeat = true;
      continue;
    }
    if (line.kind == DumpLine::Kind::other) {
      fail(here, "no offset: this line is no part of the dump above it");
      break;
    }
    const std::size_t offset_at = here + static_cast<std::size_t>(line.offset.data() - whole.data());
    std::uint64_t offset = 0;
    const auto [end, error] = std::from_chars(line.offset.data(), line.offset.data() + line.offset.size(), offset, base);
    if (error != std::errc() || end != line.offset.data() + line.offset.size()) {
      fail(offset_at, "offset " + std::string(line.offset) + " is no number of base " + std::to_string(base));
      break;
    }
    if (!started) start = offset;
    started = true;
    const std::uint64_t due = out.bytes.size();
    const std::uint64_t given = offset - start;
    if (repeat && offset >= start && given > due && last_size > 0 && (given - due) % last_size == 0) {
      if (given > max_dumped) {
        fail(offset_at, "repeated lines make " + std::to_string(given) + " bytes, above the limit of " + std::to_string(max_dumped));
        break;
      }
      out.bytes.reserve(static_cast<std::size_t>(given));
      while (out.bytes.size() < given) out.bytes.push_back(out.bytes[out.bytes.size() - last_size]);
    } else if (line.kind == DumpLine::Kind::end && order == Order::swapped && given + 1 == due) {
      out.bytes.pop_back();  // the odd byte of the last word
    } else if (given != due) {
      fail(offset_at, "offset " + std::string(line.offset) + " stands for byte " + std::to_string(given) + ", due is " +
                          std::to_string(due) + ": a line is lost or another dump starts");
      break;
    }
    repeat = false;
    if (line.kind == DumpLine::Kind::end) continue;
    append_field(line.field, order, out.bytes);
    last_size = out.bytes.size() - due;
    if (line.wrong_at != none) {
      const std::size_t wrong = std::min(here + line.wrong_at, text.size() - 1);
      fail(wrong, character_text(text[wrong]) + " does not fit the digits of this dump");
    }
  }
  return out;
}

/// The bases that offsets of such a line may have, the likeliest first: od counts in octal, all others in hexadecimal.
std::array<int, 3> bases(const DumpLine& first) {
  if (first.colon || first.offset.size() == 8) return {16, 0, 0};
  if (first.offset.size() == 7 && first.digits == 2) return {8, 10, 16};
  return {16, 8, 10};
}

TextResult decode_any_base(std::string_view text, std::size_t at, const DumpLine& first, Order order) {
  TextResult best;
  for (const int base : bases(first)) {
    if (base == 0) break;
    TextResult result = decode(text, at, base, order);
    if (!result.error) return result;
    if (!best.error || result.error->offset > best.error->offset) best = std::move(result);
  }
  return best;
}

}  // namespace

bool is_dump(std::string_view head) noexcept {
  DumpLine first;
  return find_dump(head, first) != none;
}

TextResult decode_dump(std::string_view text) {
  DumpLine first;
  const std::size_t at = find_dump(text, first);
  if (at == none) {
    TextResult out;
    out.type = InputType::hex;
    out.error = text_error(text, 0, "no line of a dump here");
    return out;
  }
  if (first.colon || first.digits != 4) return decode_any_base(text, at, first, Order::as_printed);
  TextResult swapped = decode_any_base(text, at, first, Order::swapped);
  if (begins_like_header(swapped.bytes, 5)) return swapped;
  TextResult printed = decode_any_base(text, at, first, Order::as_printed);
  return begins_like_header(printed.bytes, 5) ? printed : swapped;
}

}  // namespace pp::source
