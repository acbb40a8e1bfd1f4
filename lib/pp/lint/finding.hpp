// One thing that is wrong, unwise or worth knowing, with its place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "pp/lint/rules.hpp"
#include "pp/wire/fault.hpp"

namespace pp::lint {

struct Finding {
  std::string_view code;  // of a row in fault_table or rule_table, so it lives for ever
  std::string_view section;
  std::string_view rule;  // the row's sentence
  Level level = Level::note;
  std::uint32_t offset = 0;  // from the header's first byte
  std::uint32_t length = 0;  // bytes that it covers, 0 when it is about no byte in particular
  std::string message;       // ASCII; wire bytes in it are escaped
};

inline Finding make_finding(Rule rule, std::uint32_t offset, std::uint32_t length, std::string message) {
  const RuleInfo& row = info(rule);
  return {row.code, row.section.number(), row.text, row.level, offset, length, std::move(message)};
}
inline Finding make_finding(Fault fault, std::uint32_t offset, std::uint32_t length, std::string message) {
  const FaultInfo& row = pp::info(fault);
  return {row.code, row.section.number(), row.rule, Level::error, offset, length, std::move(message)};
}

}  // namespace pp::lint
