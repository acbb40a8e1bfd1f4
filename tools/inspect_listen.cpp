#include "inspect_listen.hpp"

#include <cstdio>

namespace pp::tool {

void inspect_listener(Session& session, source::Listener& listener) {
  session.has_streams();
  for (const std::string& address : listener.addresses()) std::fprintf(stderr, "listening on %s\n", address.c_str());
  for (const std::string& address : session.options().listen) {
    if (address.starts_with("*:")) std::fputs("open to every interface: anyone who reaches this port can send to it\n", stderr);
  }
  listener.run(
      [&session](const inspect::Chunk& chunk) {
        ++session.tally().streams;
        session.inspector().flow(chunk);
        session.offer(true);
      },
      [&session] {
        session.report_if_wanted();
        return !session.wanted();
      });
}

}  // namespace pp::tool
