// What the command line changes in a header: TLVs, fields with values that need not be valid, bytes.
#pragma once

#include "pp/wire/draft.hpp"
#include "ppgen/header_options.hpp"

namespace pp::tool {

bool has_edits(const HeaderArguments& arguments) noexcept;

/// --tlv, --ssl, --crc32c, --set, --pad-to, --patch, --truncate and --append, in this order. Refuses what does not fit the header.
void apply_edits(const HeaderArguments& arguments, Draft& draft);

}  // namespace pp::tool
