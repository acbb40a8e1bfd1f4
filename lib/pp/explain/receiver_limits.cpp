#include "pp/explain/receiver_limits.hpp"

#include <algorithm>
#include <vector>

#include "pp/explain/products.hpp"
#include "pp/text/format.hpp"

namespace pp::explain {
namespace {

constexpr std::size_t ordinary = 232;  // headers with a certificate's names are as long
constexpr std::size_t most_named = 3;

/// Receivers that read no more than so many bytes.
struct Limit {
  std::size_t bytes;
  std::string who;  // "Apache and Exim"
};

/// The longest first.
const std::vector<Limit>& limits() {
  static const std::vector<Limit> table = [] {
    std::vector<Limit> out;
    for (const Product& row : products()) {
      if (row.most_bytes == 0) continue;
      const auto same = std::find_if(out.begin(), out.end(), [&](const Limit& l) { return l.bytes == row.most_bytes; });
      if (same != out.end()) {
        text::append(same->who, " and {}", row.name);
      } else {
        out.push_back({row.most_bytes, std::string(row.name)});
      }
    }
    std::sort(out.begin(), out.end(), [](const Limit& a, const Limit& b) { return a.bytes > b.bytes; });
    return out;
  }();
  return table;
}

}  // namespace

std::string limits_below(std::size_t header_bytes) {
  if (header_bytes <= ordinary) return {};
  std::string out = text::format(", or the header is longer than it reads ({} bytes; limits: ", header_bytes);
  std::size_t named = 0;
  for (const Limit& limit : limits()) {
    if (limit.bytes >= header_bytes || named == most_named) continue;
    text::append(out, "{}{} {}", named++ == 0 ? "" : ", ", limit.who, limit.bytes);
  }
  return out + ")";
}

}  // namespace pp::explain
