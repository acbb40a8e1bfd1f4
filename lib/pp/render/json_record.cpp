// One record as one line of JSON. The keys are API (see json_schema.cpp); what the wire brought is hex, and text beside
// it only where it is valid UTF-8, so the line always is.
#include <algorithm>
#include <string>
#include <string_view>

#include "pp/base/utf8.hpp"
#include "pp/explain/finding_text.hpp"
#include "pp/render/format.hpp"
#include "pp/render/json_line.hpp"
#include "pp/render/json_writer.hpp"
#include "pp/render/time_text.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::render {
namespace {

using inspect::Record;

constexpr std::uint64_t largest_exact = std::uint64_t{1} << 53;  // JSON readers keep integers up to here

class JsonRecord {
 public:
  JsonRecord(JsonLine& line, std::size_t most) : w_(line), start_(line.size()), most_(most) {}

  void write(const Record& r) {
    redacted_ = r.redactor != nullptr;
    const Parsed parsed = r.parsed();
    w_.StartObject();
    key("schema", "pp.header/1");
    origin(r);
    if (r.outcome != inspect::Outcome::unreadable) {
      if (r.is_header()) header(r, parsed.header);
      after(r);
      if (!redacted_ && fits(2 * r.bytes.size())) hex("hex", r.bytes);
    }
    if (redacted_) flag("redacted", true);
    key("verdict", name(r.outcome));
    if (r.amends) key("amends", name(*r.amends));
    if (r.diagnosis) diagnosis(*r.diagnosis);
    findings(r);
    if (cut_) flag("reply_cut", true);
    w_.EndObject();
  }

 private:
  bool fits(std::size_t more) {
    const bool fits = w_.size() - start_ <= most_ && more <= most_ - (w_.size() - start_);
    if (!fits) cut_ = true;
    return fits;
  }
  void key(std::string_view k) { w_.Key(k); }
  void string(std::string_view v) { w_.String(v); }
  void key(std::string_view k, std::string_view v) {
    key(k);
    string(v);
  }
  void number(std::string_view k, std::uint64_t v) {
    key(k);
    number(v);
  }
  void number(std::uint64_t v) {
    if (v > largest_exact) {
      string(std::to_string(v));
    } else {
      w_.Number(v);
    }
  }
  void flag(std::string_view k, bool v) {
    key(k);
    w_.Bool(v);
  }
  void hex(std::string_view k, Bytes bytes) {
    key(k);
    w_.Hex(bytes);
  }
  /// As it is when it is UTF-8, else with the bytes that are not escaped.
  void shown_text(std::string_view k, std::string_view v) {
    const Bytes bytes(reinterpret_cast<const std::uint8_t*>(v.data()), v.size());
    key(k);
    if (utf8_prefix(bytes) == bytes.size()) {
      w_.String(v);
    } else {
      w_.String(shown(bytes));
    }
  }
  void text_if_valid(std::string_view k, Bytes value) {
    if (utf8_prefix(value) != value.size()) return;
    key(k, std::string_view(reinterpret_cast<const char*>(value.data()), value.size()));
  }

  void origin(const Record& r) {
    shown_text("input", r.input);
    if (r.line > 0) number("line", r.line);
    if (r.flow.captured) {
      if (!r.flow.listened) number("frame", r.flow.frame);
      if (r.flow.frames.size() > 1) {
        key("frames");
        w_.StartArray();
        for (std::uint64_t f : r.flow.frames) number(f);
        w_.EndArray();
      }
      number("connection", r.flow.connection);
      scratch_.clear();
      append_iso_time(scratch_, r.flow.time_ns, r.flow.nanoseconds);
      key("time", scratch_);
      key("peer");
      w_.StartObject();
      if (r.flow.unix_socket) {
        key("src", "unix:");
        shown_text("dst", r.input);
        key("proto", "unix");
        number("pid", static_cast<std::uint64_t>(r.flow.peer_pid));
        number("uid", r.flow.peer_uid);
      } else {
        key("src", endpoint_text(r.flow.source, r.flow.source_port));
        key("dst", endpoint_text(r.flow.destination, r.flow.destination_port));
        key("proto", r.flow.udp ? "udp" : "tcp");
      }
      w_.EndObject();
      timing(r);
    }
    if (r.chain > 0) {
      number("chain", r.chain);
      number("stream_offset", r.stream_offset);
    }
  }

  /// What only a listener knows.
  void timing(const Record& r) {
    if (r.flow.settled_us < 0 || r.chain > 0) return;
    number("pieces", r.flow.segments);
    if (r.flow.first_byte_us >= 0) number("first_byte_us", static_cast<std::uint64_t>(r.flow.first_byte_us));
    number(r.complete ? "header_us" : "ended_us", static_cast<std::uint64_t>(r.flow.settled_us));
  }

  void header(const Record& r, const Header& h) {
    if (r.simple) {
      key("format", "simple-proxy-protocol");
      if (!r.complete) return;
      family(h);
      number("header_bytes", r.bytes.size());
      return addresses(h);
    }
    if (h.version == 0) return;
    w_.Key("version");
    w_.Number(unsigned{h.version});
    if (h.version == 1) {
      if (h.version_command != 0) key("command", h.is_unknown() ? "UNKNOWN" : "PROXY");
      if (h.version_command == 0x11) family(h);
    } else if (r.bytes.size() > 12 && h.version_command >> 4 == 2) {
      if ((h.version_command & 15U) < 2) key("command", h.is_local() ? "LOCAL" : "PROXY");
      if (r.bytes.size() > 13) family(h);
    }
    if (r.complete) {
      number("header_bytes", r.bytes.size());
    } else if (h.version == 2 && r.bytes.size() >= v2_fixed_bytes) {
      number("header_bytes", v2_fixed_bytes + std::size_t{load_be16(&r.bytes[14])});
    }
    if (r.flow.captured && !r.flow.listened) number("segments", r.flow.segments);
    if (!r.complete) return;
    addresses(h);
    if (h.is_unknown() && !h.unknown_text().empty() && !redacted_) {
      key("unknown");
      w_.StartObject();
      hex("hex", h.unknown_text());
      text_if_valid("text", h.unknown_text());
      w_.EndObject();
    }
    if (h.version == 2) tlvs(r, h);
  }

  void family(const Header& h) {
    if (const FamilyInfo* f = family_info(h.family())) {
      key("family", f->name);
    } else {
      number("family_number", h.family());
    }
    if (const TransportInfo* t = transport_info(h.transport())) {
      key("transport", t->name);
    } else {
      number("transport_number", h.transport());
    }
  }

  void addresses(const Header& h) {
    switch (h.addresses) {
      case Addresses::none: return;
      case Addresses::inet:
      case Addresses::inet6:
        ip_endpoint("src", h.source, h.source_port);
        ip_endpoint("dst", h.destination, h.destination_port);
        return;
      case Addresses::unix_socket:
        unix_endpoint("src", h.unix_source());
        unix_endpoint("dst", h.unix_destination());
        return;
    }
  }
  void ip_endpoint(std::string_view k, const IpAddress& address, std::uint16_t port) {
    char text[max_ip_text];
    key(k);
    w_.StartObject();
    key("ip", std::string_view(text, format_ip(address, text)));
    w_.Key("port");
    w_.Number(unsigned{port});
    w_.EndObject();
  }
  /// Bytes up to the first NUL; an abstract name begins with NUL and ends before its padding.
  void unix_endpoint(std::string_view k, Bytes block) {
    const bool abstract = block[0] == 0 && std::any_of(block.begin(), block.end(), [](std::uint8_t b) { return b != 0; });
    Bytes path = block;
    if (abstract) {
      while (path.back() == 0) path = path.first(path.size() - 1);
      path = path.subspan(1);
    } else {
      path = block.first(static_cast<std::size_t>(std::find(block.begin(), block.end(), std::uint8_t{0}) - block.begin()));
    }
    key(k);
    w_.StartObject();
    key("path", redacted_ ? std::string("(redacted)") : shown(path));
    hex("path_hex", redacted_ ? Bytes{} : path);
    if (abstract && !redacted_) flag("abstract", true);
    w_.EndObject();
  }

  void tlvs(const Record& r, const Header& h) {
    const TlvArea& area = r.tlvs.area;
    constexpr std::string_view layouts[] = {"", "no-block", "block", "both", "neither"};
    if (area.layout != TlvLayout::tlvs) key("layout", layouts[static_cast<std::size_t>(area.layout)]);
    if (area.offset >= area.end) return;
    CrcMarks marks(h.bytes, r.tlvs.crc);
    tlv_list(h, tlvs_in(h, area), TlvScope::header, marks);
  }

  void tlv_list(const Header& h, TlvCursor tlvs, TlvScope scope, CrcMarks& marks) {
    key("tlvs");
    w_.StartArray();
    for (Tlv tlv; tlvs.next(tlv) && fits(2 * tlv.value.size());) this->tlv(h, tlv, scope, marks);
    w_.EndArray();
  }

  void tlv(const Header& h, const Tlv& tlv, TlvScope scope, CrcMarks& marks) {
    const TlvType* row = tlv_info(tlv.type, scope);
    const VendorValue vendor = row == nullptr ? vendor_value(tlv.type, scope, tlv.value) : VendorValue{};
    w_.StartObject();
    number("offset", tlv.offset);
    number("type", tlv.type);
    key("name", row != nullptr ? row->name : vendor.row != nullptr ? vendor.row->name : name(tlv_range(tlv.type)));
    number("length", tlv.value.size());
    if (row != nullptr && row->shape == TlvShape::ssl && tlv.value.size() >= ssl_head_bytes) {
      ssl_fields(h, tlv, marks);
    } else if (!redacted_) {
      hex("hex", tlv.value);
      value(tlv, row, vendor, marks);
    } else if (row != nullptr && row->shape == TlvShape::crc32c) {
      value(tlv, row, vendor, marks);
    }
    w_.EndObject();
  }

  void value(const Tlv& tlv, const TlvType* row, const VendorValue& vendor, CrcMarks& marks) {
    if (vendor.row != nullptr) {
      key("vendor", vendor.row->vendor);
      if (!vendor.text.empty()) {
        text_if_valid("vendor_id", vendor.text);
      } else if (vendor.row->id != VendorId::none) {
        number("vendor_id", vendor.number);
      }
      return;
    }
    if (row == nullptr || row->shape == TlvShape::opaque) {
      if (!tlv.value.empty() && printable_ascii(tlv.value)) text_if_valid("text", tlv.value);
      return;
    }
    switch (row->shape) {
      case TlvShape::alpn:
      case TlvShape::ascii:
      case TlvShape::utf8: text_if_valid("text", tlv.value); return;
      case TlvShape::crc32c: flag("ok", marks.right(tlv)); return;
      default: return;
    }
  }

  void ssl_fields(const Header& h, const Tlv& tlv, CrcMarks& marks) {
    const Ssl s = ssl(tlv);
    key("client");
    w_.StartArray();
    if ((s.client & Ssl::client_ssl) != 0) string("SSL");
    if ((s.client & Ssl::client_cert_conn) != 0) string("CERT_CONN");
    if ((s.client & Ssl::client_cert_sess) != 0) string("CERT_SESS");
    w_.EndArray();
    number("client_bits", s.client);
    number("verify", s.verify);
    tlv_list(h, sub_tlvs(h.bytes, s), TlvScope::ssl, marks);
  }

  void after(const Record& r) {
    const inspect::Payload& p = r.payload;
    if (r.outcome == inspect::Outcome::missing) {
      key("saw", name(p.kind));
    } else if (p.kind != inspect::PayloadKind::nothing) {
      key("payload", name(p.kind));
    }
    if (!p.line.empty()) shown_text("payload_line", p.line);
    if (!p.host.empty()) shown_text("host", p.host);
    if (!p.sni.empty()) shown_text("sni", p.sni);
    if (!p.alpn.empty()) {
      key("alpn");
      w_.StartArray();
      for (const std::string& a : p.alpn) string(shown(std::string_view(a)));
      w_.EndArray();
    }
    if (r.reaction.kind == inspect::ReactionKind::unknown) return;
    key("reaction");
    w_.StartObject();
    key("kind", name(r.reaction.kind));
    if (r.reaction.kind != inspect::ReactionKind::none) {
      key("after_us");
      w_.Number(r.reaction.after_us);
    }
    if (r.reaction.by != inspect::Side::unknown) key("by", name(r.reaction.by));
    if (r.reaction.kind == inspect::ReactionKind::data) key("class", class_name(r.reaction));
    if (r.reaction.answer == inspect::AnswerClass::tls_alert) key("alert", inspect::tls_alert_name(r.reaction.code));
    if (!r.reaction.text.empty()) shown_text("text", r.reaction.text);
    w_.EndObject();
  }

  void diagnosis(const inspect::Diagnosis& d) {
    key("diagnosis");
    w_.StartObject();
    key("code", d.code);
    key("side", name(d.side));
    key("sentence", d.sentence);
    if (!d.fix.empty()) key("fix", d.fix);
    w_.EndObject();
  }

  void findings(const Record& r) {
    key("findings");
    w_.StartArray();
    for (const lint::Finding& f : r.findings) {
      const std::string message = explain::finding_text(f, r);
      if (!fits(message.size())) break;
      w_.StartObject();
      key("code", f.code.name());
      key("level", name(f.level));
      number("offset", f.offset);
      number("length", f.length);
      key("section", f.code.section());
      key("message", message);
      w_.EndObject();
    }
    w_.EndArray();
  }

  JsonLine& w_;
  std::string scratch_;
  std::size_t start_;  // what was there before this record
  std::size_t most_;
  bool cut_ = false;
  bool redacted_ = false;  // no bytes, no text
};

}  // namespace

void write_json(std::string& out, const Record& record, const Style& style, State&) {
  const std::size_t start = out.size();
  JsonLine line(out);
  JsonRecord(line, style.most).write(record);
  if (!line.all_ascii()) {
    const std::string written = out.substr(start);
    out.resize(start);
    append_safe_json(out, written);
  }
  out += '\n';
}

}  // namespace pp::render
