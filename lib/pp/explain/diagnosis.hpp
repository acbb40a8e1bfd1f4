// Who has to change what: rows that read a record and its reaction. A row says "likely" unless the bytes prove it; where
// no row fits, nothing is said.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "pp/inspect/record.hpp"

namespace pp::explain {

/// What `--explain` tells of a diagnosis.
struct DiagnosisInfo {
  std::string_view code;
  std::string_view meaning;
};

std::optional<inspect::Diagnosis> diagnose(const inspect::Record& record, const Parsed& parsed);

/// The codes of all rows, in the order in which they are tried.
const DiagnosisInfo* diagnosis_begin() noexcept;
const DiagnosisInfo* diagnosis_end() noexcept;

}  // namespace pp::explain
