// Names from other layers' tables that ppgen's options and operands take.
#pragma once

#include <string>
#include <vector>

namespace pp::tool {

/// Ids of the catalogue's cases, without those of the sweeps.
std::vector<std::string> case_names();
/// "v2/" and "v2/tlv/" of "v2/tlv/overrun", each once.
std::vector<std::string> case_prefixes();
/// "ALPN=", ...
std::vector<std::string> tlv_assignments();
/// Keys of --ssl: "version=", ...
std::vector<std::string> ssl_assignments();
std::vector<std::string> mutation_names();
/// Formats of `make`: those of bytes, and captures and JSON.
std::vector<std::string> make_formats();

}  // namespace pp::tool
