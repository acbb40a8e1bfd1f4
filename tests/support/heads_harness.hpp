// A scripted capture in front of StreamHeads, and a toy protocol for it: a header is '<' up to the next '>', '?' starts
// something of interest that is not a header, and everything else is ignored.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "packet_builder.hpp"
#include "pp/packet/stream_heads.hpp"

namespace pp::test {

using packet::Client;
using packet::End;
using packet::HeadCallbacks;
using packet::HeadOptions;
using packet::Reaction;
using By = Reaction::By;
using Kind = Reaction::Kind;

inline constexpr std::int64_t ms = 1'000'000;

struct SeenHead {
  std::uint64_t stream = 0;
  std::string source, destination, bytes, first, greeting;
  std::int64_t time_ns = 0;
  std::uint64_t frame = 0;
  std::vector<std::uint64_t> frames;
  std::uint32_t segments = 0;
  packet::Detection detection;
  packet::End end = packet::End::complete;
  bool start_seen = false;
  bool established = true;
  packet::Client from_client = packet::Client::unknown;
  packet::Reaction reaction;
  packet::Before before;
  std::int64_t first_time_ns = 0, syn_time_ns = 0;
  bool nanoseconds = false, frames_complete = true, udp = false;

  auto tie() const {
    return std::tie(stream, source, destination, bytes, first, greeting, time_ns, frame, frames, segments, detection.kind, detection.n, end,
                    start_seen, from_client, reaction.kind, reaction.by, reaction.after_ns);
  }
  bool operator==(const SeenHead& other) const { return tie() == other.tie(); }
  bool operator<(const SeenHead& other) const { return tie() < other.tie(); }
};

inline std::string text_of(Bytes bytes) { return std::string(bytes.begin(), bytes.end()); }

inline SeenHead seen(const packet::Head& h) {
  SeenHead s;
  s.stream = h.stream;
  s.source = endpoint_text(h.source().address, h.source().port);
  s.destination = endpoint_text(h.destination().address, h.destination().port);
  s.bytes = text_of(h.bytes);
  s.first = text_of(h.reaction.answer);
  s.greeting = text_of(h.greeting.view());
  s.time_ns = h.time_ns;
  s.frame = h.frame;
  s.frames.assign(h.frames.begin(), h.frames.end());
  s.segments = h.segments;
  s.detection = h.detection;
  s.end = h.end;
  s.start_seen = h.start_seen;
  s.established = h.established;
  s.from_client = h.from_client;
  s.reaction = h.reaction;
  s.reaction.answer = {};  // it lives until the sink returns
  s.before = h.before;
  s.first_time_ns = h.first_time_ns;
  s.syn_time_ns = h.syn_time_ns;
  s.nanoseconds = h.nanoseconds;
  s.udp = h.protocol() == packet::Protocol::udp;
  s.frames_complete = h.frames_complete;
  return s;
}

inline packet::Detection detect_toy(Bytes bytes, std::uint32_t keep) {
  using packet::Detection;
  if (bytes.empty()) return {Detection::Kind::need, 1, 0};
  if (bytes[0] == '?') return {Detection::Kind::not_header, 0, 64};
  if (bytes[0] != '<') return {Detection::Kind::not_header, 0, 0};
  for (std::uint32_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == '>') return {Detection::Kind::header, i + 1, keep};
  }
  return {Detection::Kind::need, 1, 0};
}

/// Where heads end up.
struct HeadSink {
  std::vector<SeenHead> heads;
  std::uint32_t keep = 64;
  bool report_silent = false;
  std::size_t reported_twice = 0;
  bool consistent = true;  // what was reported again was the same but for the reaction

  void take(const packet::Head& head) {
    SeenHead now = seen(head);
    if (!head.reported) {
      heads.push_back(std::move(now));
      return;
    }
    ++reported_twice;
    const auto first =
        std::find_if(heads.begin(), heads.end(), [&now](const SeenHead& h) { return h.stream == now.stream && h.frame == now.frame; });
    if (first == heads.end()) {
      consistent = false;
      return;
    }
    SeenHead same = now;
    same.reaction = first->reaction;
    same.first = first->first;
    same.greeting = first->greeting;
    same.bytes = first->bytes;            // payload may have been added
    same.start_seen = first->start_seen;  // a SYN that came late
    same.from_client = first->from_client;
    consistent = consistent && same == *first && now.bytes.starts_with(first->bytes);
    *first = std::move(now);
  }

  packet::HeadCallbacks callbacks() {
    packet::HeadCallbacks c;
    c.context = this;
    c.detect = [](void* self, Bytes bytes, const packet::FlowKey&) { return detect_toy(bytes, static_cast<HeadSink*>(self)->keep); };
    c.sink = [](void* self, const packet::Head& head) { static_cast<HeadSink*>(self)->take(head); };
    c.looks_like_start = [](void*, Bytes bytes) { return !bytes.empty() && bytes[0] == '<'; };
    c.silent = [](void* self, const packet::FlowKey&) { return static_cast<HeadSink*>(self)->report_silent; };
    return c;
  }
  packet::HeadCallbacks changed(void (*change)(packet::HeadCallbacks&)) {
    packet::HeadCallbacks c = callbacks();
    change(c);
    return c;
  }
};

/// Packets between 10.0.0.1:port and 10.0.0.2:9999, one after the other.
struct Wire : HeadSink {
  explicit Wire(const packet::HeadOptions& options = {}) : heads_of(options, callbacks()) {}
  Wire(const packet::HeadOptions& options, void (*change)(packet::HeadCallbacks&)) : heads_of(options, changed(change)) {}

  packet::StreamHeads heads_of;
  unsigned port = 40000;
  std::uint32_t client_isn = 1000;
  std::uint32_t server_isn = 9000;
  std::uint32_t client_seq = 1001;
  std::uint32_t server_seq = 9001;
  std::int64_t now = 1'000'000'000'000;
  std::uint64_t frame = 0;
  bool nanoseconds = false;
  std::vector<unsigned> tags;  // VLAN tags of TCP segments

  Wire& after(std::int64_t ns) {
    now += ns;
    return *this;
  }
  Wire& at(std::uint32_t seq) {
    client_seq = seq;
    return *this;
  }
  Wire& at_server(std::uint32_t seq) {
    server_seq = seq;
    return *this;
  }
  void reset_server() { server_seq = server_isn + 1; }

  void feed(const Frame& bytes, std::size_t cut = 0) {
    const Frame captured(bytes.begin(), bytes.end() - static_cast<std::ptrdiff_t>(cut));
    packet::Packet p = packet_of(captured, ++frame, now);
    p.wire_length = static_cast<std::uint32_t>(bytes.size());
    p.nanoseconds = nanoseconds;
    heads_of.feed(p);
  }
  void raw(bool from_client, unsigned flags, std::uint32_t seq, std::string_view text, std::uint32_t acked = 0, std::size_t cut = 0) {
    const TcpFields fields{from_client ? port : 9999U, from_client ? 9999U : port, seq, acked, flags, 0};
    const Ipv4Fields ip{from_client ? 0x0a000001U : 0x0a000002U, from_client ? 0x0a000002U : 0x0a000001U};
    feed(ethernet(0x0800, ipv4(ip, tcp(fields, bytes_of(text))), tags), cut);
  }
  void handshake() {
    raw(true, syn, client_isn, "");
    raw(false, syn | ack, server_isn, "");
    client_seq = client_isn + 1;
    server_seq = server_isn + 1;
  }
  void client(std::string_view text) {
    raw(true, ack, client_seq, text);
    client_seq += static_cast<std::uint32_t>(text.size());
  }
  void server(std::string_view text) {
    raw(false, ack, server_seq, text);
    server_seq += static_cast<std::uint32_t>(text.size());
  }
  void server_flags(unsigned flags) { raw(false, flags, server_seq, ""); }
  void other_traffic() { feed(ethernet(0x0806, Frame(46, 0))); }
  void datagram(std::string_view text) { feed(ethernet(0x0800, ipv4({.protocol = 17}, udp(port, 9999, bytes_of(text))))); }
  const packet::HeadCounters& counters() const { return heads_of.counters(); }
  std::vector<SeenHead> finish() {
    heads_of.finish();
    return heads;
  }
};

}  // namespace pp::test
