// Text inside XML and HTML.
#pragma once

#include <string>
#include <string_view>

namespace pp::render {

/// Bytes of any kind as printable ASCII in which no character is markup: for element content and for attributes in double quotes.
std::string markup_text(std::string_view bytes);

}  // namespace pp::render
