#include "pp/stats/breakdown.hpp"

#include <algorithm>
#include <bitset>
#include <charconv>

#include "pp/base/hex.hpp"
#include "pp/text/format.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::stats {

using namespace inspect;

std::optional<GroupBy> parse_group(std::string_view name) noexcept {
  const auto* const found = std::find(group_names.begin(), group_names.end(), name);
  if (found == group_names.end()) return std::nullopt;
  return static_cast<GroupBy>(found - group_names.begin());
}

void GroupRow::fold(const GroupRow& o) noexcept {
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = saturating_add(labels[i], o.labels[i]);
  for (std::size_t i = 0; i < versions.size(); ++i) versions[i] = saturating_add(versions[i], o.versions[i]);
  local = saturating_add(local, o.local);
}

void Breakdown::count(const GroupKey& key, const Record& r, const Header& h) {
  GroupRow& row = table.count(key);
  ++row.labels[static_cast<std::size_t>(label_of(r))];
  ++row.versions[r.is_header() ? h.version : 0];
  if (r.complete && h.is_local()) ++row.local;
}

void Breakdown::add(const Record& r, const Header& h) {
  switch (by) {
    case GroupBy::port:
      if (!r.flow.captured && !r.flow.listened) break;
      return count({{}, r.flow.destination_port}, r, h);
    case GroupBy::sender:
      if (!r.flow.captured && !r.flow.listened) break;
      return count({r.flow.source, 0}, r, h);
    case GroupBy::client:
      if (!r.is_header() || !r.complete || (h.addresses != Addresses::inet && h.addresses != Addresses::inet6)) break;
      return count({h.source, 0}, r, h);
    case GroupBy::tlv: {
      if (!r.is_header() || !r.complete || h.version != 2 || r.tlvs.area.opaque()) break;
      std::bitset<512> held;
      TlvCursor cursor = tlvs_in(h, r.tlvs.area);
      for (Tlv tlv; cursor.next(tlv);) {
        held.set(tlv.type);
        if (tlv.type != tlv_type::ssl || tlv.value.size() < ssl_head_bytes) continue;
        TlvCursor subs = sub_tlvs(h.bytes, ssl(tlv));
        for (Tlv sub; subs.next(sub);) held.set(256U + sub.type);
      }
      if (held.none()) break;
      for (std::size_t i = 0; i < held.size(); ++i) {
        if (held.test(i)) count({{}, static_cast<std::uint16_t>(i)}, r, h);
      }
      return;
    }
  }
  ++without;
}

std::string group_name(GroupBy by, const GroupKey& key) {
  if (by == GroupBy::port) return text::format("{}", key.number);
  if (by != GroupBy::tlv) return to_string(key.address);
  const auto type = static_cast<std::uint8_t>(key.number & 0xffU);
  const auto scope = static_cast<TlvScope>(key.number >> 8U);
  const TlvType* const row = tlv_info(type, scope);
  if (row != nullptr) return std::string(row->name);
  return text::format("{}0x{}", scope == TlvScope::ssl ? "SSL/" : "", to_hex(Bytes(&type, 1)));
}

std::optional<GroupKey> parse_group_key(GroupBy by, std::string_view name) {
  GroupKey key;
  if (by == GroupBy::port) {
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), key.number);
    if (error != std::errc{} || end != name.data() + name.size()) return std::nullopt;
    return key;
  }
  if (by != GroupBy::tlv) {
    const auto address = parse_ip(name);
    if (!address) return std::nullopt;
    key.address = *address;
    return key;
  }
  for (std::uint16_t number = 0; number < 512; ++number) {
    key.number = number;
    if (group_name(by, key) == name) return key;
  }
  return std::nullopt;
}

}  // namespace pp::stats
