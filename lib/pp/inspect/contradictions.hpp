// ALPN and AUTHORITY beside what follows the header: the names that the sender announces and those that the client uses.
#pragma once

#include <string_view>

#include "pp/inspect/record.hpp"
#include "pp/wire/header.hpp"

namespace pp::inspect {

/// A complete v2 header with an ALPN or AUTHORITY TLV: what its payload names is worth knowing.
bool announces_names(const Header& header, const TlvArea& tlvs) noexcept;

/// The host that the payload asks for, without port and brackets: the SNI of a ClientHello, or Host. Empty: none.
std::string_view asked_host(const Payload& payload) noexcept;

/// Appends to record.findings; `header` is of the record's own bytes, and record.payload is filled.
void add_contradictions(Record& record, const Header& header);

}  // namespace pp::inspect
