#include "pp/forge/catalogue.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "pp/forge/rows_around.hpp"
#include "pp/forge/rows_tlv.hpp"
#include "pp/forge/rows_v1.hpp"
#include "pp/forge/rows_v2.hpp"

namespace pp::forge {
namespace {

template <std::size_t... N>
constexpr auto joined(const std::array<CaseRow, N>&... tables) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    const std::array parts = {std::span<const CaseRow>(tables)...};
    const auto at = [&parts](std::size_t i) {
      std::size_t part = 0;
      while (i >= parts[part].size()) i -= parts[part++].size();
      return parts[part][i];
    };
    return std::array{at(I)...};
  }
  (std::make_index_sequence<(N + ...)>());
}

constexpr std::array all_rows = joined(v1_rows, v2_rows, tlv_rows, around_rows);

constexpr bool is_slug(std::string_view id) {
  if (!id.starts_with("v1/") && !id.starts_with("v2/") && !id.starts_with("none/")) return false;
  for (char c : id) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '/' || c == '-')) return false;
  }
  return true;
}

constexpr bool sound_rows() {
  for (std::size_t i = 0; i < all_rows.size(); ++i) {
    if (!is_slug(all_rows[i].id) || all_rows[i].sentence.empty()) return false;
  }
  return true;
}
static_assert(sound_rows(), "ids are slugs, and each row has a sentence");

}  // namespace

std::string payload_of(const Plan& plan) {
  if (!plan.has_payload()) return {};
  std::string out(request);
  constexpr std::size_t padding = 3000;
  // Before the empty line that ends the request.
  if (plan.large) out.insert(out.size() - 2, "X-Padding: " + std::string(padding, 'x') + "\r\n");
  return out;
}

std::span<const CaseRow> rows() noexcept { return all_rows; }

Case make_case(const CaseRow& row) {
  return {std::string(row.id),       row.alias,  row.section.number(), row.asks, row.expected, row.plan, row.recipe(),
          std::string(row.sentence), row.derived};
}

std::optional<Case> find_case(std::string_view id) {
  if (id.empty()) return std::nullopt;
  for (const CaseRow& row : all_rows) {
    if (row.id == id || row.alias == id) return make_case(row);
  }
  for (const Sweep& sweep : sweeps()) {
    if (!id.starts_with(sweep.prefix) || id.size() <= sweep.prefix.size()) continue;
    for (std::size_t i = 0; i < sweep.count; ++i) {
      Case c = sweep.item(i);
      if (c.id == id) return c;
    }
  }
  return std::nullopt;
}

void for_each_case(const std::function<void(const Case&)>& visit) {
  for (const CaseRow& row : all_rows) visit(make_case(row));
  for (const Sweep& sweep : sweeps()) {
    for (std::size_t i = 0; i < sweep.count; ++i) visit(sweep.item(i));
  }
}

}  // namespace pp::forge
