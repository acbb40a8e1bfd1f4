// Giving up root before the first hostile byte is parsed.
#pragma once

#include <sys/types.h>

#include <string>

namespace pp::sys {

struct UserIds {
  uid_t uid = 0;
  gid_t gid = 0;
};

/// Whom root becomes: `user`, or "nobody" when it is empty. Throws std::runtime_error when there is none, or it is root.
UserIds unprivileged_user(const std::string& user);

/// When the effective user is root: drops the supplementary groups, then group and user ids to those of `user` ("nobody"
/// when empty), sets no_new_privs, clears the capabilities, and verifies that none of it can be taken back. Otherwise only
/// sets no_new_privs; a `user` that is named then is an error. Everything that needs root is open by now. Throws
/// std::runtime_error when any step fails.
void drop_privileges(const std::string& user);

/// No core dumps from now on: for live modes, whose memory holds other people's traffic. Call after drop_privileges(), which
/// re-enables core dumps.
void forbid_core_dumps();

}  // namespace pp::sys
