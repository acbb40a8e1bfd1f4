// A connection between standard input and standard output, as nc does it.
#pragma once

#include <string>

#include "pp/base/bytes.hpp"
#include "pp/net/fd.hpp"

namespace pp::tool {

/// Writes `first` and then what the socket says to standard output, and standard input to the socket; its end is passed
/// on as the end of that direction alone. Returns when the socket has said all, or the run is interrupted: what went
/// wrong, or nothing. Without a socket there is only `first`.
std::string carry_stdio(Fd socket, Bytes first);

}  // namespace pp::tool
