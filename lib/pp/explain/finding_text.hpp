// The sentence of a finding: what stands in this header, or happened on this connection. A code has a row of sentences; the
// linter and the flow's rules say which one, and with what in it.
#pragma once

#include <string>

#include "pp/inspect/record.hpp"
#include "pp/lint/finding.hpp"

namespace pp::explain {

/// ASCII; wire bytes in it are escaped. `seen`: the bytes that lint saw, of which there may be fewer than a finding quotes.
std::string finding_text(const lint::Finding& finding, Bytes seen);

/// Of a finding in `record.findings`. What a redacted record says is its code's description, since sentences quote.
std::string finding_text(const lint::Finding& finding, const inspect::Record& record);

}  // namespace pp::explain
