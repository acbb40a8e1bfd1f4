// Root is given up before ppgen reads what others wrote: files, peers' answers.
#pragma once

#include <string>

#include "cli/parse_args.hpp"
#include "pp/net/target.hpp"

namespace pp::tool {

/// The row of -Z for a struct with a member `user`.
template <class Options>
constexpr OptionRow<Options> user_row() {
  return {{.names = "-Z",
           .value = "USER",
           .otherwise = "nobody",
           .help = "when started as root, switch to USER before reading any answer",
           .more = "Sockets and files that only root may open are opened first."},
          take_text<&Options::user>};
}

/// Once everything is open that root alone may open: becomes `user`, nobody when empty; no_new_privs for anyone. Throws
/// std::runtime_error and std::system_error when that fails.
void give_up_root(const std::string& user);
/// The same before connections to `target`. A UNIX socket that nobody may not connect to keeps root root, which is reported on
/// stderr; with a user named it throws.
void give_up_root(const std::string& user, const Target& target);

}  // namespace pp::tool
