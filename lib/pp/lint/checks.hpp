// The rules on TLVs; called by lint.
#pragma once

#include <vector>

#include "pp/lint/finding.hpp"
#include "pp/wire/header.hpp"
#include "pp/wire/tlv_layout.hpp"

namespace pp::lint {

/// A header of 64 KiB can hold 21,840 faulty TLVs: they are reported one by one up to here, then counted.
inline constexpr std::size_t most_findings = 64;

/// Walks the TLVs, one level into SSL: framing, types, values, duplicates, then the checksum.
void check_tlvs(const Header& h, const JudgedTlvs& tlvs, std::vector<Finding>& out);

/// 2.2.3.
void check_crc32c(const Header& h, const JudgedTlvs& tlvs, std::vector<Finding>& out);

}  // namespace pp::lint
