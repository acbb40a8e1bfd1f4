// Which records are shown and judged: --only, --src, --dst, --tlv.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pp/base/ip.hpp"
#include "pp/inspect/record.hpp"

namespace pp::inspect {

/// NAME[=TEXT] of --tlv: a TLV by its name ("AUTHORITY", "SSL_CN", "AWS_VPCE_ID", "0xea"), anywhere in the header, whose
/// value is TEXT when there is one.
struct TlvSelector {
  std::uint8_t type = 0;
  std::optional<std::string> text;
  std::string_view vendor;  // a vendor's name must match its shape too
};
/// nullopt: no TLV of that name.
std::optional<TlvSelector> parse_tlv_selector(std::string_view words);

/// The words of --only.
enum class Only : std::uint8_t { valid, warning, malformed, missing, v1, v2, local };
std::optional<Only> parse_only(std::string_view word) noexcept;

struct Selection {
  std::vector<Only> only;  // any of them; empty: all
  std::optional<Cidr> source;
  std::optional<Cidr> destination;
  std::vector<TlvSelector> tlvs;  // all of them

  bool empty() const noexcept { return only.empty() && !source && !destination && tlvs.empty(); }
  bool matches(const Record& record) const;
};

}  // namespace pp::inspect
