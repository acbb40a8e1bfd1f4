#include "pp/explain/log_words.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "pp/base/ascii.hpp"
#include "pp/base/bytes.hpp"
#include "pp/explain/log_line_rows.hpp"
#include "pp/explain/log_quote.hpp"

namespace pp::explain {
namespace {

constexpr std::size_t none = std::string_view::npos;
constexpr std::size_t gram = 5;  // characters that are looked up at once
constexpr unsigned table_bits = 16;

/// One load of eight bytes, of which five count. The bit that tells small letters is set in all: other characters meet
/// too, which only lets more through to the comparison.
std::uint64_t folded_gram(const char* p) {
  const std::uint64_t eight = load_le64(static_cast<const std::uint8_t*>(static_cast<const void*>(p)));
  return (eight & 0xffffffffffU) | 0x2020202020U;
}
/// The same where fewer than eight bytes are left.
std::uint64_t last_gram(const char* p) {
  char bytes[sizeof(std::uint64_t)] = {};
  std::copy(p, p + gram, bytes);
  return folded_gram(bytes);
}
std::size_t slot(std::uint64_t key) { return static_cast<std::size_t>((key * 0x9e3779b97f4a7c15U) >> (64 - table_bits)); }

/// How rare a character is in logs, roughly.
int rarity(char c) {
  if (std::string_view("qxzjvkyw_-").find(c) != none) return 3;
  if (std::string_view("eaiostnr ").find(c) != none) return 0;
  return c >= 'a' && c <= 'z' ? 1 : 2;
}

/// A gram of each alternative of each row's first words, and of each way in which a header is printed.
class FirstWords {
 public:
  FirstWords() {
    for (std::size_t row = 0; row < log_rows().size(); ++row) {
      std::string_view words = log_rows()[row].words[0];
      while (!words.empty()) add(take_part(words, '|'), row);
    }
    for (const std::string_view text : header_beginnings()) add(text, printed_header_bit);
  }

  /// Calls `found` with a row for each of its words in the line, until it returns false.
  template <class Found>
  void scan(std::string_view line, Found found) const {
    if (line.size() < gram) return;
    const char* p = line.data();
    const char* const end = p + line.size();
    for (; end - p >= 8; ++p) {
      const std::size_t at = slot(folded_gram(p));
      if (bits_[at] && !compare(line, p, at, found)) return;
    }
    for (; end - p >= static_cast<std::ptrdiff_t>(gram); ++p) {
      const std::size_t at = slot(last_gram(p));
      if (bits_[at] && !compare(line, p, at, found)) return;
    }
  }

 private:
  struct Word {
    std::string_view text;
    std::size_t gram_at;
    std::size_t row;
    std::uint16_t next;  // of the same slot, from 1; 0: none
  };

  void add(std::string_view word, std::size_t row) {
    std::size_t best = 0;
    int most = -1;
    for (std::size_t i = 0; i + gram <= word.size(); ++i) {
      int sum = 0;
      for (const char c : word.substr(i, gram)) sum += rarity(c);
      if (sum > most) most = sum, best = i;
    }
    if (most < 0) return;
    const std::size_t at = slot(last_gram(word.data() + best));
    bits_.set(at);
    words_.push_back({word, best, row, first_[at]});
    first_[at] = static_cast<std::uint16_t>(words_.size());
  }

  template <class Found>
  bool compare(std::string_view line, const char* p, std::size_t at, Found found) const {
    const auto here = static_cast<std::size_t>(p - line.data());
    for (std::size_t i = first_[at]; i != 0; i = words_[i - 1].next) {
      const Word& word = words_[i - 1];
      if (here < word.gram_at || line.size() - (here - word.gram_at) < word.text.size()) continue;
      const char* const start = p - word.gram_at;
      if (!std::equal(word.text.begin(), word.text.end(), start, [](char w, char c) { return w == ascii_lower(c); })) continue;
      if (!found(word.row)) return false;
    }
    return true;
  }

  std::bitset<std::size_t{1} << table_bits> bits_;
  std::array<std::uint16_t, std::size_t{1} << table_bits> first_{};
  std::vector<Word> words_;
};

const FirstWords& first_words() {
  static const FirstWords words;
  return words;
}

}  // namespace

LogRowSet rows_with_first_words(std::string_view line) {
  LogRowSet out;
  first_words().scan(line, [&](std::size_t row) {
    out.set(row);
    return true;
  });
  return out;
}

bool may_be_known(std::string_view line) {
  bool known = false;
  first_words().scan(line, [&](std::size_t) {
    known = true;
    return false;
  });
  return known;
}

}  // namespace pp::explain
