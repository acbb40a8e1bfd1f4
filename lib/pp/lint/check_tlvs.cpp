#include <algorithm>
#include <array>
#include <string>

#include "pp/base/hex.hpp"
#include "pp/base/utf8.hpp"
#include "pp/lint/checks.hpp"
#include "pp/lint/lint.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::lint {
namespace {

std::uint32_t u32(std::size_t n) { return static_cast<std::uint32_t>(n); }
std::string number(std::size_t n) { return std::to_string(n); }

class Walk {
 public:
  Walk(const Header& h, std::vector<Finding>& out) : header_(h), out_(out) {}

  void area(TlvCursor tlvs, TlvScope scope) {
    std::array<bool, 256> seen{};
    for (Tlv tlv; tlvs.next(tlv);) {
      visit(tlv, scope, seen[tlv.type]);
      seen[tlv.type] = true;
    }
    if (tlvs.fault() != Fault::none) framing(tlvs, scope);
  }

  void finish() {
    if (left_out_ > 0) out_.back().message += " (and " + number(left_out_) + " more findings on TLVs)";
  }

 private:
  void say(Finding finding) {
    if (said_ < most_findings) {
      ++said_;
      out_.push_back(std::move(finding));
    } else {
      ++left_out_;
    }
  }
  /// The cap applies to each level separately, so a flood of notes cannot hide an error.
  void say_error(Finding finding) {
    if (errors_++ < most_findings) {
      out_.push_back(std::move(finding));
    } else {
      ++left_out_;
    }
  }
  void say(Rule rule, const Tlv& tlv, std::string message) {
    say(make_finding(rule, tlv.offset, u32(tlv_head_bytes + tlv.value.size()), std::move(message)));
  }

  void framing(const TlvCursor& tlvs, TlvScope scope) {
    const bool inside = scope == TlvScope::ssl;
    const std::string where = inside ? "the SSL TLV" : "the header";
    const auto at = u32(tlvs.offset());
    if (tlvs.fault() == Fault::v2_tlv_stray) {
      const std::size_t left = tlvs.left();
      return say_error(make_finding(
          inside ? Fault::v2_ssl_stray : Fault::v2_tlv_stray, at, u32(left),
          number(left) + (left == 1 ? " stray byte" : " stray bytes") + " at the end of " + where + ", a TLV takes at least 3"));
    }
    const std::uint8_t* field = header_.bytes.data() + at;
    const std::size_t claimed = load_be16(field);
    const std::size_t left = tlvs.left() - tlv_head_bytes;
    std::string message = tlv_label(field[-1], inside) + " TLV claims " + number(claimed) + " bytes, only " + number(left) +
                          (left == 1 ? " is left in " : " are left in ") + where;
    if (load_le16(field) <= left) message += " (" + number(load_le16(field)) + " when read as little endian)";
    say_error(make_finding(inside ? Fault::v2_ssl_tlv_overrun : Fault::v2_tlv_overrun, at, 2, std::move(message)));
  }

  void visit(const Tlv& tlv, TlvScope scope, bool again) {
    const bool inside = scope == TlvScope::ssl;
    const TlvType* row = tlv_info(tlv.type, scope);
    if (row == nullptr) return unlisted(tlv, inside);
    // Two checksums have a rule of their own.
    if (again && row->single && row->shape != TlvShape::crc32c) {
      say(Rule::v2_tlv_duplicate, tlv, "a second " + std::string(row->name) + " TLV");
    }
    value(tlv, *row);
  }

  void unlisted(const Tlv& tlv, bool inside) {
    const std::string label = "type 0x" + to_hex(Bytes(&tlv.type, 1));
    if (inside) {
      if (tlv.type == tlv_type::ssl) return say(Rule::v2_ssl_nested, tlv, "an SSL TLV inside the SSL TLV; its value is opaque");
      if (tlv_range(tlv.type) != TlvRange::custom) say(Rule::v2_ssl_tlv_unknown, tlv, label + " inside the SSL TLV is not defined");
      return;
    }
    if (const TlvType* sub = tlv_info(tlv.type, TlvScope::ssl)) {
      return say(Rule::v2_tlv_scope, tlv, std::string(sub->name) + " stands outside the SSL TLV");
    }
    switch (tlv_range(tlv.type)) {
      case TlvRange::custom: return;
      case TlvRange::experiment: return say(Rule::v2_tlv_experiment, tlv, label + " is in the range for experiments");
      case TlvRange::future: return say(Rule::v2_tlv_future, tlv, label + " is reserved for future use");
      case TlvRange::reserved: return say(Rule::v2_tlv_reserved, tlv, label + " is not assigned");
    }
  }

  void value(const Tlv& tlv, const TlvType& row) {
    const auto label = [&row] { return std::string(row.name); };
    if (row.type == tlv_type::unique_id && tlv.value.size() > row.max) {
      say(Rule::v2_unique_id_long, tlv, label() + " has " + number(tlv.value.size()) + " bytes, more than " + number(row.max));
    }
    switch (row.shape) {
      case TlvShape::alpn:
        if (tlv.value.empty()) say(Rule::v2_text_empty, tlv, label() + " is empty");
        if (tlv.value.size() > row.max) {
          say(Rule::v2_alpn_long, tlv, label() + " has " + number(tlv.value.size()) + " bytes, more than " + number(row.max));
        }
        return;
      case TlvShape::ascii:
      case TlvShape::utf8: return text(tlv, row);
      case TlvShape::ssl: return ssl_value(tlv);
      case TlvShape::crc32c:
      case TlvShape::opaque:
      case TlvShape::padding:
      case TlvShape::certificate: return;
    }
  }

  void text(const Tlv& tlv, const TlvType& row) {
    const Bytes v = tlv.value;
    // What nearly every text is, and then nothing is wrong with it.
    if (!v.empty() && printable_prefix(v) == v.size()) return;
    const std::string label(row.name);
    if (v.empty()) return say(Rule::v2_text_empty, tlv, label + " is empty");
    const auto place = [&](Rule rule, std::size_t at, const char* what) {
      say(make_finding(rule, u32(tlv.value_offset() + at), 1, label + what + number(at)));
    };
    const auto nul = std::find(v.begin(), v.end(), std::uint8_t{0});
    const auto control = std::find_if(v.begin(), v.end(), [](std::uint8_t b) { return (b < 0x20 && b != 0) || b == 0x7f; });
    if (nul != v.end()) place(Rule::v2_text_nul, static_cast<std::size_t>(nul - v.begin()), " has a NUL at its byte ");
    if (control != v.end())
      place(Rule::v2_text_control, static_cast<std::size_t>(control - v.begin()), " has a control character at its byte ");
    if (row.shape == TlvShape::ascii) {
      const auto high = std::find_if(v.begin(), v.end(), [](std::uint8_t b) { return b > 0x7f; });
      if (high != v.end()) place(Rule::v2_text_ascii, static_cast<std::size_t>(high - v.begin()), " is not ASCII at its byte ");
    } else if (const std::size_t good = utf8_prefix(v); good != v.size()) {
      place(Rule::v2_text_utf8, good, " is not UTF-8 at its byte ");
    }
  }

  void ssl_value(const Tlv& tlv) {
    if (tlv.value.empty()) {
      return say(Rule::v2_ssl_empty, tlv,
                 "SSL TLV of length 0: some senders mean that the client was encrypted, strict receivers refuse it");
    }
    const Ssl s = ssl(tlv);
    if (!s.complete) {
      return say_error(make_finding(Fault::v2_ssl_short, tlv.offset + 1, 2,
                                    "SSL TLV has " + number(tlv.value.size()) + " bytes, client and verify take 5"));
    }
    constexpr unsigned known = Ssl::client_ssl | Ssl::client_cert_conn | Ssl::client_cert_sess;
    if ((s.client & ~known) != 0) {
      say(make_finding(Rule::v2_ssl_client_bits, tlv.value_offset(), 1, "client 0x" + to_hex(Bytes(&s.client, 1)) + " has reserved bits"));
    }
    bool version = false;
    TlvCursor subs = sub_tlvs(header_.bytes, s);
    for (Tlv sub; subs.next(sub);) version = version || sub.type == tlv_type::ssl_version;
    // A truncated SSL TLV may have lost its VERSION sub-TLV, so it is not reported as missing.
    if ((s.client & Ssl::client_ssl) != 0 && !version && subs.fault() == Fault::none) {
      say(make_finding(Rule::v2_ssl_version_missing, tlv.value_offset(), 1, "client has 01 SSL, but there is no SSL_VERSION"));
    }
    area(sub_tlvs(header_.bytes, s), TlvScope::ssl);
  }

  const Header& header_;
  std::vector<Finding>& out_;
  std::size_t said_ = 0;
  std::size_t errors_ = 0;
  std::size_t left_out_ = 0;
};

}  // namespace

std::string tlv_label(std::uint8_t type, bool inside_ssl) {
  const TlvType* row = tlv_info(type, inside_ssl ? TlvScope::ssl : TlvScope::header);
  return row != nullptr ? std::string(row->name) : "0x" + to_hex(Bytes(&type, 1));
}

void check_tlvs(const Header& h, const JudgedTlvs& tlvs, std::vector<Finding>& out) {
  Walk walk(h, out);
  walk.area(tlvs_in(h, tlvs.area), TlvScope::header);
  walk.finish();
  check_crc32c(h, tlvs, out);
}

}  // namespace pp::lint
