// Counts by key in bounded room, for keys that whoever writes the packets can choose: the frequent ones stay.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "pp/packet/flow_key.hpp"

namespace pp::inspect {

/// Space-saving in batches: at most `most` keys are held; one more, and the half that ranks lowest is folded into
/// others(). A key that comes (back) after that may have been counted there: row.missed is the most that it can have lost.
/// So the rows and others() together are always the whole, and a key seen more often than row.missed says is never absent.
/// Row has `count`, `missed` and fold(const Row&); Key has operator< and Hash(key, secret) is keyed, so that nobody can
/// choose the places. What is forgotten depends on the keys and their order, never on the secret.
///
/// Rows stand in one array in the order in which they came, and a table of places finds them: a key that was never seen
/// costs a look at an empty place, and no allocation.
template <class Key, class Row, std::uint64_t (*Hash)(const Key&, const packet::HashKey&)>
class TopTable {
 public:
  explicit TopTable(std::size_t most, const packet::HashKey& secret = {})
      : most_(std::max<std::size_t>(most, 2)), secret_(secret), places_(least_places) {}

  using Entry = std::pair<Key, Row>;

  /// The key's row, new or not, with one more in its count. Valid until the next call.
  Row& count(const Key& key) {
    const std::uint64_t hash = Hash(key, secret_);
    std::size_t at = find_place(key, hash);
    if (places_[at].row != none) {
      Row& row = rows_[places_[at].row].second;
      ++row.count;
      return row;
    }
    if (rows_.size() >= most_ || 2 * rows_.size() >= places_.size()) {
      if (rows_.size() >= most_) shrink();
      place_all();
      at = find_place(key, hash);
    }
    places_[at] = {tag_of(hash), static_cast<std::uint32_t>(rows_.size())};
    Row& row = rows_.emplace_back(key, Row{}).second;
    row.missed = lost_;
    row.count = 1;
    return row;
  }
  const Row* find(const Key& key) const {
    const Place& place = places_[find_place(key, Hash(key, secret_))];
    return place.row == none ? nullptr : &rows_[place.row].second;
  }

  std::size_t size() const noexcept { return rows_.size(); }
  /// False once others() holds anything.
  bool exact() const noexcept { return others_.count == 0; }
  const Row& others() const noexcept { return others_; }

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
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  static constexpr std::size_t least_places = 16;  // a power of two, as every number of places

  struct Place {
    std::uint32_t tag = 0;  // of the hash, so that another key's row is rarely looked at
    std::uint32_t row = none;
  };

  static std::uint32_t tag_of(std::uint64_t hash) noexcept { return static_cast<std::uint32_t>(hash >> 32U); }

  /// The key's place, or the empty one that would be its own. There is one: half of the places are empty at least.
  std::size_t find_place(const Key& key, std::uint64_t hash) const {
    const std::size_t mask = places_.size() - 1;
    std::size_t at = static_cast<std::size_t>(hash) & mask;
    while (places_[at].row != none && !(places_[at].tag == tag_of(hash) && rows_[places_[at].row].first == key)) at = (at + 1) & mask;
    return at;
  }

  /// Finds every row a place anew, among twice as many when they would be more than half full.
  void place_all() {
    const std::size_t size = 2 * rows_.size() >= places_.size() ? 2 * places_.size() : places_.size();
    places_.assign(size, Place{});
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      const std::uint64_t hash = Hash(rows_[row].first, secret_);
      std::size_t at = static_cast<std::size_t>(hash) & (size - 1);
      while (places_[at].row != none) at = (at + 1) & (size - 1);
      places_[at] = {tag_of(hash), static_cast<std::uint32_t>(row)};
    }
  }

  static std::uint64_t rank(const Entry& e) noexcept { return e.second.count + e.second.missed; }

  /// The n-th rank from below (n >= 1), and how many are lower.
  std::pair<std::uint64_t, std::size_t> ranked(std::size_t n) const {
    // None is below lost_. Where the table overflows all the time, most of what falls out was seen once or twice: few
    // ranks, just above it, and to count them costs a fourth of a selection.
    std::array<std::size_t, 256> counts{};
    for (const Entry& entry : rows_) ++counts[std::min<std::uint64_t>(rank(entry) - lost_, counts.size() - 1)];
    std::size_t below = 0;
    for (std::size_t i = 0; i + 1 < counts.size(); ++i) {
      if (below + counts[i] >= n) return {lost_ + i, below};
      below += counts[i];
    }
    std::vector<std::uint64_t> ranks;
    ranks.reserve(rows_.size());
    for (const Entry& entry : rows_) ranks.push_back(rank(entry));
    const auto last = ranks.begin() + static_cast<std::ptrdiff_t>(n - 1);
    std::nth_element(ranks.begin(), last, ranks.end());
    return {*last, static_cast<std::size_t>(std::count_if(ranks.begin(), last, [&](std::uint64_t r) { return r < *last; }))};
  }

  /// Folds the lower half away; of those that rank the same, the ones that came first.
  void shrink() {
    const std::size_t folded = rows_.size() - most_ / 2;
    const auto [highest, below] = ranked(folded);
    std::size_t ties = folded - below;
    std::size_t kept = 0;
    for (Entry& entry : rows_) {
      const std::uint64_t its = rank(entry);
      if (its < highest || (its == highest && ties > 0)) {
        if (its == highest) --ties;
        others_.count += entry.second.count;
        others_.fold(entry.second);
      } else {
        if (&rows_[kept] != &entry) rows_[kept] = std::move(entry);
        ++kept;
      }
    }
    rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(kept), rows_.end());
    lost_ = std::max(lost_, highest);
  }

  std::size_t most_;
  packet::HashKey secret_;
  std::vector<Entry> rows_;
  std::vector<Place> places_;
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
inline bool address_before(const IpAddress& a, const IpAddress& b) noexcept {
  return a.size != b.size ? a.size < b.size : a.bytes < b.bytes;
}

}  // namespace pp::inspect
