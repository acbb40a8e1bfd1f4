// Law: whatever the order, overlap, repetition and wrap of the segments, a stream's head is the bytes that were sent, the first where they contradict each other; and whatever else arrives, limits hold, no stream is reported twice and nothing is left at the end.
//
// Input: a byte for the mode; then a head and the schedule of its pieces, or any packets at all.
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "harness.hpp"
#include "heads_harness.hpp"

namespace {

using fuzz::Choices;
using fuzz::require;
using namespace pp::test;

/// A head of the toy protocol, cut into pieces that say the same about each byte and cover it, in an order that the input
/// chooses.
void schedule(Choices& c) {
  std::string header = "<";
  for (unsigned n = c.below(100); n > 0; --n) header += static_cast<char>('a' + n % 26);
  header += '>';
  const std::string text = header + "payload";
  struct Piece {
    std::uint32_t at;
    std::string bytes;
  };
  std::vector<Piece> pieces;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = 1 + c.below(24);
    const std::size_t back = std::min<std::size_t>(at, c.below(4));
    pieces.push_back({static_cast<std::uint32_t>(at - back), text.substr(at - back, size + back)});
    if (c.one_in(6)) pieces.push_back(pieces[c.below(static_cast<unsigned>(std::min<std::size_t>(256, pieces.size())))]);
    at += size;
  }
  for (std::size_t i = pieces.size(); i > 1; --i) std::swap(pieces[i - 1], pieces[c.byte() % i]);
  Wire w;
  w.keep = c.below(8);
  w.client_isn = 0U - c.byte();
  w.handshake();
  for (const Piece& piece : pieces) {
    if (c.one_in(8)) w.other_traffic();
    w.after(c.byte() * 1000).raw(true, ack, w.client_isn + 1 + piece.at, piece.bytes);
  }
  const auto heads = w.finish();
  require(heads.size() == 1, "one stream, one head");
  require(heads[0].bytes.compare(0, header.size(), header) == 0, "the head is the bytes that were sent");
  require(heads[0].bytes.size() <= header.size() + w.keep, "and no more behind it than is kept");
  require(text.compare(0, heads[0].bytes.size(), heads[0].bytes) == 0, "kept bytes are those that were sent");
  require(heads[0].end == pp::packet::End::complete && heads[0].start_seen, "its start was seen and it is complete");
  require(w.heads_of.pending_bytes() == 0 && w.heads_of.pending_flows() == 0, "nothing is left at the end");
}

/// Segments that contradict each other: each place has the byte that came first. The end is sent first and the start last, so that
/// nothing is complete before all is there.
void contradictions(Choices& c) {
  const std::uint32_t length = 1 + c.below(60);
  std::vector<int> first(length + 2, -1);
  Wire w;
  w.keep = 0;
  w.client_isn = 0U - c.byte();
  w.handshake();
  const auto send = [&](std::uint32_t at, const std::string& bytes) {
    for (std::uint32_t i = 0; i < bytes.size(); ++i) {
      if (first[at + i] < 0) first[at + i] = static_cast<unsigned char>(bytes[i]);
    }
    w.raw(true, ack, w.client_isn + 1 + at, bytes);
  };
  send(length + 1, ">");
  for (unsigned i = 0; i < 60 && !c.empty(); ++i) {
    const std::uint32_t at = 1 + c.byte() % length;
    send(at, std::string(1 + c.byte() % (length - at + 1), static_cast<char>('a' + i % 26)));
  }
  for (std::uint32_t at = 1; at <= length; ++at) {
    if (first[at] < 0) send(at, "Z");
  }
  send(0, "<");
  const auto heads = w.finish();
  require(heads.size() == 1 && heads[0].bytes == std::string(first.begin(), first.end()),
          "of segments that contradict each other the first byte stands");
}

void anything(Choices& c) {
  pp::packet::HeadOptions options;
  options.max_flows = 1 + c.below(5);
  options.max_queue = c.below(5);
  options.max_pending_bytes = c.one_in(2) ? 3000 : 30000;
  options.max_seen = 1 + c.below(4);
  options.max_udp_flows = 1 + c.below(2);
  options.reactions = !c.one_in(4);
  options.reaction_wait_ns = 50'000'000;
  Wire w(options);
  w.report_silent = c.one_in(2);
  static constexpr std::string_view texts[] = {"", "", "<", "<a", "a>", "<ab>x", "?", "x", "<long header >", "></", "abcdef"};
  static constexpr unsigned kinds[] = {ack, ack, ack, ack, ack, syn, syn | ack, fin | ack, rst, fin | ack | syn, 0, rst | ack};
  std::size_t packets = 0;
  std::uint64_t mark = 0;
  for (; !c.empty() && packets < 600; ++packets) {
    const std::uint8_t what = c.byte();
    w.port = 40000 + (what & 7U);
    // Time goes back as well.
    w.now += static_cast<std::int64_t>(c.byte()) * 100'000 - 4'000'000;
    const std::string text(texts[c.below(11)]);
    if ((what & 0x38U) == 0x38U) {
      w.datagram(text);
    } else {
      const unsigned place = c.byte();
      const std::uint32_t seq = 1000 + place % 13 + (place > 250 ? 0x40000000U * (place - 250) : 0U);
      w.raw((what & 0x40U) != 0, kinds[c.below(12)], seq, text, 1000 + place / 20,
            (what & 0x80U) != 0 ? std::min<std::size_t>(text.size(), 2) : 0);
    }
    if (what == 0xff) {
      w.heads_of.report_before(mark);
      mark = w.heads_of.mark();
    }
    require(w.heads_of.pending_flows() <= options.max_flows, "flows stay within their cap");
    require(w.heads_of.pending_bytes() <= options.max_pending_bytes, "bytes stay within their cap");
  }
  const auto heads = w.finish();
  require(w.heads_of.pending_flows() == 0 && w.heads_of.pending_bytes() == 0, "nothing is left at the end");
  const auto& n = w.counters();
  require(w.consistent, "what is reported again is the same");
  require(n.heads == heads.size() && n.packets >= packets, "what is counted was given");
  std::set<std::uint64_t> streams;
  for (const SeenHead& head : heads) {
    // Datagrams of one 4-tuple share a number; nothing else does.
    const bool fresh = head.bytes.empty() || head.udp || streams.insert(head.stream).second;
    require(fresh, "no stream is reported twice");
    require(head.bytes.empty() || head.bytes[0] == '<' || head.bytes[0] == '?', "a head begins as one");
    require(head.detection.kind != pp::packet::Detection::Kind::header || head.detection.n <= head.bytes.size(),
            "a whole head has its bytes");
    require(std::is_sorted(head.frames.begin(), head.frames.end()), "frames ascend");
    require(head.reaction.after_ns >= 0, "a reaction follows its header");
    require(!head.reaction.answer_missing || head.reaction.kind == Kind::unknown, "an answer that is missing is not known");
    require(head.before.bytes <= head.bytes.size(), "what had been sent is a part of the head");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices c(pp::Bytes(data, size));
  switch (c.below(3)) {
    case 0: anything(c); break;
    case 1: schedule(c); break;
    default: contradictions(c); break;
  }
  return 0;
}
