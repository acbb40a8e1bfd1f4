// Dumps in rows: an offset or none, groups of one kind, and perhaps the same bytes as text at the end of the row.
//
//   |00000010| c0 00 02 0a ... |.....3d|     000020 005015 005015 ...     0000000  \r  \n   Q   U
#include <algorithm>
#include <array>

#include "pp/base/hex.hpp"
#include "pp/source/characters.hpp"
#include "pp/source/printed_bytes.hpp"
#include "pp/source/text_dump.hpp"

namespace pp::source {
namespace {

using std::string_view;

/// One kind of group: how long it is, and the bytes that it stands for.
struct Group {
  std::size_t least;
  std::size_t most;
  /// Appends its bytes; false: it is not a group of this kind.
  bool (*take)(string_view digits, std::vector<std::uint8_t>& out);
};

bool take_number(string_view digits, int base, std::size_t bytes, std::vector<std::uint8_t>& out) {
  std::uint64_t value = 0;
  for (const char c : digits) {
    const int digit = hex_value(c);
    if (digit < 0 || digit >= base) return false;
    value = value * static_cast<std::uint64_t>(base) + static_cast<std::uint64_t>(digit);
  }
  if (bytes < 8 && value >> (8 * bytes) != 0) return false;
  for (std::size_t i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));  // little endian
  return true;
}

bool take_hex(string_view digits, std::vector<std::uint8_t>& out) {
  if (digits.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    if (hex_value(digits[i]) < 0 || hex_value(digits[i + 1]) < 0) return false;
    out.push_back(static_cast<std::uint8_t>(hex_value(digits[i]) * 16 + hex_value(digits[i + 1])));
  }
  return true;
}
bool take_little_endian(string_view digits, std::vector<std::uint8_t>& out) {
  return digits.size() % 2 == 0 && take_number(digits, 16, digits.size() / 2, out);
}
bool take_octal(string_view digits, std::vector<std::uint8_t>& out) {
  if (digits.size() == 3) return take_number(digits, 8, 1, out);
  if (digits.size() == 6) return take_number(digits, 8, 2, out);
  return digits.size() == 11 && take_number(digits, 8, 4, out);
}
bool take_decimal(string_view digits, std::vector<std::uint8_t>& out) {
  if (!digits.starts_with('-')) return take_number(digits, 10, digits.size() == 5 ? 2 : 1, out);
  std::vector<std::uint8_t> positive;
  if (!take_number(digits.substr(1), 10, 1, positive) || positive[0] > 128) return false;
  out.push_back(static_cast<std::uint8_t>(256 - positive[0]));
  return true;
}
bool take_binary(string_view digits, std::vector<std::uint8_t>& out) {
  if (digits.size() % 8 != 0) return false;
  for (std::size_t i = 0; i < digits.size(); i += 8) {
    if (!take_number(digits.substr(i, 8), 2, 1, out)) return false;
  }
  return true;
}

constexpr Group hex_group{2, 16, take_hex};
constexpr Group little_endian_group{2, 16, take_little_endian};
constexpr Group octal_group{3, 11, take_octal};
constexpr Group decimal_group{1, 5, take_decimal};
constexpr Group binary_group{8, std::size_t{1} << 20, take_binary};

/// Where the groups of a row begin: after an offset with a colon, a bar or blanks, or at the row's first character.
struct Start {
  std::size_t at = 0;
  bool has_offset = false;
  string_view offset{};
};
Start start_of(string_view row) {
  std::size_t at = 0;
  while (at < row.size() && (is_blank(row[at]) || row[at] == '|')) ++at;
  // R numbers its rows [1], [17]; a kernel's log puts a label and a time before the offset.
  if (at < row.size() && row[at] == '[') {
    const std::size_t close = row.find(']', at);
    if (close != string_view::npos && row.substr(at + 1, close - at - 1).find_first_not_of("0123456789") == string_view::npos)
      return {close + 1, true, row.substr(at + 1, close - at - 1)};
  }
  for (std::size_t colon = row.find(": "); colon != string_view::npos; colon = row.find(": ", colon + 1)) {
    std::size_t begin = colon;
    while (begin > 0 && hex_value(row[begin - 1]) >= 0) --begin;
    const bool first = begin < colon && row.substr(0, begin).find_first_not_of(' ') == string_view::npos;
    if ((colon - begin >= 4 || first) && (begin == 0 || is_blank(row[begin - 1]) || row[begin - 1] == 'x'))
      return {colon + 1, true, row.substr(begin, colon - begin)};
  }
  std::size_t n = at;
  if (row.substr(n).starts_with("0x")) n += 2;
  while (n < row.size() && (hex_value(row[n]) >= 0 || row[n] == '`')) ++n;
  if (n - at >= 4 && n < row.size()) {
    const string_view offset = row.substr(at, n - at);
    if (row[n] == ':' || row[n] == '|') return {n + 1, true, offset};
    if (row.substr(n).starts_with(" - ")) return {n + 3, true, offset};
    if (row[n] == '\t') return {n, true, offset};
    const std::size_t group = row.find_first_not_of(" \t", n);
    if (is_blank(row[n]) && group != string_view::npos && (n - at >= 6 || group - n >= 2)) return {n, true, offset};
  }
  return {at, false};
}

/// The bytes once more as text: printable ones as they are, or replaced by something else, the others replaced.
bool is_text_of(string_view text, const std::uint8_t* bytes, std::size_t n) {
  if (text.size() != n) return false;
  std::size_t same = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const bool printable = bytes[i] > 0x20 && bytes[i] < 0x7f;
    const bool equal = static_cast<std::uint8_t>(text[i]) == bytes[i];
    same += printable && equal ? 1 : 0;
    if (!equal && text[i] != '.' && text[i] != ' ' && static_cast<std::uint8_t>(text[i]) < 0x80) return false;
  }
  return same > 0 || text.find_first_not_of(". ") == string_view::npos;
}

/// The groups of a row from `at` on. They end at a bar, where the same bytes follow as text, or after two blanks at what is not a
/// group.
bool take_groups(string_view row, std::size_t at, const Group& group, std::vector<std::uint8_t>& out) {
  const std::size_t before = out.size();
  while (at < row.size()) {
    std::size_t blanks = 0;
    while (at < row.size() && is_blank(row[at])) ++at, ++blanks;
    if (at == row.size() || row[at] == '|' || row[at] == '>') break;
    const std::size_t read = out.size() - before;
    if (read > 0 && is_text_of(row.substr(at), out.data() + before, read)) break;
    std::size_t end = at;
    while (end < row.size() && !is_blank(row[end]) && row[end] != '|') ++end;
    if (end - at > 2 && row[at + 2] == '-') end = at + 2;  // 51-55: some put a dash in the middle of a row
    const string_view digits = row.substr(at, end - at);
    if (digits.size() < group.least || digits.size() > group.most || !group.take(digits, out)) return read > 0 && blanks >= 2;
    at = end < row.size() && row[end] == '-' ? end + 1 : end;
  }
  return out.size() > before;
}

bool is_ruler(string_view row) {
  // 00 01 02 ... 0F, or 0 1 2 ... f between bars
  int next = 0;
  for (std::size_t at = 0; at < row.size();) {
    if (hex_value(row[at]) < 0) {
      if (!is_blank(row[at]) && row[at] != '|') return false;
      ++at;
      continue;
    }
    int value = 0;
    for (; at < row.size() && hex_value(row[at]) >= 0; ++at) {
      value = value * 16 + hex_value(row[at]);
      if (value > 255) return false;
    }
    if (value != next++) return false;
  }
  return next >= 8;
}

/// Whether offsets count the bytes before their rows, in one base: else a line is lost, or these are no offsets.
class Offsets {
 public:
  void see(string_view offset, std::size_t bytes) {
    if (offset.empty()) return;
    for (std::size_t i = 0; i < bases.size(); ++i) {
      std::uint64_t value = 0;
      for (const char c : offset) {
        if (c == '`' || c == 'x') continue;
        const int digit = hex_value(c);
        fits_[i] = fits_[i] && digit >= 0 && digit < bases[i];
        value = value * static_cast<std::uint64_t>(bases[i]) + static_cast<std::uint64_t>(std::max(digit, 0));
      }
      if (!seen_) first_[i] = value;
      fits_[i] = fits_[i] && value - first_[i] == bytes;
    }
    seen_ = true;
  }
  /// The bytes before the row that has this offset, in the first base that fits; nullopt before any row, and for no number.
  std::optional<std::uint64_t> due(string_view offset) const {
    for (std::size_t i = 0; seen_ && i < bases.size(); ++i) {
      std::uint64_t value = 0;
      bool number = fits_[i] && offset.size() <= 12;
      for (const char c : offset) {
        const int digit = hex_value(c);
        number = number && digit >= 0 && digit < bases[i];
        value = value * static_cast<std::uint64_t>(bases[i]) + static_cast<std::uint64_t>(std::max(digit, 0));
      }
      if (number && value >= first_[i]) return value - first_[i];
    }
    return std::nullopt;
  }
  bool right() const { return !seen_ || fits_[0] || fits_[1] || fits_[2]; }

 private:
  static constexpr std::array<int, 3> bases = {16, 8, 10};
  std::array<bool, 3> fits_ = {true, true, true};
  std::array<std::uint64_t, 3> first_{};
  bool seen_ = false;
};

/// The last line of a dump is the offset of its end. It tells how much of the last group is padding.
void cut_to_end(string_view offset, std::vector<std::uint8_t>& bytes) {
  for (const int base : {16, 8, 10}) {
    std::uint64_t end = 0;
    bool fits = offset.size() <= 16;
    for (const char c : offset) {
      const int digit = hex_value(c);
      fits = fits && digit < base;
      end = end * static_cast<std::uint64_t>(base) + static_cast<std::uint64_t>(digit);
    }
    if (fits && end <= bytes.size() && bytes.size() - end < 8) {
      bytes.resize(static_cast<std::size_t>(end));
      return;
    }
  }
}

bool repeats_last_row(string_view row, const std::vector<std::uint8_t>& bytes, std::size_t last_row);

string_view bare(string_view row) {
  while (!row.empty() && is_blank(row.front())) row.remove_prefix(1);
  while (!row.empty() && is_blank(row.back())) row.remove_suffix(1);
  return row;
}

/// Trim: blanks at a row's end are not part of it.
template <bool Trim, class TakeRow>
std::optional<PrintedBytes> read_rows(string_view text, TakeRow take_row) {
  PrintedBytes out;
  std::size_t rows = 0;
  std::size_t others = 0;
  std::size_t last_row = 0;  // bytes
  bool offsets = false;
  bool repeated = false;  // a row of one asterisk: the row before it, again and again
  Offsets counted;
  const auto repeat_up_to = [&](string_view offset) {
    const std::optional<std::uint64_t> due = repeated ? counted.due(offset) : std::nullopt;
    repeated = false;
    if (!due || *due > max_dumped || *due <= out.bytes.size() || last_row == 0 || last_row > out.bytes.size()) return;
    while (out.bytes.size() < *due) out.bytes.push_back(out.bytes[out.bytes.size() - last_row]);
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    string_view row = text.substr(at, end - at);
    while (!row.empty() && ((Trim && is_blank(row.back())) || row.back() == '\r')) row.remove_suffix(1);
    std::vector<std::uint8_t> bytes;
    if (row.find_first_not_of(" \t") == string_view::npos || is_ruler(row)) {
      // between the parts of a dump
    } else if (offsets && (Trim ? bare(row) : row).find_first_not_of("0123456789abcdefABCDEF") == string_view::npos) {
      repeat_up_to(bare(row));
      cut_to_end(bare(row), out.bytes);
      break;
    } else if (rows > 0 && row == "*") {
      repeated = true;
    } else if (take_row(row, bytes)) {
      const Start start = start_of(row);
      if (start.has_offset) repeat_up_to(start.offset);
      offsets = offsets || (row.size() > 8 && start.has_offset);
      if (start.has_offset) counted.see(start.offset, out.bytes.size());
      if (rows++ == 0) out.at = at;
      out.bytes.insert(out.bytes.end(), bytes.begin(), bytes.end());
      last_row = bytes.size();
    } else if (rows > 0 && repeats_last_row(row, out.bytes, last_row)) {
      // od -tx1c prints each row twice
    } else if (rows > 0) {
      break;
    } else {
      ++others;
    }
    at = end + 1;
  }
  if (rows == 0 || out.bytes.size() < 4 || !counted.right()) return std::nullopt;
  out.all = !repeated;  // how often the last row is repeated is not said
  out.alone = others == 0 && rows > 1;
  return out;
}

std::optional<PrintedBytes> read_groups(string_view text, const Group& group) {
  return read_rows<true>(text, [&group](string_view row, std::vector<std::uint8_t>& out) {
    if (row.find_first_not_of(' ') < row.size() && row[row.find_first_not_of(' ')] == '|' && row.ends_with(" |")) row.remove_suffix(2);
    const Start start = start_of(row);
    // Eight binary digits are no offset, unless something says so.
    const bool counts = group.take != take_binary || start.at == 0 || row[start.at - 1] == ':' || row[start.at - 1] == '|';
    return take_groups(row, counts ? start.at : 0, group, out);
  });
}

/// A cell of od -c and hexdump -c: four columns, the character at the right.
bool take_cell(string_view cell, std::vector<std::uint8_t>& out) {
  const std::size_t first = cell.find_first_not_of(' ');
  if (first == string_view::npos) {
    out.push_back(' ');
    return true;
  }
  const string_view shown = cell.substr(first);
  if (shown.size() == 1) {
    out.push_back(static_cast<std::uint8_t>(shown[0]));
    return true;
  }
  if (shown.size() == 3) return take_octal(shown, out);
  constexpr string_view letters = "0abtnvfr\\";
  constexpr string_view values("\0\a\b\t\n\v\f\r\\", 9);
  if (shown.size() != 2 || shown[0] != '\\' || letters.find(shown[1]) == string_view::npos) return false;
  out.push_back(static_cast<std::uint8_t>(values[letters.find(shown[1])]));
  return true;
}

bool take_cells(string_view row, std::vector<std::uint8_t>& out) {
  std::size_t at = 0;
  while (at < row.size() && hex_value(row[at]) >= 0) ++at;
  if (at != 0 && (at < 6 || at > 8)) return false;
  std::size_t left = row.size() - at;
  if (left < 4 || left > 4 * 16) return false;
  for (; left >= 4; left -= 4, at += 4) {
    if (!take_cell(row.substr(at, 4), out)) return false;
  }
  return left == 0;
}

/// The last row's bytes once more in another form, below the column of the offset.
bool repeats_last_row(string_view row, const std::vector<std::uint8_t>& bytes, std::size_t last_row) {
  const std::size_t first = row.find_first_not_of(' ');
  std::vector<std::uint8_t> cells;
  if (first == string_view::npos || first < 7) return false;
  if (!take_cells(row.substr(7), cells)) {
    cells.clear();
    if (!take_groups(row, 7, hex_group, cells)) return false;
  }
  return cells.size() <= last_row && std::equal(cells.begin(), cells.end(), bytes.end() - static_cast<std::ptrdiff_t>(last_row));
}

}  // namespace

std::optional<PrintedBytes> read_hex_rows(string_view text) { return read_groups(text, hex_group); }
std::optional<PrintedBytes> read_little_endian_rows(string_view text) { return read_groups(text, little_endian_group); }
std::optional<PrintedBytes> read_octal_rows(string_view text) { return read_groups(text, octal_group); }
std::optional<PrintedBytes> read_decimal_rows(string_view text) { return read_groups(text, decimal_group); }
std::optional<PrintedBytes> read_binary_rows(string_view text) { return read_groups(text, binary_group); }
std::optional<PrintedBytes> read_character_rows(string_view text) { return read_rows<false>(text, take_cells); }

}  // namespace pp::source
