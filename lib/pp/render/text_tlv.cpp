#include "pp/render/text_tlv.hpp"

#include <algorithm>

#include "pp/base/hex.hpp"
#include "pp/render/text_words.hpp"
#include "pp/text/format.hpp"
#include "pp/wire/tlv_layout.hpp"

namespace pp::render {
namespace {

constexpr std::size_t text_most = 200;   // of one value, for people; JSON has all of it
constexpr std::size_t opaque_most = 16;  // the same for a value in hexadecimal digits

std::string text_value(Bytes value, const Style& style) {
  std::string out = shown(value.first(std::min(value.size(), text_most)), charset(style));
  if (value.size() > text_most) text::append(out, "... ({} bytes)", value.size());
  return out;
}

std::string opaque_value(Bytes value, const Style& style) {
  if (value.empty()) return "(empty)";
  if (printable_ascii(value)) return text_value(value, style);
  std::string out = to_hex(value.first(std::min(value.size(), opaque_most)));
  if (value.size() > opaque_most) text::append(out, "... ({} bytes)", value.size());
  return out;
}

bool is_crc32c(const TlvType* type, const Tlv& tlv) { return type != nullptr && type->shape == TlvShape::crc32c && tlv.value.size() == 4; }

std::string_view crc_verdict(const Tlv& tlv, CrcMarks& marks) { return marks.right(tlv) ? "ok" : "wrong"; }

/// Bookkeeping of the header itself says nothing about the client.
bool notable(const TlvType* type) {
  return type == nullptr || (type->shape != TlvShape::crc32c && type->shape != TlvShape::padding && type->type != tlv_type::netns);
}

}  // namespace

std::string tlv_name(const Tlv& tlv, TlvScope scope) {
  if (const TlvType* type = tlv_info(tlv.type, scope)) return std::string(type->name);
  const VendorValue v = vendor_value(tlv.type, scope, tlv.value);
  if (v.row != nullptr) return std::string(v.row->name);
  return text::format("0x{:02x} {}", tlv.type, name(tlv_range(tlv.type)));
}

std::string tlv_value(const Tlv& tlv, TlvScope scope, CrcMarks& marks, const Style& style) {
  const TlvType* type = tlv_info(tlv.type, scope);
  const text::Counted size{tlv.value.size(), "byte"};
  if (style.redacted) return is_crc32c(type, tlv) ? text::format("{}  {}", size, crc_verdict(tlv, marks)) : text::format("{}", size);
  if (type == nullptr) {
    const VendorValue v = vendor_value(tlv.type, scope, tlv.value);
    if (v.row != nullptr && !v.text.empty()) return text::format("{} ({})", text_value(v.text, style), v.row->vendor);
    if (v.row != nullptr && v.row->id != VendorId::none) return text::format("{} ({})", v.number, v.row->vendor);
    return opaque_value(tlv.value, style);
  }
  switch (type->shape) {
    case TlvShape::alpn:
    case TlvShape::ascii:
    case TlvShape::utf8: return text_value(tlv.value, style);
    case TlvShape::crc32c:
      if (tlv.value.size() != 4) return opaque_value(tlv.value, style);
      return text::format("{}  {}", to_hex(tlv.value), crc_verdict(tlv, marks));
    case TlvShape::padding: return text::format("{}", size);
    case TlvShape::certificate: return text::format("{} of X.509 DER", size);
    default: return opaque_value(tlv.value, style);
  }
}

std::string ssl_client_words(std::uint8_t client) {
  std::string out;
  const auto add = [&](unsigned bit, std::string_view word) {
    if ((client & bit) != 0) text::append(out, "{}{}", out.empty() ? " = " : " + ", word);
  };
  add(Ssl::client_ssl, "SSL");
  add(Ssl::client_cert_conn, "CERT_CONN");
  add(Ssl::client_cert_sess, "CERT_SESS");
  return out;
}

std::string ssl_verify_words(const Ssl& s) {
  if (s.verify != 0) return "not verified";
  return s.has_certificate() ? "certificate verified" : "no client certificate";
}

std::string notable_tlvs(const inspect::Record& r, const Header& h, const Style& style) {
  std::string out;
  if (h.version != 2 || !r.complete || r.tlvs.area.opaque()) return out;
  CrcMarks marks(h.bytes, r.tlvs.crc);
  std::size_t left = 12;  // a line, not a list; -v has all of them
  TlvCursor cursor = tlvs_in(h, r.tlvs.area);
  for (Tlv tlv; cursor.next(tlv);) {
    const TlvType* type = tlv_info(tlv.type, TlvScope::header);
    if (!notable(type)) continue;
    if (left-- == 0) return out + ", ...";
    if (!out.empty()) out += ", ";
    if (type == nullptr || type->shape != TlvShape::ssl || tlv.value.size() < ssl_head_bytes) {
      text::append(out, "{} {}", tlv_name(tlv, TlvScope::header), tlv_value(tlv, TlvScope::header, marks, style));
      continue;
    }
    const Ssl s = ssl(tlv);
    out += "SSL";
    TlvCursor subs = sub_tlvs(h.bytes, s);
    for (Tlv sub; subs.next(sub);) {
      if (sub.type == tlv_type::ssl_version) text::append(out, " {}", tlv_value(sub, TlvScope::ssl, marks, style));
      if (sub.type == tlv_type::ssl_cn) text::append(out, " CN {}", tlv_value(sub, TlvScope::ssl, marks, style));
    }
    if (s.has_certificate()) text::append(out, " ({})", ssl_verify_words(s));
  }
  return out;
}

}  // namespace pp::render
