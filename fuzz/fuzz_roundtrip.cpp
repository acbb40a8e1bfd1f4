// Law: encoder and parser are inverse: what parses is written again byte for byte by a draft made of its fields, and the encoder's line of a v1 header is the canonical one, which parses to the same addresses.
#include <cstdint>
#include <vector>

#include "harness.hpp"
#include "pp/wire/crc32c.hpp"
#include "pp/wire/draft.hpp"
#include "pp/wire/encode.hpp"
#include "pp/wire/parse.hpp"
#include "pp/wire/tlv.hpp"
#include "pp/wire/tlv_types.hpp"

namespace {

using fuzz::require;
using pp::Bytes;
using Buffer = std::vector<std::uint8_t>;

bool equal(Bytes a, Bytes b) { return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin()); }
Buffer copy(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

/// By the parts that framing knows: byte 12, byte 13, block, TLVs, and what is no TLV.
void by_draft(const pp::Header& h) {
  pp::Draft d;
  d.version_command = h.version_command;
  d.family_transport = h.family_transport;
  pp::TlvCursor cursor = pp::tlvs(h);
  for (pp::Tlv tlv; cursor.next(tlv);) d.tlvs.push_back({tlv.type, copy(tlv.value), std::nullopt});
  d.block = copy(h.bytes.subspan(16, h.tlv_offset() - 16));
  d.append = copy(h.bytes.subspan(cursor.position()));
  d.length = h.length;
  require(equal(pp::encode(d), h.bytes), "a draft of a header's parts is the header");
}

/// By what they mean, which says all there is to say of INET and INET6 headers whose TLVs divide.
void by_fields(const pp::Header& h) {
  const bool inet = h.addresses == pp::Addresses::inet || h.addresses == pp::Addresses::inet6;
  if (!inet) return;
  const pp::Endpoint source{h.source, h.source_port}, destination{h.destination, h.destination_port};
  const Bytes area = h.bytes.subspan(h.tlv_offset());
  Buffer out(h.bytes.size());
  const std::size_t n = pp::encode_v2(source, destination, {static_cast<pp::Transport>(h.transport()), area, false}, out);
  require(n == h.bytes.size() && equal(out, h.bytes), "the encoder writes what was parsed");
  if (!out.empty())
    require(pp::encode_v2(source, destination, {static_cast<pp::Transport>(h.transport()), area, false}, std::span(out).first(n - 1)) == 0,
            "a byte short is refused");
  // One checksum more: right wherever the others stand.
  Buffer with(h.bytes.size() + 7);
  const std::size_t more = pp::encode_v2(source, destination, {static_cast<pp::Transport>(h.transport()), area, true}, with);
  require((more == 0) == (with.size() > pp::max_header_bytes), "a header has at most 65,551 bytes");
  if (more == 0) return;
  require(pp::parse(with).verdict.status == pp::Status::done && pp::load_be32(&with[more - 4]) == pp::header_crc32c(with, more - 4),
          "its own checksum is right");
}

void version1(const pp::Header& h) {
  std::uint8_t out[pp::v1_max_bytes];
  if (h.is_unknown()) {
    const std::size_t n = pp::encode_v1_unknown(out);
    return require(equal(Bytes(out, n).first(n - 2), h.bytes.first(n - 2)), "UNKNOWN begins as it is written");
  }
  const std::size_t n = pp::encode_v1({h.source, h.source_port}, {h.destination, h.destination_port}, out);
  const pp::Parsed again = pp::parse(Bytes(out, n));
  require(again.verdict.status == pp::Status::done && again.verdict.size == n, "the canonical line is whole");
  require(again.header.source == h.source && again.header.destination == h.destination, "the canonical line has the addresses");
  require(again.header.source_port == h.source_port && again.header.destination_port == h.destination_port,
          "the canonical line has the ports");
  const bool v6 = h.source.is_v6();
  require(n <= (v6 ? 104U : 56U), "the canonical line fits its bound (2.1)");
  // RFC 5952 writes one zero group as "0", which a "::" undercuts by a character; a mapped address may have had a dotted tail.
  const bool mapped = pp::is_ipv4_mapped(h.source) || pp::is_ipv4_mapped(h.destination);
  require(n <= h.bytes.size() + 2 || mapped, "the canonical line is as short as any, but for single zero groups");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const pp::Parsed p = pp::parse(Bytes(data, size));
  if (p.verdict.status != pp::Status::done) return 0;
  if (p.header.version == 1) {
    version1(p.header);
  } else {
    by_draft(p.header);
    by_fields(p.header);
  }
  return 0;
}
