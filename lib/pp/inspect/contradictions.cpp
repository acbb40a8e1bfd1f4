#include "pp/inspect/contradictions.hpp"

#include <algorithm>
#include <string_view>

#include "pp/lint/sentences.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_layout.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::inspect {
namespace {

namespace says = lint::says;

std::string_view text_of(Bytes value) { return {reinterpret_cast<const char*>(value.data()), value.size()}; }

/// Names are the same whatever their case, and with or without the root's dot.
bool same_name(std::string_view a, std::string_view b) {
  if (a.ends_with('.')) a.remove_suffix(1);
  if (b.ends_with('.')) b.remove_suffix(1);
  const auto fold = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return fold(x) == fold(y); });
}

std::string_view without_brackets(std::string_view host) {
  return host.starts_with('[') && host.ends_with(']') ? host.substr(1, host.size() - 2) : host;
}

/// "[2001:db8::1]:443" and "www.example.com:8080" without port and brackets.
std::string_view without_port(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  if (colon == std::string_view::npos || host.find_first_not_of("0123456789", colon + 1) != std::string_view::npos)
    return without_brackets(host);
  const bool literal = host.starts_with('[') ? colon > 0 && host[colon - 1] == ']' : host.find(':') == colon;
  return without_brackets(literal ? host.substr(0, colon) : host);
}

/// Over a TLV's value, which the sentence quotes.
lint::Finding mismatch(lint::Rule rule, const Tlv& tlv, std::uint8_t sentence, lint::Argument::Kind used) {
  const auto size = static_cast<std::uint32_t>(tlv.value.size());
  return lint::make_finding(rule, tlv.value_offset(), size, sentence,
                            {lint::argument::range(lint::Argument::Kind::name, tlv.value_offset(), size), lint::argument::of(used, 0)});
}

void authority(Record& r, const Tlv& tlv) {
  const std::string_view announced = text_of(tlv.value);
  const std::string_view used = asked_host(r.payload);
  if (used.empty() || announced.empty() || same_name(without_port(announced), used)) return;
  r.findings.push_back(mismatch(lint::Rule::v2_authority_mismatch, tlv,
                                r.payload.kind == PayloadKind::tls ? says::client_hello_asks : says::request_has,
                                lint::Argument::Kind::asked_host));
}

void alpn(Record& r, const Tlv& tlv) {
  const Payload& p = r.payload;
  const std::string_view announced = text_of(tlv.value);
  std::uint8_t sentence = says::client_hello_offers;
  if (p.kind == PayloadKind::http1 && announced == "h2") {
    sentence = says::is_http1;
  } else if (p.kind == PayloadKind::http2 && (announced == "http/1.1" || announced == "http/1.0")) {
    sentence = says::is_http2;
  } else if (p.kind != PayloadKind::tls || p.alpn.empty() || announced.empty() ||
             std::find(p.alpn.begin(), p.alpn.end(), announced) != p.alpn.end()) {
    return;
  }
  r.findings.push_back(mismatch(lint::Rule::v2_alpn_mismatch, tlv, sentence, lint::Argument::Kind::offers));
}

/// The first ALPN and the first AUTHORITY; duplicates have a finding of their own.
template <class Visit>
void first_names(const Header& h, const TlvArea& area, Visit&& visit) {
  if (h.version != 2 || h.bytes.size() <= v2_fixed_bytes + tlv_head_bytes) return;
  bool seen[2] = {};
  TlvCursor cursor = tlvs_in(h, area);
  for (Tlv tlv; cursor.next(tlv);) {
    if (tlv.type != tlv_type::alpn && tlv.type != tlv_type::authority) continue;
    bool& known = seen[tlv.type == tlv_type::alpn ? 0 : 1];
    if (!known) visit(tlv);
    known = true;
  }
}

}  // namespace

std::string_view asked_host(const Payload& p) noexcept {
  if (p.kind == PayloadKind::tls) return p.sni;
  return p.kind == PayloadKind::http1 ? without_port(p.host) : std::string_view{};
}

bool announces_names(const Header& h, const TlvArea& area) noexcept {
  bool found = false;
  first_names(h, area, [&found](const Tlv&) { found = true; });
  return found;
}

void add_contradictions(Record& r, const Header& h) {
  if (r.payload.kind != PayloadKind::tls && r.payload.kind != PayloadKind::http1 && r.payload.kind != PayloadKind::http2) return;
  first_names(h, r.tlvs.area, [&r](const Tlv& tlv) { tlv.type == tlv_type::alpn ? alpn(r, tlv) : authority(r, tlv); });
}

}  // namespace pp::inspect
