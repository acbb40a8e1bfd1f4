#include "cli/option_table.hpp"

#include "cli/suggest.hpp"
#include "cli/usage.hpp"

namespace pp::tool {

std::vector<std::string_view> split_names(std::string_view names, char between) {
  std::vector<std::string_view> out;
  while (!names.empty()) {
    const std::size_t end = names.find(between);
    out.push_back(names.substr(0, end));
    names = end == std::string_view::npos ? std::string_view() : names.substr(end + 1);
  }
  return out;
}

std::vector<std::string> Allowed::words() const {
  if (listed != nullptr) return listed();
  std::vector<std::string> out;
  for (const std::string_view word : split_names(fixed, '|')) out.emplace_back(word);
  return out;
}

std::string alternatives(const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view between = i == 0 ? "" : i + 1 == words.size() ? " or " : ", ";
    text::append(out, "{}{}", between, words[i]);
  }
  return out;
}

void refuse_word(const Given& given) {
  const std::vector<std::string> words = given.row.allowed.words();
  refuse("{} '{}': expected {}{}", given.option, given.value, alternatives(words), suggest(given.value, words));
}

}  // namespace pp::tool
