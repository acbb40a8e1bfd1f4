// A case's plan as the delivery of one connection: the same for send and conform.
#pragma once

#include <cstddef>

#include "pp/forge/case.hpp"
#include "pp/net/conversation.hpp"

namespace pp::tool {

/// For a header of this size. The payload, when the plan has one, follows it.
Delivery delivery_of(const forge::Plan& plan, std::size_t header_bytes);

}  // namespace pp::tool
