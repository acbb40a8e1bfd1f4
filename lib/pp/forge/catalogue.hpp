// Valid and malformed headers by name: rows that each make a point, and sweeps that try every value of one field.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "pp/forge/case.hpp"

namespace pp::forge {

std::span<const CaseRow> rows() noexcept;
Case make_case(const CaseRow& row);

/// Generated cases, "prefix/item": one field takes every value that it can, the rest stays good.
struct Sweep {
  std::string_view prefix;
  Section section;
  std::size_t count;
  Case (*item)(std::size_t index);  // index < count
  std::string_view sentence;
};
std::span<const Sweep> sweeps() noexcept;

/// By id or by alias, in rows and sweeps; nullopt when there is none.
std::optional<Case> find_case(std::string_view id);

/// Rows, then sweeps, in the order of the tables. Every id comes once.
void for_each_case(const std::function<void(const Case&)>& visit);

}  // namespace pp::forge
