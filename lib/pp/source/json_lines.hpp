// Lines of JSON that these tools wrote, read back as paths and texts.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace pp::source {

/// One object: "detail.src" -> "192.0.2.1". Numbers and flags are their text, members of arrays are joined with blanks.
using FlatObject = std::map<std::string, std::string, std::less<>>;

/// Each line that is not empty. Throws std::runtime_error with the line's number for anything but an object.
std::vector<FlatObject> flat_objects(std::string_view text);

}  // namespace pp::source
