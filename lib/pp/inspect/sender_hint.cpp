#include "pp/inspect/sender_hint.hpp"

#include <algorithm>
#include <iterator>

#include "pp/base/ip.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::inspect {
namespace {

/// Whether a TLV of the header is one of this vendor's.
bool has_vendor(const Record& r, const Header& h, std::string_view vendor) {
  if (h.version != 2) return false;
  TlvCursor cursor = tlvs_in(h, r.tlvs.area);
  for (Tlv tlv; cursor.next(tlv);) {
    const VendorTlv* row = vendor_value(tlv.type, TlvScope::header, tlv.value).row;
    if (row != nullptr && row->vendor == vendor) return true;
    if (tlv.type != tlv_type::ssl) continue;
    TlvCursor subs = sub_tlvs(h.bytes, ssl(tlv));
    for (Tlv sub; subs.next(sub);) {
      row = vendor_value(sub.type, TlvScope::ssl, sub.value).row;
      if (row != nullptr && row->vendor == vendor) return true;
    }
  }
  return false;
}

/// CRC32C first and NOOP last, which brings the header to a fixed size.
bool padded_after_checksum(const Record& r, const Header& h) {
  if (h.version != 2) return false;
  TlvCursor cursor = tlvs_in(h, r.tlvs.area);
  unsigned first = 0, last = 0, n = 0;
  for (Tlv tlv; cursor.next(tlv); ++n) {
    if (n == 0) first = tlv.type;
    last = tlv.type;
  }
  constexpr std::size_t padded_to = 100;
  return n > 1 && first == tlv_type::crc32c && last == tlv_type::noop && h.bytes.size() >= padded_to;
}

/// Inside the SSL TLV: KEY_ALG before SIG_ALG before CIPHER, the order in which haproxy writes them.
bool ssl_in_order_of_haproxy(const Record& r, const Header& h) {
  if (h.version != 2) return false;
  TlvCursor cursor = tlvs_in(h, r.tlvs.area);
  for (Tlv tlv; cursor.next(tlv);) {
    if (tlv.type != tlv_type::ssl) continue;
    constexpr std::uint8_t order[] = {0x25, 0x24, 0x23};
    std::size_t seen = 0;
    TlvCursor subs = sub_tlvs(h.bytes, ssl(tlv));
    for (Tlv sub; subs.next(sub);) {
      if (seen < std::size(order) && sub.type == order[seen]) ++seen;
    }
    return seen == std::size(order);
  }
  return false;
}

bool is_tor_circuit(const Header& h) {
  static const Cidr circuits = *parse_cidr("fc00:dead:beef:4dad::/64");
  return h.addresses == Addresses::inet6 && circuits.contains(h.source);
}

bool announces_itself(const Record& r) {
  return std::any_of(r.findings.begin(), r.findings.end(), [](const lint::Finding& f) { return f.code == lint::Rule::own_endpoints; });
}

// The most telling first. A row to a line.
// clang-format off
constexpr SenderHint rows[] = {
    {"Cloudflare Spectrum", "it is Simple Proxy Protocol", [](const Record& r, const Header&) { return r.simple; }},
    {"Istio (ztunnel)", "TLV 0xd0 or 0xd1 holds a SPIFFE id or a service's host", [](const Record& r, const Header& h) { return has_vendor(r, h, "Istio"); }},
    {"Azure Private Link", "TLV 0xee holds a LinkID", [](const Record& r, const Header& h) { return has_vendor(r, h, "Azure"); }},
    {"Alibaba Cloud NLB", "TLV 0xe1 holds an id of Alibaba's", [](const Record& r, const Header& h) { return has_vendor(r, h, "Alibaba"); }},
    {"MongoDB Atlas or mongos", "the SSL TLV holds a subject or roles of MongoDB's", [](const Record& r, const Header& h) { return has_vendor(r, h, "MongoDB"); }},
    {"hitch", "TLV 0xe0 holds a certificate as text", [](const Record& r, const Header& h) { return has_vendor(r, h, "hitch"); }},
    {"AWS NLB, health check", "LOCAL, and CRC32C and NOOP bring it to 100 bytes", [](const Record& r, const Header& h) { return h.version == 2 && h.is_local() && padded_after_checksum(r, h); }},
    {"AWS NLB", "TLV 0xea holds an endpoint's id, or CRC32C comes first and NOOP brings it to 100 bytes or more",
     [](const Record& r, const Header& h) { return has_vendor(r, h, "AWS") || padded_after_checksum(r, h); }},
    {"Google Cloud, Private Service Connect", "TLV 0xe0 holds 8 bytes that are no text", [](const Record& r, const Header& h) { return has_vendor(r, h, "GCP"); }},
    {"haproxy", "KEY_ALG, SIG_ALG and CIPHER stand in this order inside SSL", ssl_in_order_of_haproxy},
    {"Tor", "the source is the number of a circuit, in fc00:dead:beef:4dad::/64", [](const Record&, const Header& h) { return is_tor_circuit(h); }},
    {"dnsdist", "version 2 before a DNS message in a datagram", [](const Record& r, const Header& h) { return r.flow.udp && h.version == 2 && r.payload.kind == PayloadKind::dns; }},
    {"curl --haproxy-protocol, or a check", "a line of version 1 announces its own connection", [](const Record& r, const Header& h) { return h.version == 1 && announces_itself(r); }},
    {"haproxy's or Envoy's health check", "LOCAL without a family, and nothing after it", [](const Record&, const Header& h) { return h.version == 2 && h.is_local() && h.bytes.size() == v2_fixed_bytes && h.bytes[13] == 0; }},
    {"haproxy's health check, or a proxy that does not know its client", "PROXY UNKNOWN and nothing else in the line", [](const Record&, const Header& h) { return h.version == 1 && h.is_unknown() && h.unknown_text().empty(); }},
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
  const auto* const row = std::find_if(std::begin(rows), std::end(rows), [&](const SenderHint& hint) { return hint.applies(r, h); });
  return row == std::end(rows) ? nullptr : row;
}

}  // namespace pp::inspect
