// The evidence of each receiver of an input, in a bounded table.
//
// Invariant: at most `most` receivers are held. One more, and the one that was used longest ago goes: which one that is depends
// on the records alone, never on the hash key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "pp/base/hash_index.hpp"
#include "pp/base/keyed_hash.hpp"
#include "pp/explain/evidence.hpp"

namespace pp::explain {

struct Receiver {
  IpAddress address;
  std::uint16_t port = 0;
  bool udp = false;

  bool operator==(const Receiver&) const = default;
};
/// The side of a record's connection that is to read the header.
Receiver receiver_of(const inspect::Record& record) noexcept;

class Receivers {
 public:
  explicit Receivers(std::size_t most, const HashKey& secret = {}) : most_(most < 1 ? 1 : most), secret_(secret) {}

  struct Entry {
    Receiver receiver;
    std::uint64_t hash = 0;
    std::uint64_t used = 0;
    std::unique_ptr<PortEvidence> evidence;
  };

  /// The receiver's evidence; `fresh` says that it is a new one. Valid until the next call.
  PortEvidence& use(const Receiver& receiver, bool& fresh);
  /// nullptr when it is not there. Valid until the next use().
  PortEvidence* find(const Receiver& receiver) noexcept;
  void clear();

  /// In the order of their first record, as far as none was evicted.
  const std::vector<Entry>& entries() const noexcept { return entries_; }
  std::vector<Entry>& entries() noexcept { return entries_; }
  /// Receivers whose evidence had to make room.
  std::uint64_t evicted() const noexcept { return evicted_; }

 private:
  std::uint32_t place_of(const Receiver& receiver, std::uint64_t hash) const noexcept;
  std::size_t make_room();

  std::size_t most_;
  HashKey secret_;
  std::vector<Entry> entries_;
  HashIndex index_;
  std::size_t latest_ = 0;
  std::uint64_t clock_ = 0;
  std::uint64_t evicted_ = 0;
};

}  // namespace pp::explain
