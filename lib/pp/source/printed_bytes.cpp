#include "pp/source/printed_bytes.hpp"

#include <string>

#include "pp/base/bytes.hpp"
#include "pp/source/text_input.hpp"
#include "pp/wire/parse.hpp"
#include "pp/wire/tlv_layout.hpp"

namespace pp::source {
namespace {

// A row to a line.
// clang-format off
constexpr PrintedForm forms[] = {
    {"a string with the escapes of C", read_escaped_c},
    {"a string with the escapes of Rust or Python", read_escaped_single_nul},
    {"a string with the escapes of nginx", read_escaped_hex_only},
    {"a string with decimal escapes", read_escaped_decimal},
    {"haproxy's show errors", read_show_errors},
    {"a dump in hex", read_hex_rows},
    {"an array of numbers", read_number_list},
    {"an array of hex numbers", read_hex_array},
    {"hex inside other text", read_hex_run},
    {"base64", read_base64_run},
    {"a form's percent-encoded text", read_escaped_plus},
    {"percent-encoded text", read_escaped_percent},
    {"text with \\0d for CR", read_escaped_backslash_hex},
    {"text with ^M for CR", read_escaped_caret},
    {"text with #015 for CR", read_escaped_syslog},
    {"text with <0d> for CR", read_escaped_angle},
    {"quoted-printable text", read_escaped_equals},
    {"text with &#13; for CR", read_escaped_entity},
    {"text with |0D 0A| for CR LF", read_escaped_bars},
    {"a dump of little-endian words", read_little_endian_rows},
    {"a dump in octal", read_octal_rows},
    {"a dump in decimal", read_decimal_rows},
    {"a dump in binary", read_binary_rows},
    {"a dump of characters", read_character_rows},
};
// clang-format on

/// How much a reading is worth: 4 a whole header whose TLVs divide, 3 a whole header, 2 the beginning of one, 1 a text that is
/// nothing but these bytes.
int worth(const PrintedBytes& reading) {
  const Parsed parsed = parse(reading.bytes);
  if (parsed.verdict.status == Status::done)
    return walks(parsed.header.bytes, tlv_area(parsed.header).offset, parsed.header.bytes.size()) ? 4 : 3;
  if (begins_like_header(reading.bytes, 5)) return 2;
  return reading.alone && !reading.bytes.empty() ? 1 : 0;
}

constexpr int whole = 3;

std::vector<std::uint8_t> header_of(const PrintedBytes& reading) {
  const Parsed parsed = parse(reading.bytes);
  return {parsed.header.bytes.begin(), parsed.header.bytes.end()};
}

std::optional<PrintedBytes> best_form(std::string_view text, int& best_worth) {
  std::optional<PrintedBytes> best;
  best_worth = 0;
  for (const PrintedForm& form : forms) {
    std::optional<PrintedBytes> reading = form.read(text);
    if (!reading) continue;
    reading->form = form.name;
    const int value = worth(*reading);
    // A header may hold the text of another one: what begins first is what was printed.
    if (best && best_worth >= whole && value >= whole && best->at != reading->at && (best->inside || reading->inside)) {
      if (best->at < reading->at) continue;
      best_worth = 0;
    }
    if (value <= best_worth) {
      const bool as_good = best && value == 4 && best_worth == 4 && header_of(*reading) != header_of(*best);
      if (as_good && best->other_form.empty()) best->other_form = form.name;
      continue;
    }
    best = std::move(reading);
    best_worth = value;
  }
  return best;
}

}  // namespace

std::span<const PrintedForm> printed_forms() noexcept { return forms; }

std::optional<PrintedBytes> read_printed_bytes(std::string_view text) {
  int worth_as_is = 0;
  std::optional<PrintedBytes> best = best_form(text, worth_as_is);
  constexpr std::size_t longest_paste = std::size_t{1} << 18U;  // what is longer is no paste, and each wrapping reads it again
  if (worth_as_is >= whole || text.size() > longest_paste) return best;
  // A log's prefix of each line, a JSON string around a dump, or both.
  std::string inner(text);
  for (int depth = 0; depth < 2; ++depth) {
    for (const PrintedWrapping& wrapping : printed_wrappings()) {
      std::optional<std::string> without = wrapping.unwrap(inner);
      if (!without) continue;
      int value = 0;
      std::optional<PrintedBytes> reading = best_form(*without, value);
      if (value >= whole && value > worth_as_is) {
        reading->at = 0;
        reading->inside = false;
        return reading;
      }
      inner = *std::move(without);
    }
  }
  return best;
}

}  // namespace pp::source
