// The fields of a JSON object as a table. One row gives the member that is written, its place in the JSON Schema and its line in
// the documentation, so that the three cannot disagree.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "pp/render/json_writer.hpp"
#include "pp/text/format.hpp"

namespace pp::render {

/// One member of the JSON object of an `Of`.
template <class Of>
struct Field {
  std::string_view name;
  std::string_view type;            // the members of its JSON Schema, without braces: json_type
  std::string_view description;     // a part of a sentence for the schema; empty when the name says it
  bool (*has)(Of&);                 // nullptr: each object has it
  void (*write)(JsonWriter&, Of&);  // its value
};

/// JSON Schema of values that occur often.
namespace json_type {
inline constexpr std::string_view text = R"("type": "string")";
inline constexpr std::string_view count = R"("type": "integer", "minimum": 0)";
inline constexpr std::string_view from_one = R"("type": "integer", "minimum": 1)";
inline constexpr std::string_view byte = R"("type": "integer", "minimum": 0, "maximum": 255)";
inline constexpr std::string_view word = R"("type": "integer", "minimum": 0, "maximum": 65535)";
inline constexpr std::string_view boolean = R"("type": "boolean")";
inline constexpr std::string_view only_true = R"("const": true)";
inline constexpr std::string_view hex = R"("$ref": "#/$defs/hex")";
}  // namespace json_type

namespace json_internal {
template <const auto& table, std::size_t row, class Of>
void write_field(JsonWriter& w, Of& of) {
  constexpr auto& field = table[row];
  if constexpr (field.has != nullptr) {
    if (!field.has(of)) return;
  }
  w.key(field.name);
  field.write(w, of);
}
template <const auto& table, class Of, std::size_t... rows>
void write_fields(JsonWriter& w, Of& of, std::index_sequence<rows...>) {
  (write_field<table, rows>(w, of), ...);
}
}  // namespace json_internal

/// Writes `of` as an object. The table is a constant, so the rows are as quick as if they were written out.
template <const auto& table, class Of>
void write_object(JsonWriter& w, Of& of) {
  w.open_object();
  json_internal::write_fields<table>(w, of, std::make_index_sequence<std::size(table)>());
  w.close_object();
}

/// Appends the JSON Schema of the objects that a table describes: no others are allowed.
template <class Table>
void append_object_schema(std::string& out, std::string_view title, const Table& table) {
  text::append(out, R"({{"title": "{}", "type": "object", "additionalProperties": false, "required": [)", title);
  const char* comma = "";
  for (const auto& field : table) {
    if (field.has != nullptr) continue;
    text::append(out, R"({}"{}")", comma, field.name);
    comma = ", ";
  }
  out += "], \"properties\": {";
  comma = "";
  for (const auto& field : table) {
    text::append(out, "{}\n      \"{}\": {{{}", comma, field.name, field.type);
    if (!field.description.empty()) text::append(out, R"(, "description": "{}")", field.description);
    out += '}';
    comma = ",";
  }
  out += "}}";
}

}  // namespace pp::render
