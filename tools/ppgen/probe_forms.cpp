// What ppgen probe sends.
#include <iterator>

#include "pp/wire/tlv_types.hpp"
#include "ppgen/probe.hpp"

namespace pp::tool {
namespace {

void version1(Draft& d) { d.version = 1; }
void version2(Draft&) {}

template <std::size_t Bytes>
void pad(Draft& d) {
  d.tlvs = {{tlv_type::noop, std::vector<std::uint8_t>(Bytes - 3), std::nullopt}};
}

std::vector<std::uint8_t> bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

void ssl(Draft& d) {
  constexpr std::uint8_t over_tls = 1;
  d.tlvs = {{tlv_type::ssl, ssl_value(over_tls, 1, {{tlv_type::ssl_version, bytes_of("TLSv1.3"), std::nullopt}}), std::nullopt}};
}

// A form to a line.
// clang-format off
constexpr Form forms[] = {
    {"no header", 0, FormKind::bare, nullptr, "2"},
    {"v1", 1, FormKind::plain, version1, "2.1"},
    {"v2", 2, FormKind::plain, version2, "2.2"},
    {"v2 LOCAL", 2, FormKind::local, [](Draft& d) {
       d.command = Command::local;
       d.family = Family::unspec;
       d.transport = Transport::unspec;
     }, "2.2"},
    {"v1 UNKNOWN", 1, FormKind::local, [](Draft& d) {
       d.version = 1;
       d.command = Command::local;
     }, "2.1"},
    {"v2 in 3 pieces", 2, FormKind::pieces, version2, "2.2"},
    {"v2 with 200 bytes of TLVs", 2, FormKind::size, pad<200>, "2.2"},
    {"v2 with 600 bytes of TLVs", 2, FormKind::size, pad<600>, "2"},
    {"v2 with ALPN", 2, FormKind::tlv, [](Draft& d) { d.tlvs = {{tlv_type::alpn, bytes_of("http/1.1"), std::nullopt}}; }, "2.2.1"},
    {"v2 with AUTHORITY", 2, FormKind::tlv, [](Draft& d) { d.tlvs = {{tlv_type::authority, bytes_of("ppgen.example"), std::nullopt}}; }, "2.2.2"},
    {"v2 with CRC32C", 2, FormKind::tlv, [](Draft& d) { d.crc = DraftCrc::good; }, "2.2.3"},
    {"v2 with UNIQUE_ID", 2, FormKind::tlv, [](Draft& d) { d.tlvs = {{tlv_type::unique_id, bytes_of("ppgen-probe"), std::nullopt}}; }, "2.2.5"},
    {"v2 with SSL", 2, FormKind::tlv, ssl, "2.2.6"},
    {"v2 with a private TLV", 2, FormKind::tlv, [](Draft& d) { d.tlvs = {{0xe5, bytes_of("ppgen"), std::nullopt}}; }, "2.2.8"},
    {"v2 with a wrong CRC32C", 2, FormKind::wrong_crc, [](Draft& d) { d.crc = DraftCrc::bad; }, "2.2.3"},
    {"damaged v1", 0, FormKind::damaged, [](Draft& d) {
       d.version = 1;
       d.signature = {'P', 'R', 'A', 'X', 'Y'};
     }, "2.1"},
};
// clang-format on
static_assert(forms[std::size(forms) - 1].kind == FormKind::damaged);

}  // namespace

std::span<const Form> probe_forms() noexcept { return forms; }

}  // namespace pp::tool
