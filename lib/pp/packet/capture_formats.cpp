// The capture formats beside pcap and pcapng, and the kinds of pcap that share a magic.
#include <algorithm>
#include <iterator>

#include "pp/packet/capture.hpp"
#include "pp/packet/capture_magic.hpp"
#include "pp/text/format.hpp"

namespace pp::packet {
namespace {

constexpr std::uint32_t link_erf = 197;
constexpr std::uint32_t erf_padding = 48;

/// What a kind of pcap puts between the record header of its magic and the packet.
struct LongerHeader {
  std::uint32_t magic;
  std::uint32_t extra;
};
constexpr LongerHeader longer_headers[] = {
    {0xa1b2c3d4, 4},  // Nokia's firewalls
    {0xa1b2c3d4, 8},  // a libpcap of April 1999, as in Red Hat Linux 6.1
    {0xa1b2cd34, 4},  // one of September 1999, as in SuSE Linux 6.3
};

struct PcapLook {
  bool big;
  PcapMagic magic;
  std::uint8_t captured_at;
  bool lengths_in_doubt;
};

/// How many record headers are where they should be with such long headers, as far as the bytes go; 0 when one is not.
std::size_t plausible_records(Bytes records, const PcapLook& look, std::uint32_t header) {
  constexpr std::size_t enough = 16;
  std::size_t seen = 0;
  while (records.size() >= 16 && seen < enough) {
    const auto load = [&](std::size_t at) { return look.big ? load_be32(&records[at]) : load_le32(&records[at]); };
    std::uint32_t captured = load(look.captured_at);
    std::uint32_t wire = load(20U - look.captured_at);
    if (look.lengths_in_doubt && captured > wire) std::swap(captured, wire);
    const std::uint32_t second = look.magic.fraction_ns == 1 ? 1'000'000'000 : 1'000'000;
    if (load(4) >= second || captured > max_captured || captured > wire) return 0;
    ++seen;
    records = records.subspan(std::min<std::size_t>(records.size(), std::size_t{header} + captured));
  }
  return seen;
}

/// A kind of record that exists, and of a time when there were such cards, or without one.
bool plausible_erf_kind(Bytes record) noexcept {
  constexpr std::uint32_t last_type = 29;
  constexpr std::uint32_t since_1990 = 631152000;
  const std::uint32_t type = record[8] & 0x7fU;
  const std::uint32_t seconds = load_le32(&record[4]);
  return ((type > 0 && type <= last_type) || type == erf_padding) && (seconds >= since_1990 || seconds == 0);
}

/// Lengths that agree: a record is padded to 8 bytes, and may have two bytes and some extension headers in front of the packet.
bool plausible_erf(Bytes record) noexcept {
  const std::uint32_t size = load_be16(&record[10]);
  const std::uint32_t wire = load_be16(&record[14]);
  return plausible_erf_kind(record) && size >= 16 && size % 4 == 0 && size <= 16 + wire + 2 + 8 + 64;
}

/// snoop's numbers of link types, which are those of the Data Link Provider Interface (RFC 1761).
struct SnoopLink {
  std::uint32_t number;
  std::uint32_t link_type;
};
constexpr SnoopLink snoop_links[] = {{0, 1}, {2, 6}, {4, 1}, {8, 10}, {26, 242}};

}  // namespace

Likeness looks_like_erf(Bytes head) noexcept {
  constexpr std::size_t enough = 16;
  for (std::size_t seen = 0; seen < enough; ++seen) {
    if (head.empty()) return seen > 0 ? Likeness::yes : Likeness::need_more;
    if (head.size() < 16 && seen > 1) return Likeness::yes;
    if (head.size() < 16) return head.size() < 9 || plausible_erf_kind(head) ? Likeness::need_more : Likeness::no;
    // No file begins with padding, whose number is a digit in ASCII: text would look like it.
    if (!plausible_erf(head) || (seen == 0 && (head[8] & 0x7fU) == erf_padding)) return Likeness::no;
    const std::size_t size = load_be16(&head[10]);
    if (head.size() < size) return seen > 0 ? Likeness::yes : Likeness::need_more;
    head = head.subspan(size);
  }
  return Likeness::yes;
}

void CaptureReader::look_at(Bytes head) {
  if (looks_like_capture(head) == Likeness::no) {
    if (looks_like_erf(head) == Likeness::yes) state_ = State::erf;
    return;
  }
  constexpr std::size_t file_header = 24;
  if (head.size() < file_header) return;
  for (const PcapMagic& magic : pcap_magics) {
    for (const bool big : {false, true}) {
      if ((big ? load_be32(head.data()) : load_le32(head.data())) != magic.value) continue;
      const auto half = [&](std::size_t at) { return big ? load_be16(&head[at]) : load_le16(&head[at]); };
      const PcapLook look{big, magic, pcap_captured_at(half(4), half(6)), half(4) == 2 && half(6) == 3};
      const Bytes records = head.subspan(file_header);
      if (plausible_records(records, look, magic.record_header) > 0) return;
      for (const LongerHeader& kind : longer_headers) {
        if (kind.magic != magic.value || plausible_records(records, look, magic.record_header + kind.extra) < 2) continue;
        extra_header_ = kind.extra;
        return;
      }
    }
  }
}

Step CaptureReader::snoop_header(Bytes available) {
  constexpr std::size_t size = 16;
  if (available.size() < size) return {Step::Kind::need, size};
  const std::uint32_t version = load_be32(available.data() + 8);
  if (version != 2) return fail(CaptureFault::version, 8, text::format("snoop version {} is not 2", version));
  const std::uint32_t number = load_be32(available.data() + 12);
  const auto* const known =
      std::find_if(std::begin(snoop_links), std::end(snoop_links), [number](const SnoopLink& l) { return l.number == number; });
  if (known == std::end(snoop_links)) {
    return fail(CaptureFault::version, 12, text::format("snoop link type {} is not supported; editcap -F pcapng may convert it", number));
  }
  link_type_ = known->link_type;
  state_ = State::snoop;
  return used(Step::Kind::skip, size);
}

Step CaptureReader::snoop_record(Bytes available, Packet& out) {
  if (available.size() < snoop_record_header) return {Step::Kind::need, snoop_record_header};
  const std::uint8_t* const p = available.data();
  const std::uint32_t captured = load_be32(p + 4);
  const std::uint32_t size = load_be32(p + 8);
  if (captured > max_captured) return fail_record(captured);
  if (size < snoop_record_header || size - snoop_record_header < captured || size > max_block) {
    return fail(CaptureFault::record_length, offset_,
                text::format("packet record at offset {} is {} bytes long, which does not fit a packet of {}", offset_, size, captured));
  }
  if (available.size() < size) return {Step::Kind::need, size};
  out.time_ns = std::int64_t{load_be32(p + 16)} * 1'000'000'000 + std::int64_t{load_be32(p + 20)} * 1000;
  out.link_type = link_type_;
  out.wire_length = load_be32(p);
  out.data = available.subspan(snoop_record_header, captured);
  out.frame = ++frames_;
  out.nanoseconds = false;
  return used(Step::Kind::packet, size);
}

/// A packet is the whole record: its link type says how to open it.
Step CaptureReader::erf_record(Bytes available, Packet& out) {
  if (available.size() < erf_record_header) return {Step::Kind::need, erf_record_header};
  const std::uint8_t* const p = available.data();
  const std::uint32_t size = load_be16(p + 10);
  if (size < erf_record_header) {
    return fail(CaptureFault::record_length, offset_,
                text::format("packet record at offset {} claims {} bytes, below the minimum of {}", offset_, size, erf_record_header));
  }
  if (available.size() < size) return {Step::Kind::need, size};
  if ((p[8] & 0x7fU) == erf_padding) return used(Step::Kind::skip, size);
  const std::uint64_t fraction = std::uint64_t{load_le32(p)} * 1'000'000'000 >> 32U;
  out.time_ns = std::int64_t{load_le32(p + 4)} * 1'000'000'000 + static_cast<std::int64_t>(fraction);
  out.link_type = link_erf;
  out.wire_length = std::max<std::uint32_t>(size, erf_record_header + load_be16(p + 14));
  out.data = available.first(size);
  out.frame = ++frames_;
  out.nanoseconds = true;
  return used(Step::Kind::packet, size);
}

}  // namespace pp::packet
