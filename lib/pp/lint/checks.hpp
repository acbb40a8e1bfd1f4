// The rules on TLVs; called by lint.
#pragma once

#include <vector>

#include "pp/lint/finding.hpp"
#include "pp/lint/reading.hpp"
#include "pp/wire/header.hpp"

namespace pp::lint {

/// Walks the reading's TLVs, one level into SSL: framing, types, values, duplicates, then the checksum.
void check_tlvs(const Header& h, const Reading& reading, std::vector<Finding>& out);

/// 2.2.3. `reading` divides into TLVs without rest.
void check_crc32c(const Header& h, const Reading& reading, std::vector<Finding>& out);

}  // namespace pp::lint
