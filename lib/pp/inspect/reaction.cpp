#include "pp/inspect/reaction.hpp"

#include <array>
#include <utility>

namespace pp::inspect {
namespace {

struct AlertName {
  int description;
  std::string_view name;
};
// RFC 8446, 6: those that a peer sends before or instead of a handshake.
constexpr std::array alert_names = {
    AlertName{0, "close_notify"},
    AlertName{10, "unexpected_message"},
    AlertName{20, "bad_record_mac"},
    AlertName{22, "record_overflow"},
    AlertName{40, "handshake_failure"},
    AlertName{42, "bad_certificate"},
    AlertName{48, "unknown_ca"},
    AlertName{47, "illegal_parameter"},
    AlertName{50, "decode_error"},
    AlertName{70, "protocol_version"},
    AlertName{80, "internal_error"},
    AlertName{112, "unrecognized_name"},
    AlertName{116, "certificate_required"},
    AlertName{120, "no_application_protocol"},
};

}  // namespace

void Reaction::reset() {
  std::string kept = std::move(text);
  kept.clear();
  *this = Reaction{};
  text = std::move(kept);
}

std::string tls_alert_name(int description) {
  for (const AlertName& row : alert_names) {
    if (row.description == description) return std::string(row.name);
  }
  return std::to_string(description);
}

std::string duration_text(std::int64_t us) {
  std::string out;
  if (us < 0) {
    out = "-";
    us = -us;
  }
  if (us < 1000) return out + std::to_string(us) + " us";
  if (us < 1'000'000) return out + std::to_string(us / 1000) + "." + std::to_string(us / 100 % 10) + " ms";
  return out + std::to_string(us / 1'000'000) + "." + std::to_string(us / 100'000 % 10) + " s";
}

}  // namespace pp::inspect
