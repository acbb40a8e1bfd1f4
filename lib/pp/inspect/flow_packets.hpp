// The packets of the flows that are shown, for -w. Whether a flow is shown is known when its record is judged, so that its
// packets wait until then, within bounds.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <unordered_map>
#include <vector>

#include "pp/packet/head.hpp"
#include "pp/packet/packet.hpp"

namespace pp::inspect {

struct FlowPacketsOptions {
  std::size_t max_bytes = 8U << 20;      // held in all, beyond which the oldest flow's go and are counted
  std::size_t max_flow = 192U << 10;     // held of one flow
  std::uint64_t flow_bytes = 0;          // of packets of one flow that are written at least, when they come
};

/// A flow's packets are handed over together, in the capture's order, when its record is shown: those up to its header and
/// the reaction. Flows come in the order of their records. With flow_bytes, what follows is handed over as it comes.
class FlowPackets {
 public:
  using Sink = std::function<void(const packet::Packet&)>;

  FlowPackets(const FlowPacketsOptions& options, Sink sink) : options_(options), sink_(std::move(sink)) {}

  /// A capture begins, with this secret for its flows' hash; what is held of the one before goes.
  void begin_capture(const packet::HashKey& key);
  /// Every packet, before it is judged.
  void hold(const packet::Packet& packet);
  /// The flow of the packet that was held last; nullptr when it was of none.
  const packet::FlowKey* current() const noexcept PP_LIFETIMEBOUND { return current_ ? &current_flow_ : nullptr; }
  /// The same packet, afterwards. `followed`: something may still come of its flow.
  void judged(bool followed);
  /// The flow's bytes may be, or are, of interest; or not any more.
  void candidate(const packet::FlowKey& flow, bool interesting);

  /// The records of a head come now.
  void begin() noexcept { wanted_ = false; }
  /// One of them is shown.
  void want() noexcept { wanted_ = true; }
  /// They have come: the packets go where they belong.
  void end(const packet::Head& head);

  std::uint64_t packets() const noexcept { return packets_; }
  std::uint64_t flows() const noexcept { return flows_; }
  /// Flows of which packets went to make room, or to keep within what one may hold.
  std::uint64_t lost() const noexcept { return lost_; }

 private:
  struct Held {
    packet::Packet packet;  // without its data
    std::vector<std::uint8_t> bytes;
  };
  struct Entry {
    std::uint64_t hash = 0;
    std::vector<Held> packets;
    std::size_t cost = 0;
    std::uint8_t candidates = 0;   // a bit for each side
    std::uint8_t data_sides = 0;   // that have sent bytes
    bool cut = false;
    std::uint64_t written = 0;
    bool tap = false;              // goes on being written
  };
  using Entries = std::list<Entry>;

  std::uint64_t hash_of(const packet::FlowKey& flow, unsigned& side) const noexcept;
  Entry& entry_of(std::uint64_t hash);
  void erase(Entries::iterator at);
  void make_room();
  void write(Entry& entry, const packet::Packet& packet);

  FlowPacketsOptions options_;
  Sink sink_;
  packet::HashKey key_;
  Entries entries_;  // the oldest first
  std::unordered_map<std::uint64_t, Entries::iterator> by_hash_;
  std::vector<Held> fragments_;  // the latest; whose flow they are shows only when they are together
  std::size_t next_fragment_ = 0;
  std::size_t bytes_ = 0;
  bool current_ = false;         // judged() has something to decide
  packet::FlowKey current_flow_;
  std::uint64_t current_hash_ = 0;
  bool wanted_ = false;
  std::uint64_t packets_ = 0;
  std::uint64_t flows_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace pp::inspect
