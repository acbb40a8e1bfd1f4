// The rules that need more than the header's bytes: how it was delivered, and what the receiver did.
#pragma once

#include "pp/inspect/record.hpp"
#include "pp/wire/header.hpp"

namespace pp::inspect {

/// Appends to record.findings; `parsed` is of the record's own bytes.
void add_flow_findings(Record& record, const Parsed& parsed);

/// The receiver answered a valid header with a reset, an error, or a close without a byte.
bool refused(const Record& record, const Header& header) noexcept;

}  // namespace pp::inspect
