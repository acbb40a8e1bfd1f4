// The rules that need more than the header's bytes: how it was delivered, and what the receiver did.
#pragma once

#include <string_view>

#include "pp/inspect/record.hpp"
#include "pp/wire/header.hpp"

namespace pp::inspect {

/// Where Tor announces a circuit's number in place of a client's address.
inline constexpr std::string_view tor_circuits = "fc00:dead:beef:4dad::/64";

/// Appends to record.findings; `parsed` is of the record's own bytes.
void add_flow_findings(Record& record, const Parsed& parsed);

/// The same for Simple Proxy Protocol, whose bytes break no rule of the specification; `seen` is what the datagram holds.
void add_simple_findings(Record& record, const Parsed& parsed, Bytes seen);

}  // namespace pp::inspect
