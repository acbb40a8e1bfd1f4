// Law: whatever conversations a capture holds, holding packets back for -w changes no record; what is written are packets of the capture, each once and as it was; and of whole conversations with room for all of them it reads back as what was shown.
//
// Input: a byte for the mode, then conversations: header, cuts, order, answer and end of each, and how they take turns.
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "harness.hpp"
#include "packet_builder.hpp"
#include "pp/inspect/capture.hpp"
#include "pp/packet/flow_packets.hpp"

namespace {

using fuzz::Choices;
using fuzz::require;
using namespace pp::inspect;
using pp::packet::FlowPackets;
using pp::packet::FlowPacketsOptions;
using namespace pp::test;
using pp::packet::Packet;

const std::string v2_local("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", 16);
const std::string v2_bad("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\1\2\3\4\5\6\7\x08\0\1\0\2", 28);
const std::string heads[] = {"PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n",
                             v2_local,
                             v2_bad,
                             "PROXY UNKNOWN\r\n",
                             "PROXY TCP4 192.0.2.1 198.51.100.2 99999 1\r\n",
                             "GET / HTTP/1.1\r\n\r\n",
                             ""};
const std::string answers[] = {"", "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n", "220 mail\r\n"};

struct Timed {
  std::int64_t time_ns;
  Frame frame;
};

/// `whole`: from its SYN to its FIN, everything in order and once.
std::vector<Frame> conversation(Choices& c, unsigned number, bool whole) {
  std::vector<Frame> out;
  std::uint32_t sent[2] = {100, 0U - c.byte()};
  const auto add = [&](bool client, unsigned flags, const std::string& payload) {
    Ipv4Fields ip;
    if (!client) std::swap(ip.source, ip.destination);
    const unsigned port = 40000 + number;
    const auto frame =
        ipv4(ip, tcp({client ? port : 443, client ? 443 : port, sent[client ? 0 : 1], sent[client ? 1 : 0], flags, 0}, bytes_of(payload)));
    out.push_back(ethernet(0x0800, frame));
    sent[client ? 0 : 1] += static_cast<std::uint32_t>(payload.size()) + ((flags & (syn | fin)) != 0 ? 1U : 0U);
  };
  add(true, syn, "");
  add(false, syn | ack, "");
  std::string bytes = heads[c.below(std::size(heads))];
  if (c.one_in(3)) bytes += heads[c.below(std::size(heads))];
  bytes += std::string(c.byte() * std::size_t{4}, 'x');
  while (!bytes.empty()) {
    const std::size_t n = std::min<std::size_t>(bytes.size(), 1 + c.byte());
    add(true, ack, bytes.substr(0, n));
    bytes.erase(0, n);
  }
  const std::string& answer = answers[c.below(std::size(answers))];
  if (!answer.empty()) add(false, ack, answer);
  if (whole || c.one_in(2)) {
    add(c.one_in(2), c.one_in(2) && !whole ? rst : ack | fin, "");
    add(true, ack | fin, "");
    add(false, ack | fin, "");
  }
  if (whole) return out;
  for (unsigned i = c.below(6); i > 0 && !out.empty(); --i) {
    const std::size_t at = c.byte() % out.size();
    switch (c.below(4)) {
      case 0: out.erase(out.begin() + static_cast<std::ptrdiff_t>(at)); break;
      case 1: out.push_back(out[at]); break;
      case 2: std::swap(out[at], out[c.byte() % out.size()]); break;
      default: out[at].resize(out[at].size() - std::min<std::size_t>(out[at].size(), c.below(30))); break;
    }
  }
  return out;
}

/// Conversations that take turns, packet by packet.
std::vector<Timed> capture(Choices& c, bool whole) {
  std::vector<std::vector<Frame>> all(1 + c.below(4));
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = conversation(c, static_cast<unsigned>(!whole && c.one_in(8) ? 0 : i), whole);
  std::vector<Timed> out;
  std::vector<std::size_t> next(all.size());
  std::size_t left = 0;
  for (const auto& one : all) left += one.size();
  std::int64_t now = 1'700'000'000'000'000'000;
  for (; left > 0; --left) {
    std::size_t i = c.byte() % all.size();
    while (next[i] == all[i].size()) i = (i + 1) % all.size();
    now += std::int64_t{c.byte()} * 1'000'000;
    out.push_back({now, all[i][next[i]++]});
  }
  return out;
}

/// What a record says, without its place in the file.
using Said = std::tuple<std::vector<std::uint8_t>, Outcome, std::uint16_t, std::int64_t, ReactionKind, AnswerClass, unsigned, std::size_t>;

struct Run {
  std::vector<Said> said;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> places;  // stream, frame
};

Run inspected(const std::vector<Packet>& packets, FlowPackets* kept, bool every) {
  Run run;
  unsigned records = 0;
  Inspector inspector({}, [&](const Record& r) {
    // "None" is what no packet says; a file that ends earlier does not know.
    const ReactionKind reaction = r.reaction.kind == ReactionKind::none ? ReactionKind::unknown : r.reaction.kind;
    run.said.emplace_back(r.bytes, r.outcome, r.flow.source_port, r.flow.time_ns, reaction, r.reaction.answer, r.chain, r.findings.size());
    run.places.emplace_back(r.flow.connection, r.flow.frame);
    if (kept != nullptr && (every || ++records % 2 == 0)) kept->want();
  });
  CaptureOptions options;
  options.packets = kept;
  CaptureInspector capture(options, inspector, "memory");
  for (const Packet& p : packets) capture.feed(p);
  capture.finish();
  return run;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices c(pp::Bytes(data, size));
  const unsigned mode = c.byte();
  const bool whole = (mode & 1U) != 0, every = whole || (mode & 2U) != 0;
  FlowPacketsOptions options;
  if (!whole && (mode & 4U) != 0) options.max_bytes = 1000;
  if (!whole && (mode & 8U) != 0) options.max_flow = 300;
  if ((mode & 16U) != 0) options.flow_bytes = 600;
  const std::vector<Timed> frames = capture(c, whole);
  std::vector<Packet> packets;
  for (const Timed& t : frames) packets.push_back(packet_of(t.frame, packets.size() + 1, t.time_ns));

  std::vector<Packet> written;
  std::map<std::uint64_t, unsigned> times;
  FlowPackets kept(options, [&](const Packet& p) {
    require(p.frame >= 1 && p.frame <= packets.size(), "a packet that is written is one of the capture");
    const Packet& original = packets[p.frame - 1];
    require(p.time_ns == original.time_ns && p.wire_length == original.wire_length && p.link_type == original.link_type,
            "with its time and length");
    require(p.data.size() == original.data.size() && std::equal(p.data.begin(), p.data.end(), original.data.begin()), "and its bytes");
    require(++times[p.frame] == 1, "and is written once");
    written.push_back(original);
    written.back().frame = written.size();
  });
  const Run plain = inspected(packets, nullptr, every);
  const Run with = inspected(packets, &kept, every);
  require(plain.said == with.said && plain.places == with.places, "holding packets back changes no record");
  require(kept.packets() == written.size() && kept.lost() <= kept.flows(), "what is written is counted");
  if (!whole) return 0;
  require(kept.lost() == 0, "whole conversations that have room are written whole");
  Run back = inspected(written, nullptr, every);
  std::vector<Said> expected = plain.said;
  std::sort(expected.begin(), expected.end());
  std::sort(back.said.begin(), back.said.end());
  require(back.said == expected, "what is written reads back as it was shown");
  return 0;
}
