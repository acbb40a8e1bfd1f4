#include "cli/suggest.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "pp/text/format.hpp"

namespace pp::tool {
namespace {

constexpr std::size_t longest = 64;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// Edit distance (optimal string alignment: a swap of neighbours counts once). `a` and `b` are at most `longest` bytes.
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

std::string suggest(std::string_view word, std::span<const std::string> candidates) {
  if (word.size() > longest) return "";
  // Every third byte may be wrong; a word of two bytes or less could be anything.
  std::size_t best = std::min<std::size_t>(word.size() / 3, 3) + 1;
  std::string_view found, begins_alike;
  for (const std::string_view listed : candidates) {
    const std::string_view candidate = listed.ends_with('=') ? listed.substr(0, listed.size() - 1) : listed;
    if (candidate.size() > longest) continue;
    constexpr std::size_t telling = 3;  // bytes: "length" for "len"
    const bool alike = std::min(word.size(), candidate.size()) >= telling && (word.starts_with(candidate) || candidate.starts_with(word));
    if (alike && begins_alike.empty()) begins_alike = candidate;
    const std::size_t d = distance(word, candidate);
    if (d >= best) continue;
    best = d;
    found = candidate;
  }
  if (found.empty()) found = begins_alike;
  return found.empty() ? "" : text::format("; did you mean '{}'?", found);
}

}  // namespace pp::tool
