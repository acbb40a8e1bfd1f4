// What the tools say of their own tables: --explain, --list-codes, --list-tlvs, --json-schema.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pp/render/format.hpp"

namespace pp::render {

/// A finding's code, a diagnosis code, a TLV (by name or as 0xNN), a product, "products" for all of them, "senders" for what tells
/// them apart; empty when it is none of these.
std::string explain_name(std::string_view word);
/// The same, or a receiver's log line or error text, explained; nullopt when it is none of these.
std::optional<std::string> explain(std::string_view word);

std::string list_codes();
std::string list_tlvs();

/// JSON Schema (draft 2020-12) of the records of -o json: the authority on their keys.
std::string json_schema();

}  // namespace pp::render
