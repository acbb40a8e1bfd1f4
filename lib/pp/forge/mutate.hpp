// Seeded damage to headers: one row for each kind.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "pp/forge/random.hpp"

namespace pp::forge {

struct Mutation {
  std::string_view name;
  std::string_view sentence;
  /// Changes the bytes; returns false, with the bytes as they were, where there is nothing of that kind to change.
  bool (*apply)(std::vector<std::uint8_t>& bytes, Random& random);
};
std::span<const Mutation> mutations() noexcept;
const Mutation* find_mutation(std::string_view name) noexcept;

}  // namespace pp::forge
