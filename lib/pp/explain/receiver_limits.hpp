// How long a header real receivers read.
#pragma once

#include <cstddef>
#include <string>

namespace pp::explain {

/// ", or the header is longer than it reads (380 bytes; limits: lighttpd 256, ...)" with the receivers whose limit is below `header_bytes`, the
/// nearest limits first; empty when that is nothing out of the ordinary.
std::string limits_below(std::size_t header_bytes);

}  // namespace pp::explain
