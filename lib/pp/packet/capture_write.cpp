#include "pp/packet/capture_write.hpp"

#include <algorithm>
#include <limits>

#include "pp/packet/capture_clock.hpp"

namespace pp::packet {

namespace {

struct Writer {
  CaptureBuffer& out;
  bool big_endian;

  void u8(std::uint64_t v) const { out.push_back(static_cast<std::uint8_t>(v)); }
  void integer(std::uint64_t v, unsigned size) const {
    for (unsigned i = 0; i < size; ++i) u8(v >> (8 * (big_endian ? size - 1 - i : i)));
  }
  void u16(std::uint64_t v) const { integer(v, 2); }
  void u32(std::uint64_t v) const { integer(v, 4); }
  void u64(std::uint64_t v) const { integer(v, 8); }
  void bytes(Bytes b) const { out.insert(out.end(), b.begin(), b.end()); }
  void pad_to_word(std::size_t written) const { out.insert(out.end(), (4 - written % 4) % 4, std::uint8_t{0}); }
};

/// A pcapng block around what `body` writes; both lengths are filled in.
template <class Body>
void block(const Writer& w, std::uint32_t type, Body body) {
  const std::size_t start = w.out.size();
  w.u32(type);
  w.u32(0);
  body();
  const std::size_t total = w.out.size() - start + 4;
  w.u32(total);
  std::copy(w.out.end() - 4, w.out.end(), w.out.begin() + static_cast<std::ptrdiff_t>(start) + 4);
}

}  // namespace

void append_pcap_header(CaptureBuffer& out, PcapStyle style, std::uint32_t link_type, std::uint32_t snaplen) {
  const Writer w{out, style.big_endian};
  w.u32(style.nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4);
  w.u16(2);
  w.u16(4);
  w.u32(0);
  w.u32(0);
  w.u32(snaplen);
  w.u32(link_type);
}

void append_pcap_record(CaptureBuffer& out, PcapStyle style, const Packet& packet) {
  constexpr std::int64_t second_ns = 1'000'000'000;
  constexpr std::int64_t latest = std::int64_t{std::numeric_limits<std::uint32_t>::max()} * second_ns + second_ns - 1;
  const auto time = static_cast<std::uint64_t>(std::clamp<std::int64_t>(packet.time_ns, 0, latest));
  const Writer w{out, style.big_endian};
  w.u32(time / second_ns);
  w.u32(time % second_ns / (style.nanoseconds ? 1 : 1000));
  w.u32(packet.data.size());
  w.u32(packet.wire_length);
  w.bytes(packet.data);
}

void append_section(CaptureBuffer& out, bool big_endian) {
  const Writer w{out, big_endian};
  block(w, 0x0a0d0d0a, [&] {
    w.u32(0x1a2b3c4d);
    w.u16(1);
    w.u16(0);
    w.u64(std::numeric_limits<std::uint64_t>::max());  // length of the section: not specified
  });
}

void append_interface(CaptureBuffer& out, bool big_endian, const PcapngInterface& interface) {
  const Writer w{out, big_endian};
  block(w, 1, [&] {
    w.u16(interface.link_type);
    w.u16(0);
    w.u32(interface.snaplen);
    const bool resolution = interface.resolution != 6;
    const bool offset = interface.offset_seconds != 0;
    if (resolution) {
      w.u16(9);
      w.u16(1);
      w.u8(interface.resolution);
      w.pad_to_word(1);
    }
    if (offset) {
      w.u16(14);
      w.u16(8);
      w.u64(static_cast<std::uint64_t>(interface.offset_seconds));
    }
    if (resolution || offset) w.u32(0);
  });
}

void append_enhanced_packet(CaptureBuffer& out, bool big_endian, std::uint32_t id, const PcapngInterface& interface, const Packet& packet,
                            std::string_view comment) {
  CaptureClock clock;
  clock.set_resolution(interface.resolution);
  clock.set_offset(interface.offset_seconds);
  const std::uint64_t ticks = clock.ticks(packet.time_ns);
  const Writer w{out, big_endian};
  block(w, 6, [&] {
    w.u32(id);
    w.u32(ticks >> 32);
    w.u32(ticks);
    w.u32(packet.data.size());
    w.u32(packet.wire_length);
    w.bytes(packet.data);
    w.pad_to_word(packet.data.size());
    if (comment.empty()) return;
    const std::size_t size = std::min<std::size_t>(comment.size(), 65535);
    w.u16(1);  // opt_comment
    w.u16(size);
    w.bytes(Bytes(reinterpret_cast<const std::uint8_t*>(comment.data()), size));
    w.pad_to_word(size);
    w.u32(0);  // opt_endofopt
  });
}

void append_simple_packet(CaptureBuffer& out, bool big_endian, const Packet& packet) {
  const Writer w{out, big_endian};
  block(w, 3, [&] {
    w.u32(packet.wire_length);
    w.bytes(packet.data);
    w.pad_to_word(packet.data.size());
  });
}

}  // namespace pp::packet
