// What an answer proves about the header, and which server gave it. For answer.cpp.
#pragma once

#include <string_view>
#include <vector>

#include "pp/inspect/answer.hpp"

namespace pp::inspect {

inline std::string_view text_view(Bytes bytes) noexcept { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// An answer that quotes the header proves that it was read as data; one that quotes what the client sent, or that only an
/// application gives, proves that the header was read before. `reaction` has class and code.
Proof proof_of(const Heard& heard, const Reaction& reaction) noexcept;

/// The name that the server gives itself in its greeting or its Server header, or that its words have; empty when unknown.
std::string_view product_of(const Heard& heard, const Reaction& reaction) noexcept;
/// Every name that product_of can give; some twice.
std::vector<std::string_view> product_names();

}  // namespace pp::inspect
