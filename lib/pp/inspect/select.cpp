#include "pp/inspect/select.hpp"

#include <algorithm>
#include <array>

#include "pp/base/hex.hpp"
#include "pp/text/format.hpp"

namespace pp::inspect {
namespace {

bool equal_folded(std::string_view a, std::string_view b) noexcept {
  const auto fold = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return fold(x) == fold(y); });
}

/// Names of TLVs are written with "-" for "_" too: unique-id.
bool same_name(std::string_view listed, std::string_view word) noexcept {
  const auto fold = [](char c) { return c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; };
  return std::equal(listed.begin(), listed.end(), word.begin(), word.end(), [&](char x, char y) { return fold(x) == fold(y); });
}

bool equal_text(Bytes value, std::string_view text) noexcept {
  return std::equal(value.begin(), value.end(), text.begin(), text.end(),
                    [](std::uint8_t b, char c) { return b == static_cast<std::uint8_t>(c); });
}

bool tlv_matches(const TlvSelector& s, const Tlv& tlv, TlvScope scope) {
  if (tlv.type != s.type) return false;
  if (!s.vendor.empty()) {
    const VendorValue v = vendor_value(tlv.type, scope, tlv.value);
    if (v.row == nullptr || v.row->name != s.vendor) return false;
    if (!s.text) return true;
    return equal_text(v.text, *s.text) || (v.text.empty() && text::format("{}", v.number) == *s.text);
  }
  return !s.text || equal_text(tlv.value, *s.text) || equal_folded(to_hex(tlv.value), *s.text);
}

bool any_tlv(const Header& h, const TlvArea& area, const TlvSelector& s) {
  TlvCursor tlvs = tlvs_in(h, area);
  for (Tlv tlv; tlvs.next(tlv);) {
    if (tlv_matches(s, tlv, TlvScope::header)) return true;
    if (tlv.type != tlv_type::ssl) continue;
    TlvCursor subs = sub_tlvs(h.bytes, ssl(tlv));
    for (Tlv sub; subs.next(sub);) {
      if (tlv_matches(s, sub, TlvScope::ssl)) return true;
    }
  }
  return false;
}

struct KindWord {
  std::string_view word;
  Only::Kind kind;
};
constexpr KindWord kind_words[] = {{"v1", Only::Kind::v1}, {"v2", Only::Kind::v2}, {"local", Only::Kind::local}};

bool label_matches(Label label, const Record& r) noexcept {
  switch (label) {
    case Label::warning: return r.outcome == Outcome::warning;
    case Label::malformed: return r.outcome == Outcome::malformed || r.outcome == Outcome::truncated || r.outcome == Outcome::unreadable;
    default: return label_of(r) == label;
  }
}

bool only_matches(Only only, const Record& r, const Header& h) noexcept {
  switch (only.kind) {
    case Only::Kind::label: return label_matches(only.label, r);
    case Only::Kind::v1: return h.version == 1;
    case Only::Kind::v2: return h.version == 2;
    case Only::Kind::local: return r.complete && h.is_local();
  }
  return false;
}

}  // namespace

std::optional<TlvSelector> parse_tlv_selector(std::string_view words) {
  const std::size_t equals = words.find('=');
  const std::string_view name = words.substr(0, equals);
  TlvSelector out;
  if (equals != std::string_view::npos) out.text = std::string(words.substr(equals + 1));
  if (name.size() == 4 && (name.starts_with("0x") || name.starts_with("0X"))) {
    const auto byte = from_hex(name.substr(2));
    if (!byte) return std::nullopt;
    out.type = byte->front();
    return out;
  }
  for (const TlvType& row : tlv_table) {
    if (!same_name(row.name, name)) continue;
    out.type = row.type;
    return out;
  }
  for (const VendorTlv& row : vendor_table) {
    if (!same_name(row.name, name)) continue;
    out.type = row.type;
    out.vendor = row.name;
    return out;
  }
  return std::nullopt;
}

std::optional<Only> parse_only(std::string_view word) noexcept {
  if (word.empty()) return std::nullopt;
  for (const LabelRow& row : label_table) {
    if (row.only == word || row.also == word) return Only{Only::Kind::label, row.label};
  }
  for (const KindWord& row : kind_words) {
    if (row.word == word) return Only{row.kind, Label::ok};
  }
  return std::nullopt;
}

std::string only_words() {
  std::string out;
  for (const LabelRow& row : label_table) out.append(row.only).append(", ");
  for (const KindWord& row : kind_words) out.append(row.word).append(", ");
  out.resize(out.size() - 2);
  return out;
}

bool Selection::matches(const Record& r) const {
  if (empty()) return true;
  const Parsed parsed = r.as_sent();
  const Header& h = parsed.header;
  if (!only.empty() && std::none_of(only.begin(), only.end(), [&](Only o) { return only_matches(o, r, h); })) return false;
  if (source && !source->contains(h.source)) return false;
  if (destination && !destination->contains(h.destination)) return false;
  return std::all_of(tlvs.begin(), tlvs.end(), [&](const TlvSelector& s) { return r.complete && any_tlv(h, r.tlvs.area, s); });
}

}  // namespace pp::inspect
