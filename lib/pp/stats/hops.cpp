#include "pp/stats/hops.hpp"

#include <algorithm>

#include "pp/base/hex.hpp"
#include "pp/base/utf8.hpp"
#include "pp/inspect/header_kind.hpp"
#include "pp/text/format.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::stats {

using namespace inspect;
namespace {

constexpr std::size_t most_value = 64;  // bytes of a value that are compared and shown; with their number that is enough
constexpr std::size_t most_tlvs = 64;

bool is_text(TlvShape shape) noexcept { return shape == TlvShape::alpn || shape == TlvShape::ascii || shape == TlvShape::utf8; }

std::string value_text(Bytes value, bool readable) {
  Bytes front = value.first(std::min(value.size(), most_value));
  // Not in the middle of a character, of which no byte but the first is below 0x80 or above 0xbf.
  for (int i = 0; i < 3 && readable && front.size() < value.size() && (value[front.size()] & 0xc0U) == 0x80; ++i)
    front = front.first(front.size() - 1);
  std::string out = readable || printable_ascii(front) ? shown(front) : text::format("0x{}", to_hex(front));
  if (value.size() > most_value) text::append(out, "... ({} bytes)", value.size());
  return out;
}

void note_tlv(Sighting& s, const Tlv& tlv, TlvScope scope, bool redacted) {
  if (s.tlvs.size() >= most_tlvs) return;
  const TlvType* row = tlv_info(tlv.type, scope);
  if (row != nullptr && (row->shape == TlvShape::crc32c || row->shape == TlvShape::padding)) return;
  const VendorValue vendor = row == nullptr ? vendor_value(tlv.type, scope, tlv.value) : VendorValue{};
  Sighting::NamedTlv out;
  out.type = tlv.type;
  out.length = static_cast<std::uint32_t>(tlv.value.size());
  out.name = row != nullptr          ? std::string(row->name)
             : vendor.row != nullptr ? std::string(vendor.row->name)
                                     : text::format("0x{}", to_hex(Bytes(&tlv.type, 1)));
  if (!redacted)
    out.value =
        row != nullptr && row->shape == TlvShape::ssl ? std::string() : value_text(tlv.value, row != nullptr && is_text(row->shape));
  if (row != nullptr && row->shape == TlvShape::ssl && tlv.value.size() >= ssl_head_bytes) {
    const Ssl head = ssl(tlv);
    out.value = text::format("client 0x{}, verify {}", to_hex(Bytes(&head.client, 1)), head.verify);
  }
  s.tlvs.push_back(std::move(out));
}

void note_tlvs(Sighting& s, const Header& h, const TlvArea& area, bool redacted) {
  TlvCursor cursor = tlvs_in(h, area);
  for (Tlv tlv; cursor.next(tlv);) {
    note_tlv(s, tlv, TlvScope::header, redacted);
    if (tlv.type != tlv_type::ssl || tlv.value.size() < ssl_head_bytes) continue;
    TlvCursor subs = sub_tlvs(h.bytes, ssl(tlv));
    for (Tlv sub; subs.next(sub);) note_tlv(s, sub, TlvScope::ssl, redacted);
  }
}

std::size_t cost_of(const Sighting& s) {
  std::size_t out = sizeof s + s.destination.size();
  for (const Sighting::NamedTlv& t : s.tlvs) out += sizeof t + t.name.size() + t.value.size();
  return out;
}

std::string tlv_text(const Sighting::NamedTlv& t) {
  return t.value.empty() ? text::format("{}", text::Counted{t.length, "byte"}) : t.value;
}

}  // namespace

std::vector<HopChange> changes(const Sighting& before, const Sighting& after) {
  std::vector<HopChange> out;
  const auto differs = [&out](std::string_view what, std::string_view a, std::string_view b) {
    if (a != b) out.push_back({std::string(what), false, std::string(a), std::string(b)});
  };
  const HeaderKind& a = header_kinds[before.kind];
  const HeaderKind& b = header_kinds[after.kind];
  differs("version", a.version == 0 ? a.title : a.version == 1 ? "1" : "2", b.version == 0 ? b.title : b.version == 1 ? "1" : "2");
  differs("family", a.family, b.family);
  differs("transport", a.transport, b.transport);
  differs("destination", before.destination, after.destination);
  // The nth of a type is compared with the nth.
  std::vector<bool> taken(after.tlvs.size());
  for (const Sighting::NamedTlv& t : before.tlvs) {
    std::size_t at = 0;
    while (at < after.tlvs.size() && (taken[at] || after.tlvs[at].name != t.name)) ++at;
    if (at == after.tlvs.size()) {
      out.push_back({t.name, true, tlv_text(t), ""});
      continue;
    }
    taken[at] = true;
    if (!(after.tlvs[at] == t)) out.push_back({t.name, true, tlv_text(t), tlv_text(after.tlvs[at])});
  }
  for (std::size_t i = 0; i < after.tlvs.size(); ++i) {
    if (!taken[i]) out.push_back({after.tlvs[i].name, true, "", tlv_text(after.tlvs[i])});
  }
  return out;
}

void Hops::add(const Record& r) {
  if (!r.is_header()) return;
  const Parsed parsed = r.parsed();
  const Header& h = parsed.header;
  if (!r.complete || (h.addresses != Addresses::inet && h.addresses != Addresses::inet6)) {
    ++without_source_;
    return;
  }
  const Source source{h.source, h.source_port};
  auto client = clients_.find(source);
  if (bytes_ >= most_bytes || (client == clients_.end() && clients_.size() >= most_clients)) {
    ++(client == clients_.end() ? forgotten_ : client->second.more);
    return;
  }
  if (client == clients_.end()) client = clients_.emplace(source, Client{}).first;
  Client& c = client->second;
  const bool other_input = c.sightings.empty() || c.sightings.back().place.input != r.input;
  // Of every input there is one at least, however many there were before.
  if (c.sightings.size() >= most_sightings && !other_input) {
    ++c.more;
    return;
  }
  if (other_input) ++c.inputs;
  Sighting s;
  s.place = place_of(r);
  s.peer_source = r.flow.source;
  s.peer_destination = r.flow.destination;
  s.peer_source_port = r.flow.source_port;
  s.peer_destination_port = r.flow.destination_port;
  s.kind = r.simple ? simple_kind : header_kind(h, r.complete);
  s.destination = endpoint_text(h.destination, h.destination_port);
  s.size = static_cast<std::uint32_t>(r.bytes.size());
  s.outcome = r.outcome;
  note_tlvs(s, h, r.tlvs.area, r.redactor != nullptr);
  bytes_ += cost_of(s);
  c.sightings.push_back(std::move(s));
}

std::vector<const std::pair<const Hops::Source, Hops::Client>*> Hops::sorted() const {
  std::vector<const std::pair<const Source, Client>*> out;
  for (const auto& entry : clients_) out.push_back(&entry);
  std::stable_sort(out.begin(), out.end(), [](const auto* a, const auto* b) { return a->second.inputs > b->second.inputs; });
  return out;
}

}  // namespace pp::stats
