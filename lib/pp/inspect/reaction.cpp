#include "pp/inspect/reaction.hpp"

#include <array>
#include <utility>

#include "pp/text/format.hpp"

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
  return text::format("{}", description);
}

std::string duration_text(std::int64_t us) {
  const std::string_view sign = us < 0 ? "-" : "";
  if (us < 0) us = -us;
  if (us < 1000) return text::format("{}{} us", sign, us);
  if (us < 1'000'000) return text::format("{}{}.{} ms", sign, us / 1000, us / 100 % 10);
  return text::format("{}{}.{} s", sign, us / 1'000'000, us / 100'000 % 10);
}

}  // namespace pp::inspect
