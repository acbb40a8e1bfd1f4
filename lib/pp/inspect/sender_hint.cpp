#include "pp/inspect/sender_hint.hpp"

#include <algorithm>
#include <bitset>
#include <iterator>

#include "pp/base/ip.hpp"
#include "pp/inspect/flow_rules.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::inspect {

struct HeaderTraits {
  const Record& r;
  const Header& h;
  std::bitset<vendor_table.size()> vendors{};  // the rows of which the header has a TLV, inside SSL too
  bool padded_after_checksum = false;          // CRC32C first and NOOP last, which brings the header to a fixed size
  bool haproxy_order = false;                  // inside the first SSL: KEY_ALG before SIG_ALG before CIPHER
};

namespace {

class TraitReader {
 public:
  explicit TraitReader(HeaderTraits& traits) : t_(traits) {}

  void read() {
    TlvCursor cursor = tlvs_in(t_.h, t_.r.tlvs.area);
    unsigned first = 0, last = 0, n = 0;
    bool ssl_seen = false;
    for (Tlv tlv; cursor.next(tlv); ++n) {
      if (n == 0) first = tlv.type;
      last = tlv.type;
      note_vendor(tlv, TlvScope::header);
      if (tlv.type != tlv_type::ssl) continue;
      const bool ordered = read_ssl(tlv);
      if (!ssl_seen) t_.haproxy_order = ordered;
      ssl_seen = true;
    }
    constexpr std::size_t padded_to = 100;
    t_.padded_after_checksum = n > 1 && first == tlv_type::crc32c && last == tlv_type::noop && t_.h.bytes.size() >= padded_to;
  }

 private:
  void note_vendor(const Tlv& tlv, TlvScope scope) {
    const VendorTlv* const row = vendor_value(tlv.type, scope, tlv.value).row;
    if (row != nullptr) t_.vendors.set(static_cast<std::size_t>(row - vendor_table.data()));
  }
  /// Whether its TLVs come in the order in which haproxy writes them.
  bool read_ssl(const Tlv& tlv) {
    constexpr std::uint8_t order[] = {tlv_type::ssl_key_alg, tlv_type::ssl_sig_alg, tlv_type::ssl_cipher};
    std::size_t seen = 0;
    TlvCursor subs = sub_tlvs(t_.h.bytes, ssl(tlv));
    for (Tlv sub; subs.next(sub);) {
      if (seen < std::size(order) && sub.type == order[seen]) ++seen;
      note_vendor(sub, TlvScope::ssl);
    }
    return seen == std::size(order);
  }

  HeaderTraits& t_;
};

bool has_vendor(const HeaderTraits& t, std::string_view vendor) {
  for (std::size_t i = 0; i < vendor_table.size(); ++i) {
    if (t.vendors[i] && vendor_table[i].vendor == vendor) return true;
  }
  return false;
}

bool is_tor_circuit(const Header& h) {
  static const Cidr circuits = *parse_cidr(tor_circuits);
  return h.addresses == Addresses::inet6 && circuits.contains(h.source);
}

bool announces_itself(const Record& r) {
  return std::any_of(r.findings.begin(), r.findings.end(), [](const lint::Finding& f) { return f.code == lint::Rule::own_endpoints; });
}

// The most telling first. A row to a line.
// clang-format off
constexpr SenderHint rows[] = {
    {"Cloudflare Spectrum", "it is Simple Proxy Protocol", [](const HeaderTraits& t) { return t.r.simple; }},
    {"Istio (ztunnel)", "TLV 0xd0 or 0xd1 holds a SPIFFE id or a service's host", [](const HeaderTraits& t) { return has_vendor(t, "Istio"); }},
    {"Azure Private Link", "TLV 0xee holds a LinkID", [](const HeaderTraits& t) { return has_vendor(t, "Azure"); }},
    {"Alibaba Cloud NLB", "TLV 0xe1 holds an id of Alibaba's", [](const HeaderTraits& t) { return has_vendor(t, "Alibaba"); }},
    {"MongoDB Atlas or mongos", "the SSL TLV holds a subject or roles of MongoDB's", [](const HeaderTraits& t) { return has_vendor(t, "MongoDB"); }},
    {"hitch", "TLV 0xe0 holds a certificate as text", [](const HeaderTraits& t) { return has_vendor(t, "hitch"); }},
    {"AWS NLB, health check", "LOCAL, and CRC32C and NOOP bring it to 100 bytes", [](const HeaderTraits& t) { return t.h.version == 2 && t.h.is_local() && t.padded_after_checksum; }},
    {"AWS NLB", "TLV 0xea holds an endpoint's id, or CRC32C comes first and NOOP brings it to 100 bytes or more",
     [](const HeaderTraits& t) { return has_vendor(t, "AWS") || t.padded_after_checksum; }},
    {"Google Cloud, Private Service Connect", "TLV 0xe0 holds 8 bytes that are no text", [](const HeaderTraits& t) { return has_vendor(t, "GCP"); }},
    {"haproxy", "KEY_ALG, SIG_ALG and CIPHER stand in this order inside SSL", [](const HeaderTraits& t) { return t.haproxy_order; }},
    {"Tor", "the source is the number of a circuit, in fc00:dead:beef:4dad::/64", [](const HeaderTraits& t) { return is_tor_circuit(t.h); }},
    {"dnsdist", "version 2 before a DNS message in a datagram", [](const HeaderTraits& t) { return t.r.flow.udp && t.h.version == 2 && t.r.payload.kind == PayloadKind::dns; }},
    {"curl --haproxy-protocol, or a check", "a line of version 1 announces its own connection", [](const HeaderTraits& t) { return t.h.version == 1 && announces_itself(t.r); }},
    {"haproxy's or Envoy's health check", "LOCAL without a family, and nothing after it", [](const HeaderTraits& t) { return t.h.version == 2 && t.h.is_local() && t.h.bytes.size() == v2_fixed_bytes && t.h.bytes[13] == 0; }},
    {"haproxy's health check, or a proxy that does not know its client", "PROXY UNKNOWN and nothing else in the line", [](const HeaderTraits& t) { return t.h.version == 1 && t.h.is_unknown() && t.h.unknown_text().empty(); }},
};
// clang-format on

}  // namespace

std::span<const SenderHint> sender_hints() noexcept { return rows; }

const SenderHint* sender_hint(const Record& r, const Header& h) {
  if (!r.complete || !r.is_header()) return nullptr;
  // Most headers have nothing that tells.
  const bool plain =
      h.version == 1 ? !h.is_unknown() && r.findings.empty() : h.tlv_offset() >= h.bytes.size() && !h.is_local() && !r.flow.udp;
  if (plain && !r.simple && h.addresses == Addresses::inet) return nullptr;
  HeaderTraits traits{r, h};
  if (h.version == 2) TraitReader(traits).read();
  const auto* const row = std::find_if(std::begin(rows), std::end(rows), [&](const SenderHint& hint) { return hint.applies(traits); });
  return row == std::end(rows) ? nullptr : row;
}

}  // namespace pp::inspect
