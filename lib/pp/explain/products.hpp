// Which product reads or sends the header by which option: one table, for fixes and for whoever looks a product up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace pp::explain {

/// `cloud`: services that only send. `cannot`: servers that have no option for it.
enum class Group : std::uint8_t { web, kubernetes, mail, data, library, cloud, cannot };

/// How many groups there are.
inline constexpr std::size_t group_count = static_cast<std::size_t>(Group::cannot) + 1;

/// All texts are static. An empty text: there is no such option, or none is known.
struct Product {
  std::string_view name;  // unique; inspect::Reaction::product has the same names
  Group group;
  std::string_view receive;  // turns receiving on
  std::string_view trust;    // names the senders that may send a header
  std::string_view send;     // makes it send a header
  std::uint32_t most_bytes;  // the longest header that it reads; 0 when that is not known
  std::string_view limits;   // what else is special about that
  std::string_view source;   // where the row's facts are documented; never empty
};

std::span<const Product> products() noexcept;
/// "web server or proxy", as a heading: one or two words, lower case.
std::string_view name(Group group) noexcept;
/// Null when no row has exactly this name.
const Product* find_product(std::string_view name) noexcept;

}  // namespace pp::explain
