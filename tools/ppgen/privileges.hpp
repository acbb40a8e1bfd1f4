// Root is given up before ppgen reads what others wrote: files, peers' answers.
#pragma once

#include <string>

#include "pp/net/target.hpp"

namespace CLI {
class App;
}

namespace pp::tool {

/// Declares -Z USER.
void declare_user(CLI::App& app, std::string& user);

/// Once everything is open that root alone may open: becomes `user`, nobody when empty; no_new_privs for anyone. Throws
/// std::runtime_error and std::system_error when that fails.
void give_up_root(const std::string& user);
/// The same before connections to `target`. A UNIX socket that nobody may not connect to keeps root root, which is said on
/// stderr; with a user named it throws.
void give_up_root(const std::string& user, const Target& target);

}  // namespace pp::tool
