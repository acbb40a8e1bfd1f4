#include "pp/forge/mutate.hpp"

#include <algorithm>
#include <array>

#include "pp/wire/parse.hpp"
#include "pp/wire/tlv_layout.hpp"

namespace pp::forge {
namespace {

using Buffer = std::vector<std::uint8_t>;

std::ptrdiff_t place(std::size_t at) { return static_cast<std::ptrdiff_t>(at); }

/// Where the TLVs of a good v2 header lie: offset and size of each, head included.
struct TlvPlace {
  std::size_t offset, size;
};
std::vector<TlvPlace> tlvs_of(const Buffer& bytes) {
  std::vector<TlvPlace> out;
  const Parsed p = parse(bytes);
  if (p.verdict.status != Status::done || p.header.version != 2) return out;
  const TlvArea area = tlv_area(p.header);
  if (area.opaque()) return out;
  TlvCursor cursor = tlvs_in(p.header, area);
  for (Tlv tlv; cursor.next(tlv);) out.push_back({tlv.offset, tlv_head_bytes + tlv.value.size()});
  return out;
}

bool is_v1(const Buffer& bytes) { return bytes.size() > 6 && bytes[0] == 'P'; }
bool is_v2(const Buffer& bytes) { return bytes.size() >= v2_fixed_bytes && bytes[0] == '\r'; }

/// The length field after `more` bytes have come or gone.
void adjust_length(Buffer& bytes, std::ptrdiff_t more) { store_be16(&bytes[14], static_cast<std::uint16_t>(load_be16(&bytes[14]) + more)); }

bool flip_bit(Buffer& b, Random& r) {
  if (b.empty()) return false;
  b[r.below(b.size())] ^= static_cast<std::uint8_t>(1U << r.below(8));
  return true;
}
bool set_byte(Buffer& b, Random& r) {
  if (b.empty()) return false;
  std::uint8_t& at = b[r.below(b.size())];
  at = static_cast<std::uint8_t>(at + 1 + r.below(255));
  return true;
}
bool insert_byte(Buffer& b, Random& r) {
  b.insert(b.begin() + place(r.below(b.size() + 1)), r.byte());
  return true;
}
bool remove_byte(Buffer& b, Random& r) {
  if (b.empty()) return false;
  b.erase(b.begin() + place(r.below(b.size())));
  return true;
}
bool truncate(Buffer& b, Random& r) {
  if (b.empty()) return false;
  b.resize(r.below(b.size()));
  return true;
}
bool repeat(Buffer& b, Random&) {
  const Buffer once = b;
  b.insert(b.end(), once.begin(), once.end());
  return !once.empty();
}
bool length_field(Buffer& b, Random& r) {
  if (!is_v2(b)) return false;
  constexpr std::uint16_t edges[] = {0, 11, 12, 13, 35, 36, 215, 216, 255, 256, 32767, 32768, 65535};
  const std::uint16_t was = load_be16(&b[14]);
  const auto now = r.one_in(2) ? edges[r.below(std::size(edges))] : static_cast<std::uint16_t>(was + (r.one_in(2) ? 1 : -1));
  if (now == was) return false;
  store_be16(&b[14], now);
  return true;
}
bool tlv_length(Buffer& b, Random& r) {
  const auto tlvs = tlvs_of(b);
  if (tlvs.empty()) return false;
  std::uint8_t* const field = &b[tlvs[r.below(tlvs.size())].offset + 1];
  store_be16(field, static_cast<std::uint16_t>(load_be16(field) + 1 + r.below(65535)));
  return true;
}
bool tlv_type(Buffer& b, Random& r) {
  const auto tlvs = tlvs_of(b);
  if (tlvs.empty()) return false;
  std::uint8_t& type = b[tlvs[r.below(tlvs.size())].offset];
  type = static_cast<std::uint8_t>(type + 1 + r.below(255));
  return true;
}
bool tlv_twice(Buffer& b, Random& r) {
  const auto tlvs = tlvs_of(b);
  if (tlvs.empty()) return false;
  const TlvPlace t = tlvs[r.below(tlvs.size())];
  if (b.size() - v2_fixed_bytes + t.size > 65535) return false;
  const Buffer copy(b.begin() + place(t.offset), b.begin() + place(t.offset + t.size));
  b.insert(b.begin() + place(t.offset), copy.begin(), copy.end());
  adjust_length(b, place(t.size));
  return true;
}
bool tlv_gone(Buffer& b, Random& r) {
  const auto tlvs = tlvs_of(b);
  if (tlvs.empty()) return false;
  const TlvPlace t = tlvs[r.below(tlvs.size())];
  b.erase(b.begin() + place(t.offset), b.begin() + place(t.offset + t.size));
  adjust_length(b, -place(t.size));
  return true;
}
bool tlvs_swapped(Buffer& b, Random& r) {
  const auto tlvs = tlvs_of(b);
  if (tlvs.size() < 2) return false;
  const std::size_t i = r.below(tlvs.size() - 1);
  const auto first = b.begin() + place(tlvs[i].offset);
  const auto second = b.begin() + place(tlvs[i + 1].offset);
  std::rotate(first, second, second + place(tlvs[i + 1].size));
  return true;
}
bool letter_case(Buffer& b, Random& r) {
  if (!is_v1(b)) return false;
  std::vector<std::size_t> letters;
  for (std::size_t i = 0; i < b.size(); ++i) {
    const std::uint8_t low = b[i] | 0x20U;
    if (low >= 'a' && low <= 'z') letters.push_back(i);
  }
  if (letters.empty()) return false;
  b[letters[r.below(letters.size())]] ^= 0x20U;
  return true;
}
bool space(Buffer& b, Random& r) {
  if (!is_v1(b)) return false;
  std::vector<std::size_t> spaces;
  for (std::size_t i = 0; i < b.size(); ++i) {
    if (b[i] == ' ') spaces.push_back(i);
  }
  if (spaces.empty()) return false;
  const auto at = b.begin() + place(spaces[r.below(spaces.size())]);
  if (r.one_in(3)) {
    *at = '\t';
  } else if (r.one_in(2)) {
    b.insert(at, ' ');
  } else {
    b.erase(at);
  }
  return true;
}
bool line_end(Buffer& b, Random& r) {
  if (!is_v1(b) || b.size() < 2 || b[b.size() - 2] != '\r') return false;
  switch (r.below(4)) {
    case 0: b.pop_back(); break;
    case 1: b.erase(b.end() - 2); break;
    case 2: std::swap(b[b.size() - 1], b[b.size() - 2]); break;
    default: b.insert(b.end() - 1, '\r'); break;
  }
  return true;
}
bool digit(Buffer& b, Random& r) {
  if (!is_v1(b)) return false;
  std::vector<std::size_t> digits;
  for (std::size_t i = 11; i < b.size(); ++i) {
    if (b[i] >= '0' && b[i] <= '9') digits.push_back(i);
  }
  if (digits.empty()) return false;
  const std::size_t at = digits[r.below(digits.size())];
  b.insert(b.begin() + place(at), static_cast<std::uint8_t>('0' + r.below(10)));
  return true;
}

constexpr std::array table = {
    Mutation{"flip-bit", "one bit of the header flipped", flip_bit},
    Mutation{"set-byte", "one byte replaced by another", set_byte},
    Mutation{"insert-byte", "a byte more, anywhere", insert_byte},
    Mutation{"remove-byte", "a byte less, anywhere", remove_byte},
    Mutation{"truncate", "the end cut off", truncate},
    Mutation{"repeat", "the header a second time", repeat},
    Mutation{"length", "v2: another length in the length field", length_field},
    Mutation{"tlv-length", "v2: another length in a TLV", tlv_length},
    Mutation{"tlv-type", "v2: another type for a TLV", tlv_type},
    Mutation{"tlv-twice", "v2: a TLV twice", tlv_twice},
    Mutation{"tlv-gone", "v2: a TLV left out, the checksum as it was", tlv_gone},
    Mutation{"tlvs-swapped", "v2: two neighbouring TLVs in the other order, the checksum as it was", tlvs_swapped},
    Mutation{"letter-case", "v1: a letter in the other case", letter_case},
    Mutation{"space", "v1: a space doubled, left out or made a tab", space},
    Mutation{"line-end", "v1: CR LF damaged", line_end},
    Mutation{"digit", "v1: a digit more in an address or port", digit},
};

}  // namespace

std::span<const Mutation> mutations() noexcept { return table; }

const Mutation* find_mutation(std::string_view name) noexcept {
  const auto* found = std::find_if(table.begin(), table.end(), [&](const Mutation& m) { return m.name == name; });
  return found == table.end() ? nullptr : found;
}

}  // namespace pp::forge
