// Laws that every verdict keeps, whatever the bytes: for the row runner, the properties and the fuzz harness. Each
// function gives the name of the first law that is broken, or nullptr.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "pp/wire/parse.hpp"
#include "pp/wire/tlv.hpp"

namespace laws {

/// Everything but where the bytes lie.
inline bool same(const pp::Parsed& a, const pp::Parsed& b) {
  const pp::Header& x = a.header;
  const pp::Header& y = b.header;
  return a.verdict == b.verdict && x.version == y.version && x.version_command == y.version_command &&
         x.family_transport == y.family_transport && x.addresses == y.addresses && x.length == y.length && x.source_port == y.source_port &&
         x.destination_port == y.destination_port && x.source == y.source && x.destination == y.destination;
}

inline bool inside(pp::Bytes part, pp::Bytes whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

/// Version 1, 2 or not a header, by comparison with the two words alone.
inline const char* broken_by_class(pp::Bytes in, const pp::Parsed& p) {
  constexpr pp::ByteLiteral proxy("PROXY");
  const std::size_t n1 = std::min<std::size_t>(in.size(), 5);
  const std::size_t n2 = std::min<std::size_t>(in.size(), 12);
  const bool v1 = std::equal(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(n1), proxy.data);
  const bool v2 = std::equal(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(n2), pp::v2_signature);
  if ((p.verdict.status == pp::Status::missing) != (!v1 && !v2)) return "missing only for bytes of neither version";
  const unsigned version = v1 && n1 == 5 ? 1 : v2 && n2 == 12 ? 2 : 0;
  return p.header.version == version ? nullptr : "the version is known as soon as its word is whole";
}

inline const char* broken_by_done(pp::Bytes in, const pp::Parsed& p) {
  const pp::Header& h = p.header;
  const std::size_t n = p.verdict.size;
  if (n < 15 || n > in.size()) return "done counts bytes that are there";
  if (h.bytes.data() != in.data() || h.bytes.size() != n) return "the header is exactly the first bytes";
  if (h.version == 1 && (n > 107 || in[n - 2] != '\r' || in[n - 1] != '\n')) return "a v1 line ends in CRLF within 107 bytes";
  if (h.version == 2 && n != 16 + in[14] * std::size_t{256} + in[15]) return "a v2 header is 16 + length bytes";
  if (!inside(h.unknown_text(), h.bytes) || !inside(h.body(), h.bytes)) return "views lie inside the header";
  if (!inside(h.unix_source(), h.bytes) || !inside(h.unix_destination(), h.bytes)) return "paths lie inside the header";
  if (h.is_local() && h.addresses != pp::Addresses::none) return "LOCAL and UNKNOWN have no addresses";
  auto cursor = pp::tlvs(h);
  pp::Tlv tlv;
  std::size_t covered = cursor.position();
  while (cursor.next(tlv)) {
    if (tlv.offset != covered || !inside(tlv.value, h.bytes)) return "TLVs follow one another inside the header";
    covered += 3 + tlv.value.size();
  }
  if (h.version == 2 && covered + cursor.left() != n) return "the walk ends at the header's end or at its fault";
  const pp::Parsed alone = pp::parse(in.first(n));
  return same(alone, p) ? nullptr : "the header alone parses as it did with what follows";
}

/// `p` is what parsing `in` gave.
inline const char* broken_by_verdict(pp::Bytes in, const pp::Parsed& p) {
  const pp::Verdict& v = p.verdict;
  if (!in.empty() && in[0] == 'P' && !same(p, pp::parse_v1_exact(in))) return "the exact scanner says the same";
  if (const char* law = broken_by_class(in, p)) return law;
  if (v.status == pp::Status::done) return v.fault == pp::Fault::none ? broken_by_done(in, p) : "done has no fault";
  if (!inside(p.header.bytes, in)) return "views lie inside the input";
  if (p.header.addresses != pp::Addresses::none) return "only a complete header has addresses";
  if (v.status == pp::Status::need_more) {
    if (v.size < 1 || v.offset != in.size() || v.fault != pp::Fault::none) return "need_more wants a byte, at the end";
    if (in.size() >= 12 && in[0] != 'P' && in.size() < 16 && v.size != 16 - in.size()) return "v2 wants its 16 bytes first";
    return pp::at_end(v).status == pp::Status::truncated ? nullptr : "need_more at the end is truncated";
  }
  if (v.status == pp::Status::truncated) return "only at_end says truncated";
  if (v.fault == pp::Fault::none || v.span < 1) return "a fault has a code and covers a byte";
  if (v.offset + std::size_t{v.span} > in.size()) return "a fault lies inside the input";
  return pp::at_end(v) == v ? nullptr : "settled is final at the end too";
}

inline const char* broken_by_verdict(pp::Bytes in) {
  const pp::Parsed p = pp::parse(in);
  return same(p, pp::parse(in)) ? broken_by_verdict(in, p) : "parsing twice gives the same";
}

/// The law of chunks at one cut: verdicts are stateless, so that all chunkings follow from all cuts.
inline const char* broken_by_cut(pp::Bytes in, const pp::Parsed& whole, std::size_t cut) {
  const pp::Parsed p = pp::parse(in.first(cut));
  if (p.verdict.settled()) return same(p, whole) ? nullptr : "settled is final";
  if (whole.verdict.status != pp::Status::done) return nullptr;
  if (cut >= whole.verdict.size) return "a whole header needs nothing more";
  return cut + p.verdict.size <= whole.verdict.size ? nullptr : "need_more asks for no more than what suffices";
}

/// A line that V1Parser gets in pieces, and how many bytes it was given to look at.
struct Resumed {
  pp::V1Parser parser;
  pp::Parsed parsed;
  std::size_t looked_at = 0;

  /// Goes on to the first n bytes of `in`, in a block of their own whose bytes before next() are all different: the result is
  /// that of one call, and what it looks at a second time is one unfinished word, number or group.
  const char* broken_by_piece(pp::Bytes in, std::size_t n) {
    std::vector<std::uint8_t> block(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(n));
    for (std::size_t i = 0; i < parser.next(); ++i) block[i] = static_cast<std::uint8_t>(~block[i]);
    looked_at += n - parser.next();
    parser.parse(block, parsed);
    if (!same(parsed, pp::parse_v1_exact(in.first(n)))) return "a resumed line reads as it does in one piece";
    if (parsed.verdict.settled()) return nullptr;
    return n - parser.next() <= 7 ? nullptr : "a resumed line is not read from its start again";
  }
};

/// Byte by byte; the work is linear.
inline const char* broken_by_single_bytes(pp::Bytes in) {
  Resumed line;
  for (std::size_t n = 0; n <= in.size() && !line.parsed.verdict.settled(); ++n) {
    if (const char* law = line.broken_by_piece(in, n)) return law;
  }
  return line.looked_at <= 8 * in.size() ? nullptr : "a line is read in a number of steps that its length bounds";
}

inline const char* broken_by_cuts(pp::Bytes in) {
  if (!in.empty() && in[0] == 'P') {
    if (const char* law = broken_by_single_bytes(in)) return law;
  }
  const pp::Parsed whole = pp::parse(in);
  for (std::size_t cut = 0; cut < in.size(); ++cut) {
    if (const char* law = broken_by_cut(in, whole, cut)) return law;
  }
  return nullptr;
}

/// Bytes behind what is settled change nothing.
inline const char* broken_by_junk(pp::Bytes in, pp::Bytes junk) {
  const pp::Parsed p = pp::parse(in);
  if (!p.verdict.settled()) return nullptr;
  std::vector<std::uint8_t> longer(in.size() + junk.size());
  std::copy(in.begin(), in.end(), longer.begin());
  std::copy(junk.begin(), junk.end(), longer.begin() + static_cast<std::ptrdiff_t>(in.size()));
  return same(pp::parse(longer), p) ? nullptr : "bytes behind a settled verdict change nothing";
}

}  // namespace laws
