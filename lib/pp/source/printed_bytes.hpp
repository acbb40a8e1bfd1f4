// Bytes as programs and languages print them: string literals, arrays of numbers, dumps, runs of hex or base64 inside other text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pp::source {

/// The bytes that a text shows.
struct PrintedBytes {
  std::string_view form;  // of PrintedForm::name
  std::vector<std::uint8_t> bytes;
  std::size_t at = 0;             // where in the text they begin
  bool all = true;                // false: the program printed a part of them only ("... 150 more bytes")
  bool inside = false;            // found inside other text, of which it may be a part alone
  bool alone = false;             // the text holds nothing else, so it is certain that bytes are meant
  std::string_view other_form{};  // another form gives other bytes, and the header decided
};

/// One way to print bytes.
struct PrintedForm {
  std::string_view name;
  /// nullopt: the text is not of this form. Never reads beyond the text; takes time linear in its size.
  std::optional<PrintedBytes> (*read)(std::string_view text);
};

/// From the most telling form down.
std::span<const PrintedForm> printed_forms() noexcept;

/// What stands around bytes that are printed: a prefix of each line, or a string of JSON that holds a dump.
struct PrintedWrapping {
  std::string_view name;
  /// nullopt: nothing of the kind is there. Takes time linear in the text's size.
  std::optional<std::string> (*unwrap)(std::string_view text);
};
std::span<const PrintedWrapping> printed_wrappings() noexcept;

/// The reading that gives a valid header, else one that begins as a header does, else one to which the whole text belongs.
/// nullopt: the text is none of this.
std::optional<PrintedBytes> read_printed_bytes(std::string_view text);

// The readers, in files by kind.
std::optional<PrintedBytes> read_number_list(std::string_view text);
std::optional<PrintedBytes> read_escaped_c(std::string_view text);
std::optional<PrintedBytes> read_escaped_single_nul(std::string_view text);
std::optional<PrintedBytes> read_escaped_hex_only(std::string_view text);
std::optional<PrintedBytes> read_escaped_percent(std::string_view text);
std::optional<PrintedBytes> read_escaped_backslash_hex(std::string_view text);
std::optional<PrintedBytes> read_escaped_plus(std::string_view text);
std::optional<PrintedBytes> read_escaped_caret(std::string_view text);
std::optional<PrintedBytes> read_escaped_syslog(std::string_view text);
std::optional<PrintedBytes> read_escaped_angle(std::string_view text);
std::optional<PrintedBytes> read_escaped_decimal(std::string_view text);
std::optional<PrintedBytes> read_escaped_equals(std::string_view text);
std::optional<PrintedBytes> read_escaped_entity(std::string_view text);
std::optional<PrintedBytes> read_escaped_bars(std::string_view text);
std::optional<PrintedBytes> read_show_errors(std::string_view text);
std::optional<PrintedBytes> read_hex_array(std::string_view text);
std::optional<PrintedBytes> read_hex_run(std::string_view text);
std::optional<PrintedBytes> read_base64_run(std::string_view text);
std::optional<PrintedBytes> read_hex_rows(std::string_view text);
std::optional<PrintedBytes> read_little_endian_rows(std::string_view text);
std::optional<PrintedBytes> read_octal_rows(std::string_view text);
std::optional<PrintedBytes> read_decimal_rows(std::string_view text);
std::optional<PrintedBytes> read_binary_rows(std::string_view text);
std::optional<PrintedBytes> read_character_rows(std::string_view text);

}  // namespace pp::source
