#include "pp/explain/receiver_limits.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "pp/text/format.hpp"

namespace pp::explain {
namespace {

struct Limit {
  std::size_t bytes;
  std::string_view who;
};
// Measured on Debian 12's versions, or read in the source (Traffic Server, Dovecot). Ascending.
constexpr Limit limits[] = {
    {109, "Traffic Server"}, {232, "Apache and Exim"}, {256, "lighttpd"}, {412, "Varnish"},       {512, "dnsdist"},
    {536, "Postfix"},        {1024, "nginx"},          {1500, "Dovecot"}, {4096, "go-proxyproto"}, {16384, "haproxy"},
};
constexpr std::size_t ordinary = 232;  // headers with a certificate's names are as long
constexpr std::ptrdiff_t most_named = 3;

}  // namespace

std::string limits_below(std::size_t header_bytes) {
  if (header_bytes <= ordinary) return {};
  const Limit* end = std::begin(limits);
  while (end != std::end(limits) && end->bytes < header_bytes) ++end;
  std::string out = text::format(", or the header is longer than it reads ({} bytes; limits: ", header_bytes);
  const Limit* stop = end - std::min(most_named, end - std::begin(limits));
  for (const Limit* limit = end; limit != stop;) {
    --limit;
    text::append(out, "{}{} {}", limit + 1 == end ? "" : ", ", limit->who, limit->bytes);
  }
  return out + ")";
}

}  // namespace pp::explain
