#include "pp/render/text_block.hpp"

#include <algorithm>

#include "pp/base/hex.hpp"
#include "pp/base/utf8.hpp"
#include "pp/render/palette.hpp"
#include "pp/render/text_bytes.hpp"
#include "pp/render/text_words.hpp"
#include "pp/render/time_text.hpp"

namespace pp::render {
namespace {

using inspect::Record;

constexpr std::size_t value_column = 15;
constexpr std::size_t bytes_column = 54;
constexpr std::size_t annotated_most = 16;
constexpr std::size_t text_most = 200;  // of one value, for people; JSON has all of it

/// Characters on screen: bytes that are no continuation of a UTF-8 sequence.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80; }));
}

class Block {
 public:
  Block(std::string& out, const Record& r, const Header& h, const Style& style)
      : out_(out), header_(h), style_(style), area_(r.tlvs.area), marks_(h.bytes, r.tlvs.crc), start_(out.size()) {}

  /// A row: label, value and, with -vv, the bytes [offset, offset + size) with `head` of them set apart.
  void row(std::string_view label, std::string_view value, std::size_t offset = 0, std::size_t size = 0, std::size_t head = 0) {
    std::string line = "  " + std::string(label);
    line.append(line.size() < value_column ? value_column - line.size() : 2, ' ');
    line += value;
    if (style_.detail > 1 && size > 0) {
      const std::size_t w = width(line);
      line.append(w < bytes_column ? bytes_column - w : 2, ' ');
      line += paint(style_, Paint::faint);
      append_offset(line, offset);
      line += "  ";
      const Bytes bytes = header_.bytes.subspan(offset, size);
      if (head == 3) {
        line += to_hex(bytes.first(1)) + " " + to_hex(bytes.subspan(1, 2)) + (size > 3 ? "  " : "");
      }
      append_spaced_hex(line, bytes.subspan(head), annotated_most);
      line += paint(style_, Paint::off);
    }
    out_ += line + "\n";
  }

  void addresses() {
    if (header_.version == 1) {
      if (header_.addresses == Addresses::none) return row("content", unknown_words());
      row("source", endpoint_text(header_.source, header_.source_port));
      row("destination", endpoint_text(header_.destination, header_.destination_port));
      return;
    }
    if (header_.version == 0) return simple_addresses();
    switch (header_.addresses) {
      case Addresses::none:
        row("addresses", header_.is_local() ? "LOCAL: the connection's real endpoints" : "UNSPEC: none announced");
        return;
      case Addresses::unix_socket:
        if (style_.redacted) {
          row("source", "(path)");
          return row("destination", "(path)");
        }
        row("source", path_words(header_.unix_source(), style_), v2_fixed_bytes, unix_path_bytes);
        row("destination", path_words(header_.unix_destination(), style_), v2_fixed_bytes + unix_path_bytes, unix_path_bytes);
        return;
      default: {
        const std::size_t size = header_.source.size;
        row("source", endpoint_text(header_.source, header_.source_port), v2_fixed_bytes, size);
        row("destination", endpoint_text(header_.destination, header_.destination_port), v2_fixed_bytes + size, size);
        if (style_.detail > 1)
          row("ports", std::to_string(header_.source_port) + ", " + std::to_string(header_.destination_port), v2_fixed_bytes + 2 * size, 4);
      }
    }
  }

  /// Simple Proxy Protocol: addresses of 16 bytes each, then the ports.
  void simple_addresses() {
    row("source", endpoint_text(header_.source, header_.source_port), 2, 16);
    row("destination", endpoint_text(header_.destination, header_.destination_port), 18, 16);
    if (style_.detail > 1) row("ports", std::to_string(header_.source_port) + ", " + std::to_string(header_.destination_port), 34, 4);
  }

  void fixed_part() {
    if (style_.detail < 2) return;
    if (header_.version == 0) return row("magic", "Simple Proxy Protocol", 0, 2);
    if (header_.version == 1) return row("line", shown(header_.bytes, Charset::ascii));
    row("signature", "version 2", 0, 12);
    row("version", "2, command " + std::string(header_.is_local() ? "0 LOCAL" : "1 PROXY"), 12, 1);
    const FamilyInfo* f = family_info(header_.family());
    const TransportInfo* t = transport_info(header_.transport());
    row("family",
        (f != nullptr ? std::string(f->name) : "undefined") + ", transport " + (t != nullptr ? std::string(t->name) : "undefined"), 13, 1);
    row("length", std::to_string(header_.length), 14, 2);
  }

  void tlvs() {
    if (header_.version != 2) return;
    const std::size_t body = area_.end - v2_fixed_bytes;
    if (area_.opaque()) return row("block", std::to_string(body) + " opaque bytes", v2_fixed_bytes, body);
    if (header_.addresses == Addresses::none && area_.offset > v2_fixed_bytes) {
      row("block", "ignored", v2_fixed_bytes, area_.offset - v2_fixed_bytes);
    }
    TlvCursor cursor = tlvs_in(header_, area_);
    for (Tlv tlv; cursor.next(tlv);) {
      if (out_.size() - start_ > style_.most) return row("...", "cut: the TLVs of the last " + std::to_string(area_.end - tlv.offset) + " bytes are left out");
      top(tlv);
    }
    if (cursor.fault() != Fault::none)
      row("(broken)", std::to_string(cursor.left()) + " bytes that are no TLV", cursor.position(), cursor.left());
  }

 private:
  std::string unknown_words() const {
    const Bytes text = header_.unknown_text();
    if (style_.redacted && !text.empty()) return "ignored: " + std::to_string(text.size()) + " bytes";
    return text.empty() ? std::string("none: the connection's real endpoints") : "ignored: \"" + shown(text, charset(style_)) + "\"";
  }

  static std::size_t size_of(const Tlv& tlv) { return tlv_head_bytes + tlv.value.size(); }

  void top(const Tlv& tlv) {
    const TlvType* type = tlv_info(tlv.type, TlvScope::header);
    if (type == nullptr || type->shape != TlvShape::ssl || tlv.value.size() < ssl_head_bytes) {
      return row(label(tlv, type, TlvScope::header), value(tlv, type, TlvScope::header), tlv.offset, size_of(tlv), tlv_head_bytes);
    }
    const Ssl s = ssl(tlv);
    row("SSL", "client 0x" + to_hex(Bytes(&s.client, 1)) + client_words(s.client), tlv.offset, tlv_head_bytes + 1, tlv_head_bytes);
    row("", "verify " + std::to_string(s.verify) + " = " + verify_words(s), tlv.value_offset() + 1, 4);
    TlvCursor subs = sub_tlvs(header_.bytes, s);
    for (Tlv sub; subs.next(sub);) {
      const TlvType* sub_type = tlv_info(sub.type, TlvScope::ssl);
      std::string name = label(sub, sub_type, TlvScope::ssl);
      if (name.starts_with("SSL_")) name.erase(0, 4);
      row("  " + name, value(sub, sub_type, TlvScope::ssl), sub.offset, size_of(sub), tlv_head_bytes);
    }
    if (subs.fault() != Fault::none)
      row("  (broken)", std::to_string(subs.left()) + " bytes that are no TLV", subs.position(), subs.left());
  }

  static std::string client_words(std::uint8_t client) {
    std::string out;
    const auto add = [&](unsigned bit, std::string_view word) {
      if ((client & bit) != 0) out += (out.empty() ? " = " : " + ") + std::string(word);
    };
    add(Ssl::client_ssl, "SSL");
    add(Ssl::client_cert_conn, "CERT_CONN");
    add(Ssl::client_cert_sess, "CERT_SESS");
    return out;
  }

  static std::string verify_words(const Ssl& s) {
    if (s.verify != 0) return "not verified";
    return s.has_certificate() ? "certificate verified" : "no client certificate";
  }

  static std::string label(const Tlv& tlv, const TlvType* type, TlvScope scope) {
    if (type != nullptr) return std::string(type->name);
    const VendorValue v = vendor_value(tlv.type, scope, tlv.value);
    return v.row != nullptr ? std::string(v.row->name) : "0x" + to_hex(Bytes(&tlv.type, 1)) + " " + std::string(name(tlv_range(tlv.type)));
  }

  std::string text(Bytes value) const {
    std::string out = shown(value.first(std::min(value.size(), text_most)), charset(style_));
    if (value.size() > text_most) out += "... (" + std::to_string(value.size()) + " bytes)";
    return out;
  }

  std::string value(const Tlv& tlv, const TlvType* type, TlvScope scope) {
    if (style_.redacted) {
      std::string size = std::to_string(tlv.value.size()) + (tlv.value.size() == 1 ? " byte" : " bytes");
      if (type == nullptr || type->shape != TlvShape::crc32c || tlv.value.size() != 4) return size;
      return size + (marks_.right(tlv) ? "  ok" : "  wrong");
    }
    if (type == nullptr) {
      const VendorValue v = vendor_value(tlv.type, scope, tlv.value);
      if (v.row != nullptr && !v.text.empty()) return text(v.text) + " (" + std::string(v.row->vendor) + ")";
      if (v.row != nullptr && v.row->id != VendorId::none) return std::to_string(v.number) + " (" + std::string(v.row->vendor) + ")";
      return opaque(tlv.value);
    }
    switch (type->shape) {
      case TlvShape::alpn:
      case TlvShape::ascii:
      case TlvShape::utf8: return text(tlv.value);
      case TlvShape::crc32c: {
        if (tlv.value.size() != 4) return opaque(tlv.value);
        return to_hex(tlv.value) + (marks_.right(tlv) ? "  ok" : "  wrong");
      }
      case TlvShape::padding: return std::to_string(tlv.value.size()) + (tlv.value.size() == 1 ? " byte" : " bytes");
      case TlvShape::certificate: return std::to_string(tlv.value.size()) + " bytes of X.509 DER";
      default: return opaque(tlv.value);
    }
  }

  std::string opaque(Bytes value) const {
    if (value.empty()) return "(empty)";
    if (printable_ascii(value)) return text(value);
    constexpr std::size_t most = 16;
    std::string out = to_hex(value.first(std::min(value.size(), most)));
    if (value.size() > most) out += "... (" + std::to_string(value.size()) + " bytes)";
    return out;
  }

  std::string& out_;
  const Header& header_;
  const Style& style_;
  const TlvArea& area_;
  CrcMarks marks_;
  std::size_t start_;  // what was there before this block
};

std::string title(const Record& r, const Header& h) {
  if (r.simple)
    return std::string("Simple Proxy Protocol, ") +
           (!r.complete       ? ""
            : h.family() == 2 ? "UDP over IPv6, "
                              : "UDP over IPv4, ") +
           std::to_string(r.bytes.size()) + " bytes";
  if (h.version == 0) return "PROXY header, " + std::to_string(r.bytes.size()) + " bytes";
  std::string out = "PROXY v" + std::to_string(h.version);
  if (h.version == 1) {
    if (h.version_command == 0x10) out += ", UNKNOWN";
    if (h.version_command == 0x11) out += h.family() == 2 ? ", TCP over IPv6" : ", TCP over IPv4";
  } else if (r.bytes.size() > 13 && h.version_command >> 4 == 2 && (h.version_command & 15U) < 2) {
    out += h.is_local() ? ", command LOCAL" : ", command PROXY";
    constexpr std::string_view over[] = {"unspecified transport over ", "TCP over ", "UDP over "};
    constexpr std::string_view over_unix[] = {"unspecified transport over ", "stream over ", "datagram over "};
    const FamilyInfo* f = family_info(h.family());
    if (!h.is_local() && f != nullptr && h.transport() < 3) {
      if (h.family() == 0) {
        out += ", UNSPEC";
      } else {
        out += ", " + std::string(h.family() == 3 ? over_unix[h.transport()] : over[h.transport()]) + std::string(f->title);
      }
    }
  }
  return out + ", " + std::to_string(r.bytes.size()) + " bytes";
}

}  // namespace

void append_block(std::string& out, const Record& r, const Parsed& parsed, const Style& style, State& state) {
  const Header& h = parsed.header;
  out += paint(style, Paint::strong);
  out += "#" + std::to_string(state.shown) + " ";
  append_place(out, r, style, state);
  out += title(r, h);
  out += paint(style, Paint::off);
  const bool good = r.outcome == inspect::Outcome::valid;
  out += std::string(", ") + std::string(paint(style, good                                     ? Paint::good
                                                      : r.outcome == inspect::Outcome::warning ? Paint::warning
                                                                                               : Paint::error));
  if (r.amends) out += "now ";
  out += name(r.outcome);
  out += paint(style, Paint::off);
  if (r.chain > 0) out += ", chained behind " + std::to_string(r.stream_offset) + " bytes";
  out += '\n';
  if (!r.complete) return;
  Block block(out, r, h, style);
  block.fixed_part();
  block.addresses();
  block.tlvs();
  if (r.payload.kind != inspect::PayloadKind::nothing) block.row("payload", payload_words(r.payload, style));
  if (r.flow.settled_us >= 0 && r.chain == 0) {
    block.row("timing", "first byte " + inspect::duration_text(r.flow.first_byte_us) + " after accept, the last of the header after " +
                            inspect::duration_text(r.flow.settled_us));
  }
  if (r.flow.captured && r.reaction.kind != inspect::ReactionKind::unknown) {
    std::string words(name(r.reaction.kind));
    if (r.reaction.by != inspect::Side::unknown) words += " from the " + std::string(name(r.reaction.by));
    if (r.reaction.kind != inspect::ReactionKind::none) words += " after " + inspect::duration_text(r.reaction.after_us);
    if (!r.reaction.text.empty()) words += ": \"" + shown(std::string_view(r.reaction.text), charset(style)) + "\"";
    if (r.reaction.answer == inspect::AnswerClass::tls_alert) words += ": TLS alert " + inspect::tls_alert_name(r.reaction.code);
    block.row("reaction", words);
  }
}

}  // namespace pp::render
