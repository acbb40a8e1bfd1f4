#include "pp/base/utf8.hpp"

#include <vector>

#include "pp/base/hex.hpp"

namespace pp {
namespace {

void append_escape(std::string& out, std::uint8_t b) {
  out += '\\';
  switch (b) {
    case '\r': out += 'r'; return;
    case '\n': out += 'n'; return;
    case '\t': out += 't'; return;
    case '\0': out += '0'; return;
    case '\\': out += '\\'; return;
    default: break;
  }
  out += 'x';
  out += hex_digits[b >> 4];
  out += hex_digits[b & 15U];
}

}  // namespace

void append_shown(std::string& out, Bytes text, Charset charset) {
  while (!text.empty()) {
    const std::uint8_t b = text[0];
    if (b >= 0x20 && b < 0x7f && b != '\\') {
      out += static_cast<char>(b);
      text = text.subspan(1);
      continue;
    }
    const CodePoint c = decode_utf8(text);
    const std::size_t size = c.size == 0 ? 1 : c.size;
    const bool keep = c.size > 1 && charset == Charset::utf8 && !unsafe_to_show(c.value);
    for (std::size_t i = 0; i < size; ++i) {
      if (keep) {
        out += static_cast<char>(text[i]);
      } else {
        append_escape(out, text[i]);
      }
    }
    text = text.subspan(size);
  }
}

std::string shown(Bytes text, Charset charset) {
  std::string out;
  append_shown(out, text, charset);
  return out;
}

std::string shown(std::string_view text, Charset charset) {
  return shown(Bytes(std::vector<std::uint8_t>(text.begin(), text.end())), charset);
}

}  // namespace pp
