// What one side of a connection sent before the other side's head was complete. In a capture a response may precede the last
// segment of the header it answers, so the first response and the latest two are kept and judged by their times.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "pp/packet/flow_table.hpp"
#include "pp/packet/head.hpp"

namespace pp::packet {

struct EarlyResponses {
  struct Data {
    std::int64_t time_ns = 0;
    bool set = false;
    Excerpt excerpt;
  };
  std::uint64_t owner = UINT64_MAX;
  Data first;
  std::array<Data, 2> latest;
  std::uint8_t next = 0;
  bool fin = false;
  bool rst = false;
  std::uint32_t fin_seq = 0;
  std::int64_t fin_time_ns = 0;
  std::int64_t rst_time_ns = 0;

  /// The earliest data that is later than that time, or nullptr.
  const Data* after(std::int64_t time_ns) const noexcept {
    const Data* found = nullptr;
    for (const Data* data : {&first, &latest[0], &latest[1]}) {
      if (data->set && data->time_ns > time_ns && (found == nullptr || data->time_ns < found->time_ns)) found = data;
    }
    return found;
  }

  void add_data(std::int64_t time_ns, Bytes bytes) noexcept {
    Data& data = first.set ? latest[next] : first;
    if (first.set) next ^= 1U;
    data.set = true;
    data.time_ns = time_ns;
    data.excerpt.assign(bytes);
  }
  /// The first of each counts.
  void add_fin(std::uint32_t seq, std::int64_t time_ns) noexcept {
    if (!fin) {
      fin_seq = seq;
      fin_time_ns = time_ns;
    }
    fin = true;
  }
  void add_rst(std::int64_t time_ns) noexcept {
    if (!rst) rst_time_ns = time_ns;
    rst = true;
  }
};

/// A bounded pool with oldest-first eviction; an owner detects eviction by comparing the owner id.
class EarlyResponsePool {
 public:
  static constexpr std::uint32_t capacity = 8192;

  static std::uint64_t owner_of(const Connection& c, unsigned side) noexcept { return c.serial * 2 + side; }

  /// nullptr when the side has none.
  EarlyResponses* find(const Connection& c, unsigned side) noexcept {
    const std::uint32_t at = c.sides[side].early;
    return at != no_index && pool_[at].owner == owner_of(c, side) ? &pool_[at] : nullptr;
  }

  /// Those of this side, empty ones when there are none yet. `evicted` counts those taken from others.
  EarlyResponses& get(Connection& c, unsigned side, std::uint64_t& evicted) {
    if (EarlyResponses* known = find(c, side)) return *known;
    std::uint32_t at = 0;
    if (!free_.empty()) {
      at = free_.back();
      free_.pop_back();
    } else if (pool_.size() < capacity) {
      at = static_cast<std::uint32_t>(pool_.size());
      pool_.emplace_back();
    } else {
      at = hand_;
      hand_ = hand_ + 1 == capacity ? 0 : hand_ + 1;
      ++evicted;
    }
    EarlyResponses& responses = pool_[at];
    responses.owner = owner_of(c, side);
    responses.first.set = false;
    for (EarlyResponses::Data& data : responses.latest) data.set = false;
    responses.fin = false;
    responses.rst = false;
    c.sides[side].early = at;
    return responses;
  }

  void release(Connection& c, unsigned side) {
    if (EarlyResponses* responses = find(c, side)) {
      responses->owner = UINT64_MAX;
      free_.push_back(c.sides[side].early);
    }
    c.sides[side].early = no_index;
  }

 private:
  std::vector<EarlyResponses> pool_;
  std::vector<std::uint32_t> free_;
  std::uint32_t hand_ = 0;
};

}  // namespace pp::packet
