// Where a filter is wrong. libpcap says what, and leaves the place to the reader: it is found by asking the compiler
// about the filter's beginnings.
#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <vector>

#include "pp/source/bpf.hpp"
#include "pp/source/filter.hpp"

namespace pp::source {
namespace {

constexpr std::string_view syntax_error = "syntax error";
constexpr std::size_t most_words = 1000;  // longer filters: skip locating the error

struct Word {
  std::size_t offset = 0;
  std::size_t length = 0;
};

bool in_word(char c) noexcept {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("_.:-\\").find(c) != std::string_view::npos;
}

/// Names, numbers and addresses, and between them operators of one or two characters.
std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> out;
  for (std::size_t at = 0; at < text.size();) {
    if (std::isspace(static_cast<unsigned char>(text[at])) != 0) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && in_word(text[end])) ++end;
    if (end == at) {
      constexpr std::array<std::string_view, 8> pairs = {"&&", "||", "<<", ">>", "<=", ">=", "!=", "=="};
      end = at + (std::find(pairs.begin(), pairs.end(), text.substr(at, 2)) != pairs.end() ? 2 : 1);
    }
    out.push_back({at, end - at});
    at = end;
  }
  return out;
}

/// Asks about beginnings of one filter. Names that a resolver would be asked for are written as an address.
class Beginnings {
 public:
  Beginnings(std::string_view text, const std::vector<Word>& words, std::uint32_t link_type) : handle_(compiler_for(link_type)) {
    Beginning beginning;
    std::string before;
    std::size_t end = 0;
    for (const Word& word : words) {
      std::string own(text.substr(word.offset, word.length));
      constexpr std::array<std::string_view, 10> own_names = {"port", "portrange", "proto",   "protochain", "ifname",
                                                              "on",   "type",      "subtype", "direction",  "dir"};
      const bool host = is_name(own) && std::find(own_names.begin(), own_names.end(), before) == own_names.end();
      beginning.text += std::string(text.substr(end, word.offset - end)) + (host ? "127.0.0.1" : own);
      beginning.open += own == "(" ? 1 : own == ")" ? -1 : 0;
      beginnings_.push_back(beginning);
      before = own;
      end = word.offset + word.length;
    }
  }

  /// Something can follow the first `count` words and make a filter of them.
  bool can_go_on(std::size_t count) {
    if (count == 0) return true;
    constexpr std::array<std::string_view, 18> ends = {"",     "1",           "tcp",   "port 1",    "127.0.0.1", "1-2",
                                                       "http", "= 1",         "] = 1", "1] = 1",    "1 = 1",     ":1] = 1",
                                                       "::1",  "0:0:0:0:0:1", "mgt",   "255.0.0.0", "1) = 1",    "[0] = 1"};
    return std::any_of(ends.begin(), ends.end(), [&](std::string_view end) {
      const Beginning& b = beginnings_[count - 1];
      const std::string error = refusal({b.text + " " + std::string(end), b.open});
      return error.find(syntax_error) == std::string::npos;
    });
  }
  /// The first `count` words are refused in these words.
  bool refused_as(std::size_t count, const std::string& error) { return count > 0 && refusal(beginnings_[count - 1]) == error; }

 private:
  struct Beginning {
    std::string text;
    int open = 0;  // parentheses
  };

  std::string refusal(Beginning b) {
    b.text.append(static_cast<std::size_t>(std::max(b.open, 0)), ')');
    return program_.compile(handle_.get(), b.text) ? std::string() : program_.error();
  }

  PcapHandle handle_;
  BpfProgram program_;
  std::vector<Beginning> beginnings_;
};

/// The lowest count in [low, high) for which `is` holds, or high; once it holds it does for all above.
template <class Predicate>
std::size_t lowest(std::size_t low, std::size_t high, Predicate&& is) {
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (is(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

}  // namespace

bool is_name(const std::string& word) {
  if (std::none_of(word.begin(), word.end(), [](unsigned char c) { return std::isalpha(c) != 0; })) return false;
  // Behind "ifname" the grammar takes names and no word or constant of its own, and nothing is looked up: it is refused
  // for another reason.
  constexpr std::uint32_t ethernet = 1;
  BpfProgram program;
  return program.compile(compiler_for(ethernet).get(), "ifname " + word) || program.error().find(syntax_error) == std::string::npos;
}

std::string first_word(const std::string& expression) {
  for (const Word& word : words_of(expression)) {
    std::string text = expression.substr(word.offset, word.length);
    if (text != "(" && text != "!" && text != "not") return text;
  }
  return {};
}

FilterFault locate_fault(const std::string& expression, std::uint32_t link_type, const std::string& error) {
  FilterFault fault{error, 0, 0};
  const std::vector<Word> words = words_of(expression);
  if (error == rejects_all || words.empty() || words.size() > most_words) return fault;
  const auto at = [&](std::size_t index) {
    fault.offset = words[index].offset;
    fault.length = words[index].length;
    return fault;
  };
  const auto text = [&](const Word& word) { return std::string_view(expression).substr(word.offset, word.length); };
  Beginnings beginnings(expression, words, link_type);
  if (error.find(syntax_error) != std::string::npos) {
    const std::size_t good = lowest(1, words.size() + 1, [&](std::size_t count) { return !beginnings.can_go_on(count); }) - 1;
    if (good < words.size()) {
      fault.message = "syntax error at '" + std::string(text(words[good])) + "'";
      return at(good);
    }
    fault.message = "syntax error: the filter ends too early";
    fault.offset = words.back().offset + words.back().length;
    return fault;
  }
  // What is quoted is in the filter, most of the time as it stands there.
  const std::size_t open = error.find('\'');
  const std::size_t close = open == std::string::npos ? open : error.find('\'', open + 1);
  if (close != std::string::npos) {
    const std::string_view quoted = std::string_view(error).substr(open + 1, close - open - 1);
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::string_view word = text(words[i]);
      if (word == quoted || (word.starts_with('\\') && word.substr(1) == quoted)) return at(i);
    }
  }
  const std::size_t count = lowest(1, words.size() + 1, [&](std::size_t n) { return beginnings.refused_as(n, error); });
  return count <= words.size() ? at(count - 1) : fault;
}

}  // namespace pp::source
