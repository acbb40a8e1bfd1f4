#include "pp/render/json_writer.hpp"

#include <algorithm>

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "pp/base/hex.hpp"
#include "pp/base/utf8.hpp"

namespace pp::render {
namespace {

constexpr std::uint64_t largest_exact = std::uint64_t{1} << 53;

void append_unit(std::string& out, std::uint32_t unit) {
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += hex_digits[(unit >> shift) & 15];
}

}  // namespace

struct JsonWriter::Parts {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer, rapidjson::UTF8<>, rapidjson::UTF8<>, rapidjson::CrtAllocator> writer{buffer};
};

JsonWriter::JsonWriter() : parts_(std::make_unique<Parts>()) {}
JsonWriter::~JsonWriter() = default;

void JsonWriter::key(std::string_view k) { parts_->writer.Key(k.data(), static_cast<rapidjson::SizeType>(k.size())); }
void JsonWriter::open_object() { parts_->writer.StartObject(); }
void JsonWriter::close_object() { parts_->writer.EndObject(); }
void JsonWriter::open_array() { parts_->writer.StartArray(); }
void JsonWriter::close_array() { parts_->writer.EndArray(); }
void JsonWriter::string(std::string_view v) { parts_->writer.String(v.data(), static_cast<rapidjson::SizeType>(v.size())); }
void JsonWriter::number(std::uint64_t v) {
  if (v > largest_exact) {
    string(std::to_string(v));
  } else {
    parts_->writer.Uint64(v);
  }
}

void JsonWriter::text(std::string_view k, std::string_view v) {
  key(k);
  string(v);
}
void JsonWriter::shown_text(std::string_view k, std::string_view v) {
  const Bytes bytes(reinterpret_cast<const std::uint8_t*>(v.data()), v.size());
  text(k, utf8_prefix(bytes) == bytes.size() ? std::string(v) : shown(bytes));
}
void JsonWriter::number(std::string_view k, std::uint64_t v) {
  key(k);
  number(v);
}
void JsonWriter::flag(std::string_view k, bool v) {
  key(k);
  parts_->writer.Bool(v);
}

void JsonWriter::finish(std::string& out) const {
  append_safe_json(out, {parts_->buffer.GetString(), parts_->buffer.GetSize()});
  out += '\n';
}

void append_safe_json(std::string& out, std::string_view json) {
  Bytes left(reinterpret_cast<const std::uint8_t*>(json.data()), json.size());
  while (!left.empty()) {
    // Nearly all of it, even of a record with names in other scripts: keys, numbers, hexadecimal digits.
    if (const std::size_t plain = printable_prefix(left); plain > 0) {
      out.append(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(plain));
      left = left.subspan(plain);
      continue;
    }
    const CodePoint c = decode_utf8(left);
    const std::size_t size = std::max<std::size_t>(c.size, 1);
    if (!unsafe_to_show(c.value)) {
      out.append(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(size));
    } else if (c.value > 0xffff) {
      append_unit(out, 0xd800 + ((c.value - 0x10000) >> 10));
      append_unit(out, 0xdc00 + ((c.value - 0x10000) & 0x3ff));
    } else {
      append_unit(out, c.value);
    }
    left = left.subspan(size);
  }
}

}  // namespace pp::render
