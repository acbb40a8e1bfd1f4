// What the tools say of their own tables: --explain, --list-codes, --list-tlvs, --json-schema.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pp/render/format.hpp"

namespace pp::render {

/// A finding's code, a diagnosis code or a TLV (by name or as 0xNN), explained; nullopt when there is no such thing.
std::optional<std::string> explain(std::string_view word);

std::string list_codes();
std::string list_tlvs();

/// JSON Schema (draft 2020-12) of the records of -o json: the authority on their keys.
std::string json_schema();

}  // namespace pp::render
