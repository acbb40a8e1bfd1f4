#include "pp/packet/capture.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "pp/packet/capture_magic.hpp"
#include "pp/text/format.hpp"

namespace pp::packet {

namespace {

constexpr std::size_t pcap_header_size = 24;

constexpr std::uint32_t section_block = 0x0a0d0d0a;  // the same in either byte order
constexpr std::uint32_t interface_description = 1;
constexpr std::uint32_t obsolete_packet = 2;
constexpr std::uint32_t simple_packet = 3;
constexpr std::uint32_t enhanced_packet = 6;

/// A kind of block that is parsed: its name and its smallest size, with both length fields.
struct BlockKind {
  std::uint32_t type;
  std::uint32_t least;
  std::string_view name;
};
constexpr BlockKind block_kinds[] = {
    {section_block, 28, "section header"}, {interface_description, 20, "interface description"},
    {obsolete_packet, 32, "packet block"}, {simple_packet, 16, "packet block"},
    {enhanced_packet, 32, "packet block"},
};
constexpr BlockKind kind_of(std::uint32_t type) {
  for (const auto& kind : block_kinds) {
    if (kind.type == type) return kind;
  }
  return {type, 12, "block"};
}
/// Blocks that are no packets and that Wireshark numbers as frames: custom ones, entries of systemd's journal, system calls.
constexpr bool counts_as_frame(std::uint32_t type) {
  return type == 0x00000bad || type == 0x40000bad || type == 0x00000009 || type == 0x00000204;
}
constexpr bool holds_packet(std::uint32_t type) { return type == enhanced_packet || type == obsolete_packet || type == simple_packet; }

constexpr std::uint32_t byte_order_magic = 0x1a2b3c4d;

}  // namespace

std::string_view code_text(CaptureFault fault) noexcept {
  constexpr std::array<std::string_view, 11> names = {
      "none",
      "capture-magic",
      "capture-version",
      "capture-truncated",
      "capture-packet-length",
      "capture-block-length",
      "capture-block-trailer",
      "capture-interface",
      "capture-interface-count",
      "capture-option",
      "capture-second",
  };
  static_assert(names.size() == static_cast<std::size_t>(CaptureFault::second_capture) + 1);
  return names[static_cast<std::size_t>(fault)];
}

Likeness looks_like_capture(Bytes head) noexcept {
  const auto agrees = [head](std::uint32_t value, std::size_t at, bool big) {
    for (std::size_t i = 0; i < 4 && at + i < head.size(); ++i) {
      if (head[at + i] != static_cast<std::uint8_t>(value >> (big ? 24 - 8 * i : 8 * i))) return false;
    }
    return true;
  };
  for (const bool big : {false, true}) {
    for (const auto& magic : pcap_magics) {
      if (agrees(magic.value, 0, big)) return head.size() < 4 ? Likeness::need_more : Likeness::yes;
    }
  }
  if (agrees(snoop_magic[0], 0, true) && agrees(snoop_magic[1], 4, true)) return head.size() < 8 ? Likeness::need_more : Likeness::yes;
  if (!agrees(section_block, 0, true)) return Likeness::no;
  if (!agrees(byte_order_magic, 8, false) && !agrees(byte_order_magic, 8, true)) return Likeness::no;
  return head.size() < 12 ? Likeness::need_more : Likeness::yes;
}

Step CaptureReader::used(Step::Kind kind, std::uint64_t size) noexcept {
  offset_ += size;
  return {kind, size};
}

Step CaptureReader::fail(CaptureFault fault, std::uint64_t offset, std::string text) {
  state_ = State::failed;
  error_ = {fault, offset, std::move(text)};
  return {Step::Kind::error, 0};
}

namespace {
bool is_pcap_magic(Bytes at) noexcept {
  const std::uint32_t big = load_be32(at.data());
  const std::uint32_t little = load_le32(at.data());
  return std::any_of(std::begin(pcap_magics), std::end(pcap_magics),
                     [&](const PcapMagic& magic) { return magic.value == big || magic.value == little; });
}
}  // namespace

bool CaptureReader::begins_capture(Bytes at) noexcept {
  if (at.size() < 16) return false;
  const std::uint8_t* const p = at.data();
  for (const auto& magic : pcap_magics) {
    if (load_be32(p) == magic.value && load_be16(p + 4) == 2 && load_be16(p + 6) <= 4) return true;
    if (load_le32(p) == magic.value && load_le16(p + 4) == 2 && load_le16(p + 6) <= 4) return true;
  }
  return load_be32(p) == section_block && (load_be32(p + 8) == byte_order_magic || load_le32(p + 8) == byte_order_magic);
}

Step CaptureReader::fail_second() {
  return fail(CaptureFault::second_capture, offset_,
              text::format("another capture begins at offset {0}, as after cat: read it with tail -c +{1} FILE | ppinspect, and join "
                           "captures with mergecap",
                           offset_, offset_ + 1));
}

Step CaptureReader::fail_record(std::uint32_t captured) {
  return fail(CaptureFault::record_length, offset_,
              text::format("packet record at offset {} claims {} bytes, above the limit of {}", offset_, captured, max_captured));
}

Step CaptureReader::cut(std::string_view what, std::uint64_t offset, std::uint64_t got, std::uint64_t wanted) {
  return fail(CaptureFault::truncated, offset,
              text::format("file ends inside a {} at offset {}: {} of {} bytes", what, offset, got, wanted));
}

std::uint32_t CaptureReader::captured_length(const std::uint8_t* record) const noexcept {
  const std::uint32_t captured = load32(record + captured_at_);
  return lengths_in_doubt_ ? std::min(captured, load32(record + 20 - captured_at_)) : captured;
}

Step CaptureReader::pcap_record(Bytes available, Packet& out) {
  if (available.size() < record_header_) return {Step::Kind::need, record_header_};
  if (begins_capture(available)) return fail_second();
  const std::uint32_t captured = captured_length(available.data());
  if (captured > max_captured) return fail_record(captured);
  const std::size_t size = record_header_ + captured;
  if (available.size() < size) return {Step::Kind::need, size};
  run(available.first(size), out, [](const Packet&) { return false; });
  return {Step::Kind::packet, size};
}

Step CaptureReader::next(Bytes available, Packet& out) {
  switch (state_) {
    case State::start:
      switch (looks_like_capture(available)) {
        case Likeness::no: return fail(CaptureFault::not_a_capture, 0, "not a capture file: it begins neither as pcap nor as pcapng");
        case Likeness::need_more: return {Step::Kind::need, available.size() < 4 ? 4U : 12U};
        case Likeness::yes: break;
      }
      if (load_be32(available.data()) == snoop_magic[0]) return snoop_header(available);
      if (load_be32(available.data()) != section_block) return pcap_header(available);
      state_ = State::block;
      return block(available, out);
    case State::pcap: return pcap_record(available, out);
    case State::block: return block(available, out);
    case State::rest_of_block: return rest_of_block(available);
    case State::snoop: return snoop_record(available, out);
    case State::erf: return erf_record(available, out);
    case State::failed: break;
  }
  return {Step::Kind::error, 0};
}

Step CaptureReader::pcap_header(Bytes available) {
  if (available.size() < pcap_header_size) return {Step::Kind::need, pcap_header_size};
  const std::uint8_t* p = available.data();
  for (const auto& magic : pcap_magics) {
    const bool big = load_be32(p) == magic.value;
    if (!big && load_le32(p) != magic.value) continue;
    big_endian_ = big;
    fraction_ns_ = magic.fraction_ns;
    record_header_ = magic.record_header + extra_header_;
  }
  const unsigned major = load16(p + 4);
  const unsigned minor = load16(p + 6);
  // 543.0 is DG/UX's. Before 2.3 the length on the wire came first.
  if ((major != 2 || minor > 4) && (major != 543 || minor != 0)) {
    return fail(CaptureFault::version, 4, text::format("pcap version {}.{} is not one of 2.0 to 2.4", major, minor));
  }
  captured_at_ = pcap_captured_at(major, minor);
  lengths_in_doubt_ = major == 2 && minor == 3;
  // The upper six bits say how long a frame check sequence is; the link type is below them.
  link_type_ = load32(p + 20) & 0x03ffffff;
  state_ = State::pcap;
  return used(Step::Kind::skip, pcap_header_size);
}

Step CaptureReader::block(Bytes available, Packet& out) {
  // No block is shorter than 12 bytes, and the third word of a section header determines the byte order of all lengths.
  if (available.size() < 12) return {Step::Kind::need, 12};
  const std::uint8_t* p = available.data();
  std::uint32_t type = load32(p);
  if (type == section_block) {
    if (load_be32(p + 8) != byte_order_magic && load_le32(p + 8) != byte_order_magic) {
      return fail(CaptureFault::not_a_capture, offset_, text::format("section header at offset {} has no byte-order mark", offset_));
    }
    big_endian_ = load_be32(p + 8) == byte_order_magic;
  }
  const std::uint32_t total = load32(p + 4);
  const BlockKind kind = kind_of(type);
  if (is_pcap_magic(available)) {
    if (available.size() < 16) return {Step::Kind::need, 16};
    if (begins_capture(available)) return fail_second();
  }
  const auto complain = [&](CaptureFault fault, const std::string& what) {
    return fail(fault, offset_, text::format("{} at offset {} claims {} bytes, {}", kind.name, offset_, total, what));
  };
  if (total < kind.least) return complain(CaptureFault::block_length, text::format("below the minimum of {}", kind.least));
  if (total % 4 != 0) return complain(CaptureFault::block_length, "not a multiple of 4");

  if (total <= max_block) {
    if (available.size() < total) return {Step::Kind::need, total};
    const std::uint32_t trailer = load32(p + total - 4);
    if (trailer != total) {
      return complain(CaptureFault::block_trailer, text::format("but {} at its end", trailer));
    }
    const Bytes whole = available.first(total);
    if (holds_packet(type)) return packet_block(whole, type, total, out);
    if (type == section_block) return section(whole);
    if (type == interface_description) return interface_block(whole);
    if (counts_as_frame(type)) ++frames_;
    return used(Step::Kind::skip, total);
  }
  if (type == section_block || type == interface_description) {
    return complain(CaptureFault::block_length, text::format("above the limit of {}", max_block));
  }
  if (holds_packet(type)) return packet_block(available, type, total, out);
  if (counts_as_frame(type)) ++frames_;
  block_total_ = total;
  rest_ = total - 4 - 8;
  state_ = State::rest_of_block;
  return used(Step::Kind::skip, 8);
}

Step CaptureReader::rest_of_block(Bytes available) {
  if (available.empty()) return {Step::Kind::need, 1};
  if (rest_ > 0) {
    const std::uint64_t n = std::min<std::uint64_t>(rest_, available.size());
    rest_ -= n;
    return used(Step::Kind::skip, n);
  }
  if (available.size() < 4) return {Step::Kind::need, 4};
  const std::uint32_t trailer = load32(available.data());
  if (trailer != block_total_) {
    const std::uint64_t start = offset_ + 4 - block_total_;
    return fail(CaptureFault::block_trailer, start,
                text::format("block at offset {} claims {} bytes, but {} at its end", start, block_total_, trailer));
  }
  state_ = State::block;
  return used(Step::Kind::skip, 4);
}

Step CaptureReader::packet_block(Bytes available, std::uint32_t type, std::uint32_t total, Packet& out) {
  const std::size_t data_at = type == simple_packet ? 12 : 28;
  if (available.size() < data_at) return {Step::Kind::need, data_at};
  const std::uint8_t* p = available.data();
  const std::uint32_t id = type == simple_packet ? 0U : type == obsolete_packet ? std::uint32_t{load16(p + 8)} : load32(p + 8);
  const auto complain = [&](CaptureFault fault, const std::string& what) {
    return fail(fault, offset_, text::format("packet block at offset {} {}", offset_, what));
  };
  if (id >= interfaces_.size()) {
    return complain(CaptureFault::interface_id, text::format("names interface {}, only {} described", id, interfaces_.size()));
  }
  const Interface& interface = interfaces_[id];
  std::uint32_t captured = 0;
  std::uint32_t wire = 0;
  if (type == simple_packet) {
    // This block holds the length of the packet; how much of it was captured follows from the snaplen.
    wire = load32(p + 8);
    captured = interface.snaplen == 0 ? wire : std::min(wire, interface.snaplen);
  } else {
    captured = load32(p + 20);
    wire = load32(p + 24);
  }
  const std::uint64_t room = total - 4 - data_at;
  if (captured > room) {
    return complain(CaptureFault::record_length, text::format("claims a packet of {} bytes, it has room for {}", captured, room));
  }
  if (captured > max_captured) {
    return complain(CaptureFault::record_length,
                    text::format("claims a packet of {} bytes, above the limit of {}", captured, max_captured));
  }
  if (available.size() < data_at + captured) return {Step::Kind::need, data_at + captured};

  out.time_ns = type == simple_packet ? 0 : interface.clock.time((std::uint64_t{load32(p + 12)} << 32) | load32(p + 16));
  out.link_type = interface.link_type;
  out.wire_length = wire;
  out.data = available.subspan(data_at, captured);
  out.frame = ++frames_;
  out.nanoseconds = interface.clock.nanoseconds();
  if (total <= max_block) return used(Step::Kind::packet, total);
  block_total_ = total;
  rest_ = room - captured;
  state_ = State::rest_of_block;
  return used(Step::Kind::packet, data_at + captured);
}

Step CaptureReader::section(Bytes whole) {
  const unsigned major = load16(whole.data() + 12);
  const unsigned minor = load16(whole.data() + 14);
  // Early tools wrote 1.2, which has the same format.
  if (major != 1 || (minor != 0 && minor != 2)) {
    return fail(CaptureFault::version, offset_, text::format("pcapng version {}.{} is not 1.0", major, minor));
  }
  interfaces_.clear();
  return used(Step::Kind::skip, whole.size());
}

Step CaptureReader::interface_block(Bytes whole) {
  if (interfaces_.size() == max_interfaces) {
    return fail(CaptureFault::interface_count, offset_,
                text::format("interface description at offset {} is one more than the limit of {}", offset_, max_interfaces));
  }
  Interface interface;
  interface.link_type = load16(whole.data() + 8);
  interface.snaplen = load32(whole.data() + 12);
  const Step step = interface_options(whole, interface);
  if (step.kind == Step::Kind::error) return step;
  interfaces_.push_back(interface);
  return used(Step::Kind::skip, whole.size());
}

Step CaptureReader::interface_options(Bytes whole, Interface& interface) {
  constexpr unsigned end_of_options = 0;
  constexpr unsigned if_tsresol = 9;
  constexpr unsigned if_tsoffset = 14;
  std::size_t at = 16;
  const std::size_t end = whole.size() - 4;
  while (end - at >= 4) {
    const std::uint8_t* p = whole.data() + at;
    const unsigned code = load16(p);
    const std::size_t length = load16(p + 2);
    if (code == end_of_options) break;
    at += 4;
    if (length > end - at) {
      return fail(
          CaptureFault::option, offset_ + at - 4,
          text::format("option {} at offset {} claims {} bytes, {} are left in its block", code, offset_ + at - 4, length, end - at));
    }
    if (code == if_tsresol && length >= 1) interface.clock.set_resolution(p[4]);
    if (code == if_tsoffset && length >= 8) {
      const std::uint64_t first = load32(p + 4);
      const std::uint64_t second = load32(p + 8);
      interface.clock.set_offset(static_cast<std::int64_t>(big_endian_ ? first << 32 | second : second << 32 | first));
    }
    // The block is a multiple of 4 and the option lies inside it, so its padding does too.
    at += (length + 3) / 4 * 4;
  }
  return {Step::Kind::skip, 0};
}

Step CaptureReader::at_end(Bytes rest) {
  const std::uint64_t got = rest.size();
  switch (state_) {
    case State::failed: return {Step::Kind::error, 0};
    case State::start:
      if (rest.empty()) return fail(CaptureFault::truncated, 0, "file is empty: 0 of the 24 bytes that a capture begins with");
      if (looks_like_capture(rest) == Likeness::no) {
        return fail(CaptureFault::not_a_capture, 0, "not a capture file: it begins neither as pcap nor as pcapng");
      }
      return cut("file header", 0, got, rest[0] == 0x0a ? kind_of(section_block).least : rest[0] == 's' ? 16 : pcap_header_size);
    case State::pcap:
      if (rest.empty()) return {Step::Kind::end, 0};
      if (got < record_header_) return cut("packet record header", offset_, got, record_header_);
      return cut("packet record", offset_, got, std::uint64_t{record_header_} + captured_length(rest.data()));
    case State::snoop:
      if (rest.empty()) return {Step::Kind::end, 0};
      if (got < snoop_record_header) return cut("packet record header", offset_, got, snoop_record_header);
      return cut("packet record", offset_, got, load_be32(rest.data() + 8));
    case State::erf:
      if (rest.empty()) return {Step::Kind::end, 0};
      if (got < erf_record_header) return cut("packet record header", offset_, got, erf_record_header);
      return cut("packet record", offset_, got, load_be16(rest.data() + 10));
    case State::block:
      if (rest.empty()) return {Step::Kind::end, 0};
      if (got < 12) return cut("block header", offset_, got, 12);
      return cut(kind_of(load32(rest.data())).name, offset_, got, load32(rest.data() + 4));
    case State::rest_of_block: break;
  }
  const std::uint64_t left = rest_ + 4;
  return cut("block", offset_ + left - block_total_, block_total_ - left + got, block_total_);
}

}  // namespace pp::packet
