// Law: a capture read whole, in the pieces that the reader asks for, or byte by byte gives the same packets and the same complaint; every byte is accounted for; a capture cut anywhere gives a front of its packets; and what the writer wrote reads back.
//
// Input: a capture file.
#include <cstdint>
#include <string>
#include <vector>

#include "harness.hpp"
#include "pp/packet/capture.hpp"
#include "pp/packet/capture_write.hpp"

namespace {

using fuzz::require;
using pp::Bytes;
using pp::packet::CaptureFault;
using pp::packet::Packet;
using pp::packet::Step;

/// What a packet says, with its bytes as they lie in the file.
struct Seen {
  std::int64_t time_ns;
  std::uint32_t link_type, wire_length;
  std::size_t at, size;
  bool nanoseconds;
  bool operator==(const Seen&) const = default;
};

struct Run {
  std::vector<Seen> packets;
  CaptureFault fault = CaptureFault::none;
  std::uint64_t fault_at = 0, used = 0;
  std::string text;
};

/// Reads with never more than `window` bytes at hand beyond what the reader asks for; 0: all of them.
Run read(Bytes file, std::size_t window) {
  Run run;
  pp::packet::CaptureReader reader;
  std::size_t at = 0, want = window;
  while (true) {
    const std::size_t left = file.size() - at;
    const std::size_t shown = window == 0 ? left : std::min(left, want);
    Packet p;
    Step step = reader.next(file.subspan(at, shown), p);
    if (step.kind == Step::Kind::need) {
      require(step.size > shown && step.size <= pp::packet::max_block, "the reader asks for more, never for more than its limit");
      if (shown < left) {
        want = static_cast<std::size_t>(step.size);
        continue;
      }
      step = reader.at_end(file.subspan(at, shown));
    }
    if (step.kind == Step::Kind::packet || step.kind == Step::Kind::skip) {
      require(step.size > 0 && step.size <= shown, "a step uses bytes that are there");
      if (step.kind == Step::Kind::packet) {
        require(p.data.empty() || (p.data.data() >= &file[at] && p.data.data() + p.data.size() <= &file[at] + step.size),
                "a packet lies in its record");
        require(p.data.size() <= pp::packet::max_captured && p.frame == run.packets.size() + 1, "packets are bounded and numbered");
        run.packets.push_back({p.time_ns, p.link_type, p.wire_length,
                               p.data.empty() ? 0 : static_cast<std::size_t>(p.data.data() - file.data()), p.data.size(), p.nanoseconds});
      }
      at += static_cast<std::size_t>(step.size);
      want = window;
      require(reader.offset() == at, "every byte is accounted for");
      continue;
    }
    run.used = at;
    if (step.kind == Step::Kind::end) {
      require(at == file.size(), "the end is where the bytes end");
    } else {
      run.fault = reader.error().fault;
      run.fault_at = reader.error().offset;
      run.text = reader.error().text;
      require(run.fault != CaptureFault::none && !run.text.empty() && !pp::packet::code_text(run.fault).empty(),
              "an error says what it is");
      require(run.fault_at <= file.size(), "and where");
    }
    if (step.kind == Step::Kind::error) require(reader.next(file.subspan(at), p).kind == step.kind, "an error is final");
    return run;
  }
}

void same(const Run& a, const Run& b, const char* law) {
  require(a.packets == b.packets && a.fault == b.fault && a.fault_at == b.fault_at && a.used == b.used && a.text == b.text, law);
}

/// The packets of `whole` through the writer, in both byte orders.
void write_and_read(Bytes file, const Run& whole) {
  for (const bool big : {false, true}) {
    const pp::packet::PcapStyle style{true, big};
    pp::packet::CaptureBuffer out;
    pp::packet::append_pcap_header(out, style, 1);
    std::size_t count = 0;
    for (const Seen& s : whole.packets) {
      Packet p;
      p.time_ns = s.time_ns;
      p.wire_length = s.wire_length;
      p.data = file.subspan(s.at, s.size);
      pp::packet::append_pcap_record(out, style, p);
      if (++count == 20) break;
    }
    const Run again = read(out, 0);
    require(again.fault == CaptureFault::none && again.packets.size() == count, "what is written reads back");
    for (std::size_t i = 0; i < count; ++i) {
      const Seen& s = whole.packets[i];
      require(again.packets[i].size == s.size && again.packets[i].wire_length == s.wire_length, "with its lengths");
      const bool representable = s.time_ns >= 0 && s.time_ns < 4'294'967'296'000'000'000;
      require(!representable || again.packets[i].time_ns == s.time_ns, "and its time");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes file(data, size);
  const auto likeness = pp::packet::looks_like_capture(file);
  const Run whole = read(file, 0);
  require(likeness == pp::packet::Likeness::yes || whole.packets.empty(), "what holds packets looks like a capture");
  same(whole, read(file, 1), "read byte by byte it is the same");
  same(whole, read(file, 1 + fuzz::hash(file) % 64), "read in pieces it is the same");
  if (size > 0) {
    const Run cut = read(file.first(fuzz::hash(file) % size), 0);
    require(cut.packets.size() <= whole.packets.size(), "a cut capture has no packet more");
    for (std::size_t i = 0; i < cut.packets.size(); ++i) require(cut.packets[i] == whole.packets[i], "and those it has are the same");
  }
  write_and_read(file, whole);
  return 0;
}
