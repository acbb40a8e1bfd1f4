// The counters of a row by name: one table says how they are added up, written to JSON and read back.
#pragma once

#include <cstdint>
#include <string_view>

#include "pp/base/saturating.hpp"

namespace pp::stats {

template <class Row>
struct Counter {
  std::string_view key;  // in JSON
  std::uint64_t Row::*value;
};

/// A row type's table, in the order of JSON: specialized beside the type.
template <class Row>
struct CounterTable;

template <class Row>
constexpr void add_counters(Row& sum, const Row& other) noexcept {
  for (const Counter<Row>& c : CounterTable<Row>::rows) sum.*c.value = saturating_add(sum.*c.value, other.*c.value);
}

/// `part` was added before.
template <class Row>
constexpr void subtract_counters(Row& sum, const Row& part) noexcept {
  for (const Counter<Row>& c : CounterTable<Row>::rows) sum.*c.value -= part.*c.value;
}

}  // namespace pp::stats
