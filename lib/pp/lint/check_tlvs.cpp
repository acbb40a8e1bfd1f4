#include <algorithm>
#include <array>

#include "pp/base/utf8.hpp"
#include "pp/lint/checks.hpp"
#include "pp/lint/sentences.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::lint {
namespace {

using namespace argument;

std::uint32_t u32(std::size_t n) { return static_cast<std::uint32_t>(n); }

/// The TLV's name, and the numbers that its sentence takes after it.
Arguments named(const Tlv& tlv, bool inside, Argument first = {}, Argument second = {}) {
  return {argument::tlv(tlv.type, inside), first, second};
}

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
    if (left_out_ > 0) out_.back().left_out = left_out_;
  }

 private:
  void say(const Finding& finding) {
    if (said_ < most_findings) {
      ++said_;
      out_.push_back(finding);
    } else {
      ++left_out_;
    }
  }
  /// The cap applies to each level separately, so a flood of notes cannot hide an error.
  void say_error(const Finding& finding) {
    if (errors_++ < most_findings) {
      out_.push_back(finding);
    } else {
      ++left_out_;
    }
  }
  void say(Rule rule, const Tlv& tlv, const Arguments& arguments = {}) {
    say(make_finding(rule, tlv.offset, u32(tlv_head_bytes + tlv.value.size()), arguments));
  }

  void framing(const TlvCursor& tlvs, TlvScope scope) {
    const bool inside = scope == TlvScope::ssl;
    const auto at = u32(tlvs.offset());
    if (tlvs.fault() == Fault::v2_tlv_stray) {
      return say_error(make_finding(inside ? Fault::v2_ssl_stray : Fault::v2_tlv_stray, at, u32(tlvs.left()),
                                    tlvs.left() == 1 ? says::one_stray : says::several_stray, {number(tlvs.left())}));
    }
    const std::uint8_t* field = header_.bytes.data() + at;
    const std::size_t left = tlvs.left() - tlv_head_bytes;
    const Arguments arguments = {argument::tlv(field[-1], inside), number(load_be16(field)), number(left), number(load_le16(field))};
    const std::uint8_t sentence = load_le16(field) > left ? (left == 1 ? says::is_left : says::are_left)
                                  : left == 1             ? says::is_left_little_endian
                                                          : says::are_left_little_endian;
    say_error(make_finding(inside ? Fault::v2_ssl_tlv_overrun : Fault::v2_tlv_overrun, at, 2, sentence, arguments));
  }

  void visit(const Tlv& tlv, TlvScope scope, bool again) {
    const bool inside = scope == TlvScope::ssl;
    const TlvType* row = tlv_info(tlv.type, scope);
    if (row == nullptr) return unlisted(tlv, inside);
    // check_crc32c reports several checksums.
    if (again && row->single && row->shape != TlvShape::crc32c) {
      say(Rule::v2_tlv_duplicate, tlv, named(tlv, inside));
    }
    value(tlv, *row, inside);
  }

  void unlisted(const Tlv& tlv, bool inside) {
    const Arguments type = {hex_byte(tlv.type)};
    if (inside) {
      if (tlv.type == tlv_type::ssl) return say(Rule::v2_ssl_nested, tlv);
      if (tlv_range(tlv.type) != TlvRange::custom) say(Rule::v2_ssl_tlv_unknown, tlv, type);
      return;
    }
    if (tlv_info(tlv.type, TlvScope::ssl) != nullptr) return say(Rule::v2_tlv_scope, tlv, named(tlv, true));
    if (vendor_value(tlv.type, TlvScope::header, tlv.value).row != nullptr) return;
    switch (tlv_range(tlv.type)) {
      case TlvRange::custom: return;
      case TlvRange::experiment: return say(Rule::v2_tlv_experiment, tlv, type);
      case TlvRange::future: return say(Rule::v2_tlv_future, tlv, type);
      case TlvRange::reserved: return say(Rule::v2_tlv_reserved, tlv, type);
    }
  }

  void value(const Tlv& tlv, const TlvType& row, bool inside) {
    const auto too_long = [&](Rule rule) { say(rule, tlv, named(tlv, inside, number(tlv.value.size()), number(row.max))); };
    if (row.type == tlv_type::unique_id && tlv.value.size() > row.max) too_long(Rule::v2_unique_id_long);
    switch (row.shape) {
      case TlvShape::alpn:
        if (tlv.value.empty()) say(Rule::v2_text_empty, tlv, named(tlv, inside));
        if (tlv.value.size() > row.max) too_long(Rule::v2_alpn_long);
        return;
      case TlvShape::ascii:
      case TlvShape::utf8: return text(tlv, row, inside);
      case TlvShape::ssl: return ssl_value(tlv);
      case TlvShape::crc32c:
      case TlvShape::opaque:
      case TlvShape::padding:
      case TlvShape::certificate: return;
    }
  }

  void text(const Tlv& tlv, const TlvType& row, bool inside) {
    const Bytes v = tlv.value;
    // Fast path: printable text breaks no rule.
    if (!v.empty() && printable_prefix(v) == v.size()) return;
    if (v.empty()) return say(Rule::v2_text_empty, tlv, named(tlv, inside));
    const auto place = [&](Rule rule, std::size_t at) {
      say(make_finding(rule, u32(tlv.value_offset() + at), 1, named(tlv, inside, number(at))));
    };
    const auto nul = std::find(v.begin(), v.end(), std::uint8_t{0});
    const auto control = std::find_if(v.begin(), v.end(), [](std::uint8_t b) { return (b < 0x20 && b != 0) || b == 0x7f; });
    if (nul != v.end()) place(Rule::v2_text_nul, static_cast<std::size_t>(nul - v.begin()));
    if (control != v.end()) place(Rule::v2_text_control, static_cast<std::size_t>(control - v.begin()));
    if (row.shape == TlvShape::ascii) {
      const auto high = std::find_if(v.begin(), v.end(), [](std::uint8_t b) { return b > 0x7f; });
      if (high != v.end()) place(Rule::v2_text_ascii, static_cast<std::size_t>(high - v.begin()));
    } else if (const std::size_t good = utf8_prefix(v); good != v.size()) {
      place(Rule::v2_text_utf8, good);
    }
  }

  void ssl_value(const Tlv& tlv) {
    if (tlv.value.empty()) return say(Rule::v2_ssl_empty, tlv);
    const Ssl s = ssl(tlv);
    if (!s.complete) return say_error(make_finding(Fault::v2_ssl_short, tlv.offset + 1, 2, {number(tlv.value.size())}));
    constexpr unsigned known = Ssl::client_ssl | Ssl::client_cert_conn | Ssl::client_cert_sess;
    if ((s.client & ~known) != 0) {
      say(make_finding(Rule::v2_ssl_client_bits, tlv.value_offset(), 1, {hex_byte(s.client)}));
    }
    bool version = false;
    TlvCursor subs = sub_tlvs(header_.bytes, s);
    for (Tlv sub; subs.next(sub);) version = version || sub.type == tlv_type::ssl_version;
    // A truncated SSL TLV may have lost its VERSION sub-TLV, so it is not reported as missing.
    if ((s.client & Ssl::client_ssl) != 0 && !version && subs.fault() == Fault::none) {
      say(make_finding(Rule::v2_ssl_version_missing, tlv.value_offset(), 1));
    }
    area(sub_tlvs(header_.bytes, s), TlvScope::ssl);
  }

  const Header& header_;
  std::vector<Finding>& out_;
  std::size_t said_ = 0;
  std::size_t errors_ = 0;
  std::uint32_t left_out_ = 0;
};

}  // namespace

void check_tlvs(const Header& h, const JudgedTlvs& tlvs, std::vector<Finding>& out) {
  Walk walk(h, out);
  walk.area(tlvs_in(h, tlvs.area), TlvScope::header);
  walk.finish();
  check_crc32c(h, tlvs, out);
}

}  // namespace pp::lint
