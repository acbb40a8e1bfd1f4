// Law: the TLV walk divides its area exactly as a counting loop does, SSL's one level in stays inside its parent, a checksum is judged as one that is made from RFC 4960's polynomial, and findings are in order, inside the header and from the tables.
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "harness.hpp"
#include "pp/lint/lint.hpp"
#include "pp/wire/parse.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_layout.hpp"
#include "pp/wire/tlv_types.hpp"

namespace {

using fuzz::require;
using pp::Bytes;

/// RFC 4960 B: the remainders of all bytes, bit by bit, once.
std::array<std::uint32_t, 256> remainders() {
  std::array<std::uint32_t, 256> out{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? (crc >> 1) ^ 0x82f63b78U : crc >> 1;
    out[byte] = crc;
  }
  return out;
}

/// A byte at a time, with 4 bytes taken for zero.
std::uint32_t bytewise_crc32c(Bytes bytes, std::size_t zero_at) {
  static const std::array<std::uint32_t, 256> remainder = remainders();
  std::uint32_t crc = 0xffffffffU;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::uint32_t byte = i >= zero_at && i - zero_at < 4 ? 0U : bytes[i];
    crc = crc >> 8 ^ remainder[(crc ^ byte) & 255U];
  }
  return ~crc;
}

/// How many whole TLVs stand in bytes[from, to), and where the first that is not whole begins.
struct Count {
  std::size_t tlvs = 0;
  std::size_t end = 0;
};
Count count(Bytes bytes, std::size_t from, std::size_t to) {
  Count c{0, from};
  while (to - c.end >= 3 && to - c.end - 3 >= bytes[c.end + 1] * std::size_t{256} + bytes[c.end + 2]) {
    c.end += 3 + bytes[c.end + 1] * std::size_t{256} + bytes[c.end + 2];
    ++c.tlvs;
  }
  return c;
}

void check_vendor(const pp::Tlv& tlv, pp::TlvScope scope) {
  const pp::VendorValue v = pp::vendor_value(tlv.type, scope, tlv.value);
  if (v.row == nullptr) return;
  require(v.row->type == tlv.type && v.row->scope == scope, "a vendor's row is of the TLV's type and scope");
  const bool inside =
      v.text.empty() || (v.text.data() >= tlv.value.data() && v.text.data() + v.text.size() == tlv.value.data() + tlv.value.size());
  require(inside, "a vendor's text is the end of the value");
}

void check_walk(Bytes header, pp::TlvCursor cursor, std::size_t from, std::size_t to, pp::TlvScope scope) {
  const Count expected = count(header, from, to);
  std::size_t seen = 0, at = from;
  for (pp::Tlv tlv; cursor.next(tlv); ++seen) {
    require(tlv.offset == at && tlv.type == header[at] && tlv.value.data() == header.data() + at + 3, "TLVs stand one behind the other");
    at += 3 + tlv.value.size();
    require(at <= to, "a TLV ends inside its area");
    check_vendor(tlv, scope);
    if (tlv.type != pp::tlv_type::ssl || scope != pp::TlvScope::header) continue;
    const pp::Ssl s = pp::ssl(tlv);
    require(s.complete == (tlv.value.size() >= 5), "an SSL TLV is complete from 5 bytes on");
    require(s.end == at, "the sub-TLVs end with their parent");
    if (s.complete) check_walk(header, pp::sub_tlvs(header, s), tlv.offset + 8, at, pp::TlvScope::ssl);
  }
  require(seen == expected.tlvs && at == expected.end, "the walk finds every whole TLV and no other");
  const std::size_t left = to - at;
  const pp::Fault fault = left == 0 ? pp::Fault::none : left < 3 ? pp::Fault::v2_tlv_stray : pp::Fault::v2_tlv_overrun;
  require(cursor.fault() == fault && cursor.left() == left, "what is left over has its name");
}

bool is_range(pp::lint::Argument::Kind kind) {
  using Kind = pp::lint::Argument::Kind;
  return kind == Kind::quote || kind == Kind::digits || kind == Kind::character || kind == Kind::address;
}

bool says(const std::vector<pp::lint::Finding>& findings, pp::lint::Code code) {
  return std::any_of(findings.begin(), findings.end(), [code](const pp::lint::Finding& f) { return f.code == code; });
}

void check_findings(const pp::Parsed& p, Bytes in, const std::vector<pp::lint::Finding>& findings) {
  const bool done = p.verdict.status == pp::Status::done;
  const std::size_t size = done ? p.header.bytes.size() : in.size();
  std::size_t before = 0;
  for (const pp::lint::Finding& f : findings) {
    require(!f.code.none() && f.level == f.code.level(), "a finding has the code and the level of a row");
    require(std::size_t{f.offset} + f.length <= std::max<std::size_t>(size, 16), "a finding lies inside the header");
    require(f.offset >= before, "findings are in the order of their offsets");
    before = f.offset;
    for (const pp::lint::Argument& a : f.arguments) {
      require(!is_range(a.kind) || static_cast<std::size_t>(a.value) + a.length <= in.size(), "what a finding quotes was seen");
    }
  }
  if (p.verdict.status == pp::Status::need_more) require(findings.empty(), "nothing is said before the verdict");
  if (p.verdict.status == pp::Status::malformed || p.verdict.status == pp::Status::missing) {
    require(findings.size() == 1 && findings[0].code == p.verdict.fault, "a fault is the only finding");
  }
}

/// One CRC32C TLV of 4 bytes, in a header that divides into TLVs: right or an error, nothing between.
void check_crc(const pp::Header& h, const std::vector<pp::lint::Finding>& findings) {
  const pp::TlvArea area = pp::tlv_area(h);
  pp::TlvCursor cursor = pp::tlvs_in(h, area);
  std::size_t crcs = 0;
  bool right = true;
  for (pp::Tlv tlv; cursor.next(tlv);) {
    if (tlv.type != pp::tlv_type::crc32c) continue;
    ++crcs;
    if (tlv.value.size() != 4) return require(says(findings, "v2-crc32c-length"), "a CRC32C TLV of another length is an error");
    // Whether one of several is right is no question of this law.
    if (crcs == 1) right = bytewise_crc32c(h.bytes, tlv.value_offset()) == pp::load_be32(tlv.value.data());
  }
  if (crcs == 1) require(says(findings, "v2-crc32c") != right, "a wrong checksum is an error, a right one is none");
  if (crcs != 1 || !right) return;
  require(!says(findings, "v2-crc32c-hidden"), "nothing is hidden where a checksum is right");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes in(data, size);
  const pp::Parsed p = pp::parse(in);
  std::vector<pp::lint::Finding> findings;
  pp::lint::lint(p, in, findings);
  check_findings(p, in, findings);
  if (p.verdict.status != pp::Status::done) return 0;
  const pp::Header& h = p.header;
  if (h.version == 2) {
    check_walk(h.bytes, pp::tlvs(h), h.tlv_offset(), h.bytes.size(), pp::TlvScope::header);
    if (h.bytes.size() > 16) check_walk(h.bytes, pp::TlvCursor(h.bytes, 16, h.bytes.size()), 16, h.bytes.size(), pp::TlvScope::header);
    check_crc(h, findings);
    const bool believed = h.addresses != pp::Addresses::none;
    const bool whole = count(h.bytes, h.tlv_offset(), h.bytes.size()).end == h.bytes.size();
    const bool framing = says(findings, "v2-tlv-overrun") || says(findings, "v2-tlv-stray");
    if (believed) require(framing != whole, "bytes that are no TLV are an error, and nothing else is that error");
  }
  if (h.bytes.size() == in.size()) return 0;
  // What was given may hold more than the header; findings are about the header alone.
  std::vector<pp::lint::Finding> alone;
  pp::lint::lint(pp::parse(h.bytes), h.bytes, alone);
  require(alone.size() == findings.size(), "what follows a header adds no finding");
  for (std::size_t i = 0; i < alone.size(); ++i) {
    require(alone[i].code == findings[i].code && alone[i].offset == findings[i].offset, "what follows a header changes no finding");
  }
  return 0;
}
