// Listening sockets as the input of ppinspect.
#pragma once

#include "pp/serve/listener.hpp"
#include "ppinspect/session.hpp"

namespace pp::tool {

/// Throws std::runtime_error when the system has too few descriptors for --max-connections.
serve::ListenOptions listen_options(const InspectOptions& options);

/// Shows what comes until the listener ends or the first interrupt; then, on stderr, what was refused and why.
void inspect_listener(Session& session, serve::Listener& listener);

}  // namespace pp::tool
