// Properties of TLV lists, checksums and drafts over generated headers; each test is named for its law.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <optional>

#include "generators.hpp"
#include "pp/wire/crc32c.hpp"
#include "pp/wire/parse.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_types.hpp"

namespace {
using namespace pp;
using namespace generate;

RC_GTEST_PROP(Tlvs, KeepOrderTypesAndBytes, ()) {
  const auto list = *tlv_list();
  const auto [source, destination] = *endpoints();
  const auto area = encoded(list);
  std::vector<std::uint8_t> out(16 + 36 + area.size());
  out.resize(encode_v2(source, destination, {Transport::stream, area, false}, out));
  const Header h = parse(out).header;
  auto cursor = tlvs(h);
  Tlv tlv;
  for (const auto& expected : list) {
    RC_ASSERT(cursor.next(tlv));
    RC_ASSERT(tlv.type == expected.type);
    RC_ASSERT(std::vector<std::uint8_t>(tlv.value.begin(), tlv.value.end()) == expected.value);
    RC_ASSERT(out[tlv.offset] == expected.type);
  }
  RC_ASSERT(!cursor.next(tlv));
  RC_ASSERT(cursor.fault() == Fault::none);
}

RC_GTEST_PROP(Tlvs, InsideSslStandWhereTheirOffsetsSay, ()) {
  const auto inner = *tlv_list();
  std::vector<DraftTlv> drafts(inner.begin(), inner.end());
  const auto client = *rc::gen::arbitrary<std::uint8_t>();
  const auto verify = *rc::gen::arbitrary<std::uint32_t>();
  Draft d = *draft();
  d.version = 2;
  d.command = Command::proxy;
  d.tlvs = {{0x20, ssl_value(client, verify, drafts), std::nullopt}, {0x04, {1}, std::nullopt}};
  d.crc = DraftCrc::none;
  if (d.family == Family::unspec || d.transport == Transport::unspec) return;
  const auto out = encode(d);
  const Header h = parse(out).header;
  auto cursor = tlvs(h);
  Tlv tlv, sub;
  RC_ASSERT(cursor.next(tlv) && tlv.type == 0x20);
  const Ssl s = ssl(tlv);
  RC_ASSERT(s.complete && s.client == client && s.verify == verify);
  auto walk = sub_tlvs(h.bytes, s);
  for (const auto& expected : inner) {
    RC_ASSERT(walk.next(sub));
    RC_ASSERT(sub.type == expected.type && out[sub.offset] == expected.type);
    RC_ASSERT(std::vector<std::uint8_t>(sub.value.begin(), sub.value.end()) == expected.value);
  }
  RC_ASSERT(!walk.next(sub) && walk.fault() == Fault::none);
  RC_ASSERT(cursor.next(tlv) && tlv.type == 0x04 && !cursor.next(tlv));
}

RC_GTEST_PROP(Tlvs, InsertedNoopChangesNothingElse, ()) {
  auto list = *tlv_list();
  const auto [source, destination] = *endpoints();
  const auto header = [&](const std::vector<DraftTlv>& tlvs_in) {
    Draft d;
    d.family = source.address.is_v6() ? Family::inet6 : Family::inet;
    d.source = source;
    d.destination = destination;
    d.tlvs = tlvs_in;
    return encode(d);
  };
  const auto before = header(list);
  const std::size_t at = *rc::gen::inRange<std::size_t>(0, list.size() + 1);
  auto with = list;
  with.insert(with.begin() + static_cast<std::ptrdiff_t>(at),
              DraftTlv{0x04, *rc::gen::arbitrary<std::vector<std::uint8_t>>(), std::nullopt});
  const auto after = header(with);
  const Parsed a = parse(before), b = parse(after);
  RC_ASSERT(b.verdict.status == Status::done && a.header.source == b.header.source && a.header.destination == b.header.destination);
  auto x = tlvs(a.header), y = tlvs(b.header);
  Tlv s, t;
  for (std::size_t i = 0; i < with.size(); ++i) {
    RC_ASSERT(y.next(t));
    if (i == at) continue;
    RC_ASSERT(x.next(s) && s.type == t.type && std::equal(s.value.begin(), s.value.end(), t.value.begin(), t.value.end()));
  }
  RC_ASSERT(!x.next(s) && !y.next(t));
}

/// Where the checksum of a header lies, and whether it is right.
std::optional<bool> checksum_right(Bytes bytes) {
  const Parsed p = parse(bytes);
  auto cursor = tlvs(p.header);
  for (Tlv tlv; p.verdict.status == Status::done && cursor.next(tlv);) {
    if (tlv.type != tlv_type::crc32c) continue;
    return tlv.value.size() == 4 && load_be32(tlv.value.data()) == header_crc32c(p.header.bytes, tlv.value_offset());
  }
  return std::nullopt;
}

RC_GTEST_PROP(Checksum, OfAppendedCrcIsRightAndAnyOtherBitBreaksIt, ()) {
  const auto [source, destination] = *endpoints();
  const auto area = encoded(*tlv_list_without_crc());
  std::vector<std::uint8_t> out(16 + 36 + area.size() + 7);
  const std::size_t n = encode_v2(source, destination, {Transport::stream, area, true}, out);
  out.resize(n);
  RC_ASSERT(checksum_right(out) == std::optional(true));
  // Not the command, not the family, and not the CRC TLV's own head, which hide it; nor TLV heads, which move the rest.
  const std::size_t block = source.address.is_v6() ? 36U : 12U;
  const bool in_block = *rc::gen::arbitrary<bool>();
  const std::size_t at = in_block ? *rc::gen::inRange<std::size_t>(16, 16 + block) : *rc::gen::inRange<std::size_t>(n - 4, n);
  out[at] = static_cast<std::uint8_t>(out[at] ^ (1U << *rc::gen::inRange(0, 8)));
  RC_ASSERT(checksum_right(out) == std::optional(false));
}

RC_GTEST_PROP(Checksum, StandsAnywhereAmongTlvs, ()) {
  const auto list = *tlv_list_without_crc();
  const std::size_t at = *rc::gen::inRange<std::size_t>(0, list.size() + 1);
  Draft d = *draft();
  d.version = 2;
  d.command = Command::proxy;
  d.family = Family::inet6;
  d.transport = Transport::dgram;
  d.tlvs = list;
  d.tlvs.insert(d.tlvs.begin() + static_cast<std::ptrdiff_t>(at), DraftTlv{0x03, {0, 0, 0, 0}, std::nullopt});
  auto out = encode(d);
  std::size_t offset = 16 + 36 + 3;
  for (std::size_t i = 0; i < at; ++i) offset += 3 + list[i].value.size();
  store_be32(&out[offset], crc32c(out));
  RC_ASSERT(checksum_right(out) == std::optional(true));
}

RC_GTEST_PROP(Checksum, ContinuesAcrossAnySplit, (std::vector<std::uint8_t> bytes)) {
  const std::size_t cut = *rc::gen::inRange<std::size_t>(0, bytes.size() + 1);
  const std::uint32_t front = crc32c_internal::update(0xffffffffU, Bytes(bytes).first(cut));
  RC_ASSERT(~crc32c_internal::update(front, Bytes(bytes).subspan(cut)) == crc32c(bytes));
}

RC_GTEST_PROP(Drafts, WithoutOverridesAreDoneWithTheirOwnFields, ()) {
  const Draft d = *draft();
  const auto out = encode(d);
  const Parsed p = parse(out);
  RC_ASSERT(p.verdict.status == Status::done && p.verdict.size == out.size());
  RC_ASSERT(p.header.version == d.version);
  const bool ip = d.family == Family::inet || d.family == Family::inet6;
  const bool believed = d.command == Command::proxy && (ip || (d.version == 2 && d.family == Family::unix_socket)) &&
                        (d.version == 1 || d.transport != Transport::unspec);
  RC_ASSERT((p.header.addresses != Addresses::none) == believed);
  RC_CLASSIFY(believed, "with addresses");
  if (believed && ip) {
    RC_ASSERT(p.header.source == d.source.address && p.header.source_port == d.source.port);
    RC_ASSERT(p.header.destination == d.destination.address && p.header.destination_port == d.destination.port);
  }
  if (believed && !ip) {
    RC_ASSERT(std::string(p.header.unix_source().begin(), p.header.unix_source().end()) ==
              d.unix_source + std::string(108 - d.unix_source.size(), '\0'));
    RC_ASSERT(std::equal(d.unix_destination.begin(), d.unix_destination.end(), p.header.unix_destination().begin()));
  }
  if (d.version != 2) return;
  if (d.crc == DraftCrc::good && believed) RC_ASSERT(checksum_right(out) == std::optional(true));
  if (d.crc == DraftCrc::bad && believed) RC_ASSERT(checksum_right(out) == std::optional(false));
  if (!believed) return;
  auto cursor = tlvs(p.header);
  Tlv tlv;
  for (const auto& expected : d.tlvs) RC_ASSERT(cursor.next(tlv) && tlv.type == expected.type);
}

RC_GTEST_PROP(Drafts, SayTheSameAsTheEncoder, ()) {
  const auto [source, destination] = *endpoints();
  Draft d;
  d.version = *rc::gen::element(1, 2);
  d.family = source.address.is_v6() ? Family::inet6 : Family::inet;
  d.source = source;
  d.destination = destination;
  std::vector<std::uint8_t> direct(v1_max_bytes);
  direct.resize(d.version == 1 ? encode_v1(source, destination, direct) : encode_v2(source, destination, {}, direct));
  RC_ASSERT(encode(d) == direct);
}

}  // namespace
