// Version, command and family of a header as one of a few kinds to count by.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "pp/wire/header.hpp"

namespace pp::inspect {

struct HeaderKind {
  std::uint8_t version;
  std::string_view command;  // as in JSON; empty when it is none that is defined, or was not seen
  std::string_view family;
  std::string_view transport;
  std::string_view title;
};

inline constexpr std::array header_kinds = {
    HeaderKind{1, "PROXY", "inet", "stream", "v1 TCP4"},  HeaderKind{1, "PROXY", "inet6", "stream", "v1 TCP6"},
    HeaderKind{1, "UNKNOWN", "", "", "v1 UNKNOWN"},       HeaderKind{1, "", "", "", "v1, not understood"},
    HeaderKind{2, "LOCAL", "", "", "v2 LOCAL"},           HeaderKind{2, "PROXY", "unspec", "", "v2 UNSPEC"},
    HeaderKind{2, "PROXY", "inet", "stream", "v2 TCP4"},  HeaderKind{2, "PROXY", "inet", "dgram", "v2 UDP4"},
    HeaderKind{2, "PROXY", "inet6", "stream", "v2 TCP6"}, HeaderKind{2, "PROXY", "inet6", "dgram", "v2 UDP6"},
    HeaderKind{2, "PROXY", "unix", "stream", "v2 UNIX"},  HeaderKind{2, "PROXY", "unix", "dgram", "v2 UNIX-DGRAM"},
    HeaderKind{2, "", "", "", "v2, not understood"},      HeaderKind{0, "", "", "", "neither version yet"},
    HeaderKind{0, "", "", "", "Simple Proxy Protocol"},
};
inline constexpr std::size_t header_kind_count = header_kinds.size();

inline constexpr std::size_t simple_kind = header_kind_count - 1;

/// The index of its row, for all but Simple Proxy Protocol; `complete` says that all of the header is there.
constexpr std::size_t header_kind(const Header& h, bool complete) noexcept {
  if (h.version == 1) return !complete || h.version_command == 0 ? 3 : h.is_unknown() ? 2 : h.family() == 2 ? 1 : 0;
  if (h.version != 2) return 13;
  if (!complete) return 12;
  if (h.is_local()) return 4;
  if (h.family() == 0 || h.transport() == 0) return 5;
  return h.family() > 3 || h.transport() > 2 ? 12 : 4 + 2 * h.family() + (h.transport() - 1);
}

}  // namespace pp::inspect
