#include "pp/serve/connection_limiter.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace pp::serve {

std::size_t most_connections() {
  constexpr rlim_t most = 16384;
  constexpr rlim_t own = 64;  // files, sockets and pipes of the program itself
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024 - own;
  if (limit.rlim_cur < most + own && limit.rlim_cur < limit.rlim_max) {
    rlimit raised = limit;
    raised.rlim_cur = std::min(limit.rlim_max, most + own);
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  return limit.rlim_cur > own ? static_cast<std::size_t>(std::min(limit.rlim_cur - own, most)) : 1;
}

bool is_local_sender(const IpAddress& a) noexcept {
  if (a.is_v4()) return a.bytes[0] == 127;
  if (!a.is_v6()) return true;
  return a.bytes[15] == 1 && std::all_of(a.bytes.begin(), a.bytes.end() - 1, [](std::uint8_t b) { return b == 0; });
}

ConnectionLimiter::Key ConnectionLimiter::key(const IpAddress& sender) noexcept {
  Key out{};
  out[0] = sender.size;
  std::copy_n(sender.bytes.begin(), 8, out.begin() + 1);
  return out;
}

bool ConnectionLimiter::enter(const IpAddress& sender, std::size_t most) {
  std::size_t& open = open_[key(sender)];
  if (open >= most) return false;  // the entry existed already: operator[] added nothing
  ++open;
  return true;
}

void ConnectionLimiter::leave(const IpAddress& sender) {
  const auto at = open_.find(key(sender));
  if (at != open_.end() && --at->second == 0) open_.erase(at);
}

}  // namespace pp::serve
