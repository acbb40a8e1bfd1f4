// Listening sockets as the input of ppinspect.
#pragma once

#include "inspect_session.hpp"
#include "pp/source/listener.hpp"

namespace pp::tool {

/// Shows what comes until the listener ends or the first interrupt.
void inspect_listener(Session& session, source::Listener& listener);

}  // namespace pp::tool
