// The code of a finding: a fault of the parser or a rule of the linter, as one number. Its words stand in their tables.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "pp/lint/rules.hpp"
#include "pp/wire/fault.hpp"

namespace pp::lint {

/// Compared as a number. In source a code may be written by its name: one that no table has does not compile.
class Code {
 public:
  constexpr Code() noexcept = default;                                                 // no finding
  constexpr Code(Fault fault) noexcept : number_(static_cast<std::uint8_t>(fault)) {}  // NOLINT(google-explicit-constructor)
  constexpr Code(Rule rule) noexcept
      : number_(narrow(fault_table.size() + static_cast<std::size_t>(rule))) {}  // NOLINT(google-explicit-constructor)
  consteval Code(const char* name) : number_(narrow(number_of(name))) {}         // NOLINT(google-explicit-constructor)

  /// 0 for no finding, then the faults and the rules in the order of their tables.
  static constexpr Code at(std::size_t number) noexcept { return Code(number); }
  static constexpr std::size_t count = fault_table.size() + rule_table.size();
  constexpr std::size_t number() const noexcept { return number_; }

  constexpr bool none() const noexcept { return number_ == 0; }
  constexpr std::string_view name() const noexcept { return is_fault() ? fault().code : rule().code; }
  constexpr std::string_view section() const noexcept { return (is_fault() ? fault().section : rule().section).number(); }
  /// What the specification asks, or what custom says.
  constexpr std::string_view description() const noexcept { return is_fault() ? fault().description : rule().description; }
  constexpr Level level() const noexcept { return is_fault() ? Level::error : rule().level; }

  friend constexpr bool operator==(Code, Code) noexcept = default;

 private:
  explicit constexpr Code(std::size_t number) noexcept : number_(narrow(number)) {}
  static constexpr std::uint8_t narrow(std::size_t number) noexcept { return static_cast<std::uint8_t>(number); }
  static consteval std::size_t number_of(std::string_view name) {
    for (std::size_t i = 1; i < count; ++i) {
      if (Code(i).name() == name) return i;
    }
    throw "no such code of a fault or rule";
  }
  constexpr bool is_fault() const noexcept { return number_ < fault_table.size(); }
  constexpr const FaultInfo& fault() const noexcept { return fault_table[number_]; }
  constexpr const RuleInfo& rule() const noexcept { return rule_table[number_ - fault_table.size()]; }

  std::uint8_t number_ = 0;
};
static_assert(Code::count <= 256);

/// Every code that a finding can have: the faults, then the rules.
inline constexpr auto all_codes = [] {
  std::array<Code, Code::count - 1> out;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = Code::at(i + 1);
  return out;
}();

}  // namespace pp::lint
