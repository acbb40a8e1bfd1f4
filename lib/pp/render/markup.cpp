#include "pp/render/markup.hpp"

#include "pp/text/format.hpp"

namespace pp::render {

std::string markup_text(std::string_view bytes) {
  std::string out;
  for (const char c : text::format("{}", text::Shown{bytes})) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace pp::render
