// The packets of the flows that are shown, for -w. Whether a flow is shown is decided when its record is judged; its packets are
// held until then, in bounded memory.
//
// * Packets after header and reaction are not held, however long the record waits for earlier ones.
// * When memory runs out, flows without anything of interest are dropped first, then incomplete headers, the oldest first; then
//   the latest of those that wait for their turn, since the oldest are the next to be written.
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
  std::size_t max_bytes = 16U << 20;  // in all
  std::size_t max_flow = 192U << 10;  // of one flow
  std::uint64_t flow_bytes = 0;       // write at least this much of a flow, when it has it
};

/// What the first bytes of a flow are, as far as they are known.
enum class Interest : std::uint8_t { none, incomplete, complete };

/// A flow's packets are handed over together, in the capture's order, when its record is shown: those up to its header and
/// the reaction. Flows come in the order of their records. With flow_bytes, and for a reaction that comes after the record,
/// what follows is handed over later.
class FlowPackets {
 public:
  using Sink = std::function<void(const packet::Packet&)>;

  FlowPackets(const FlowPacketsOptions& options, Sink sink) : options_(options), sink_(std::move(sink)) {}

  /// A new capture, with this secret for the hash of its flows. Drops what is held of the previous one.
  void begin_capture(const HashKey& key);
  /// Every packet, before it is judged; its data lives until judged().
  void hold(const packet::Packet& packet);
  /// The flow of the packet that hold() was given; nullptr when it has none.
  const packet::FlowKey* current() const noexcept PP_LIFETIMEBOUND { return current_ ? &flow_ : nullptr; }
  /// The same packet, afterwards. `followed`: more of its connection may still matter; for a datagram: it is not a repetition.
  void judged(bool followed);
  /// What the first bytes of the flow are.
  void candidate(const packet::FlowKey& flow, Interest interest);

  /// The records of a head follow.
  void begin() noexcept { wanted_ = false; }
  /// One of them is shown.
  void want() noexcept { wanted_ = true; }
  /// All records of the head have been reported: writes or drops its packets.
  void end(const packet::Head& head);

  /// In place of end(), for a header in the middle of a connection: the packets before it are gone, and without them it would
  /// read as another.
  void skip_later() noexcept { later_ += wanted_ ? 1 : 0; }

  /// Flows that were shown and are not kept for that reason.
  std::uint64_t later() const noexcept { return later_; }
  std::uint64_t packets() const noexcept { return packets_; }
  std::uint64_t flows() const noexcept { return flows_; }
  /// Flows that were shown and whose packets are incomplete because memory ran out.
  std::uint64_t lost() const noexcept { return lost_; }

 private:
  /// Precedes each packet's bytes in an entry's store.
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
    std::uint8_t candidates = 0;  // a bit per side
    std::uint8_t data_sides = 0;  // a bit per side that has sent bytes
    bool incomplete = false;
    bool known = false;   // nothing more of it can matter
    bool opened = false;  // a SYN is among its packets
    bool shown = false;   // and its reaction may follow
    bool cut = false;
    bool tap = false;  // further packets are written as they arrive
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
  void update(Entry& entry);
  void erase(Entry& entry);
  void make_room();
  void take_fragments(const packet::Head& head, std::vector<Fragment>& out);
  static std::size_t end_of(const Entry& entry, const packet::Head& head, std::int64_t until);
  bool write_up_to(Entry& entry, const packet::Head& head);
  void write(Entry& entry, const packet::Packet& packet);

  FlowPacketsOptions options_;
  Sink sink_;
  HashKey key_;
  std::array<Entries, 3> entries_;  // by Interest, each in the order in which flows got there
  std::unordered_map<std::uint64_t, Entries::iterator> by_hash_;
  std::vector<Fragment> fragments_;  // the latest; a fragment's flow is known only once its datagram is complete
  std::size_t next_fragment_ = 0;
  std::size_t bytes_ = 0;
  // The packet between hold() and judged().
  bool current_ = false;
  bool held_ = false;         // it is stored in its entry
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
  std::uint64_t later_ = 0;
};

}  // namespace pp::packet
