#include "pp/inspect/contradictions.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "pp/base/utf8.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_layout.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::inspect {
namespace {

constexpr std::size_t most_quoted = 64;

std::string_view text_of(Bytes value) { return {reinterpret_cast<const char*>(value.data()), value.size()}; }

std::string quoted(std::string_view text) {
  return "\"" + shown(text.substr(0, most_quoted), Charset::ascii) + (text.size() > most_quoted ? "..." : "") + "\"";
}

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

void authority(Record& r, const Tlv& tlv) {
  const Payload& p = r.payload;
  const std::string_view announced = text_of(tlv.value);
  std::string_view used;
  std::string_view where;
  if (p.kind == PayloadKind::tls && !p.sni.empty()) {
    used = p.sni;
    where = "the ClientHello behind the header asks for ";
  } else if (p.kind == PayloadKind::http1 && !p.host.empty()) {
    used = without_port(p.host);
    where = "the request behind the header has Host ";
  }
  if (used.empty() || announced.empty() || same_name(without_port(announced), used)) return;
  r.findings.push_back(make_finding(lint::Rule::v2_authority_mismatch, tlv.value_offset(), static_cast<std::uint32_t>(tlv.value.size()),
                                    "AUTHORITY is " + quoted(announced) + ", but " + std::string(where) + quoted(used)));
}

void alpn(Record& r, const Tlv& tlv) {
  const Payload& p = r.payload;
  const std::string_view announced = text_of(tlv.value);
  std::string what;
  if (p.kind == PayloadKind::http1 && announced == "h2") {
    what = "the bytes behind the header are an HTTP/1 request";
  } else if (p.kind == PayloadKind::http2 && (announced == "http/1.1" || announced == "http/1.0")) {
    what = "the bytes behind the header are HTTP/2";
  } else if (p.kind == PayloadKind::tls && !p.alpn.empty() && !announced.empty() &&
             std::find(p.alpn.begin(), p.alpn.end(), announced) == p.alpn.end()) {
    what = "the ClientHello behind the header offers";
    for (std::size_t i = 0; i < std::min<std::size_t>(p.alpn.size(), 4); ++i) what += (i == 0 ? " " : ", ") + quoted(p.alpn[i]);
    if (p.alpn.size() > 4) what += " and others";
  }
  if (what.empty()) return;
  r.findings.push_back(make_finding(lint::Rule::v2_alpn_mismatch, tlv.value_offset(), static_cast<std::uint32_t>(tlv.value.size()),
                                    "ALPN is " + quoted(announced) + ", but " + what));
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
