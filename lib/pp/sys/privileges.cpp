#include "pp/sys/privileges.hpp"

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace pp::sys {
namespace {

[[noreturn]] void fail(const std::string& what) { throw std::system_error(errno, std::generic_category(), "cannot give up root: " + what); }

void clear_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> none{};
  if (syscall(SYS_capset, &header, none.data()) != 0) fail("capset");
  if (syscall(SYS_capget, &header, none.data()) != 0) fail("capget");
  for (const auto& set : none) {
    if (set.effective != 0 || set.permitted != 0 || set.inheritable != 0)
      throw std::runtime_error("cannot give up root: capabilities are left");
  }
}

void verify(uid_t uid, gid_t gid) {
  uid_t real_uid = 0, effective_uid = 0, saved_uid = 0;
  gid_t real_gid = 0, effective_gid = 0, saved_gid = 0;
  if (getresuid(&real_uid, &effective_uid, &saved_uid) != 0 || getresgid(&real_gid, &effective_gid, &saved_gid) != 0) fail("getresuid");
  const bool right =
      real_uid == uid && effective_uid == uid && saved_uid == uid && real_gid == gid && effective_gid == gid && saved_gid == gid;
  if (!right || getgroups(0, nullptr) > 1 || setuid(0) == 0) throw std::runtime_error("cannot give up root: it can be taken back");
}

}  // namespace

UserIds unprivileged_user(const std::string& user) {
  const std::string name = user.empty() ? "nobody" : user;
  errno = 0;
  const passwd* entry = getpwnam(name.c_str());
  if (entry == nullptr && !user.empty()) {
    if (errno != 0) fail("user " + name);
    throw std::runtime_error("cannot give up root: no user " + name);
  }
  // A container's root directory may hold no users at all.
  constexpr uid_t kernels_nobody = 65534;
  const uid_t uid = entry != nullptr ? entry->pw_uid : kernels_nobody;
  const gid_t gid = entry != nullptr ? entry->pw_gid : kernels_nobody;
  if (uid == 0) throw std::runtime_error("cannot give up root: user " + name + " is root too");
  return {uid, gid};
}

void drop_privileges(const std::string& user) {
  const bool root = geteuid() == 0;
  if (!root && !user.empty()) throw std::runtime_error("-Z needs root");
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("no_new_privs");
  if (!root) return;
  const auto [uid, gid] = unprivileged_user(user);
  if (setgroups(1, &gid) != 0) fail("setgroups");
  if (setresgid(gid, gid, gid) != 0) fail("setresgid");
  if (setresuid(uid, uid, uid) != 0) fail("setresuid");
  clear_capabilities();
  verify(uid, gid);
  // The change of user made the process undumpable, which also keeps debuggers and leak checkers out; live modes take
  // that back through forbid_core_dumps.
  prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

void forbid_core_dumps() {
  const rlimit none{0, 0};
  // The limit does not count where dumps go into a pipe.
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || setrlimit(RLIMIT_CORE, &none) != 0)
    throw std::system_error(errno, std::generic_category(), "cannot forbid core dumps");
}

}  // namespace pp::sys
