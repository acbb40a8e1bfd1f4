// A head: the first bytes of a TCP stream (one direction of a connection) or of a UDP datagram, as far as they hold or may hold
// a PROXY header, with some payload after it. This is what stream assembly reports, with the reaction of the other side.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>

#include "pp/base/bytes.hpp"
#include "pp/packet/decode.hpp"
#include "pp/packet/flow_key.hpp"

namespace pp::packet {

/// The longest head that is assembled: a v2 header of 16 + 65535 bytes, and the payload that may be kept after one.
inline constexpr std::uint32_t max_kept_payload = 2048;
inline constexpr std::uint32_t max_head_bytes = 16 + 65535 + max_kept_payload;

/// What the caller finds at the start of a stream. header and not_header are certain: more bytes must not change them.
struct Detection {
  enum class Kind : std::uint8_t {
    need,        // at least n further bytes are needed
    header,      // the first n bytes are a header
    not_header,  // they are not
  };
  Kind kind = Kind::need;
  std::uint32_t n = 1;
  /// Payload bytes to collect after the first n, at most max_kept_payload. 0 with not_header means that nobody is interested,
  /// and the stream is forgotten at once.
  std::uint32_t keep = 0;
};

/// Bytes of an answer that are kept at most, and those that are kept however much memory the pending heads use.
inline constexpr std::size_t max_answer_bytes = 512;
inline constexpr std::size_t min_answer_bytes = 64;

/// Up to min_answer_bytes, copied.
struct Excerpt {
  std::array<std::uint8_t, min_answer_bytes> bytes;  // those after `size` are never cleared
  std::uint8_t size = 0;

  Excerpt() noexcept {}  // NOLINT(modernize-use-equals-default): "= default" would clear them in `Head{}`

  void assign(Bytes from) noexcept {
    size = static_cast<std::uint8_t>(from.size() < bytes.size() ? from.size() : bytes.size());
    if (size > 0) std::memcpy(bytes.data(), from.data(), size);
  }
  Bytes view() const noexcept PP_LIFETIMEBOUND { return Bytes(bytes.data(), size); }
};

/// What followed the header's completion.
/// * data: the receiver's first segment with new bytes; `answer` is its front. A greeting is not an answer (HeadCallbacks).
/// * fin, rst: `by` says who sent it. The receiver's answer to a sender that has already closed is not the receiver's decision,
///   so the sender's close stands.
/// * none: nothing for reaction_wait_ns. unknown: the capture ended before that, the wait was cut short, a RST had already ended
///   the connection (Head::before), or answer_missing.
/// What happened before the header was complete is not a reaction to it: Head::before.
struct Reaction {
  enum class Kind : std::uint8_t { unknown, data, fin, rst, none };
  enum class By : std::uint8_t { receiver, sender };
  Kind kind = Kind::unknown;
  By by = By::receiver;
  bool answer_missing = false;  // the receiver's FIN has a sequence number beyond its captured bytes: it had answered
  std::int64_t after_ns = 0;    // since Head::time_ns; never negative
  Bytes answer;                 // lives until the sink returns
};

/// What was seen of the connection before the header was complete: a greeting, an answer to a part of the header, or the end of
/// the receiver's patience. Of several a RST counts most, then a FIN, then data; of the same kind the first.
struct Before {
  Reaction::Kind kind = Reaction::Kind::unknown;  // data, fin or rst; unknown: nothing
  Reaction::By by = Reaction::By::receiver;
  std::int64_t after_first_ns = 0;  // since Head::first_time_ns; negative when it was earlier
  std::uint32_t bytes = 0;          // of the head, contiguous, that had been sent by then
};

enum class End : std::uint8_t {
  complete,  // the detect function has returned header or not_header
  open,      // the capture ended first
  closed,    // the sender's FIN came first
  reset,     // a RST came first
  cut,       // the snaplen removed bytes of the head
  gap,       // bytes of the head are not in the capture
  evicted,   // forgotten to stay within the limits
  datagram,  // a datagram that ends before its header does
};

enum class Client : std::uint8_t { unknown, yes, no };

/// The first bytes of one direction of a TCP connection, or one UDP datagram. Views live until the sink returns.
struct Head {
  std::uint64_t stream = 0;      // from 0, in the order of the first frames that carried a byte
  std::uint64_t connection = 0;  // from 0, as Wireshark's tcp.stream and udp.stream have it; the two are counted apart
  FlowKey flow;
  std::int64_t time_ns = 0;  // of the packet that completed the header: the latest one that carried bytes of it
  std::uint64_t frame = 0;   // of the same packet
  bool nanoseconds = false;
  std::span<const std::uint64_t> frames;  // that carried header bytes, ascending, at most 64
  bool frames_complete = true;            // false when there were more than 64
  std::uint32_t segments = 0;             // segments that carried header bytes
  Bytes bytes;                            // from the stream's first byte: header and kept payload, contiguous
  Detection detection;                    // what the detect function returned last
  End end = End::complete;
  std::uint32_t offset = 0;                     // of `bytes` in what this side has sent; not 0: a header that came later
  bool established = true;                      // false: the other side never answered the SYN, or refused it (HeadCallbacks::silent)
  Undelivered undelivered = Undelivered::none;  // with established false: why, when an ICMP message says so
  bool start_seen = false;                      // its SYN is in the capture
  Client from_client = Client::unknown;         // sent by the side that sent the SYN
  std::int64_t syn_time_ns = 0;                 // this side's SYN, when start_seen
  std::int64_t first_time_ns = 0;               // first segment with bytes of it; the header took time_ns - first_time_ns
  Before before;
  Reaction reaction;
  bool reported = false;  // the sink has had it before, when the reaction was not known (StreamHeads::report_before)
  Excerpt greeting;       // the first bytes of what the other side had sent before

  Protocol protocol() const noexcept { return flow.protocol; }
  Endpoint source() const noexcept { return flow.from(); }
  Endpoint destination() const noexcept { return flow.to(); }
  /// The header was still incomplete when the stream ended.
  bool incomplete() const noexcept { return end != End::complete; }
};

/// The caller's functions. `detect` runs for the first bytes of every stream and datagram, so it should return not_header within
/// a few nanoseconds. The functions must not call back into StreamHeads.
struct HeadCallbacks {
  void* context = nullptr;
  Detection (*detect)(void* context, Bytes bytes, const FlowKey& flow) = nullptr;
  void (*sink)(void* context, const Head& head) = nullptr;
  /// Whether a stream whose SYN is not in the capture starts with these bytes. When null, `detect` decides: header counts, and
  /// so does need with 8 bytes seen.
  bool (*looks_like_start)(void* context, Bytes bytes) = nullptr;
  /// Whether to report a connection whose client never sends a byte: a head without bytes, with the time and frame of its SYN.
  /// When null, none is reported.
  bool (*silent)(void* context, const FlowKey& flow) = nullptr;
  /// How many of a side's first bytes are a greeting, which some servers send unasked, and so often after a header that came
  /// with the handshake. The reaction is what follows the greeting. When null, the first bytes after a header are the reaction.
  std::size_t (*greeting)(void* context, Bytes bytes) = nullptr;
  /// How many of a segment's first bytes are a whole header; 0: they are none. Asked about segments of clients that look like
  /// one and come later in a connection. When null, those are not looked for.
  std::size_t (*later)(void* context, Bytes bytes) = nullptr;
  /// How many bytes of an answer of more than min_answer_bytes are of interest; at least min_answer_bytes are kept. When null,
  /// max_answer_bytes. Copying answers that nobody looks at costs time and memory.
  std::size_t (*answer)(void* context, Bytes bytes) = nullptr;
};

struct HeadOptions {
  std::uint32_t max_flows = 65536;              // connections whose heads or reactions are pending
  std::uint64_t max_pending_bytes = 8U << 20U;  // held by heads that are pending or wait for delivery
  bool reactions = true;
  std::int64_t reaction_wait_ns = 5'000'000'000;
  HashKey hash_key;
  std::uint32_t max_seen = 65536;       // finished connections remembered, so that later data is not a new stream
  std::uint32_t max_udp_flows = 65536;  // UDP 4-tuples whose stream number is remembered
  std::uint32_t max_queue = 8192;       // heads that wait for their reaction, or for an earlier head
};

struct HeadCounters {
  std::uint64_t packets = 0;
  std::array<std::uint64_t, decoded_count> decoded{};  // by Decoded
  std::array<std::uint64_t, wrapper_count> wrapped{};  // by Wrapper, of those with Decoded::wrapped
  std::uint64_t reassembled = 0;                       // datagrams reassembled from fragments
  std::uint64_t fragments_incomplete = 0;              // datagrams of which fragments are missing
  std::uint64_t fragments_overlapping = 0;             // datagrams dropped because their fragments contradict each other
  std::uint64_t fragments_evicted = 0;                 // incomplete datagrams evicted to stay within the limits
  std::uint64_t repeated_datagrams = 0;                // datagrams of interest that were captured twice
  std::uint64_t tcp_streams = 0;                       // directions that carried a byte after a SYN in the capture, and heads without a SYN
  std::uint64_t tcp_connections = 0;                   // pairs of endpoints, and reuses of them; whatever their packets carried
  std::uint64_t udp_connections = 0;                   // pairs of endpoints
  std::uint64_t connections_without_start = 0;         // of tcp_connections, those whose first packet is not a SYN
  std::uint64_t udp_streams = 0;                       // 4-tuples
  std::uint64_t datagrams = 0;
  std::uint64_t streams_without_start = 0;      // directions that carried data, whose SYN is not in the capture
  bool streams_exact = true;                    // false once a table of finished connections or UDP 4-tuples has evicted a live entry
  std::uint64_t heads = 0;                      // passed to the sink, each counted once
  std::uint64_t evicted = 0;                    // connections and heads ended early to stay within the limits
  std::uint64_t greetings_forgotten = 0;        // early responses evicted for the same reason
  std::uint64_t connections_refused = 0;        // never established: a RST answered the SYN
  std::uint64_t connections_unanswered = 0;     // nothing answered it
  std::uint64_t connections_given_up = 0;       // the client reset it when the answer came, as scanners do
  std::uint64_t undecoded_signatures = 0;       // packets with the start of a header in bytes that are not decoded
  std::uint64_t undecoded_signature_frame = 0;  // the first of them
  std::uint32_t undecoded_link = 0;             // the latest link type that is not decoded
  std::uint64_t flows_peak = 0;
  std::uint64_t pending_bytes_peak = 0;

  /// The number of the next stream: each counts once, in one of the two.
  std::uint64_t next_stream() const noexcept { return tcp_streams + udp_streams; }
};

/// b - a, clamped: the times of a capture may be anything.
constexpr std::int64_t time_between(std::int64_t a, std::int64_t b) noexcept {
  std::int64_t result = 0;
  if (!__builtin_sub_overflow(b, a, &result)) return result;
  return b < a ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
}
constexpr std::int64_t time_after(std::int64_t time, std::int64_t wait) noexcept {
  std::int64_t result = 0;
  return __builtin_add_overflow(time, wait, &result) ? std::numeric_limits<std::int64_t>::max() : result;
}

}  // namespace pp::packet
