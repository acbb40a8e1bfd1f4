#include "pp/render/text_block.hpp"
#include "pp/inspect/sender_hint.hpp"

#include <algorithm>

#include "pp/base/hex.hpp"
#include "pp/base/utf8.hpp"
#include "pp/render/layout.hpp"
#include "pp/render/palette.hpp"
#include "pp/render/text_bytes.hpp"
#include "pp/render/text_tlv.hpp"
#include "pp/render/text_words.hpp"
#include "pp/text/format.hpp"
#include "pp/wire/tlv_layout.hpp"

namespace pp::render {
namespace {

using inspect::Record;
using text::Counted;
using text::Shown;

constexpr std::size_t value_column = 15;
constexpr std::size_t bytes_column = 54;
constexpr std::size_t annotated_most = 16;

/// The bytes beside a row, with -vv: [offset, offset + size), of which the first `head` are a TLV's type and length.
struct Span {
  std::size_t offset = 0;
  std::size_t size = 0;
  std::size_t head = 0;
};

class Block {
 public:
  Block(std::string& out, const Record& r, const Header& h, const Style& style)
      : out_(out), header_(h), style_(style), area_(r.tlvs.area), marks_(h.bytes, r.tlvs.crc), start_(out.size()) {}

  void row(std::string_view label, std::string_view value, Span span = {}) {
    text::append(line_, "  {:<{}} ", label, value_column - 3);
    std::size_t column = append_wrapped(line_, value, columns(line_), value_column, style_);
    if (style_.detail > 1 && span.size > 0) {
      const std::string bytes = annotated(span);
      const std::size_t at = std::max(bytes_column, column + 2);
      if (style_.width == 0 || at + columns(bytes) <= style_.width) {
        line_.append(at - column, ' ');
      } else {
        text::append(line_, "\n{:{}}", "", value_column);
      }
      append_painted(line_, style_, Paint::faint, bytes);
    }
    out_.append(line_).append(1, '\n');
    line_.clear();
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
        row("source", path_words(header_.unix_source(), style_), {v2_fixed_bytes, unix_path_bytes});
        row("destination", path_words(header_.unix_destination(), style_), {v2_fixed_bytes + unix_path_bytes, unix_path_bytes});
        return;
      default: {
        const std::size_t size = header_.source.size;
        row("source", endpoint_text(header_.source, header_.source_port), {v2_fixed_bytes, size});
        row("destination", endpoint_text(header_.destination, header_.destination_port), {v2_fixed_bytes + size, size});
        ports(v2_fixed_bytes + 2 * size);
      }
    }
  }

  void fixed_part() {
    if (style_.detail < 2) return;
    if (header_.version == 0) return row("magic", "Simple Proxy Protocol", {0, 2});
    if (header_.version == 1) return row("line", shown(header_.bytes, Charset::ascii));
    row("signature", "version 2", {0, 12});
    row("version", header_.is_local() ? "2, command 0 LOCAL" : "2, command 1 PROXY", {12, 1});
    const FamilyInfo* f = family_info(header_.family());
    const TransportInfo* t = transport_info(header_.transport());
    constexpr std::string_view undefined = "undefined";
    row("family", text::format("{}, transport {}", f != nullptr ? f->name : undefined, t != nullptr ? t->name : undefined), {13, 1});
    row("length", text::format("{}", header_.length), {14, 2});
  }

  void tlvs() {
    if (header_.version != 2) return;
    const std::size_t body = area_.end - v2_fixed_bytes;
    if (area_.opaque()) return row("block", text::format("{} opaque bytes", body), {v2_fixed_bytes, body});
    if (header_.addresses == Addresses::none && area_.offset > v2_fixed_bytes) {
      row("block", "ignored", {v2_fixed_bytes, area_.offset - v2_fixed_bytes});
    }
    TlvCursor cursor = tlvs_in(header_, area_);
    for (Tlv tlv; cursor.next(tlv);) {
      if (out_.size() - start_ > style_.most)
        return row("...", text::format("cut: the TLVs of the last {} bytes are left out", area_.end - tlv.offset));
      top(tlv);
    }
    broken("(broken)", cursor);
  }

 private:
  std::string annotated(Span span) const {
    std::string out;
    text::append(out, "{:04x}  ", span.offset);
    const Bytes bytes = header_.bytes.subspan(span.offset, span.size);
    if (span.head == tlv_head_bytes) {
      text::append(out, "{} {}{}", to_hex(bytes.first(1)), to_hex(bytes.subspan(1, 2)), span.size > tlv_head_bytes ? "  " : "");
    }
    const bool narrow = style_.width != 0 && style_.width < least_for_long_rows;
    append_spaced_hex(out, bytes.subspan(span.head), narrow ? annotated_most / 2 : annotated_most);
    return out;
  }

  void ports(std::size_t offset) {
    if (style_.detail > 1) row("ports", text::format("{}, {}", header_.source_port, header_.destination_port), {offset, 4});
  }

  /// Simple Proxy Protocol: addresses of 16 bytes each, then the ports.
  void simple_addresses() {
    row("source", endpoint_text(header_.source, header_.source_port), {2, 16});
    row("destination", endpoint_text(header_.destination, header_.destination_port), {18, 16});
    ports(34);
  }

  std::string unknown_words() const {
    const Bytes content = header_.unknown_text();
    if (content.empty()) return "none: the connection's real endpoints";
    return style_.redacted ? text::format("ignored: {}", Counted{content.size(), "byte"})
                           : "ignored: \"" + shown(content, charset(style_)) + "\"";
  }

  void broken(std::string_view label, const TlvCursor& cursor) {
    if (cursor.fault() == Fault::none) return;
    row(label, text::format("{} not a TLV", Counted{cursor.left(), "byte that is", "bytes that are"}), {cursor.position(), cursor.left()});
  }

  static std::size_t size_of(const Tlv& tlv) { return tlv_head_bytes + tlv.value.size(); }

  void top(const Tlv& tlv) {
    const TlvType* type = tlv_info(tlv.type, TlvScope::header);
    if (type == nullptr || type->shape != TlvShape::ssl || tlv.value.size() < ssl_head_bytes) {
      return row(tlv_name(tlv, TlvScope::header), tlv_value(tlv, TlvScope::header, marks_, style_),
                 {tlv.offset, size_of(tlv), tlv_head_bytes});
    }
    const Ssl s = ssl(tlv);
    row("SSL", text::format("client 0x{:02x}{}", s.client, ssl_client_words(s.client)), {tlv.offset, tlv_head_bytes + 1, tlv_head_bytes});
    row("", text::format("verify {} = {}", s.verify, ssl_verify_words(s)), {tlv.value_offset() + 1, 4});
    TlvCursor subs = sub_tlvs(header_.bytes, s);
    for (Tlv sub; subs.next(sub);) {
      std::string name = tlv_name(sub, TlvScope::ssl);
      if (name.starts_with("SSL_")) name.erase(0, 4);
      row("  " + name, tlv_value(sub, TlvScope::ssl, marks_, style_), {sub.offset, size_of(sub), tlv_head_bytes});
    }
    broken("  (broken)", subs);
  }

  std::string& out_;
  const Header& header_;
  const Style& style_;
  const TlvArea& area_;
  CrcMarks marks_;
  std::size_t start_;  // what was there before these rows
  std::string line_;   // at hand; kept for its capacity
};

std::string reaction_words(const Record& r, const Style& style) {
  const inspect::Reaction& x = r.reaction;
  std::string out(name(x.kind));
  if (x.by != inspect::Side::unknown) text::append(out, " from the {}", name(x.by));
  if (x.kind != inspect::ReactionKind::none) text::append(out, " after {}", inspect::duration_text(x.after_us));
  if (!x.text.empty()) text::append(out, ": \"{}\"", Shown{x.text, charset(style)});
  if (x.answer == inspect::AnswerClass::tls_alert) text::append(out, ": TLS alert {}", inspect::tls_alert_name(x.code));
  return out;
}

}  // namespace

void append_parts(std::string& out, const Record& r, const Header& h, const Style& style) {
  if (!r.complete) return;
  Block block(out, r, h, style);
  block.fixed_part();
  block.addresses();
  block.tlvs();
  if (const inspect::SenderHint* hint = inspect::sender_hint(r, h); hint != nullptr)
    block.row("sender", text::format("looks like {}: {}", hint->sender, hint->because));
  if (r.payload.kind != inspect::PayloadKind::nothing) block.row("payload", payload_words(r.payload, style));
  if (r.flow.settled_us >= 0 && r.chain == 0) {
    block.row("timing", text::format("first byte {} after accept, the last of the header after {}",
                                     inspect::duration_text(r.flow.first_byte_us), inspect::duration_text(r.flow.settled_us)));
  }
  if (r.flow.captured && r.reaction.kind != inspect::ReactionKind::unknown) block.row("reaction", reaction_words(r, style));
}

}  // namespace pp::render
