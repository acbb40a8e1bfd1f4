// Who has to change what: rows that read a record and its reaction. A row says "likely" unless the bytes prove it; where
// no row fits, nothing is said.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "pp/explain/evidence.hpp"
#include "pp/inspect/record.hpp"

namespace pp::explain {

/// What `--explain` tells of a diagnosis.
struct DiagnosisInfo {
  std::string_view code;
  std::string_view meaning;
};

/// `evidence` is of the record's receiver and holds the record itself; nullptr when nothing else is known of the receiver.
std::optional<inspect::Diagnosis> diagnose(const inspect::Record& record, const Parsed& parsed, const PortEvidence* evidence);
inline std::optional<inspect::Diagnosis> diagnose(const inspect::Record& record, const Parsed& parsed) {
  return diagnose(record, parsed, nullptr);
}

/// The codes of all rows, in the order in which they are tried.
const DiagnosisInfo* diagnosis_begin() noexcept;
const DiagnosisInfo* diagnosis_end() noexcept;

}  // namespace pp::explain
