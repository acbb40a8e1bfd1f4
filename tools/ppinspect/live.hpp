// A network interface as the input of ppinspect.
#pragma once

#include <memory>
#include <string>

#include "pp/source/live.hpp"
#include "ppinspect/session.hpp"

namespace pp::tool {

/// Opens the interface of -i and puts the filter into the kernel: the user's, or that of -e's ports. Throws BadFilter
/// when the interface can't take the user's filter, std::runtime_error when it can't be opened.
std::unique_ptr<source::LiveSource> open_live(const InspectOptions& options);

/// Shows what passes until the first interrupt, -c or --duration. What still waits then is shown as it stands. Throws
/// std::runtime_error when the interface goes away.
void inspect_live(Session& session, source::LiveSource& live);

/// -D: a line for each interface.
std::string interface_list();

}  // namespace pp::tool
