// Counts by key in bounded room, for keys that whoever writes the packets can choose: the frequent ones stay.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "pp/packet/flow_key.hpp"

namespace pp::inspect {

/// Space-saving in batches: at most `most` keys are held; one more, and the half that ranks lowest is folded into
/// others(). A key that comes (back) after that may have been counted there: row.missed is the most that it can have lost.
/// So the rows and others() together are always the whole, and a key seen more often than row.missed says is never absent.
/// Row has `count`, `missed` and fold(const Row&); Key has operator< and Hash(key, secret) is keyed, so that nobody can
/// choose the places. What is forgotten depends on counts and keys alone.
template <class Key, class Row, std::uint64_t (*Hash)(const Key&, const packet::HashKey&)>
class TopTable {
 public:
  explicit TopTable(std::size_t most, const packet::HashKey& secret = {}) : most_(std::max<std::size_t>(most, 2)), rows_(0, Hasher{secret}) {}

  /// The key's row, new or not, with one more in its count. Valid until the next call.
  Row& count(const Key& key) {
    const auto known = rows_.find(key);
    if (known != rows_.end()) {
      ++known->second.count;
      return known->second;
    }
    if (rows_.size() >= most_) shrink();
    Row& row = rows_[key];
    row.missed = lost_;
    row.count = 1;
    return row;
  }
  const Row* find(const Key& key) const {
    const auto known = rows_.find(key);
    return known == rows_.end() ? nullptr : &known->second;
  }

  std::size_t size() const noexcept { return rows_.size(); }
  /// False once others() holds anything.
  bool exact() const noexcept { return others_.count == 0; }
  const Row& others() const noexcept { return others_; }

  using Entry = std::pair<const Key, Row>;
  /// By count, most first, then by key.
  std::vector<const Entry*> sorted() const {
    std::vector<const Entry*> out;
    out.reserve(rows_.size());
    for (const Entry& entry : rows_) out.push_back(&entry);
    std::sort(out.begin(), out.end(), [](const Entry* a, const Entry* b) {
      return a->second.count != b->second.count ? a->second.count > b->second.count : a->first < b->first;
    });
    return out;
  }

 private:
  struct Hasher {
    packet::HashKey secret;
    std::size_t operator()(const Key& key) const noexcept { return static_cast<std::size_t>(Hash(key, secret)); }
  };

  void shrink() {
    const auto rank = [](const Entry* e) { return e->second.count + e->second.missed; };
    std::vector<const Entry*> all;
    all.reserve(rows_.size());
    for (const Entry& entry : rows_) all.push_back(&entry);
    const auto kept = all.begin() + static_cast<std::ptrdiff_t>(most_ / 2);
    std::nth_element(all.begin(), kept, all.end(), [&](const Entry* a, const Entry* b) {
      return rank(a) != rank(b) ? rank(a) > rank(b) : a->first < b->first;
    });
    std::vector<Key> gone;
    for (auto at = kept; at != all.end(); ++at) {
      lost_ = std::max(lost_, rank(*at));
      others_.count += (*at)->second.count;
      others_.fold((*at)->second);
      gone.push_back((*at)->first);
    }
    for (const Key& key : gone) rows_.erase(key);
  }

  std::size_t most_;
  std::unordered_map<Key, Row, Hasher> rows_;
  Row others_{};
  std::uint64_t lost_ = 0;
};

/// A keyed hash of an address and what goes with it.
inline std::uint64_t hash_address(const IpAddress& a, std::uint64_t with, const packet::HashKey& secret) noexcept {
  using packet::flow_key_internal::mix;
  const std::uint64_t high = load_be64(a.bytes.data());
  const std::uint64_t low = load_be64(a.bytes.data() + 8);
  return mix(mix(high ^ secret.first, low ^ secret.second) ^ secret.first, (with << 8U | a.size) ^ secret.second);
}
inline bool address_before(const IpAddress& a, const IpAddress& b) noexcept { return a.size != b.size ? a.size < b.size : a.bytes < b.bytes; }

}  // namespace pp::inspect
