#include "pp/forge/random.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "pp/wire/crc32c.hpp"
#include "pp/wire/header.hpp"
#include "pp/wire/parse.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_types.hpp"

namespace pp::forge {
namespace {

// Everything is written where it belongs, so that millions of headers a second cost no allocation. `out` points into
// largest_header bytes: whatever add_tlvs adds fits.

using Out = std::uint8_t*;

/// Whole words, the last of them cut.
Out put_random(Random& r, Out out, std::size_t size) {
  for (; size >= 8; size -= 8, out += 8) {
    const std::uint64_t word = r.next();
    for (unsigned i = 0; i < 8; ++i) out[i] = static_cast<std::uint8_t>(word >> 8 * i);
  }
  std::uint64_t word = size > 0 ? r.next() : 0;
  for (; size > 0; --size, word >>= 8) *out++ = static_cast<std::uint8_t>(word);
  return out;
}

/// Two letters for every 12 bits.
constexpr auto letter_pairs = [] {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789.-ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  static_assert(letters.size() == 64);
  std::array<std::array<char, 2>, 4096> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = {letters[i % 64], letters[i / 64]};
  return table;
}();

Out put_text(Random& r, Out out, std::size_t size) {
  constexpr std::size_t letters_of_word = 10;
  for (;;) {
    std::uint64_t word = r.next();
    for (std::size_t n = std::min(size, letters_of_word); n > 0; word >>= 12) {
      const std::array<char, 2>& pair = letter_pairs[word & 0xfffU];
      *out++ = static_cast<std::uint8_t>(pair[0]);
      if (n == 1) return out;
      *out++ = static_cast<std::uint8_t>(pair[1]);
      n -= 2;
    }
    if (size <= letters_of_word) return out;
    size -= letters_of_word;
  }
}

/// Text in which some pairs of letters are one of two bytes.
Out put_utf8(Random& r, Out out, std::size_t size) {
  const Out end = put_text(r, out, size);
  for (std::uint64_t n = size / 2 > 0 ? r.below(1 + size / 8) : 0; n > 0; --n) {
    const std::size_t at = 2 * r.below(size / 2);
    out[at] = 0xc3;
    out[at + 1] = static_cast<std::uint8_t>(0xa0 + r.below(32));
  }
  return end;
}

void random_address(Random& r, bool v6, std::uint8_t* bytes) {
  put_random(r, bytes, v6 ? 16 : 4);
  if (!v6) return;
  // Runs of zeros of every place and length, as real addresses have them; never ::ffff:0:0/96, which is IPv4.
  const std::size_t from = 2 * r.below(8);
  const std::size_t to = std::min<std::size_t>(16, from + 2 * r.below(8));
  std::fill(bytes + from, bytes + std::max(from, to), std::uint8_t{0});
  if (std::all_of(bytes, bytes + 10, [](std::uint8_t b) { return b == 0; }) && bytes[10] == 0xff && bytes[11] == 0xff) bytes[0] = 0x20;
}

std::uint16_t random_port(Random& r) {
  constexpr std::uint16_t edges[] = {0, 1, 9, 10, 80, 99, 100, 443, 999, 1000, 9999, 10000, 65535};
  return r.one_in(4) ? edges[r.below(std::size(edges))] : static_cast<std::uint16_t>(r.next());
}

/// The TLV's head, whose value ends at `end`.
Out close_tlv(Out head, std::uint8_t type, Out end) {
  head[0] = type;
  store_be16(head + 1, static_cast<std::uint16_t>(end - head) - static_cast<std::uint16_t>(tlv_head_bytes));
  return end;
}

Out put_ssl(Random& r, const Series& series, Out out);

Out put_tlv(Random& r, const Series& series, Out head, const SeriesTlv& row) {
  const Out value = head + tlv_head_bytes;
  const std::size_t size = 1 + r.below(row.longest < 64 ? row.longest : 64);
  Out end;
  switch (row.shape) {
    case TlvShape::alpn: end = put_text(r, value, 1 + r.below(12)); break;
    case TlvShape::ascii: end = put_text(r, value, size); break;
    case TlvShape::utf8: end = put_utf8(r, value, size); break;
    case TlvShape::ssl: end = put_ssl(r, series, value); break;
    case TlvShape::padding:
      end = value + (r.one_in(8) ? r.below(300) : size);
      std::memset(value, 0, static_cast<std::size_t>(end - value));
      break;
    case TlvShape::certificate:
      value[0] = 0x30;
      value[1] = static_cast<std::uint8_t>(size);
      end = put_random(r, value + 2, size);
      break;
    default: end = put_random(r, value, size); break;
  }
  return close_tlv(head, row.type, end);
}

Out put_ssl(Random& r, const Series& series, Out out) {
  constexpr std::uint8_t clients[] = {0, 1, 3, 5, 7};
  const std::uint8_t client = clients[r.below(std::size(clients))];
  *out++ = client;
  store_be32(out, r.one_in(4) ? static_cast<std::uint32_t>(r.below(100)) : 0);
  out += 4;
  for (const SeriesTlv& row : series.tlvs) {
    if (row.scope != TlvScope::ssl) continue;
    if ((row.type == tlv_type::ssl_version && (client & 1U) != 0) || r.one_in(3)) out = put_tlv(r, series, out, row);
  }
  return out;
}

Out put_vendor(Random& r, const Series& series, Out head) {
  const SeriesVendorTlv* row = nullptr;
  do {
    row = &series.vendors[r.below(series.vendors.size())];
  } while (row->scope != TlvScope::header);
  const Out value = head + tlv_head_bytes;
  Out out = value;
  if (row->subtype != 0) *out++ = row->subtype;
  out = std::copy(row->prefix.begin(), row->prefix.end(), out);
  const std::size_t size = row->bytes != 0 ? row->bytes - static_cast<std::size_t>(out - value) : 1 + r.below(24);
  out = row->text ? put_text(r, out, size) : put_random(r, out, size);
  return close_tlv(head, row->type, out);
}

Out put_tlvs(Random& r, const Series& series, Out out, bool& checksum) {
  bool used[256] = {};
  for (std::uint64_t wanted = r.below(6); wanted > 0; --wanted) {
    if (r.one_in(6)) {
      out = put_vendor(r, series, out);
      continue;
    }
    const SeriesTlv& row = series.tlvs[r.below(series.tlvs.size())];
    if (row.scope != TlvScope::header || row.shape == TlvShape::crc32c || (row.single && used[row.type])) continue;
    used[row.type] = true;
    out = put_tlv(r, series, out, row);
  }
  // Sizes around the limits that receivers have, and up to the format's own.
  if (r.one_in(64)) {
    const std::size_t size = r.below(r.one_in(16) ? 60000 : 4200);
    std::memset(out + tlv_head_bytes, 0, size);
    out = close_tlv(out, tlv_type::noop, out + tlv_head_bytes + size);
  }
  checksum = r.one_in(3);
  if (!checksum) return out;
  std::memset(out + tlv_head_bytes, 0, 4);
  return close_tlv(out, tlv_type::crc32c, out + tlv_head_bytes + 4);
}

Out put_path(Random& r, Out out) {
  const std::size_t size = r.below(unix_path_bytes + 1);
  if (size > 0) {
    put_text(r, out, size);
    out[0] = r.one_in(4) ? '\0' : '/';
  }
  std::memset(out + size, 0, unix_path_bytes - size);
  return out + unix_path_bytes;
}

std::size_t put_v1(Random& r, const Endpoint& source, const Endpoint& destination, std::span<std::uint8_t> out) {
  if (!r.one_in(5)) return encode_v1(source, destination, out);
  const std::size_t size = encode_v1_unknown(out);
  if (!r.one_in(2)) return size;
  const std::size_t rest = 1 + r.below(v1_max_bytes - size);
  std::memset(&out[size - 2], 'x', rest);
  out[size - 2] = ' ';
  out[size - 2 + rest] = '\r';
  out[size - 1 + rest] = '\n';
  return size + rest;
}

}  // namespace

std::size_t random_header(std::uint64_t seed, std::uint64_t item, std::span<std::uint8_t, largest_header> out, const Series& series) {
  Random r(seed, item);
  const bool v6 = r.one_in(2);
  Endpoint ends[2];
  for (Endpoint& end : ends) {
    end.address.size = v6 ? 16 : 4;
    random_address(r, v6, end.address.bytes.data());
    end.port = random_port(r);
  }
  if (r.one_in(4)) return put_v1(r, ends[0], ends[1], out);
  const Transport transport = r.one_in(5) ? Transport::dgram : Transport::stream;
  Out p = out.data() + encode_v2(ends[0], ends[1], {transport, {}, false}, out);
  if (r.one_in(8)) {
    out[13] = static_cast<std::uint8_t>(0x30U | static_cast<unsigned>(transport));
    p = put_path(r, put_path(r, &out[v2_fixed_bytes]));
  } else if (r.one_in(10)) {
    if (r.one_in(2)) out[12] = 0x20;
    out[13] = 0;
    p = &out[v2_fixed_bytes];
  }
  bool checksum = false;
  p = put_tlvs(r, series, p, checksum);
  const auto size = static_cast<std::size_t>(p - out.data());
  store_be16(&out[14], static_cast<std::uint16_t>(size - v2_fixed_bytes));
  if (checksum) store_be32(p - 4, crc32c(Bytes(out.data(), size)));
  return size;
}

Draft random_draft(std::uint64_t seed, std::uint64_t item, const Series& series) {
  std::vector<std::uint8_t> bytes(largest_header);
  bytes.resize(random_header(seed, item, std::span<std::uint8_t, largest_header>(bytes.data(), largest_header), series));
  const Header h = parse(bytes).header;
  Draft d;
  d.version = static_cast<int>(h.version);
  d.source = {h.source, h.source_port};
  d.destination = {h.destination, h.destination_port};
  if (h.version == 1) {
    d.family = h.is_unknown() ? Family::unspec : h.source.is_v6() ? Family::inet6 : Family::inet;
    constexpr std::size_t word = 13;  // PROXY UNKNOWN
    if (h.is_unknown()) d.v1_rest.assign(bytes.begin() + word, bytes.end() - 2);
    return d;
  }
  d.command = h.is_local() ? Command::local : Command::proxy;
  d.family = static_cast<Family>(bytes[13] >> 4);
  d.transport = static_cast<Transport>(bytes[13] & 15U);
  const auto path = [&bytes](std::size_t at) {
    const std::string all(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                          bytes.begin() + static_cast<std::ptrdiff_t>(at + unix_path_bytes));
    return all.substr(0, all.find_last_not_of('\0') + 1);
  };
  if (d.family == Family::unix_socket) {
    d.unix_source = path(v2_fixed_bytes);
    d.unix_destination = path(v2_fixed_bytes + unix_path_bytes);
  }
  for (std::size_t at = v2_fixed_bytes + address_block_bytes(bytes[13] >> 4); at < bytes.size();) {
    const Bytes value = Bytes(bytes).subspan(at + tlv_head_bytes, load_be16(&bytes[at + 1]));
    if (bytes[at] == tlv_type::crc32c) {
      d.crc = DraftCrc::good;
    } else {
      d.tlvs.push_back({bytes[at], {value.begin(), value.end()}, {}});
    }
    at += tlv_head_bytes + value.size();
  }
  return d;
}

}  // namespace pp::forge
