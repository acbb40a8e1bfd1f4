// The packets of the flows that are shown, for -w. Whether a flow is shown is known when its record is judged, so that its
// packets wait until then, within bounds.
//
// * What comes after header and reaction is not held, however long the record waits behind others.
// * When there is no room, flows that have shown nothing of interest go first, then incomplete headers, the oldest first; then
//   the latest of those that wait for their turn: the oldest are the next to be written.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <list>
#include <unordered_map>
#include <vector>

#include "pp/packet/head.hpp"
#include "pp/packet/packet.hpp"

namespace pp::packet {

struct FlowPacketsOptions {
  std::size_t max_bytes = 16U << 20;  // of memory in all
  std::size_t max_flow = 192U << 10;  // held of one flow
  std::uint64_t flow_bytes = 0;       // of packets of one flow that are written at least, when they come
};

/// What the bytes of a flow are so far.
enum class Interest : std::uint8_t { none, incomplete, settled };

/// A flow's packets are handed over together, in the capture's order, when its record is shown: those up to its header and
/// the reaction. Flows come in the order of their records. With flow_bytes, and for a reaction that comes after the record,
/// what follows is handed over later.
class FlowPackets {
 public:
  using Sink = std::function<void(const packet::Packet&)>;

  FlowPackets(const FlowPacketsOptions& options, Sink sink) : options_(options), sink_(std::move(sink)) {}

  /// A capture begins, with this secret for its flows' hash; what is held of the one before goes.
  void begin_capture(const HashKey& key);
  /// Every packet, before it is judged; its data lives until judged().
  void hold(const packet::Packet& packet);
  /// The flow of the packet that hold() was given; nullptr when it was of none.
  const packet::FlowKey* current() const noexcept PP_LIFETIMEBOUND { return current_ ? &flow_ : nullptr; }
  /// The same packet, afterwards. `followed`: something may still come of its connection; of a datagram: it is no repetition.
  void judged(bool followed);
  /// What the first bytes of the flow are, as far as they are known.
  void candidate(const packet::FlowKey& flow, Interest interest);

  /// The records of a head come now.
  void begin() noexcept { wanted_ = false; }
  /// One of them is shown.
  void want() noexcept { wanted_ = true; }
  /// They have come: the packets go where they belong.
  void end(const packet::Head& head);

  std::uint64_t packets() const noexcept { return packets_; }
  std::uint64_t flows() const noexcept { return flows_; }
  /// Flows that were shown and of which packets are missing, for want of room.
  std::uint64_t lost() const noexcept { return lost_; }

 private:
  /// In an entry's store, in front of each packet's bytes.
  struct Held {
    std::int64_t time_ns;
    std::uint64_t frame;
    std::uint32_t link_type;
    std::uint32_t wire_length;
    std::uint32_t size;
    bool nanoseconds;
    bool opens;  // a SYN without ACK
  };
  struct Entry {
    std::uint64_t hash = 0;
    std::vector<std::uint8_t> store;
    std::size_t cost = 0;
    std::uint64_t written = 0;
    std::uint64_t last_frame = 0;  // that was written
    std::int64_t time_ns = 0;      // of the latest packet
    Interest stage = Interest::none;
    std::uint8_t candidates = 0;  // a bit for each side
    std::uint8_t data_sides = 0;  // that have sent bytes
    bool incomplete = false;
    bool known = false;   // nothing more can come of it
    bool opened = false;  // a SYN is among its packets
    bool shown = false;   // and its reaction may follow
    bool cut = false;
    bool tap = false;  // goes on being written
  };
  using Entries = std::list<Entry>;
  struct Fragment {
    packet::Packet packet;  // without its data
    std::vector<std::uint8_t> bytes;
  };

  std::uint64_t hash_of(const packet::FlowKey& flow, unsigned& side) const noexcept;
  Entries::iterator find(std::uint64_t hash);
  Entry& entry_of(std::uint64_t hash);
  void append(Entry& entry);
  void settle(Entry& entry);
  void erase(Entry& entry);
  void make_room();
  void take_fragments(const packet::Head& head, std::vector<Fragment>& out);
  bool write_up_to(Entry& entry, const packet::Head& head);
  void write(Entry& entry, const packet::Packet& packet);

  FlowPacketsOptions options_;
  Sink sink_;
  HashKey key_;
  std::array<Entries, 3> entries_;  // by stage, each in the order of arrival there
  std::unordered_map<std::uint64_t, Entries::iterator> by_hash_;
  std::vector<Fragment> fragments_;  // the latest; whose flow they are shows only when they are together
  std::size_t next_fragment_ = 0;
  std::size_t bytes_ = 0;
  // The packet between hold() and judged().
  bool current_ = false;
  bool held_ = false;         // it is in its entry
  bool interesting_ = false;  // a datagram, with a header
  packet::Packet packet_;
  packet::FlowKey flow_;
  std::uint8_t flags_ = 0;
  bool has_payload_ = false;
  unsigned side_ = 0;
  std::uint64_t hash_ = 0;
  bool wanted_ = false;
  std::uint64_t packets_ = 0;
  std::uint64_t flows_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace pp::packet
