#include "pp/render/json_writer.hpp"

namespace pp::render {
namespace {

void append_unit(std::string& out, std::uint32_t unit) {
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += hex_digits[(unit >> shift) & 15];
}

/// Appends JSON text with the characters escaped that a terminal would obey. They stand in strings alone, where \u means the same.
void append_safe(std::string& out, std::string_view json) {
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

}  // namespace

void JsonWriter::escaped(std::string_view text) {
  constexpr std::string_view short_forms = "\b\f\n\r\t\"\\";
  constexpr std::string_view letters = "bfnrt\"\\";
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x7f) all_ascii_ = false;
    if (is_plain(byte) || byte >= 0x7f) {
      out_ += c;
    } else if (const std::size_t at = short_forms.find(c); at != std::string_view::npos) {
      out_ += '\\';
      out_ += letters[at];
    } else {
      out_ += "\\u00";
      out_ += digits[byte >> 4U];
      out_ += digits[byte & 15U];
    }
  }
}

void JsonWriter::finish() {
  if (!all_ascii_) {
    const std::string written = out_.substr(start_);
    out_.resize(start_);
    append_safe(out_, written);
  }
  out_ += '\n';
}

}  // namespace pp::render
