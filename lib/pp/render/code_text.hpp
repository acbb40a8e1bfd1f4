// What --explain says of a code and of a product.
#pragma once

#include <string>
#include <string_view>

#include "pp/explain/codes.hpp"

namespace pp::render {

/// The code's rule or meaning, then cause, check and remedy, and the products' options that the remedy needs.
std::string code_text(const explain::CodeInfo& code);
/// The product of this name in any case, or all of them for "products"; empty when there is none.
std::string products_text(std::string_view word);

}  // namespace pp::render
