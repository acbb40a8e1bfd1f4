// Arrays of numbers as languages print them: 0x0d, 13, -58, '\r', in any brackets, with casts, suffixes and comments between.
#include <algorithm>

#include "pp/base/hex.hpp"
#include "pp/source/characters.hpp"
#include "pp/source/printed_bytes.hpp"

namespace pp::source {
namespace {

constexpr std::size_t least_numbers = 5;  // fewer are more likely a version, a date or a length

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

/// Walks over the text and collects the longest run of numbers that are bytes.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::optional<PrintedBytes> longest() {
    while (at_ < text_.size()) step();
    end_run();
    if (best_.bytes.size() < least_numbers) return std::nullopt;
    best_.alone = outside_ == 0;
    return std::move(best_);
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool begins(std::string_view words) const { return text_.substr(at_).starts_with(words); }

  void step() {
    const char c = peek();
    if (is_space(c)) {
      line_start_ = line_start_ ? c == '\n' || c == '\r' || c == ' ' || c == '\t' : c == '\n';
      ++at_;
      return;
    }
    if (line_start_ && (skip_address() || skip_directive())) return;
    line_start_ = false;
    if (skip_comment() || skip_cast() || skip_repeats() || skip_more() || number() || character()) return;
    if (skip_key() || skip_quote(c)) return;
    if (c == ',' || c == ';' || c == '|' || (c == '\\' && peek(1) == '\n')) {
      ++at_;
      return;
    }
    bracket_or_word(c);
  }

  /// "0x7ffe00 <buf+8>:" of a debugger.
  bool skip_address() {
    if (!begins("0x")) return false;
    std::size_t end = at_ + 2;
    while (end < text_.size() && hex_value(text_[end]) >= 0) ++end;
    std::size_t colon = end;
    if (text_.substr(colon).starts_with(" <")) colon = std::min(text_.find('>', colon), text_.size() - 1) + 1;
    if (end - at_ < 6 || colon >= text_.size() || text_[colon] != ':') return false;
    at_ = colon + 1;
    line_start_ = false;
    return true;
  }
  /// .byte and db of assemblers, at the beginning of a line.
  bool skip_directive() {
    for (const std::string_view word : {".byte", ".db", "db", "DB", "dc.b", "DC.B", "fcb", "FCB", "defb", "DEFB"}) {
      if (!begins(word) || at_ + word.size() >= text_.size() || !is_blank(text_[at_ + word.size()])) continue;
      at_ += word.size();
      line_start_ = false;
      return true;
    }
    return false;
  }
  bool skip_comment() {
    if (begins("/*")) {
      const std::size_t end = text_.find("*/", at_ + 2);
      at_ = end == std::string_view::npos ? text_.size() : end + 2;
      return true;
    }
    if (begins("//")) {
      at_ = std::min(text_.find('\n', at_), text_.size());
      return true;
    }
    return false;
  }
  /// "12": of an object with numbered keys, and the bullet of a list in YAML.
  bool skip_key() {
    if (peek() == '-' && peek(1) == ' ') {
      at_ += 2;
      return true;
    }
    if (peek() != '"') return false;
    std::size_t end = at_ + 1;
    while (end < text_.size() && is_digit(text_[end])) ++end;
    if (end == at_ + 1 || !text_.substr(end).starts_with("\":")) return false;
    at_ = end + 2;
    return true;
  }
  /// '0xd' as a string, in a list of them.
  bool skip_quote(char c) {
    const bool opens = (c == '\'' || c == '"') && peek(1) == '0' && (peek(2) == 'x' || peek(2) == 'X');
    const bool closes = (c == '\'' || c == '"') && last_was_number_ && number_end_ == at_;
    if (!opens && !closes) return false;
    ++at_;
    return true;
  }
  /// (byte), (char), (unsigned char), (uint8_t)
  bool skip_cast() {
    if (peek() != '(') return false;
    std::size_t end = at_ + 1;
    while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]) || text_[end] == ' ')) ++end;
    if (end == at_ + 1 || !is_letter(text_[at_ + 1]) || end >= text_.size() || text_[end] != ')') return false;
    at_ = end + 1;
    return true;
  }
  /// gdb's "<repeats 12 times>" after a number.
  bool skip_repeats() {
    constexpr std::string_view words = "<repeats ";
    if (!begins(words)) return false;
    at_ += words.size();
    std::size_t times = 0;
    while (is_digit(peek()) && times < 100000) times = times * 10 + static_cast<std::size_t>(text_[at_++] - '0');
    at_ = std::min(text_.find('>', at_), text_.size() - 1) + 1;
    if (!run_.bytes.empty() && times > 1 && times <= 65536 && run_.bytes.size() < (std::size_t{1} << 20U))
      run_.bytes.insert(run_.bytes.end(), times - 1, run_.bytes.back());
    return true;
  }
  /// "...", "... 150 more bytes", "..., 20 more]": the program did not print the rest.
  bool skip_more() {
    if (!begins("...") && !begins("\xe2\x80\xa6")) return false;
    at_ += 3;
    if (!run_.bytes.empty()) run_.all = false;
    while (at_ < text_.size() && (is_space(peek()) || is_digit(peek()) || is_letter(peek()) || peek() == '(' || peek() == ')')) ++at_;
    end_run();
    return true;
  }

  bool number() {
    const bool negative = peek() == '-' && is_digit(peek(1));
    std::size_t end = at_ + (negative ? 1 : 0);
    if (end >= text_.size() || !is_digit(text_[end])) return dollar_hex();
    if (assembler_hex()) return true;
    unsigned value = 0;
    std::size_t digits = 0;
    int base = 10;
    if (text_[end] == '0' && end + 1 < text_.size() && (text_[end + 1] == 'x' || text_[end + 1] == 'X')) {
      base = 16;
      end += 2;
    } else if (text_.substr(end).starts_with("16#")) {
      base = 16;
      end += 3;
    }
    for (; end < text_.size() && (base == 16 ? hex_value(text_[end]) >= 0 : is_digit(text_[end])); ++end, ++digits)
      value = std::min(value * static_cast<unsigned>(base) + static_cast<unsigned>(hex_value(text_[end])), 100000U);
    if (end < text_.size() && text_[end] == '#') ++end;
    end = skip_suffix(end);
    const bool stands_alone = (end == text_.size() || !(is_letter(text_[end]) || is_digit(text_[end]) || text_[end] == '.')) &&
                              (at_ == 0 || !(is_letter(text_[at_ - 1]) || text_[at_ - 1] == '.' || text_[at_ - 1] == '-' ||
                                             text_[at_ - 1] == '/' || (text_[at_ - 1] == ':' && (at_ < 2 || text_[at_ - 2] != '"'))));
    const bool is_byte = digits > 0 && (negative ? value <= 128 : value <= 255) && !(base == 16 && negative);
    if (!stands_alone || !is_byte) {
      end_run();
      ++outside_;
      at_ = std::max(end, at_ + 1);
      return true;
    }
    add(negative ? static_cast<std::uint8_t>(256 - value) : static_cast<std::uint8_t>(value), end, base);
    return true;
  }
  /// u, U, u8, i8, _u8, L, h (of assemblers only after a digit that is hex: not taken)
  std::size_t skip_suffix(std::size_t end) const {
    for (const std::string_view suffix : {".toByte()", "'u8", "_u8", "u8", "i8", "uy", "y", "u", "U", "L"}) {
      if (text_.substr(end).starts_with(suffix)) return end + suffix.size();
    }
    return end;
  }
  /// 0Dh of assemblers, 8'h0d of Verilog
  bool assembler_hex() {
    std::size_t from = at_;
    const bool verilog = begins("8'h");
    if (verilog) from += 3;
    std::size_t end = from;
    unsigned value = 0;
    while (end < text_.size() && hex_value(text_[end]) >= 0 && end - from < 4)
      value = value * 16 + static_cast<unsigned>(hex_value(text_[end++]));
    const bool ends = verilog || (end < text_.size() && (text_[end] == 'h' || text_[end] == 'H'));
    if (!ends || end == from || value > 255) return false;
    if (!verilog) ++end;
    if (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) return false;
    add(static_cast<std::uint8_t>(value), end, 16);
    return true;
  }
  /// $0D of Pascal, &H0D of Basic
  bool dollar_hex() {
    const std::size_t prefix = peek() == '$' ? 1 : begins("&H") || begins("&h") || begins("#$") ? 2 : 0;
    if (prefix == 0 || hex_value(peek(prefix)) < 0 || hex_value(peek(prefix + 1)) < 0 || hex_value(peek(prefix + 2)) >= 0) return false;
    add(static_cast<std::uint8_t>(hex_value(peek(prefix)) * 16 + hex_value(peek(prefix + 1))), at_ + prefix + 2, 16);
    return true;
  }
  /// gdb prints 13 '\r': the character says the number again. Elsewhere 'P' is a number of its own.
  bool character() {
    if (peek() != '\'' || peek(1) == '\0') return false;
    std::size_t end = at_ + 1;
    if (text_[end] == '\\') ++end;
    while (end < text_.size() && text_[end] != '\'' && end - at_ < 6) ++end;
    if (end == at_ + 1) ++end;  // '''
    if (end >= text_.size() || text_[end] != '\'') return false;
    const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
    const auto between = text_.substr(number_end_, at_ - std::min(number_end_, at_));
    if (last_was_number_ && !between.empty() && std::all_of(between.begin(), between.end(), is_space)) {
      at_ = end + 1;
      return true;
    }
    if (inside.size() == 1) {
      add(static_cast<std::uint8_t>(inside[0]), end + 1, 0);
      return true;
    }
    constexpr std::string_view letters = "rnt0\\'\"abfv";
    constexpr std::string_view values("\r\n\t\0\\'\"\a\b\f\v", 11);
    if (inside.size() == 2 && inside[0] == '\\' && letters.find(inside[1]) != std::string_view::npos) {
      add(static_cast<std::uint8_t>(values[letters.find(inside[1])]), end + 1, 0);
      return true;
    }
    if (inside.size() == 4 && inside.starts_with("\\x") && hex_value(inside[2]) >= 0 && hex_value(inside[3]) >= 0) {
      add(static_cast<std::uint8_t>(hex_value(inside[2]) * 16 + hex_value(inside[3])), end + 1, 0);
      return true;
    }
    return false;
  }

  void add(std::uint8_t byte, std::size_t end, int base) {
    if (run_.bytes.empty()) {
      run_.at = at_;
      base_ = base;
    }
    if (base != 0 && base_ == 0) base_ = base;
    run_.bytes.push_back(byte);
    last_was_number_ = true;
    number_end_ = end;
    at_ = end;
  }

  void bracket_or_word(char c) {
    constexpr std::string_view brackets = "[]{}()<>";
    last_was_number_ = false;
    if (brackets.find(c) != std::string_view::npos) {
      ++at_;
      if (c == '[' || c == '{' || c == '(' || c == '<') end_run();
      if (c == ']' || c == '}' || c == ')' || c == '>') end_run();
      return;
    }
    end_run();
    ++at_;
    while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_])) && (is_letter(c) || is_digit(c))) ++at_;
    if (!is_letter(c) && c != '=' && c != '&' && c != '*' && c != '"' && c != ':') ++outside_;
  }

  void end_run() {
    if (run_.bytes.size() > best_.bytes.size()) best_ = std::move(run_);
    run_ = {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool line_start_ = true;
  bool last_was_number_ = false;
  std::size_t number_end_ = 0;
  int base_ = 0;
  std::size_t outside_ = 0;  // characters and numbers that belong to no list
  PrintedBytes run_;
  PrintedBytes best_;
};

}  // namespace

std::optional<PrintedBytes> read_number_list(std::string_view text) { return Scanner(text).longest(); }

}  // namespace pp::source
