#include "header_mutator.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>
#include <vector>

#include "pp/forge/catalogue.hpp"
#include "pp/forge/mutate.hpp"
#include "pp/forge/random.hpp"
#include "pp/wire/crc32c.hpp"
#include "pp/wire/header.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_types.hpp"

namespace fuzz {
namespace {

using pp::Bytes;
using pp::forge::Random;
using Buffer = std::vector<std::uint8_t>;

struct Tlv {
  std::uint8_t type = 0;
  Buffer value;
};

/// A v2 header in parts, whatever its length field and TLV lengths say: what is in no TLV is the tail.
struct Model {
  Buffer fixed;  // 16 bytes
  Buffer block;
  std::vector<Tlv> tlvs;
  Buffer tail;
};

Buffer copy(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

void split_tlvs(Bytes area, std::vector<Tlv>& tlvs, Buffer& tail) {
  while (area.size() >= pp::tlv_head_bytes) {
    const std::size_t length = pp::load_be16(&area[1]);
    if (length > area.size() - pp::tlv_head_bytes) break;
    tlvs.push_back({area[0], copy(area.subspan(pp::tlv_head_bytes, length))});
    area = area.subspan(pp::tlv_head_bytes + length);
  }
  tail = copy(area);
}

bool is_v2(Bytes bytes) { return bytes.size() >= pp::v2_fixed_bytes && bytes[0] == pp::v2_signature[0]; }

Model split(Bytes bytes) {
  Model m;
  m.fixed = copy(bytes.first(pp::v2_fixed_bytes));
  const Bytes body = bytes.subspan(pp::v2_fixed_bytes);
  m.block = copy(body.first(std::min(body.size(), pp::address_block_bytes(bytes[13] >> 4U))));
  split_tlvs(body.subspan(m.block.size()), m.tlvs, m.tail);
  return m;
}

void append(Buffer& out, const std::vector<Tlv>& tlvs) {
  for (const Tlv& tlv : tlvs) {
    out.push_back(tlv.type);
    out.push_back(static_cast<std::uint8_t>(tlv.value.size() >> 8U));
    out.push_back(static_cast<std::uint8_t>(tlv.value.size()));
    out.insert(out.end(), tlv.value.begin(), tlv.value.end());
  }
}

Buffer join(const Model& m, bool right_length, bool right_crc) {
  Buffer out = m.fixed;
  out.insert(out.end(), m.block.begin(), m.block.end());
  std::size_t crc_at = 0;
  for (const Tlv& tlv : m.tlvs) {
    if (tlv.type == pp::tlv_type::crc32c && tlv.value.size() == 4) crc_at = out.size() + pp::tlv_head_bytes;
    append(out, {tlv});
  }
  out.insert(out.end(), m.tail.begin(), m.tail.end());
  if (right_length) pp::store_be16(&out[14], static_cast<std::uint16_t>(out.size() - pp::v2_fixed_bytes));
  if (right_crc && crc_at != 0) pp::store_be32(&out[crc_at], pp::header_crc32c(out, crc_at));
  return out;
}

std::uint8_t type_of_choice(Random& r) {
  constexpr std::uint8_t vendors[] = {0xe0, 0xe1, 0xea, 0xee, 0xf0, 0xf8, 0x31, 0x00};
  if (r.one_in(4)) return r.one_in(2) ? vendors[r.below(std::size(vendors))] : r.byte();
  return pp::tlv_table[r.below(pp::tlv_table.size())].type;
}

/// A value of a shape that the type may have, by the table; sometimes a vendor's.
Buffer value_of_choice(Random& r, std::uint8_t type) {
  Buffer out;
  for (const pp::VendorTlv& row : pp::vendor_table) {
    if (row.type != type || !r.one_in(2)) continue;
    if (row.subtype != 0) out.push_back(row.subtype);
    out.insert(out.end(), row.prefix.begin(), row.prefix.end());
  }
  if (type == pp::tlv_type::crc32c) return {0, 0, 0, 0};
  if (type == pp::tlv_type::ssl) {
    out = {static_cast<std::uint8_t>(r.below(8)), 0, 0, 0, static_cast<std::uint8_t>(r.below(2))};
    append(out, {Tlv{pp::tlv_type::ssl_version, {'T', 'L', 'S', 'v', '1', '.', '3'}}});
    return out;
  }
  constexpr std::size_t sizes[] = {0, 1, 2, 4, 5, 8, 32, 128, 129, 255, 256};
  for (std::size_t n = sizes[r.below(std::size(sizes))]; n > 0; --n)
    out.push_back(r.one_in(8) ? r.byte() : static_cast<std::uint8_t>('a' + n % 26));
  return out;
}

constexpr std::uint8_t commands[] = {0x20, 0x21, 0x21, 0x21, 0x22, 0x11, 0x31};
constexpr std::uint8_t families[] = {0x00, 0x11, 0x12, 0x21, 0x22, 0x31, 0x32, 0x10, 0x41, 0x13};
constexpr std::uint16_t lengths[] = {0, 11, 12, 13, 14, 15, 35, 36, 215, 216, 255, 256, 520, 521, 65535};

/// One change to the parts of a header.
void change(Model& m, Random& r, ByteMutator mutate_bytes) {
  const auto at = [&] { return m.tlvs.begin() + static_cast<std::ptrdiff_t>(r.below(m.tlvs.size())); };
  const std::uint64_t op = m.tlvs.empty() ? r.below(4) : r.below(11);
  switch (op) {
    case 0:
    case 1: {
      const std::uint8_t type = type_of_choice(r);
      m.tlvs.insert(m.tlvs.begin() + static_cast<std::ptrdiff_t>(r.below(m.tlvs.size() + 1)), Tlv{type, value_of_choice(r, type)});
      return;
    }
    case 2: m.fixed[12] = r.one_in(8) ? r.byte() : commands[r.below(std::size(commands))]; return;
    case 3: m.fixed[13] = r.one_in(8) ? r.byte() : families[r.below(std::size(families))]; return;
    case 4: m.tlvs.erase(at()); return;
    case 5: {
      const Tlv twice = *at();
      m.tlvs.insert(at(), twice);
      return;
    }
    case 6: std::iter_swap(at(), at()); return;
    case 7: at()->type = type_of_choice(r); return;
    case 8: {  // into an SSL TLV
      const auto one = at();
      Tlv outer{pp::tlv_type::ssl, {0x01, 0, 0, 0, 0}};
      append(outer.value, {*one});
      *one = std::move(outer);
      return;
    }
    case 9: {  // out of it
      const auto one = at();
      if (one->value.size() < pp::ssl_head_bytes) return;
      std::vector<Tlv> inner;
      Buffer rest;
      split_tlvs(Bytes(one->value).subspan(pp::ssl_head_bytes), inner, rest);
      m.tlvs.insert(m.tlvs.end(), inner.begin(), inner.end());
      return;
    }
    default: {
      Buffer& value = at()->value;
      const std::size_t size = value.size();
      value.resize(size + 16);
      value.resize(mutate_bytes(value.data(), size, value.size()));
    }
  }
}

Buffer changed(Bytes bytes, Random& r, ByteMutator mutate_bytes) {
  if (bytes.empty() || r.one_in(32)) {
    if (r.one_in(2)) return encode(pp::forge::random_draft(r.next(), r.below(1000)));
    const auto rows = pp::forge::rows();
    return encode(pp::forge::make_case(rows[r.below(rows.size())]).draft);
  }
  Buffer out = copy(bytes);
  if (!is_v2(bytes) || r.one_in(8)) {
    const auto table = pp::forge::mutations();
    for (int tries = 0; tries < 8 && !table[r.below(table.size())].apply(out, r); ++tries) {
    }
    return out;
  }
  Model m = split(bytes);
  change(m, r, mutate_bytes);
  const bool length = !r.one_in(8);
  if (!length && r.one_in(2)) pp::store_be16(&m.fixed[14], lengths[r.below(std::size(lengths))]);
  return join(m, length, !r.one_in(4));
}

std::size_t put(const Buffer& bytes, std::uint8_t* out, std::size_t max_size) {
  const std::size_t n = std::min(bytes.size(), max_size);
  std::copy_n(bytes.begin(), n, out);
  return n;
}

}  // namespace

std::size_t mutate_header(std::uint8_t* data, std::size_t size, std::size_t max_size, std::uint64_t seed, ByteMutator mutate_bytes) {
  Random r(seed, size);
  if (r.one_in(4)) return mutate_bytes(data, size, max_size);
  const Buffer out = changed(Bytes(data, size), r, mutate_bytes);
  return out.empty() ? mutate_bytes(data, size, max_size) : put(out, data, max_size);
}

std::size_t cross_headers(const std::uint8_t* first, std::size_t first_size, const std::uint8_t* second, std::size_t second_size,
                          std::uint8_t* out, std::size_t max_size, std::uint64_t seed) {
  Random r(seed, first_size);
  const Bytes a(first, first_size), b(second, second_size);
  if (!is_v2(a) || !is_v2(b)) {  // a front of the one, a back of the other
    Buffer mixed = copy(a.first(r.below(a.size() + 1)));
    const Bytes back = b.subspan(r.below(b.size() + 1));
    mixed.insert(mixed.end(), back.begin(), back.end());
    return put(mixed, out, max_size);
  }
  Model m = split(a);
  for (Tlv& tlv : split(b).tlvs) {
    if (!r.one_in(2)) m.tlvs.insert(m.tlvs.begin() + static_cast<std::ptrdiff_t>(r.below(m.tlvs.size() + 1)), std::move(tlv));
  }
  return put(join(m, true, true), out, max_size);
}

}  // namespace fuzz
