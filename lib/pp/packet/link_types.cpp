#include "pp/packet/link_types.hpp"

#include <iterator>

#include "pp/packet/rest.hpp"
#include "pp/text/format.hpp"

namespace pp::packet {
namespace {

Next open_ethernet(Rest&) noexcept { return go(Layer::ethernet); }
Next open_ip(Rest&) noexcept { return go(Layer::ip); }
Next open_ipv4(Rest&) noexcept { return go(Layer::ipv4); }
Next open_ipv6(Rest&) noexcept { return go(Layer::ipv6); }

/// A link header of `header` bytes with the EtherType at `type_at`.
Next open_with_type(Rest& rest, std::uint32_t header, std::size_t type_at) noexcept {
  if (!rest.has(header)) return stop(rest.lacks(header));
  const std::uint16_t type = load_be16(rest.data() + type_at);
  rest.drop(header);
  return go(Layer::ethertype, type);
}
Next open_sll(Rest& rest) noexcept { return open_with_type(rest, 16, 14); }
Next open_sll2(Rest& rest) noexcept { return open_with_type(rest, 20, 0); }

/// BSD loopback: the address family as the capturing host numbers it.
Next open_family(Rest& rest, bool network_order) noexcept {
  if (!rest.has(4)) return stop(rest.lacks(4));
  std::uint32_t family = load_be32(rest.data());
  // LINKTYPE_NULL is in the order of the host that captured; families are small, so the order shows.
  if (!network_order && family > 0xffff) family = load_le32(rest.data());
  rest.drop(4);
  switch (family) {
    case 2: return go(Layer::ipv4);
    case 10:  // Linux
    case 24:  // NetBSD, OpenBSD
    case 28:  // FreeBSD
    case 30:  // Darwin
      return go(Layer::ipv6);
    default: return stop(Decoded::not_ip);
  }
}
Next open_null(Rest& rest) noexcept { return open_family(rest, false); }
Next open_loop(Rest& rest) noexcept { return open_family(rest, true); }

constexpr LinkType rows[] = {
    {link_ethernet, 1, "Ethernet", open_ethernet, true},
    {276, 276, "Linux cooked v2", open_sll2, true},
    {113, 113, "Linux cooked v1", open_sll, true},
    {link_raw, 12, "raw IP", open_ip, true},
    {12, 12, "raw IP", open_ip},
    {14, 12, "raw IP, OpenBSD", open_ip},
    {228, 228, "raw IPv4", open_ipv4},
    {229, 229, "raw IPv6", open_ipv6},
    {0, 0, "BSD loopback", open_null},
    {108, 108, "OpenBSD loopback", open_loop},
    {9, 9, "PPP"},
    {50, 50, "PPP over serial"},
    {51, 51, "PPPoE"},
    {100, 11, "LLC on ATM"},
    {104, 104, "Cisco HDLC"},
    {105, 105, "802.11"},
    {107, 107, "Frame Relay"},
    {119, 119, "802.11 with Prism header"},
    {127, 127, "802.11 with radiotap header", nullptr, true},
    {163, 163, "802.11 with AVS header"},
    {187, 187, "Bluetooth HCI"},
    {189, 189, "USB, Linux"},
    {195, 195, "802.15.4"},
    {201, 201, "Bluetooth HCI with pseudo-header"},
    {220, 220, "USB, Linux, padded"},
    {227, 227, "CAN bus"},
    {231, 231, "D-Bus"},
    {239, 239, "Linux netfilter log"},
    {247, 247, "InfiniBand"},
    {249, 249, "USB, Windows"},
    {251, 251, "Bluetooth Low Energy"},
    {253, 253, "Linux netlink"},
    {256, 256, "Bluetooth Low Energy with pseudo-header"},
    {258, 258, "Apple packet tap"},
    {271, 271, "Linux vsock"},
};

constexpr bool is_in_order() {
  bool decoded = true;
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    if (rows[i].title.empty() || (rows[i].open != nullptr && !decoded)) return false;
    decoded = rows[i].open != nullptr;
    for (std::size_t k = 0; k < i; ++k) {
      if (rows[k].number == rows[i].number) return false;
    }
  }
  return rows[0].number == link_ethernet;
}
static_assert(is_in_order(), "a number twice, a row without a title, or a decoded row after one that is not");

}  // namespace

std::span<const LinkType> link_types() noexcept { return rows; }

const LinkType* find_link_type(std::uint32_t number) noexcept {
  for (const LinkType& row : rows) {
    if (row.number == number) return &row;
  }
  return nullptr;
}

bool is_supported_link(std::uint32_t number) noexcept {
  const LinkType* const row = find_link_type(number);
  return row != nullptr && row->open != nullptr;
}

std::string link_type_text(std::uint32_t number) {
  const LinkType* const row = find_link_type(number);
  return row == nullptr ? text::format("{}", number) : text::format("{} ({})", number, row->title);
}

}  // namespace pp::packet
