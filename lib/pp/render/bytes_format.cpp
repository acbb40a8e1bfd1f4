#include "pp/render/bytes_format.hpp"

#include <algorithm>
#include <array>

#include "pp/base/hex.hpp"
#include "pp/text/format.hpp"

namespace pp::render {
namespace {

void write_raw(std::string& out, Bytes bytes) { out.append(bytes.begin(), bytes.end()); }

void write_hex(std::string& out, Bytes bytes) {
  append_hex(out, bytes);
  out += '\n';
}

/// As xxd prints it, so that xxd -r takes it back.
void write_xxd(std::string& out, Bytes bytes) {
  constexpr std::size_t columns = 16;
  for (std::size_t at = 0; at < bytes.size(); at += columns) {
    const Bytes row = bytes.subspan(at, std::min(columns, bytes.size() - at));
    std::uint8_t offset[4];
    store_be32(offset, static_cast<std::uint32_t>(at));
    append_hex(out, offset);
    out += ':';
    for (std::size_t i = 0; i < columns; ++i) {
      if (i % 2 == 0) out += ' ';
      if (i < row.size())
        append_hex(out, row.subspan(i, 1));
      else
        out += "  ";
    }
    out += "  ";
    for (std::uint8_t b : row) out += b >= 0x20 && b < 0x7f ? static_cast<char>(b) : '.';
    out += '\n';
  }
}

void write_base64(std::string& out, Bytes bytes) {
  constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < n ? bytes[i + k] : 0U);
    for (std::size_t k = 0; k < 4; ++k) out += k <= n ? alphabet[group >> (18 - 6 * k) & 63U] : '=';
  }
  out += '\n';
}

/// An array that C and C++ take alike.
void write_c(std::string& out, Bytes bytes) {
  text::append(out, "/* {} bytes */\nstatic const unsigned char header[] = {{", bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out += i % 12 == 0 ? "\n    0x" : " 0x";
    append_hex(out, bytes.subspan(i, 1));
    out += ',';
  }
  out += "\n};\n";
}

constexpr std::array formats = {
    BytesFormat{"raw", true, write_raw},        BytesFormat{"hex", false, write_hex}, BytesFormat{"xxd", false, write_xxd},
    BytesFormat{"base64", false, write_base64}, BytesFormat{"c", false, write_c},
};

}  // namespace

const BytesFormat* find_bytes_format(std::string_view name) noexcept {
  const auto* found = std::find_if(formats.begin(), formats.end(), [&](const BytesFormat& f) { return f.name == name; });
  return found == formats.end() ? nullptr : found;
}

std::string bytes_format_names() {
  std::string out;
  for (const BytesFormat& f : formats) {
    if (!out.empty()) out += ", ";
    out += f.name;
  }
  return out;
}

}  // namespace pp::render
