// Which records are shown and judged: --only, --src, --dst, --tlv.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pp/base/ip.hpp"
#include "pp/inspect/label.hpp"
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

/// A word of --only: a label as text shows it or as JSON says it ("ok" or "valid", "open" or "incomplete"), or a kind of
/// header. `warning` and `malformed` are JSON's: with refused and late ones, with truncated and unreadable ones.
struct Only {
  enum class Kind : std::uint8_t { label, v1, v2, local };
  Kind kind = Kind::label;
  Label label = Label::ok;

  bool operator==(const Only&) const = default;
};
std::optional<Only> parse_only(std::string_view word) noexcept;
/// "ok, refused, ..., v1, v2, local": what parse_only() takes, without its second words.
std::string only_words();

struct Selection {
  std::vector<Only> only;  // any of them; empty: all
  std::optional<Cidr> source;
  std::optional<Cidr> destination;
  std::vector<TlvSelector> tlvs;  // all of them

  bool empty() const noexcept { return only.empty() && !source && !destination && tlvs.empty(); }
  bool matches(const Record& record) const;
};

}  // namespace pp::inspect
