#include "ppgen/privileges.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "pp/sys/privileges.hpp"
#include "ppgen/say.hpp"

namespace pp::tool {
namespace {

/// Tried in a child process, since privileges that were dropped do not come back.
bool may_connect(const std::string& user, const std::string& path) {
  const pid_t child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) {
    try {
      sys::drop_privileges(user);
    } catch (const std::exception&) {
      _exit(0);  // the parent will report it
    }
    _exit(access(path.c_str(), W_OK) != 0 && errno == EACCES ? 1 : 0);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status == 0;
}

}  // namespace

void give_up_root(const std::string& user) { sys::drop_privileges(user); }

void give_up_root(const std::string& user, const Target& target) {
  // Abstract names have no permissions.
  const bool path = target.is_unix() && !target.path.starts_with('@');
  if (geteuid() != 0 || !path) return give_up_root(user);
  // A user who may not look into a directory does not learn what is missing there.
  if (access(target.path.c_str(), F_OK) != 0) throw std::runtime_error(connect_refusal(target.text, errno));
  if (may_connect(user, target.path)) return give_up_root(user);
  if (!user.empty()) throw std::runtime_error(text::format("{}: user {} may not connect to it", target.text, user));
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) throw std::system_error(errno, std::generic_category(), "no_new_privs");
  say("staying root: user nobody may not connect to {}; -Z names another user", target.text);
}

}  // namespace pp::tool
