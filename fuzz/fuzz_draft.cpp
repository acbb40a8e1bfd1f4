// Law: a draft without overrides is a valid header that says what the draft says; with overrides its bytes are those of the fields, as far as truncation, patches and appended bytes leave them. The input is the draft, so this target is generative for any fuzzer.
#include <cstdint>
#include <string>
#include <vector>

#include "harness.hpp"
#include "pp/forge/mutate.hpp"
#include "pp/lint/lint.hpp"
#include "pp/wire/draft.hpp"
#include "pp/wire/parse.hpp"
#include "pp/wire/tlv.hpp"

namespace {

using fuzz::Choices;
using fuzz::require;
using pp::Bytes;
using Buffer = std::vector<std::uint8_t>;

Buffer copy(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

pp::Endpoint endpoint(Choices& c, bool v6) {
  pp::Endpoint e;
  e.address.size = v6 ? 16 : 4;
  const Bytes bytes = c.take(e.address.size);
  std::copy(bytes.begin(), bytes.end(), e.address.bytes.begin());
  e.port = c.u16();
  return e;
}

std::vector<pp::DraftTlv> tlvs(Choices& c, unsigned most) {
  std::vector<pp::DraftTlv> out;
  for (unsigned n = c.below(most); n > 0; --n) {
    const std::uint8_t type = c.byte();
    out.push_back({type, copy(c.take(c.byte())), std::nullopt});
  }
  return out;
}

/// Valid as it stands.
pp::Draft plain(Choices& c) {
  pp::Draft d;
  d.version = c.below(4) == 0 ? 1 : 2;
  d.command = c.below(4) == 0 ? pp::Command::local : pp::Command::proxy;
  d.family = static_cast<pp::Family>(c.below(4));
  d.transport = static_cast<pp::Transport>(c.below(3));
  const bool v6 = d.family != pp::Family::inet;
  d.source = endpoint(c, v6);
  d.destination = endpoint(c, v6);
  d.unix_source = std::string(c.below(109), 's');
  d.unix_destination = std::string(c.below(109), 'd');
  d.crc = static_cast<pp::DraftCrc>(c.below(3));
  d.tlvs = tlvs(c, 8);
  if (c.one_in(4)) d.tlvs.push_back({0x20, pp::ssl_value(c.byte(), c.u32(), tlvs(c, 4)), std::nullopt});
  return d;
}

std::string text(Choices& c) { return std::string(fuzz::text_of(c.take(c.below(48)))); }

/// Overrides, as many as the bytes ask for.
void wrong(Choices& c, pp::Draft& d) {
  const unsigned which = c.u16();
  if ((which & 1U) != 0) d.version_command = c.byte();
  if ((which & 2U) != 0) d.family_transport = c.byte();
  if ((which & 4U) != 0) d.length = c.u16();
  if ((which & 8U) != 0) d.block = copy(c.take(c.byte()));
  if ((which & 16U) != 0) d.signature = copy(c.take(c.below(20)));
  if ((which & 32U) != 0) d.patches.push_back({c.u16(), copy(c.take(c.below(8)))});
  if ((which & 64U) != 0) d.truncate = c.u16();
  if ((which & 128U) != 0) d.append = copy(c.take(c.byte()));
  if ((which & 256U) != 0) d.v1_protocol = text(c);
  if ((which & 512U) != 0) d.v1_source = text(c);
  if ((which & 1024U) != 0) d.v1_destination_port = text(c);
  if ((which & 2048U) != 0) d.v1_rest = text(c);
  if ((which & 4096U) != 0) d.v1_line_end = text(c);
  if ((which & 8192U) != 0 && !d.tlvs.empty()) d.tlvs[0].length = c.u16();
}

bool fits(const pp::Draft& d, const Buffer& out) { return d.version == 1 || out.size() <= pp::max_header_bytes; }

void check_plain(const pp::Draft& d, const Buffer& out) {
  if (!fits(d, out)) return;
  const pp::Parsed p = pp::parse(out);
  require(p.verdict.status == pp::Status::done && p.verdict.size == out.size(), "a draft without overrides is a whole header");
  require(p.header.version == d.version, "of its version");
  const bool ip = d.family == pp::Family::inet || d.family == pp::Family::inet6;
  const bool believed =
      d.command == pp::Command::proxy && (d.version == 1 ? ip : d.family != pp::Family::unspec && d.transport != pp::Transport::unspec);
  require((p.header.addresses != pp::Addresses::none) == believed, "addresses are believed as the draft means them");
  if (believed && ip) {
    require(p.header.source == d.source.address && p.header.destination == d.destination.address, "its addresses");
    require(p.header.source_port == d.source.port && p.header.destination_port == d.destination.port, "its ports");
  }
  if (d.version == 1 || !believed) return;
  pp::TlvCursor cursor = pp::tlvs(p.header);
  pp::Tlv tlv;
  for (const pp::DraftTlv& t : d.tlvs) {
    require(cursor.next(tlv) && tlv.type == t.type && copy(tlv.value) == t.value, "its TLVs, in order");
  }
  require(cursor.next(tlv) == (d.crc != pp::DraftCrc::none) && !cursor.next(tlv), "and none but the checksum behind them");
}

void check_wrong(const pp::Draft& d, const Buffer& out) {
  if (d.truncate) require(out.size() <= *d.truncate + d.append.size(), "truncation cuts");
  require(out.size() >= d.append.size() &&
              std::equal(d.append.begin(), d.append.end(), out.end() - static_cast<std::ptrdiff_t>(d.append.size())),
          "what is appended ends it");
  if (d.version != 2 || d.truncate || !d.patches.empty() || d.signature) return;
  if (d.version_command) require(out[12] == *d.version_command, "byte 12 as told");
  if (d.family_transport) require(out[13] == *d.family_transport, "byte 13 as told");
  if (d.length) require(pp::load_be16(&out[14]) == *d.length, "the length as told");
}

/// forge's damage says truly whether it changed anything, and repeats itself.
void check_mutations(Choices& c, const Buffer& header) {
  const auto table = pp::forge::mutations();
  const pp::forge::Mutation& m = table[c.below(static_cast<unsigned>(table.size()))];
  const std::uint32_t seed = c.u32();
  pp::forge::Random one(seed, 1), two(seed, 1);
  Buffer a = header, b = header;
  const bool changed = m.apply(a, one);
  require(m.apply(b, two) == changed && a == b, "a mutation depends on its seed alone");
  if (!changed) require(a == header, "a mutation that says no leaves the bytes");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices c(Bytes(data, size));
  const bool overrides = c.one_in(2);
  pp::Draft d = plain(c);
  if (overrides) wrong(c, d);
  const Buffer out = pp::encode(d);
  require(pp::encode(d) == out, "encoding is a function");
  overrides ? check_wrong(d, out) : check_plain(d, out);
  std::vector<pp::lint::Finding> findings;
  pp::lint::lint(pp::parse(out), out, findings);
  check_mutations(c, out);
  return 0;
}
