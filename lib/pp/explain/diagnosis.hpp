// Who has to change what: rows that read a record and its reaction. A row says "likely" unless the bytes prove it, names what
// else it can be, and never what the capture contradicts; where no row fits, nothing is said.
#pragma once

#include <optional>
#include <string_view>

#include "pp/inspect/record.hpp"

namespace pp::explain {

class PortEvidence;

/// What `--explain` tells of a diagnosis.
struct DiagnosisInfo {
  std::string_view code;
  std::string_view meaning;
};

/// `parsed` is of the record's own bytes. `evidence`: what the same receiver did with the other connections of the input, or
/// nullptr when that is not known.
std::optional<inspect::Diagnosis> diagnose(const inspect::Record& record, const Parsed& parsed, const PortEvidence* evidence);
std::optional<inspect::Diagnosis> diagnose(const inspect::Record& record, const Parsed& parsed);

/// The codes of all rows, each once, in the order in which they are tried.
const DiagnosisInfo* diagnosis_begin() noexcept;
const DiagnosisInfo* diagnosis_end() noexcept;

}  // namespace pp::explain
