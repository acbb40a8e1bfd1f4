// The TLVs of a record's JSON: a row for each member.
#include "pp/render/json_fields.hpp"
#include "pp/render/record_view.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::render {
namespace {

using W = JsonWriter;
using namespace json_type;

/// One TLV with what the tables know about its type.
struct TlvView {
  RecordView& record;
  const Tlv& tlv;
  TlvScope scope;
  CrcMarks& marks;
  const TlvType* row;
  VendorValue vendor;

  bool is_ssl() const noexcept { return row != nullptr && row->shape == TlvShape::ssl && tlv.value.size() >= ssl_head_bytes; }
  bool is_crc() const noexcept { return row != nullptr && row->shape == TlvShape::crc32c; }
  bool shows_value() const noexcept { return !is_ssl() && !record.redacted(); }
  std::string_view text() const noexcept { return {reinterpret_cast<const char*>(tlv.value.data()), tlv.value.size()}; }
  /// The value is text by its type or, where the type says nothing, by its bytes.
  bool is_text() const noexcept {
    if (!shows_value() || vendor.row != nullptr) return false;
    if (row == nullptr || row->shape == TlvShape::opaque) return !tlv.value.empty() && printable_ascii(tlv.value);
    const bool text = row->shape == TlvShape::alpn || row->shape == TlvShape::ascii || row->shape == TlvShape::utf8;
    return text && utf8_prefix(tlv.value) == tlv.value.size();
  }
  bool has_vendor_text() const noexcept { return !vendor.text.empty() && utf8_prefix(vendor.text) == vendor.text.size(); }
  bool has_vendor_id() const noexcept {
    return shows_value() && vendor.row != nullptr && (vendor.text.empty() ? vendor.row->id != VendorId::none : has_vendor_text());
  }
};

void write_list(W& w, RecordView& record, TlvCursor tlvs, TlvScope scope, CrcMarks& marks);

std::string_view name_of(const TlvView& v) {
  return v.row != nullptr ? v.row->name : v.vendor.row != nullptr ? v.vendor.row->name : name(tlv_range(v.tlv.type));
}

void write_vendor_id(W& w, TlvView& v) {
  if (v.vendor.text.empty()) return w.number(v.vendor.number);
  w.string({reinterpret_cast<const char*>(v.vendor.text.data()), v.vendor.text.size()});
}

void write_client(W& w, TlvView& v) {
  const Ssl s = ssl(v.tlv);
  w.open_array();
  if ((s.client & Ssl::client_ssl) != 0) w.string("SSL");
  if ((s.client & Ssl::client_cert_conn) != 0) w.string("CERT_CONN");
  if ((s.client & Ssl::client_cert_sess) != 0) w.string("CERT_SESS");
  w.close_array();
}

// A row to a line.
// clang-format off
constexpr Field<TlvView> fields[] = {
    {"offset", R"("type": "integer", "minimum": 16)", "of the type byte, from the header's first byte", nullptr, [](W& w, TlvView& v) { w.number(v.tlv.offset); }},
    {"type", byte, "", nullptr, [](W& w, TlvView& v) { w.number(v.tlv.type); }},
    {"name", text, "of the type; unassigned, custom, experimental or reserved for those without a name", nullptr, [](W& w, TlvView& v) { w.string(name_of(v)); }},
    {"length", word, "of the value", nullptr, [](W& w, TlvView& v) { w.number(v.tlv.value.size()); }},
    {"client", R"("type": "array", "items": {"enum": ["SSL", "CERT_CONN", "CERT_SESS"]})", "of SSL: the flags that are set", [](TlvView& v) { return v.is_ssl(); }, write_client},
    {"client_bits", byte, "of SSL: the flags as a number", [](TlvView& v) { return v.is_ssl(); }, [](W& w, TlvView& v) { w.number(ssl(v.tlv).client); }},
    {"verify", R"("type": "integer", "minimum": 0, "maximum": 4294967295)", "of SSL: 0 when the client's certificate was verified", [](TlvView& v) { return v.is_ssl(); }, [](W& w, TlvView& v) { w.number(ssl(v.tlv).verify); }},
    {"tlvs", R"("$ref": "#/$defs/tlvs")", "of SSL: the TLVs inside", [](TlvView& v) { return v.is_ssl(); },
     [](W& w, TlvView& v) { write_list(w, v.record, sub_tlvs(v.record.h.bytes, ssl(v.tlv)), TlvScope::ssl, v.marks); }},
    {"hex", hex, "the value, except of SSL", [](TlvView& v) { return v.shows_value(); }, [](W& w, TlvView& v) { w.hex(v.tlv.value); }},
    {"vendor", text, "whose TLV it is, by type and shape", [](TlvView& v) { return v.shows_value() && v.vendor.row != nullptr; }, [](W& w, TlvView& v) { w.string(v.vendor.row->vendor); }},
    {"vendor_id", R"("type": ["string", "integer"])", "the endpoint or link that the vendor's value names", [](TlvView& v) { return v.has_vendor_id(); }, write_vendor_id},
    {"text", text, "the value where it is text", [](TlvView& v) { return v.is_text(); }, [](W& w, TlvView& v) { w.string(v.text()); }},
    {"ok", boolean, "of CRC32C: whether the checksum is right", [](TlvView& v) { return v.is_crc(); }, [](W& w, TlvView& v) { w.boolean(v.marks.right(v.tlv)); }},
};
// clang-format on

void write_list(W& w, RecordView& record, TlvCursor tlvs, TlvScope scope, CrcMarks& marks) {
  w.open_array();
  for (Tlv tlv; tlvs.next(tlv) && record.fits(2 * tlv.value.size());) {
    const TlvType* row = tlv_info(tlv.type, scope);
    TlvView view{record, tlv, scope, marks, row, row == nullptr ? vendor_value(tlv.type, scope, tlv.value) : VendorValue{}};
    write_object<fields>(w, view);
  }
  w.close_array();
}

}  // namespace

void write_tlvs(W& w, RecordView& v) {
  CrcMarks marks(v.h.bytes, v.r.tlvs.crc);
  write_list(w, v, tlvs_in(v.h, v.r.tlvs.area), TlvScope::header, marks);
}

void append_tlv_schema(std::string& out) {
  out += ",\n    \"tlvs\": {\"type\": \"array\", \"items\": ";
  append_object_schema(out, "a TLV, in the order of the wire", fields);
  out += "}";
}

}  // namespace pp::render
