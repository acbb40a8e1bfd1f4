#include "cli/suggest.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <numeric>

#include "cli/option_words.hpp"

namespace pp::tool {
namespace {

constexpr std::size_t longest = 64;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// Levenshtein's distance, and two neighbours that changed places count once. `a` and `b` are at most `longest` bytes.
std::size_t distance(std::string_view a, std::string_view b) {
  std::array<std::array<std::size_t, longest + 1>, 3> rows{};
  std::iota(rows[0].begin(), rows[0].end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    const auto& above = rows[(i + 2) % 3];
    auto& row = rows[i % 3];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0U : 1U)});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], rows[(i + 1) % 3][j - 2] + 1);
    }
  }
  return rows[a.size() % 3][b.size()];
}

}  // namespace

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  if (word.size() > longest) return "";
  // Every third byte may be wrong; a word of two bytes or less could be anything.
  std::size_t best = std::min<std::size_t>(word.size() / 3, 3) + 1;
  std::string_view found;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > longest) continue;
    const std::size_t d = distance(word, candidate);
    if (d >= best) continue;
    best = d;
    found = candidate;
  }
  return found.empty() ? "" : "; did you mean " + in_quotes(found) + "?";
}

std::string did_you_mean(std::string_view word, std::span<const ValueWords> rows, std::string_view option) {
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const ValueWords& r) { return r.option == option; });
  if (row == rows.end()) return "";
  std::vector<std::string> words = row->words();
  for (std::string& candidate : words) {
    if (candidate.ends_with('=')) candidate.pop_back();
  }
  return did_you_mean(word, words);
}

void refuse_unknown_option(const CLI::App& app, std::span<const std::string> words, std::string_view help) {
  const auto unknown = std::find_if(words.begin(), words.end(), [](const std::string& word) { return word.size() > 1 && word[0] == '-'; });
  if (unknown == words.end()) return;
  std::vector<std::string> names;
  for (const OptionModel& option : command_model(app, {}).options) names.insert(names.end(), option.names.begin(), option.names.end());
  const std::string name = unknown->substr(0, unknown->find('='));
  const std::string meant = did_you_mean(name, names);
  refuse("unknown option " + in_quotes(name) + (meant.empty() ? "; see " + std::string(help) : meant));
}

}  // namespace pp::tool
