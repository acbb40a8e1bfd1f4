// What a receiver was measured to do, as data, and what it would do with another header.
//
//   # pp.profile/1  haproxy 2.6.12  2026-12-01  conform 0.1.0  address+port+mark
//   supports v1 v2
//   split    refused      v2/delivery/behind-fixed-part ...
//   limit    v2           16384
//   rule     v1-port-range  source-port  taken-other  v1/port/65536 ...
//   lint     v2-tlv-overrun PROXY        refused      v2/tlv/overrun
//   kind     v2 PROXY inet stream        taken        v2/good/tcp4 ...
//   case     v1/ipv4/octet-256           taken-other
//
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pp/base/bytes.hpp"
#include "pp/judge/tally.hpp"

namespace pp::judge {

enum class Fate : std::uint8_t { taken, taken_real, taken_other, refused, waits, mixed };
inline constexpr std::size_t fate_count = static_cast<std::size_t>(Fate::mixed) + 1;
constexpr std::string_view name(Fate fate) noexcept {
  constexpr std::string_view names[] = {"taken", "taken-real", "taken-other", "refused", "waits", "mixed"};
  static_assert(std::size(names) == fate_count);
  return names[static_cast<std::size_t>(fate)];
}
std::optional<Fate> fate_named(std::string_view text) noexcept;
/// Nothing when nothing could be seen.
std::optional<Fate> fate_of(Code code) noexcept;

/// What cases of one kind have shown.
struct Rule {
  Fate fate = Fate::mixed;
  std::vector<std::string> cases;
};

struct Profile {
  std::string receiver, version, date, tool, oracle;
  bool v1 = false, v2 = false;
  bool header_optional = false, crc_checked = false;
  std::map<std::string, std::size_t, std::less<>> limits;  // "v2", "v1-unknown": the longest header that is taken
  std::map<std::string, Rule, std::less<>> rules;          // by kind and key: "rule v1-port-range source-port"
  std::map<std::string, Fate, std::less<>> cases;

  /// "haproxy 2.6.12"
  std::string title() const;
};

/// A case with what came of it, from which a profile is made.
struct Measured {
  std::string id;
  Fate fate = Fate::mixed;
};

/// Sets cases, rules, and limits that the cases alone tell; keeps limits that are there.
void derive(Profile& profile, std::span<const Measured> measured);
Profile profile_of(const Run& run);

std::string profile_text(const Profile& profile);
/// Throws std::runtime_error with the line's number.
Profile parse_profile(std::string_view text);

enum class Sure : std::uint8_t { measured, likely, unknown };
constexpr std::string_view name(Sure sure) noexcept {
  constexpr std::string_view names[] = {"measured", "likely", "unknown"};
  return names[static_cast<std::size_t>(sure)];
}

struct Prediction {
  Fate fate = Fate::mixed;  // of no meaning when unknown
  Sure sure = Sure::unknown;
  std::vector<std::string> by;  // the cases on which it rests
};

/// What the receiver does with these bytes: a header, and perhaps more after it. `pieces`: the header came in several segments.
Prediction predict(const Profile& profile, Bytes bytes, bool pieces = false);

/// The profiles that are compiled in, by name.
const std::vector<Profile>& measured_receivers();

}  // namespace pp::judge
