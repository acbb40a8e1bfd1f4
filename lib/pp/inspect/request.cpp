#include <algorithm>
#include <string_view>

#include "pp/inspect/payload.hpp"

namespace pp::inspect {
namespace {

bool is_token(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

/// METHOD SP target SP HTTP/1.x (RFC 9112, 3).
bool sound_line(std::string_view line, bool& needs_host) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == line.npos || last == first || last != first + 1 + line.substr(first + 1).find(' ')) return false;
  const std::string_view version = line.substr(last + 1);
  needs_host = version == "HTTP/1.1";
  if (!needs_host && version != "HTTP/1.0") return false;
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const bool form = target.starts_with('/') || target == "*" || target.find("://") != target.npos || line.starts_with("CONNECT ");
  return form && std::all_of(target.begin(), target.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

bool same_name(std::string_view name, std::string_view lower) {
  return std::equal(name.begin(), name.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b; });
}

bool sound_host(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._:[]").find(c) != std::string_view::npos;
  });
}

struct Fields {
  unsigned hosts = 0;
  bool length = false;
  bool encoding = false;
};

bool sound_field(std::string_view line, Fields& seen) {
  const std::size_t colon = line.find(':');
  if (colon == line.npos || colon == 0 || !std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon), is_token))
    return false;
  const std::string_view name = line.substr(0, colon);
  std::string_view value = line.substr(colon + 1);
  value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
  if (same_name(name, "host")) return ++seen.hosts == 1 && sound_host(value);
  if (same_name(name, "content-length")) {
    if (seen.length || value.empty() || value.find_first_not_of("0123456789") != value.npos) return false;
    seen.length = true;
  }
  if (same_name(name, "transfer-encoding")) seen.encoding = true;
  return !(seen.length && seen.encoding);
}

}  // namespace

bool is_sound_request(Bytes bytes) noexcept {
  std::string_view rest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  bool needs_host = false;
  Fields seen;
  for (bool first = true;; first = false) {
    const std::size_t end = rest.find("\r\n");
    if (end == rest.npos) return !first && rest.find('\n') == rest.npos && (seen.hosts == 1 || !needs_host);  // no more was kept
    const std::string_view line = rest.substr(0, end);
    if (line.find('\n') != line.npos) return false;
    if (line.empty()) return !first && (seen.hosts == 1 || !needs_host);
    if (first ? !sound_line(line, needs_host) : !sound_field(line, seen)) return false;
    rest.remove_prefix(end + 2);
  }
}

}  // namespace pp::inspect
