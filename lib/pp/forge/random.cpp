#include "pp/forge/random.hpp"

#include <algorithm>
#include <string_view>

#include "pp/wire/header.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::forge {
namespace {

IpAddress random_address(Random& r, bool v6) {
  IpAddress out;
  out.size = v6 ? 16 : 4;
  for (std::size_t i = 0; i < out.size; ++i) out.bytes[i] = r.byte();
  if (!v6) return out;
  // Runs of zeros of every place and length, as real addresses have them; never ::ffff:0:0/96, which is IPv4.
  const std::size_t from = 2 * r.below(8);
  const std::size_t to = std::min<std::size_t>(16, from + 2 * r.below(8));
  for (std::size_t i = from; i < to; ++i) out.bytes[i] = 0;
  if (is_ipv4_mapped(out)) out.bytes[0] = 0x20;
  return out;
}

std::uint16_t random_port(Random& r) {
  constexpr std::uint16_t edges[] = {0, 1, 9, 10, 80, 99, 100, 443, 999, 1000, 9999, 10000, 65535};
  return r.one_in(4) ? edges[r.below(std::size(edges))] : static_cast<std::uint16_t>(r.next());
}

std::vector<std::uint8_t> random_text(Random& r, std::size_t size, bool utf8) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789.-_ABCDEFGHIJKLMNOPQRSTUVWXYZ/";
  std::vector<std::uint8_t> out;
  while (out.size() < size) {
    if (utf8 && size - out.size() >= 2 && r.one_in(16)) {
      out.push_back(0xc3);
      out.push_back(static_cast<std::uint8_t>(0xa0 + r.below(32)));
    } else {
      out.push_back(static_cast<std::uint8_t>(letters[r.below(letters.size())]));
    }
  }
  return out;
}

std::vector<std::uint8_t> random_bytes(Random& r, std::size_t size) {
  std::vector<std::uint8_t> out(size);
  for (std::uint8_t& b : out) b = r.byte();
  return out;
}

std::vector<std::uint8_t> random_ssl(Random& r);

DraftTlv random_tlv(Random& r, const TlvType& row) {
  const std::size_t size = 1 + r.below(row.max < 64 ? row.max : 64);
  switch (row.shape) {
    case TlvShape::alpn: return {row.type, random_text(r, 1 + r.below(12), false), {}};
    case TlvShape::ascii: return {row.type, random_text(r, size, false), {}};
    case TlvShape::utf8: return {row.type, random_text(r, size, true), {}};
    case TlvShape::ssl: return {row.type, random_ssl(r), {}};
    case TlvShape::padding: return {row.type, std::vector<std::uint8_t>(r.one_in(8) ? r.below(300) : size), {}};
    case TlvShape::certificate: {
      std::vector<std::uint8_t> der{0x30, static_cast<std::uint8_t>(size)};
      const std::vector<std::uint8_t> content = random_bytes(r, size);
      der.insert(der.end(), content.begin(), content.end());
      return {row.type, std::move(der), {}};
    }
    default: return {row.type, random_bytes(r, size), {}};
  }
}

std::vector<std::uint8_t> random_ssl(Random& r) {
  constexpr std::uint8_t clients[] = {0, 1, 3, 5, 7};
  const std::uint8_t client = clients[r.below(std::size(clients))];
  std::vector<DraftTlv> subs;
  for (const TlvType& row : tlv_table) {
    if (row.scope != TlvScope::ssl) continue;
    if ((row.type == tlv_type::ssl_version && (client & 1U) != 0) || r.one_in(3)) subs.push_back(random_tlv(r, row));
  }
  return ssl_value(client, r.one_in(4) ? static_cast<std::uint32_t>(r.below(100)) : 0, subs);
}

DraftTlv random_vendor(Random& r) {
  const VendorTlv* row = nullptr;
  do {
    row = &vendor_table[r.below(vendor_table.size())];
  } while (row->scope != TlvScope::header);
  std::vector<std::uint8_t> value;
  if (row->subtype != 0) value.push_back(row->subtype);
  value.insert(value.end(), row->prefix.begin(), row->prefix.end());
  const std::size_t size = row->bytes != 0 ? row->bytes - value.size() : 1 + r.below(24);
  const std::vector<std::uint8_t> id = row->id == VendorId::ascii || row->id == VendorId::text ? random_text(r, size, false) : random_bytes(r, size);
  value.insert(value.end(), id.begin(), id.end());
  return {row->type, std::move(value), {}};
}

void add_tlvs(Draft& d, Random& r) {
  const std::size_t wanted = r.below(6);
  bool used[256] = {};
  for (std::size_t i = 0; i < wanted; ++i) {
    if (r.one_in(6)) {
      d.tlvs.push_back(random_vendor(r));
      continue;
    }
    const TlvType& row = tlv_table[r.below(tlv_table.size())];
    if (row.scope != TlvScope::header || row.shape == TlvShape::crc32c || (row.single && used[row.type])) continue;
    used[row.type] = true;
    d.tlvs.push_back(random_tlv(r, row));
  }
  // Sizes around the limits that receivers have, and up to the format's own.
  if (r.one_in(64)) d.tlvs.push_back({tlv_type::noop, std::vector<std::uint8_t>(r.below(r.one_in(16) ? 60000 : 4200)), {}});
  if (r.one_in(3)) d.crc = DraftCrc::good;
}

void make_v1(Draft& d, Random& r) {
  d.version = 1;
  if (!r.one_in(5)) return;
  d.family = Family::unspec;
  if (r.one_in(2)) d.v1_rest = " " + std::string(r.below(92), 'x');
}

}  // namespace

Draft random_draft(std::uint64_t seed, std::uint64_t item) {
  Random r(seed, item);
  Draft d;
  const bool v6 = r.one_in(2);
  d.family = v6 ? Family::inet6 : Family::inet;
  d.source = {random_address(r, v6), random_port(r)};
  d.destination = {random_address(r, v6), random_port(r)};
  if (r.one_in(4)) {
    make_v1(d, r);
    return d;
  }
  d.transport = r.one_in(5) ? Transport::dgram : Transport::stream;
  if (r.one_in(8)) {
    d.family = Family::unix_socket;
    const auto path = [&] {
      const std::vector<std::uint8_t> text = random_text(r, r.below(unix_path_bytes + 1), false);
      return std::string(text.begin(), text.end());
    };
    d.unix_source = path();
    d.unix_destination = path();
    if (r.one_in(4) && !d.unix_source.empty()) d.unix_source[0] = '\0';
  } else if (r.one_in(10)) {
    d.command = r.one_in(2) ? Command::local : Command::proxy;
    d.family = Family::unspec;
    d.transport = Transport::unspec;
  }
  add_tlvs(d, r);
  return d;
}

}  // namespace pp::forge
